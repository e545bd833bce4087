"""The journal, read back: who did what, for whom, when, and whether it all still holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store.desk import ORDER, Desk
from store.journal import rescue, verify
from store.journal.line import Entry, unpack
from store.journal.segments import segments
from store.journal.verify import Report
from store.message import Message, msg

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal as an operator reads it; `at` is UTC in ISO 8601."""

    seq: int
    at: str
    who: str
    member: str
    where: str
    did: str
    what: Message
    changes: tuple[str, ...]


def newest_first(folder: Path) -> Iterator[Line]:
    """The lines of a store's journal, newest first, read as they are asked for."""
    for number in reversed(segments(folder)):
        try:
            found = list(verify.lines(folder, number))
        except OSError:
            continue  # it cannot be read: `verify` says why
        for raw in reversed(found):
            try:
                entry = unpack(raw)
            except ValueError:
                continue  # being written, or damaged: `verify` says which
            yield as_line(entry)


def as_line(entry: Entry) -> Line:
    """A line of the journal in the operator's words."""
    who, where = entry.by, entry.origin
    return Line(
        entry.seq,
        entry.at,
        who.get("name", ""),
        who.get("member", ""),
        " ".join(filter(None, (where.get("host", ""), where.get("ssh", "")))),
        entry.did,
        Message.from_json(entry.why) if entry.why else msg("(no text)"),
        # What no partnerdesk makes is shown as far as it goes: `verify` says that it is damage.
        tuple(" ".join(str(part)[:_LONGEST] for part in change[:3]) for change in entry.changes),
    )


def check(folder: Path, progress: Callable[[int], None] = lambda lines: None) -> Report:
    """Reads everything and says what does not hold."""
    return verify.verify(folder, progress)


def export_store(source: Path, target: Path, until: int | None) -> int:
    """Makes a working store of what is proven up to a line; returns its last number."""
    return rescue.copy_store(source, target, until=until)


def export_tinydb(desk: Desk, target: Path) -> None:
    """Writes all tables as one file that stock TinyDB opens."""
    seq, head = desk.head
    rescue.write_tinydb(desk.view.tables, seq, head, target, ORDER)
