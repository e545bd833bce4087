"""Named offers: which roles, for how long, and what the relationships are called."""

from __future__ import annotations

from typing import Any

from store.actions.fields import through_the_door
from store.desk import Desk, Receipt
from store.errors import BadInput, NotFound
from store.message import N_, Message, msg
from store.model.offer import Kind, Offer
from store.model.template import Template
from store.view import OFFERS, View
from store.work import Tables


def named(view: View, name: str) -> Offer:
    """The offer of this name, in any case; the plain one for none. Raises `NotFound`."""
    offer = view.offer(Kind.DELEGATED, name.strip())
    if name.strip() and not offer.id:
        known = ", ".join(found.name for found in view.offers_of(Kind.DELEGATED) if found.name)
        raise NotFound(
            msg("No offer is called {name}.", name=name),
            todo=msg("There are {names}.", names=known)
            if known
            else msg("Make one: {command}",
                     command=f"partnerdesk offer template '{name.strip()}' --preset full"),
        )  # fmt: skip
    return offer


def save(desk: Desk, name: str, template: Template, rev: int | None = None) -> Receipt:
    """Keeps an offer under a name; "" is the plain one. Raises `BadInput` or `Conflict`."""
    kept, note = through_the_door("name", N_("Name"), name)

    def work(tables: Tables) -> Message:
        partner = tables.view.partner
        made: dict[str, Any] = {"template": template.checked(partner.limited_as).as_document()}
        offer = tables.view.offer(Kind.DELEGATED, kept)
        shown = kept or msg("Delegated administration offer")
        if offer.id:
            tables.at_rev(OFFERS, offer.id, rev, shown)
            tables.offers.update(made, doc_ids=[offer.id])
        else:
            tables.offers.insert(
                {"kind": Kind.DELEGATED.value, "name": kept, "link": "", "summary_id": "", **made}
            )
        return msg("Saved the offer {name}.", name=shown)

    return desk.transaction("offers.template", work).with_notes(note)


def remove(desk: Desk, name: str) -> Receipt:
    """Takes a named offer away; the relationships that were made of it stay."""

    def work(tables: Tables) -> Message:
        offer = named(tables.view, name)
        if not offer.name:
            raise BadInput(msg("The plain offer cannot be removed."), field="name")
        tables.offers.remove(doc_ids=[offer.id])
        return msg("Removed the offer {name}.", name=offer.name)

    return desk.transaction("offers.template", work)
