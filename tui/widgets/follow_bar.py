"""What there is to follow up, counted by lane: a bar that is also the filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from store.message import N_
from tui import text
from tui.widgets.filter_bar import Entry, FilterBar
from tui.widgets.follow_rows import LANE_NAMES, LANES, Lane, Row


class LaneBar(FilterBar):
    """One entry for all, and one for each lane on which something lies."""

    counts: Counter[Lane] = Counter()
    total = 0

    @property
    def lane(self) -> Lane | None:
        """The chosen lane; `None` for all."""
        return None if self.chosen is None else LANES[self.chosen]

    def show(self, rows: Iterable[Row]) -> None:
        """Counts these rows."""
        found = [row.lanes for row in rows]
        self.counts = Counter(lane for lanes in found for lane in lanes)
        self.total = len(found)
        self.refresh(layout=True)

    def entries(self) -> list[Entry]:
        made: list[Entry] = [(None, text.plain(N_("all")), self.total)]
        made += [
            (code, text.plain(LANE_NAMES[lane]), self.counts[lane])
            for code, lane in enumerate(LANES)
            if self.counts[lane] or code == self.chosen
        ]
        return made
