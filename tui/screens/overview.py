"""Partner overview: for partners with a hundred customers or more."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from store.message import N_
from tui import text
from tui.screens.customer_list import CustomerListScreen
from tui.widgets.customer_table import CustomerTable

_SETTLED = 0.15
"""Seconds that the cursor rests before the detail pane follows: a held key sends less."""


class OverviewScreen(CustomerListScreen):
    """All customers with their consent; in bulk, with search."""

    KEYS = "overview"

    def __init__(self) -> None:
        super().__init__()
        self._settling: Timer | None = None

    def body(self) -> ComposeResult:
        yield Static(id="detail")
        yield from self.list_widgets()

    def crumbs(self) -> tuple[str, ...]:
        return (
            text.plain(N_("Partner overview")),
            text.plain(N_("Send delegated administration offers")),
        )

    def refresh_view(self, customers: set[int] | None = None) -> None:
        super().refresh_view(customers)
        self._show_detail()

    @on(CustomerTable.Moved, "#customers")
    def _follow_cursor(self) -> None:
        if not self.has_class("-wide"):
            return
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, self._show_detail)

    def _show_detail(self) -> None:
        if self.is_mounted and self.has_class("-wide"):
            from tui.widgets.customer_detail import detail

            key = self.table.under_cursor
            shown = text.nothing() if key is None else detail(self.session, key)
            self.query_one("#detail", Static).update(text.made(shown))

    def on_resize(self) -> None:
        """The pane appears or goes with the width."""
        self.call_after_refresh(self._show_detail)
