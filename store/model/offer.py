"""Offers: reusable text and link that ask for delegated administration."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document

if TYPE_CHECKING:
    from store.model.subscription import Subscription
    from store.model.template import Template


class Kind(StrEnum):
    """What is offered; the last two may include delegated administration."""

    DELEGATED = "delegated"
    TRIAL = "trial"
    PURCHASE = "purchase"


KIND_NAMES = {
    Kind.DELEGATED: N_("Delegated administration offer"),
    Kind.TRIAL: N_("Trial invitation"),
    Kind.PURCHASE: N_("Purchase offer"),
}


def offer_label(kind: Kind, name: str = "") -> Message:
    """What an offer is called in a sentence: its kind, and its name where it has one."""
    if not name:
        return msg(KIND_NAMES[kind])
    return msg("{kind} “{name}”", kind=msg(KIND_NAMES[kind]), name=name)


class Offer(NamedTuple):
    """One kind of offer as recorded.

    `link` is what the operator pasted. `delegation` says whether a trial invitation or purchase
    offer includes delegated administration; the delegated administration offer always does. A
    `name` tells several of a kind apart; the plain one has none. `made_of` is its template as
    stored. `office` of the partner, usage `location` (two letters of ISO 3166) and
    `subscriptions` are of trial invitations, which are for one, and of purchase offers.
    """

    kind: Kind
    link: str = ""
    summary_id: str = ""
    delegation: bool = True
    id: int = 0
    rev: int = 0
    name: str = ""
    made_of: object = None
    office: str = ""
    location: str = ""
    subscriptions: tuple[Subscription, ...] = ()

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Offer:
        """The offer in a stored document."""
        kind = document.choice(Kind, document.text(found, "kind"), Kind.DELEGATED)
        return cls(
            kind,
            document.text(found, "link"),
            document.text(found, "summary_id"),
            kind is Kind.DELEGATED or found.get("delegation") is not False,
            key,
            document.number(found, "rev") or 0,
            document.text(found, "name"),
            found.get("template"),
            document.text(found, "office"),
            document.text(found, "location"),
            subscriptions_of(found),
        )

    @property
    def template(self) -> Template:
        """What a relationship is made of where each customer gets a link of its own."""
        from store.model.template import Template

        return Template.from_document(self.made_of)


def subscriptions_of(found: Mapping[str, Any]) -> tuple[Subscription, ...]:
    """The subscriptions of a stored offer or invitation; most have none, and need nothing more."""
    if not found.get("subscriptions"):
        return ()
    from store.model.subscription import subscriptions_in

    return subscriptions_in(found)
