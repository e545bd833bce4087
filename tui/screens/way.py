"""The way to one customer: the same in the breadcrumbs of every screen that is about it."""

from __future__ import annotations

from store.message import N_
from tui import text
from tui.screens.base import DeskScreen


def way_to(screen: DeskScreen, customer: int) -> tuple[str, str]:
    """The list that a customer stands in, and what the customer is called."""
    found = screen.session.view.customer(customer)
    overview = screen.desk_app.current_mode == "overview"
    home = N_("Partner overview") if overview else N_("Build your business")
    return text.plain(home), found.label if found else "?"
