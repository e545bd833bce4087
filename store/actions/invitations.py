"""Invitations as documents: what a new one is made of, and which one a letter is about."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from store.model.consent import State, consent_in
from store.model.customer import Customer
from store.model.invitation import How, Invitation
from store.model.letter_link import link_for
from store.model.offer import Kind, Offer
from store.view import INVITATIONS, View

_ARCHIVED = {"archived": "?"}


def new_invitation(customer: Customer, kind: Kind, *, delegation: bool) -> dict[str, Any]:
    """The document of an invitation that nobody got yet."""
    return {
        "customer": customer.id,
        "kind": kind.value,
        "delegation": delegation,
        "language": customer.language,
        "link": "",
        "granular": False,
        "made": "",
        "days": None,
        "auto_extend": False,
        "events": [],
    }


def earlier_invitation(customer: Customer, answer: dict[str, Any]) -> dict[str, Any]:
    """An invitation that was given outside this desk, for an answer that is recorded here."""
    given = {
        **{name: answer[name] for name in ("on", "at", "by")},
        "what": "given",
        "how": How.EARLIER.value,
    }
    return {
        **new_invitation(customer, Kind.DELEGATED, delegation=True),
        "events": [given, answer],
    }


class AtHand(NamedTuple):
    """How many customers have a link of their own that nobody gave them, or one on its way."""

    ready: int
    begun: int


def links_at_hand(view: View, today: date) -> AtHand:
    """Counts the links that were made and not given, and those that are not finished."""
    ready, begun = set(), set()
    for key, row in view.tables.table(INVITATIONS).items():
        if row.get("events") or not (row.get("preparing") or row.get("granular") is True):
            continue
        invitation = Invitation.from_document(key, row)
        if view.customers.get(invitation.customer, _ARCHIVED).get("archived"):
            continue
        if invitation.preparing:
            begun.add(invitation.customer)
        elif not invitation.is_of(view.partner):
            continue
        elif invitation.answer_by and today <= invitation.answer_by:
            ready.add(invitation.customer)
    return AtHand(len(ready), len(begun))


class Asked(NamedTuple):
    """What a letter to one customer asks with.

    `link` is empty while it is missing; `invitation` is the one that the letter is about, if
    there is one already.
    """

    link: str
    invitation: Invitation | None = None


def asked_with(view: View, customer: int, offer: Offer, today: date) -> Asked:
    """The link of a letter to this customer, and whose invitation it is: what giving it records.

    An invitation is used as long as it can be answered, asks for the same, and its link may still
    stand in a letter; a customer's own link is for the delegated administration offer alone. That
    offer is one whatever its name, which only says what relationships are made of.
    """
    partner = view.partner
    for invitation in reversed(view.invitations(customer)):
        if invitation.kind is not offer.kind or invitation.delegation is not offer.delegation:
            continue
        if offer.kind is not Kind.DELEGATED and (
            invitation.offer.casefold() != offer.name.casefold()
        ):
            continue
        if not _is_open(invitation, today) or not invitation.is_of(partner):
            continue
        own = ""
        if invitation.granular:
            if offer.kind is not Kind.DELEGATED:
                continue
            own = invitation.link
        link = link_for(offer, partner, own)
        if link and link == invitation.link:
            return Asked(link, invitation)
    return Asked(link_for(offer, partner))


def _is_open(invitation: Invitation, today: date) -> bool:
    """Whether it is a draft or waiting, and its link can still be answered."""
    if invitation.is_draft:
        return invitation.answer_by is None or today <= invitation.answer_by
    return consent_in(invitation, today).state is State.WAITING
