"""Copying one field of a customer, or of something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from store.message import N_, Message, msg
from store.model.customer import FIELD_NAMES
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import choose

if TYPE_CHECKING:
    from store.actions.acting.portals import Portal

_FIELDS = ("name", "domain", "microsoft_id", "contact", "alias")


async def copy_field(screen: DeskScreen, key: int, portals: Sequence[Portal] = ()) -> None:
    """Asks which field of a customer to copy, or the address of which of its portals."""
    customer = screen.session.view.customer(key)
    if customer is None:
        screen.say(N_("This customer is no longer there."), error=True)
        return
    values = {field: str(getattr(customer, field)) for field in _FIELDS}
    consent = screen.session.view.consent(key, screen.session.today)
    names: dict[str, Message | str] = {field: FIELD_NAMES[field] for field in _FIELDS}
    if consent.invitation and consent.invitation.link:
        values["link"], names["link"] = consent.invitation.link, N_("Link")
    for place, portal in enumerate(portals):
        field = f"portal {place}"
        values[field], names[field] = portal.url, msg("{raw}", raw=portal.name)
    await copy_one(screen, values, names)


async def copy_one(
    screen: DeskScreen, values: Mapping[str, str], names: Mapping[str, Message | str]
) -> None:
    """Asks which of some values to copy, and copies it; empty ones are left out."""
    options = [
        (field, text.join((text.say(names[field], "dim"), text.data("  "), text.data(value))))
        for field, value in values.items()
        if value
    ]
    wanted = await choose(screen, N_("Copy what?"), options)
    if wanted:
        screen.copy(values[wanted])
