"""The link that stands in a letter."""

from __future__ import annotations

from store.message import Message, msg
from store.model.links import classic_link, is_granular, why_not
from store.model.offer import Kind, Offer
from store.model.partner import Cloud, Partner


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


def way_to_own_link(partner: Partner, customer: str = "C…") -> Message:
    """How a customer gets a link of its own: made here, where an app is registered, or kept."""
    if partner.client_id or partner.cloud is Cloud.PRACTICE:
        return msg(
            "Make links (m) in Follow-up or a list of customers, or {command}",
            command=f"partnerdesk offer prepare {customer}",
        )
    return msg(
        "in Partner Center; then enter and l on the customer keep it, or {command}",
        command=f"partnerdesk offer give {customer} --link URL",
    )


def what_microsoft_offers(link: str, offer: Offer, partner: Partner) -> Message | None:
    """What an operator should know today about a letter with this link."""
    if offer.kind is not Kind.DELEGATED or partner.cloud is Cloud.CHINA or is_granular(link):
        return None
    if partner.cloud is Cloud.PRACTICE:
        return msg("Practice: this link leads nowhere.")
    return msg(
        "Since 2023 Microsoft gives no new access through this reusable link. Make each customer a "
        "link of its own: {way}.",
        way=way_to_own_link(partner),
    )
