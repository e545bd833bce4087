"""What became of some letters, as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from store.actions.stages import letters_of
from store.actions.table_file import safe_cell
from store.message import Message
from store.view import OUTBOX, View

COLUMNS = (
    "Customer", "Primary domain name", "Address", "Subject", "Reference", "Stage", "Code", "Why",
    "At", "Message-ID",
)  # fmt: skip


def last_batch(view: View) -> str:
    """The batch that was queued last; "" where there is none."""
    found = ""
    for row in view.tables.table(OUTBOX).values():
        found = str(row.get("batch") or found)
    return found


def summary_csv(
    view: View, batch: str = "", *, said: Callable[[Message], str] = lambda message: str(message)
) -> bytes:
    """One row a letter: UTF-8 with BOM, every cell quoted, none a formula.

    `said` says a sentence in the operator's language.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for letter in letters_of(view, batch=batch):
        customer = view.customer(letter.customer)
        cells = (
            customer.label if customer else "",
            customer.domain if customer else "",
            letter.to,
            letter.subject,
            letter.reference,
            letter.stage.value,
            letter.code,
            said(letter.why) if letter.why else "",
            letter.at,
            letter.message_id,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
