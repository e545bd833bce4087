"""The way to one customer: the same in the breadcrumbs of every screen that is about it."""

from __future__ import annotations

from store.message import N_
from tui import text
from tui.screens.base import DeskScreen

_LISTS = {
    "overview": N_("Partner overview"),
    "business": N_("Build your business"),
    "follow-up": N_("Follow-up"),
}


def list_of(screen: DeskScreen) -> str:
    """The list that a screen was reached from, else that of the home screen."""
    app = screen.desk_app
    name = _LISTS.get(app.current_mode) or _LISTS.get(app.home) or _LISTS["business"]
    return text.plain(name)


def way_to(screen: DeskScreen, customer: int) -> tuple[str, str]:
    """The list that a customer stands in, and what the customer is called."""
    found = screen.session.view.customer(customer)
    return list_of(screen), found.label if found else "?"
