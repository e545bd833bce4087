"""Offers: reusable text and link that ask for delegated administration."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document
from store.model.links import classic_link, is_granular, why_not
from store.model.partner import Cloud, Partner
from store.model.subscription import Subscription, subscriptions_in

if TYPE_CHECKING:
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
            subscriptions_in(found),
        )

    @property
    def template(self) -> Template:
        """What a relationship is made of where each customer gets a link of its own."""
        from store.model.template import Template

        return Template.from_document(self.made_of)


def link_of(offer: Offer, partner: Partner) -> str:
    """The offer's reusable link; empty while it has to be pasted.

    A link that was taken for another cloud or tenant counts as missing. Worldwide the classic
    link of the delegated administration offer follows from the tenant id.
    """
    if offer.link and why_not(offer.link, partner) is None:
        return offer.link
    if offer.kind is Kind.DELEGATED and partner.cloud is Cloud.WORLDWIDE and partner.tenant:
        return classic_link(partner.tenant)
    return ""


def link_for(offer: Offer, partner: Partner, own: str = "") -> str:
    """The link of a letter: the customer's own while it may stand in one, else the reusable one.

    Empty while it is missing. What a letter shows and what is recorded as given is decided here.
    """
    return own if own and why_not(own, partner) is None else link_of(offer, partner)


def what_microsoft_offers(link: str, offer: Offer, partner: Partner) -> Message | None:
    """What an operator should know today about a letter with this link."""
    if offer.kind is not Kind.DELEGATED or partner.cloud is Cloud.CHINA or is_granular(link):
        return None
    if partner.cloud is Cloud.PRACTICE:
        return msg("Practice: this link leads nowhere.")
    return msg(
        "Since 2023 Microsoft gives no new access through this reusable link. Make each customer a "
        "link of its own: m here, or partnerdesk offer prepare."
    )
