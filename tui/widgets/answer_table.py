"""The mails to decide on, and one of them as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.style import Style
from textual.content import Content

from store.actions.answers import BY_NAMES, Action, Proposal, kind_of
from store.message import N_, nmsg
from tui import text
from tui.language import clock_time
from tui.widgets.row_table import Column, RowTable

_MOST_LINES = 200
"""The lines of a mail that stand beside the list; enter shows all."""
_MARK = "!"


class AnswerTable(RowTable):
    """Mails, newest first; what is to be known before deciding has a mark."""

    COMPONENT_CLASSES = {"state--soon", "state--bad"}
    columns = (
        Column(N_("Date"), 10, 0, 1),
        Column("", 1),
        Column(N_("What"), 11),
        Column(N_("Customer"), 16, 2),
        Column(N_("From"), 14, 2, 2),
        Column(N_("Subject"), 14, 3, 3),
    )
    rows: Sequence[Proposal] = ()

    @property
    def under_cursor(self) -> Proposal | None:
        """The mail under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Proposal]) -> None:
        """Shows these; the cursor stays on its mail, if it is still among them."""
        before = self.under_cursor
        self.rows = rows
        digests = [row.found.digest for row in rows] if before else []
        at = digests.index(before.found.digest) if before and before.found.digest in digests else -1
        self.rows_changed(at if at >= 0 else None)

    def row_count(self) -> int:
        return len(self.rows)

    def row_cells(self, row: int) -> tuple[str, ...]:
        one = self.rows[row]
        found = one.found
        return (
            found.day.isoformat(),
            _MARK if one.remarks else "",
            text.plain(kind_of(found)),
            one.customer.label,
            found.from_address or found.from_name,
            found.subject,
        )

    def row_style(self, row: int) -> Style | None:
        one = self.rows[row]
        bounce = one.found.bounce
        if bounce and bounce.action is Action.FAILED:
            return self.get_component_rich_style("state--bad", partial=True)
        if one.remarks:
            return self.get_component_rich_style("state--soon", partial=True)
        return None


def words_of(one: Proposal) -> str:
    """What a filter looks through, casefolded."""
    found = one.found
    said = text.plain(kind_of(found))
    parts = (one.customer.label, one.customer.domain, found.from_name, found.from_address,
             found.subject, one.letter.reference, said)  # fmt: skip
    return "\n".join(parts).casefold()


def mail_lines(one: Proposal, most: int = _MOST_LINES) -> Iterator[Content]:
    """A mail with what is to be known about it first; at most so many lines of its text."""
    found, letter, bounce = one.found, one.letter, one.found.bounce
    yield text.data(found.subject or one.customer.label, "bold")
    when = clock_time(found.date.isoformat())
    yield _row(N_("From"), f"{when} · {found.sender}")
    yield _row(N_("Letter"), f"{one.customer.label} · {letter.to} · {letter.reference}")
    yield text.say(BY_NAMES[one.by])
    if bounce:
        said = " ".join(filter(None, (bounce.recipient, bounce.status, bounce.diagnostic)))
        yield _row(N_("Report"), said or bounce.action.value)
    for remark in one.remarks:
        yield text.join((text.data(f"{_MARK} "), text.say(remark)), "").stylize("bold")
    yield text.nothing()
    lines = found.text.split("\n")
    yield from (text.data(line) for line in lines[:most])
    if len(lines) > most:
        more = nmsg(
            "… and {count} more line; enter shows it.",
            "… and {count} more lines; enter shows them.",
            len(lines) - most,
        )
        yield text.say(more, "dim")


def _row(title: str, value: str) -> Content:
    return text.join((text.say(title, "dim"), text.data("  "), text.data(value)))
