"""The way to one customer: the same in the breadcrumbs of every screen that is about it."""

from __future__ import annotations

from store.message import N_
from tui import text
from tui.screens.base import DeskScreen

_HOMES = {"overview": N_("Partner overview"), "follow-up": N_("Follow-up")}


def way_to(screen: DeskScreen, customer: int) -> tuple[str, str]:
    """The list that a customer stands in, and what the customer is called."""
    found = screen.session.view.customer(customer)
    home = _HOMES.get(screen.desk_app.current_mode, N_("Build your business"))
    return text.plain(home), found.label if found else "?"
