"""One of many things, found by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.message import N_
from tui import text
from tui.screens.dialog import Dialog
from tui.screens.keyed import Keyed
from tui.widgets.row_table import Column, RowTable

_MOST_ROWS = 10


class Offered(NamedTuple):
    """One row to choose: what it is known by, and what stands in its columns."""

    key: str
    cells: tuple[str, ...]


class PickTable(RowTable):
    """The rows that hold all the words that were typed."""

    header = 0

    def __init__(self, columns: tuple[Column, ...], rows: Sequence[Offered]) -> None:
        super().__init__(id="offered")
        self.can_focus = False
        self.columns = columns
        self.rows = self.all_rows = tuple(rows)

    def filter(self, words: str) -> None:
        """Shows the rows that hold all of some words."""
        wanted = words.casefold().split()
        self.rows = tuple(
            row
            for row in self.all_rows
            if all(word in " ".join(row.cells).casefold() for word in wanted)
        )
        self.rows_changed(0)

    def row_count(self) -> int:
        return len(self.rows)

    def row_cells(self, row: int) -> tuple[str, ...]:
        return self.rows[row].cells

    @property
    def under_cursor(self) -> Offered | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None


class Pick(Dialog[str]):
    """Typing narrows the list, enter takes what is under the cursor, esc nothing."""

    KEYS = "pick"
    AUTO_FOCUS = "#words"

    def __init__(
        self, heading: Content, columns: tuple[Column, ...], rows: Sequence[Offered]
    ) -> None:
        super().__init__()
        self.heading = heading
        self.columns = columns
        self.rows = rows

    def body(self) -> ComposeResult:
        yield Static(text.made(self.heading), classes="title")
        field = Input(placeholder=text.plain(N_("Type to narrow the list")), id="words",
                      compact=True)  # fmt: skip
        field.cursor_blink = False
        yield field
        yield PickTable(self.columns, self.rows)

    @property
    def table(self) -> PickTable:
        """The list's rows."""
        return self.query_one(PickTable)

    def on_mount(self) -> None:
        self.table.styles.height = min(len(self.rows), _MOST_ROWS)

    @on(Input.Changed, "#words")
    def _narrow(self, event: Input.Changed) -> None:
        self.table.filter(event.value)

    @on(Input.Submitted, "#words")
    @on(PickTable.Chosen, "#offered")
    def do_pick(self) -> None:
        """Takes what is under the cursor."""
        found = self.table.under_cursor
        if found is None:
            self.say(N_("Nothing in the list is called so."), error=True)
        else:
            self.dismiss(found.key)

    def key_up(self) -> None:
        """The row above."""
        self.table.action_move(-1)

    def key_down(self) -> None:
        """The row below."""
        self.table.action_move(1)

    def key_pageup(self) -> None:
        """A page up."""
        self.table.action_page(-1)

    def key_pagedown(self) -> None:
        """A page down."""
        self.table.action_page(1)


async def pick(
    screen: Keyed[Any], heading: Content, columns: tuple[Column, ...], rows: Sequence[Offered]
) -> str | None:
    """Asks which of many; `None` if none."""
    return await screen.app.push_screen_wait(Pick(heading, columns, rows))
