"""The fields of an offer out of what was typed, each by its own rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from store.actions.fields import through_the_door
from store.clean import is_visible
from store.errors import BadInput
from store.message import N_, Message, msg
from store.model import locations
from store.model.offer import Kind, Offer
from store.model.subscription import (
    MOST_LICENCES,
    MOST_SUBSCRIPTIONS,
    TRIAL_LICENCES,
    Subscription,
)

SUBSCRIPTION = N_("Subscription")


def plain_fields(
    kind: Kind,
    *,
    summary_id: str | None = None,
    delegation: bool | None = None,
    office: str | None = None,
    location: str | None = None,
    subscriptions: Iterable[Subscription] | None = None,
) -> tuple[dict[str, Any], list[Message]]:
    """What changes in an offer's document, and notes; the link is not among it.

    `None` leaves a field as it is. Raises `BadInput`, which names the field.
    """
    made: dict[str, Any] = {}
    notes: list[Message | None] = []
    if kind is Kind.DELEGATED:
        _refuse_terms(delegation, office, location, subscriptions)
    if summary_id is not None:
        made["summary_id"], note = through_the_door("summary_id", N_("Summary ID"), summary_id)
        notes.append(note)
    if delegation is not None:
        made["delegation"] = delegation
    if office is not None:
        made["office"], note = through_the_door("office", N_("Partner office"), office)
        notes.append(note)
    if location is not None:
        made["location"], _ = through_the_door(
            "location", N_("Usage location"), location, locations.location
        )
    if subscriptions is not None:
        kept, said = checked(kind, list(subscriptions))
        made["subscriptions"] = [one.as_document() for one in kept]
        notes += said
    return made, [note for note in notes if note]


def checked(
    kind: Kind, subscriptions: list[Subscription]
) -> tuple[list[Subscription], list[Message | None]]:
    """The subscriptions of one offer, cleaned, and notes on that.

    None at all is taken too, to be filled in later. Raises `BadInput`.
    """
    most = 1 if kind is Kind.TRIAL else MOST_SUBSCRIPTIONS
    if len(subscriptions) > most:
        raise BadInput(
            msg("A trial invitation is for one subscription.")
            if most == 1
            else msg("A purchase offer is for {most} subscriptions at most.", most=most),
            field="subscriptions",
            todo=msg("Make another offer for the others, under a name of its own."),
        )
    found: dict[str, Subscription] = {}
    notes = []
    for place, one in enumerate(subscriptions):
        kept, note = _checked_one(kind, one, place)
        notes.append(note)
        if kept.name.casefold() in found:
            raise BadInput(
                msg("{name} is in the offer twice.", name=kept.name),
                field=subscription_field(place),
                todo=msg("Give the number of its licences once."),
            )
        found[kept.name.casefold()] = kept
    return list(found.values()), notes


def subscription_field(place: int, part: str = "name") -> str:
    """The field of one subscription, the first at 0; errors name it so."""
    return f"subscription.{place}.{part}"


def _checked_one(
    kind: Kind, given: Subscription, place: int
) -> tuple[Subscription, Message | None]:
    name, note = through_the_door(subscription_field(place), SUBSCRIPTION, given.name)
    if not is_visible(name):
        raise BadInput(
            msg("{field} is missing.", field=msg(SUBSCRIPTION)),
            field=subscription_field(place),
            todo=msg("Write its name as Microsoft shows it, as in Microsoft 365 E3."),
        )
    licences = given.licences
    if licences is None and kind is Kind.TRIAL:
        licences = TRIAL_LICENCES
    if licences is None or not 1 <= licences <= MOST_LICENCES:
        raise BadInput(
            msg("{name}: how many licences?", name=name)
            if licences is None
            else msg("{name}: {licences} licences are not offered.", name=name, licences=licences),
            field=subscription_field(place, "licences"),
            todo=msg("Give a number from 1 to {most}.", most=MOST_LICENCES),
        )
    return Subscription(name, licences), note


def _refuse_terms(delegation: bool | None, office: object, location: object, subs: object) -> None:
    """The delegated administration offer is for nothing else."""
    if delegation is False:
        raise BadInput(
            msg("The delegated administration offer always asks for it."), field="delegation"
        )
    for field, value in (("office", office), ("location", location), ("subscriptions", subs)):
        if value:
            raise BadInput(
                msg("The delegated administration offer is for no subscription."),
                field=field,
                todo=msg("Give that to a trial invitation or a purchase offer."),
            )


def given_terms(offer: Offer) -> dict[str, Any]:
    """What an invitation keeps of the offer that is given with it."""
    name = {"offer": offer.name} if offer.name else {}
    if offer.kind is Kind.DELEGATED:
        return name
    return {
        "offer": offer.name,
        "summary_id": offer.summary_id,
        "office": offer.office,
        "location": offer.location,
        "subscriptions": [one.as_document() for one in offer.subscriptions],
    }
