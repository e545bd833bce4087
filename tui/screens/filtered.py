"""Screens with a list that is filtered while one types."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from tui.screens.base import DeskScreen
from tui.widgets.row_table import RowTable


class FilteredScreen(DeskScreen):
    """`/` opens a field above the list, what is typed there filters it, esc ends the filter.

    `filter_text` is what the list is filtered by; `filter_changed` shows it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.filter_text = ""

    @property
    def table(self) -> RowTable:
        """The list's rows."""
        raise NotImplementedError

    def filter_changed(self) -> None:
        """Shows what matches the filter."""
        raise NotImplementedError

    async def do_filter(self) -> None:
        """Opens the field; it is made when it is wanted first."""
        fields = self.query("#filter").results(Input)
        field = next(iter(fields), None) or await self._make_field()
        field.display = True
        self.set_focus(field)

    async def _make_field(self) -> Input:
        field = Input(id="filter", compact=True)
        field.cursor_blink = False
        await self.query_one("#body").mount(field, before=self.table)
        return field

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        if event.value.strip() != self.filter_text:
            self.filter_text = event.value.strip()
            self.filter_changed()

    @on(Input.Submitted, "#filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.input.display = bool(self.filter_text)
        self.table.focus()

    def end_filter(self) -> bool:
        """Shows everything again; whether there was a filter to end."""
        shown = [field for field in self.query("#filter").results(Input) if field.display]
        if not shown and not self.filter_text:
            return False
        self.filter_text = ""
        for field in shown:
            field.value = ""
            field.display = False
        self.set_focus(self.table)
        self.filter_changed()
        return True
