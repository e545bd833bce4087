"""A list of rows drawn line by line: as quick with a hundred thousand as with ten.

Only the two lines that a cursor key touches are sent to the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui import text

GUTTER = 3
"""Cells left of the first column: the cursor's mark, the row's mark, a blank."""


class Column(NamedTuple):
    """One column: `share` of the width that is left when every column has its `least`.

    Columns with a higher `rank` are dropped first where there is no room.
    """

    title: str
    least: int
    share: int = 0
    rank: int = 0


def widths(columns: tuple[Column, ...], room: int) -> tuple[int, ...]:
    """How wide each column is drawn in `room` cells; 0 leaves it out."""
    kept = list(columns)
    while len(kept) > 1 and sum(column.least + 1 for column in kept) > room:
        kept.remove(max(reversed(kept), key=lambda column: column.rank))
    spare = max(0, room - sum(column.least + 1 for column in kept))
    shares = sum(column.share for column in kept) or 1
    made = {column: column.least + spare * column.share // shares for column in kept}
    return tuple(made.get(column, 0) for column in columns)


class RowTable(ScrollView, can_focus=True):
    """Rows with a cursor; subclasses say how many there are and what stands in them."""

    COMPONENT_CLASSES = {"row--header", "row--cursor", "row--dim"}
    BINDINGS = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G,shift+g", "last", show=False),
        Binding("enter", "choose", show=False),
    ]
    columns: tuple[Column, ...] = ()
    header = 1
    """Lines above the rows: one for the titles, or none."""

    class Event(Message):
        """Something happened in a table."""

        def __init__(self, table: RowTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> RowTable:
            """The table, for selectors of `on`."""
            return self.table

    class Moved(Event):
        """The cursor stands on another row."""

    class Chosen(Event):
        """Enter was pressed on a row."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.cursor = 0
        self._plain = Style.null()

    # -- what subclasses say ------------------------------------------------------------------

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_cells(self, row: int) -> tuple[str, ...]:
        """The values of a row, one a column, as recorded."""
        raise NotImplementedError

    def row_is_marked(self, row: int) -> bool:
        """Whether a row is marked."""
        return False

    def row_style(self, row: int) -> Style | None:
        """How the last shown column of a row is drawn, where it has a style of its own."""
        return None

    def row_styles(self, row: int) -> Mapping[int, Style]:
        """How single columns of a row are drawn; the third as `row_style` says."""
        own = self.row_style(row)
        return {} if own is None else {2: own}

    # -- for the screens ----------------------------------------------------------------------

    def rows_changed(self, cursor: int | None = None) -> None:
        """The rows are others now; the cursor goes to `cursor`, or stays as near as it can."""
        count = self.row_count()
        wanted = self.cursor if cursor is None else cursor
        self.cursor = max(0, min(wanted, count - 1))
        self.virtual_size = Size(self.size.width, count + self.header)
        self._keep_in_sight()
        self.refresh()

    def refresh_row(self, row: int) -> None:
        """Draws one row again, if it is in sight."""
        y = row + self.header - self.scroll_offset.y
        if self.header <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # -- keys ---------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Moves the cursor by some rows."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Moves the cursor by a page."""
        self.move_to(self.cursor + by * max(1, self.size.height - self.header - 1))

    def action_first(self) -> None:
        """Moves the cursor to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Moves the cursor to the last row."""
        self.move_to(self.row_count() - 1)

    def action_choose(self) -> None:
        """Says that the row under the cursor was chosen."""
        if self.row_count():
            self.post_message(self.Chosen(self))

    def move_to(self, row: int) -> None:
        """Moves the cursor to a row, or as near as there is one."""
        row = max(0, min(row, self.row_count() - 1))
        if row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        if not self._keep_in_sight():
            self.refresh_row(before)
            self.refresh_row(row)
        self.post_message(self.Moved(self))

    def on_click(self, event: Click) -> None:
        """A click puts the cursor on a row; on the row under the cursor it chooses it."""
        row = event.y - self.header + self.scroll_offset.y
        if event.y < self.header or not 0 <= row < self.row_count():
            return
        if row == self.cursor:
            self.action_choose()
        else:
            self.move_to(row)

    # -- drawing ------------------------------------------------------------------------------

    def on_resize(self, event: Resize) -> None:
        """Another size: the same rows, drawn anew."""
        self.rows_changed()

    def _keep_in_sight(self) -> bool:
        """Scrolls so that the cursor is seen; whether that was needed."""
        top, room = self.scroll_offset.y, max(1, self.size.height - self.header)
        wanted = min(max(top, self.cursor - room + 1), self.cursor)
        if wanted == top:
            return False
        self.scroll_to(y=wanted, animate=False, immediate=True)
        return True

    def on_focus(self) -> None:
        """The cursor's mark goes from the other table of a screen, if there is one, to this."""
        for table in self.screen.query(RowTable):
            table.refresh_row(table.cursor)

    def render_lines(self, crop: Region) -> list[Strip]:
        self._plain = self.rich_style  # looked up once, not for each line
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        layout = widths(self.columns, width - GUTTER)
        if y < self.header:
            titles = tuple(text.plain(column.title) for column in self.columns)
            style = self.get_component_rich_style("row--header")
            return Strip([Segment(text.cell(_line("", titles, layout), width), style)], width)
        row = y - self.header + self.scroll_offset.y
        if row >= self.row_count():
            return Strip.blank(width, self._plain)
        gutter = "*" if self.row_is_marked(row) else " "
        cells = self.row_cells(row)
        if row == self.cursor:
            style = self.get_component_rich_style("row--cursor")
            # Of two tables on a screen, keys are for one.
            mark = "›" if self.has_focus or not _is_elsewhere(self.screen.focused) else " "
            return Strip(
                [Segment(text.cell(_line(f"{mark}{gutter}", cells, layout), width), style)], width
            )
        drawn = _line(f" {gutter}", cells, layout)
        own = self.row_styles(row)
        if not own:
            return Strip([Segment(text.cell(drawn, width), self._plain)], width)
        return _styled(drawn, layout, self._plain, own, width)


def _is_elsewhere(focused: Widget | None) -> bool:
    """Whether it is another table that the keys are for."""
    return isinstance(focused, RowTable)


@lru_cache(maxsize=1_024)
def _line(gutter: str, cells: tuple[str, ...], layout: tuple[int, ...]) -> str:
    drawn = " ".join(
        text.cell(value, size) for value, size in zip(cells, layout, strict=True) if size
    )
    return f"{gutter:<{GUTTER}}{drawn}"


def _styled(
    drawn: str, layout: tuple[int, ...], style: Style, own: Mapping[int, Style], width: int
) -> Strip:
    """A row some of whose columns, if they are shown, have a style of their own."""
    rest = Strip([Segment(text.cell(drawn, width), style)], width)
    parts: list[Strip] = []
    start, done = GUTTER, 0
    for place, size in enumerate(layout):
        if size and place in own:
            before, cell, rest = rest.divide([start - done, start - done + size, width - done])
            segment = Segment(text.cell(cell.text, size), style + own[place])
            parts += [before, Strip([segment], size)]
            done = start + size
        start += size + 1 if size else 0
    return Strip.join([*parts, rest])
