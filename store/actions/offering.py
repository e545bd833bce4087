"""Whether an offer may be given at all, as the keys ask before anything is painted."""

from __future__ import annotations

from store.errors import NotFound
from store.message import Message, msg
from store.model.access import why_no_trials
from store.model.offer import Kind, Offer, offer_label
from store.model.partner import Certified, why_not_certified
from store.operator import Operator
from store.view import View


def forbidden(view: View, kind: Kind, operator: Operator, name: str = "") -> Message | None:
    """Which rule keeps this operator from an offer of this kind, if one does.

    Whatever is given as this offer asks for delegation exactly where the offer does (`asked_with`),
    so the offer alone says whether the partner has to be certified.
    """
    partner, offer = view.partner, view.offer(kind, name)
    reason = why_not_certified(partner) if offer.delegation else None
    if reason is None and kind is not Kind.DELEGATED:
        mapped = operator.member(partner)
        reason = why_no_trials(view.member(mapped), mapped)
    return reason


def unready(view: View, kind: Kind, name: str = "") -> Message | None:
    """What has to be said about the partner first, if anything."""
    if not view.partner.is_set:
        return msg("The partner is not set yet.")
    if view.offer(kind, name).delegation and view.partner.certified is Certified.UNANSWERED:
        return msg(
            "It is not said yet whether the partner is certified to offer delegated administration."
        )
    return None


def is_there(view: View, kind: Kind, name: str = "") -> bool:
    """Whether there is an offer of this name; without one the plain offer is meant."""
    return not name.strip() or bool(view.offer(kind, name.strip()).id)


def named(view: View, kind: Kind, name: str = "") -> Offer:
    """The offer of this kind and name, in any case; the plain one for none. Raises `NotFound`."""
    offer = view.offer(kind, name.strip())
    if not is_there(view, kind, name):
        known = ", ".join(found.name for found in view.offers_of(kind) if found.name)
        raise NotFound(
            msg("No {kind} is called {name}.", kind=offer_label(kind), name=name),
            todo=msg("There are {names}.", names=known)
            if known
            else msg("See: {command}", command="partnerdesk offer list"),
        )
    return offer
