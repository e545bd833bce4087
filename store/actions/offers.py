"""Offers: their links, their letters, and giving them to customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from store.actions.fields import through_the_door
from store.actions.invitations import asked_with, new_invitation
from store.actions.offering import forbidden, unready
from store.desk import Desk, Receipt
from store.errors import BadInput, NotAllowed
from store.message import N_, Message, msg, nmsg
from store.model import document, links
from store.model.consent import State, consent_in
from store.model.customer import Customer
from store.model.invitation import ANSWER_DAYS, LONGEST_DAYS, How
from store.model.offer import KIND_NAMES, Kind, Offer
from store.model.partner import Partner
from store.view import INVITATIONS, OFFERS, View
from store.work import Tables


class OwnLink(NamedTuple):
    """A granular link for one customer, as pasted: finalised on `made`, for `days` days."""

    link: str
    made: date
    days: int | None = None
    auto_extend: bool = False


# -- links ------------------------------------------------------------------------------------


def set_offer(
    desk: Desk,
    kind: Kind,
    *,
    link: str | None = None,
    summary_id: str | None = None,
    delegation: bool | None = None,
    rev: int | None = None,
) -> Receipt:
    """Keeps the reusable link of an offer, its Summary ID, and whether it asks for delegation."""
    changes: dict[str, Any] = {}
    if summary_id is not None:
        changes["summary_id"], _ = through_the_door("summary_id", N_("Summary ID"), summary_id)
    if delegation is not None:
        if kind is Kind.DELEGATED and not delegation:
            raise BadInput(
                msg("The delegated administration offer always asks for it."), field="delegation"
            )
        changes["delegation"] = delegation

    def work(tables: Tables) -> Message:
        if link is not None:
            changes["link"] = _reusable(link, tables.view.partner) if link.strip() else ""
        offer = tables.view.offer(kind)
        if offer.id:
            tables.at_rev(OFFERS, offer.id, rev, msg(KIND_NAMES[kind]))
            tables.offers.update(changes, doc_ids=[offer.id])
        else:
            tables.offers.insert({"kind": kind.value, "link": "", "summary_id": "", **changes})
        return msg("Saved the {offer}.", offer=msg(KIND_NAMES[kind]))

    return desk.transaction("offers.set", work)


def set_own_link(desk: Desk, key: int, own: OwnLink) -> Receipt:
    """Keeps the granular link that was made in Partner Center for one customer."""

    def work(tables: Tables) -> Message:
        customer = _customer(tables.view, key)
        _draft(tables, customer, own)
        return msg("Kept the link of {name}; its letter uses it.", name=customer.label)

    return desk.transaction("offers.link", work)


def _reusable(link: str, partner: Partner) -> str:
    link = links.checked(link, partner)
    if links.is_granular(link):
        raise BadInput(
            msg("This granular link belongs to one customer."),
            field="link",
            todo=msg("Paste it into that customer's invitation instead."),
        )
    return link


def _own(own: OwnLink, partner: Partner, today: date) -> dict[str, Any]:
    link = links.checked(own.link, partner)
    if not links.is_granular(link):
        raise BadInput(
            msg("This link is not a customer's own."),
            field="link",
            todo=msg("A granular link from Partner Center has /granularAdminRelationships/ in it."),
        )
    if own.made > today:
        raise BadInput(msg("The link cannot have been finalised in the future."), field="made")
    if (today - own.made).days >= ANSWER_DAYS:
        raise BadInput(
            msg("Day {days} of a link that was finalised on {day} has passed.",
                days=ANSWER_DAYS, day=own.made.isoformat()),
            field="made",
            todo=msg("It cannot be answered any more. Make a new one in Partner Center."),
        )  # fmt: skip
    if own.days is not None and not 1 <= own.days <= LONGEST_DAYS:
        raise BadInput(
            msg("A relationship lasts from 1 to {most} days.", most=LONGEST_DAYS), field="days"
        )
    return {
        "link": link,
        "partner": partner.tenant,
        "granular": True,
        "delegation": True,
        "made": own.made.isoformat(),
        "days": own.days,
        "auto_extend": own.auto_extend,
    }


def _draft(tables: Tables, customer: Customer, own: OwnLink) -> int:
    """The customer's invitation that was not given yet, with this link of its own."""
    fields = _own(own, tables.view.partner, tables.today)
    for key in tables.view.invitations_by_link(fields["link"]):
        owner = document.number(tables.view.tables.table(INVITATIONS)[key], "customer") or 0
        if owner != customer.id:
            other = tables.view.customer(owner)
            raise BadInput(
                msg(
                    "{name} has this link already, and a granular link is for one customer.",
                    name=other.label if other else "?",
                ),
                field="link",
            )
    for invitation in tables.view.invitations(customer.id):
        if invitation.kind is not Kind.DELEGATED or invitation.preparing:
            continue  # where it is preparing, its own relationship is being made
        if invitation.is_draft:
            tables.invitations.update(fields, doc_ids=[invitation.id])
            return invitation.id
        if links.relationship(invitation.link) == links.relationship(fields["link"]):
            state = consent_in(invitation, tables.today).state
            if state not in (State.WAITING, State.LAPSED):
                raise BadInput(
                    msg("{name} has answered this link already.", name=customer.label),
                    field="link",
                    todo=msg("A link is for one answer; make another in Partner Center."),
                )
            tables.invitations.update(fields, doc_ids=[invitation.id])
            return invitation.id
    return tables.invitations.insert(
        {**new_invitation(customer, Kind.DELEGATED, delegation=True), **fields}
    )


