"""The list of what there is to follow up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style

from store.actions.follow_up import Waiting
from store.actions.renewing import Renewing
from store.message import N_
from store.model.outgoing import Outgoing
from tui import text
from tui.commands.contacts import last_contact
from tui.commands.report import iso
from tui.session import Session
from tui.widgets.follow_rows import LANE_WORDS, Lane, Row
from tui.widgets.follow_words import to_do, when
from tui.widgets.frame import BETWEEN
from tui.widgets.row_table import Column, RowTable

_STYLES = {
    Lane.DUE: "state--soon",
    Lane.WAITING: "state--waiting",
    Lane.EXTENDS: "state--good",
    Lane.SWITCH: "state--soon",
    Lane.DROP: "state--soon",
    Lane.ASK: "state--soon",
}
_LANE = 1
"""The column that has a colour."""


class FollowTable(RowTable):
    """Rows to follow up, most urgent first; marks are kept by the rows' keys."""

    COMPONENT_CLASSES = {"state--good", "state--soon", "state--waiting", "state--bad"}
    columns = (
        Column(N_("Customer"), 16, 3),
        Column(N_("Lane"), 11, 0, 1),
        Column(N_("Day or end"), 10, 1),
        Column(N_("Contacted"), 10, 0, 2),
        Column(N_("What to do"), 24, 3),
    )
    rows: Sequence[Row] = ()

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.session = session
        self.marked: set[tuple[str, int, int, str]] = set()

    @property
    def under_cursor(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row], *, stays: bool = False) -> None:
        """Shows these; the cursor goes with its row, or `stays` in its place for the next one."""
        before = None if stays else self.under_cursor
        self.rows = rows
        place = None
        if before and not (self.cursor < len(rows) and rows[self.cursor].key == before.key):
            wanted = before.key
            place = next((at for at, row in enumerate(rows) if row.key == wanted), None)
        self.rows_changed(place)

    def row_count(self) -> int:
        return len(self.rows)

    def row_cells(self, row: int) -> tuple[str, ...]:
        found = self.rows[row]
        lane = text.plain(LANE_WORDS[found.lane])
        about, session = found.about, self.session
        lasts = isinstance(about, Renewing) and about.ends >= session.today
        what = to_do(found, unread=lasts and session.unread is not None)
        label = f"{found.label}{BETWEEN}{text.plain(found.asks)}" if found.asks else found.label
        return label, lane, when(found), self._last(found), text.plain(what)

    def _last(self, row: Row) -> str:
        """When the customer was last spoken to; who waits was at least given the offer."""
        view = self.session.view
        if isinstance(row.about, Outgoing):
            return ""
        given = row.about.since if isinstance(row.about, Waiting) else None
        last = last_contact(view.letters(row.customer), view.touches(row.customer))
        return iso(max((day for day in (given, last) if day), default=None))

    def row_is_marked(self, row: int) -> bool:
        return self.rows[row].key in self.marked

    def row_styles(self, row: int) -> Mapping[int, Style]:
        found = self.rows[row]
        bad = found.lane is Lane.LETTERS or Lane.LAPSING in found.lanes or found.came_back
        name = "state--bad" if bad else _STYLES.get(found.lane)
        return {_LANE: self.get_component_rich_style(name, partial=True)} if name else {}
