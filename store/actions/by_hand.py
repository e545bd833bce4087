"""Letters that leave by hand: drafts in a folder for a mail program, or a mailto line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from store.actions import exporting, letters
from store.actions.letters import Copy, Format
from store.errors import WriteRefused
from store.message import msg
from store.model.partner import Partner

_LONGEST = 200
"""Bytes of a customer's name in the name of a file; a system takes 255 in all."""


def save_drafts(
    folder: Path,
    copies: Iterable[Copy],
    partner: Partner,
    references: Mapping[int, str] = MappingProxyType({}),
) -> int:
    """Writes each letter as a draft into a folder, over none that exists; how many there are.

    `references` are of the conversations that they go on with, by customer. The folder is made
    where there is none. Raises `WriteRefused`.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise WriteRefused(
            msg("{path} could not be made: {reason}.", path=str(folder),
                reason=error.strerror or str(error)),
            todo=msg("Choose another folder, or make room."),
        ) from error  # fmt: skip
    count = 0
    for count, copy in enumerate(copies, 1):  # noqa: B007  (how many there were)
        reference = references.get(copy.customers[0].id, "")
        written = letters.written(copy, Format.EML, partner, reference)
        exporting.write_new(folder / _file_name(copy), written)
    return count


def mailto(copy: Copy, to: str, reference: str = "") -> str:
    """A line that opens a new mail with the letter in it; raises `BadInput`."""
    from store.mail.message import mailto as line_of

    return line_of(copy, to, reference)


def _file_name(copy: Copy) -> str:
    """A name that no other customer has, and that leads out of no folder."""
    customer = copy.customers[0]
    slug = re.sub(r"[^\w.-]+", "-", customer.label).lower()
    slug = slug.encode()[:_LONGEST].decode(errors="ignore").strip("-.")
    return f"{slug or 'customer'}-{customer.id}.eml"