# -- giving -----------------------------------------------------------------------------------


def give(
    desk: Desk,
    customers: Iterable[int],
    kind: Kind,
    how: How,
    *,
    language: str = "en",
    own: OwnLink | None = None,
) -> Receipt:
    """Records that customers got an offer today: one invitation each, all or none.

    A customer that is still waiting on the same link gets the same invitation once more, so its
    days go on counting. `own` brings the link of one customer. Raises `NotAllowed` or `BadInput`.
    """
    keys = list(dict.fromkeys(customers))

    def work(tables: Tables) -> Message:
        reason = forbidden(tables.view, kind, tables.operator) or unready(tables.view, kind)
        if reason:
            raise NotAllowed(
                msg("The {offer} cannot be given: {reason}", offer=msg(KIND_NAMES[kind]),
                    reason=reason),
                todo=msg("See Partner, or: {command}", command="partnerdesk partner show"),
            )  # fmt: skip
        if own and len(keys) != 1:
            raise BadInput(msg("A granular link is for one customer."), field="link")
        if own and kind is not Kind.DELEGATED:
            raise BadInput(
                msg("A granular link is for the delegated administration offer only."),
                field="link",
                todo=msg("Give that offer with it, or leave the link out."),
            )
        found = [_customer(tables.view, key) for key in keys]
        event = {
            "what": "given",
            "on": tables.today.isoformat(),
            "at": tables.now,
            "by": tables.operator.name,
            "how": how.value,
        }
        offer = tables.view.offer(kind)
        for customer in found:
            key = _draft(tables, customer, own) if own else None
            _give_one(tables, customer, offer, event, key, language)
        if len(found) == 1:
            return msg(
                "Recorded the {offer} as given to {name}.",
                offer=msg(KIND_NAMES[kind]),
                name=found[0].label,
            )
        return nmsg(
            "Recorded the {offer} as given to {count} customer.",
            "Recorded the {offer} as given to {count} customers.",
            len(found),
            offer=msg(KIND_NAMES[kind]),
        )

    return desk.transaction("offers.give", work)


def _give_one(
    tables: Tables,
    customer: Customer,
    offer: Offer,
    event: dict[str, Any],
    draft: int | None,
    language: str,
) -> None:
    asked = asked_with(tables.view, customer.id, offer, tables.today)
    spoken = customer.language or language
    if draft is None and asked.invitation:
        draft = asked.invitation.id
    if draft is not None:

        def once_more(found: Any) -> None:
            found["events"] = [*document.listed(found, "events"), event]
            found["language"] = spoken

        tables.invitations.update(once_more, doc_ids=[draft])
        return
    if not asked.link:
        raise BadInput(
            msg("{name}: there is no link to give yet.", name=customer.label),
            field="link",
            todo=msg("Paste it first: e in the letter, or partnerdesk offer set --link."),
        )
    tables.invitations.insert(
        {
            **new_invitation(customer, offer.kind, delegation=offer.delegation),
            "link": asked.link,
            "language": spoken,
            "events": [event],
        }
    )


def _customer(view: View, key: int) -> Customer:
    found = view.customer(key)
    if found is None:
        raise BadInput(msg("Customer {key} is no longer there.", key=str(key)))
    if found.archived:
        raise BadInput(
            msg("{name} is archived.", name=found.label), todo=msg("Bring it back first.")
        )
    return found
