"""Customers and consent as rows of text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from store.message import N_
from store.model.consent import ANSWER_WORDS, STATE_NAMES, Answer, Consent, State, consent_in
from store.model.customer import Customer
from store.model.document import choice
from store.model.invitation import ANSWER_DAYS, HOW_NAMES, Event, How, Invitation
from store.model.offer import offer_label
from tui.language import _, say

if TYPE_CHECKING:
    from store.model.outgoing import Outgoing
    from store.model.touch import Touch


def iso(day: date | None) -> str:
    """A date as everybody sorts it; empty where there is none."""
    return day.isoformat() if day else ""


def state_text(consent: Consent) -> str:
    """The state in words, with the day of waiting."""
    name = _(STATE_NAMES[consent.state])
    if consent.state is State.UNKNOWN:
        return f"{name} ({consent.reported})"
    if consent.state is State.WAITING and consent.day:
        if consent.answer_by:
            return say("{state}, day {day}/{most}", state=name, day=consent.day, most=ANSWER_DAYS)
        return say("{state}, day {day}", state=name, day=consent.day)
    return name


def row_of(customer: Customer, consent: Consent) -> tuple[str, str, str, str, str]:
    """One line of a list: name, domain, consent, since, until."""
    until = consent.answer_by or consent.ends
    return customer.name, customer.domain, state_text(consent), iso(consent.since), iso(until)


def as_record(customer: Customer, consent: Consent) -> dict[str, Any]:
    """A customer as JSON."""
    return {
        "id": customer.id,
        "name": customer.name,
        "domain": customer.domain,
        "microsoft_id": customer.microsoft_id,
        "relationship": customer.relationship,
        "tags": list(customer.tags),
        "alias": customer.alias,
        "language": customer.language,
        "contact": customer.contact,
        "note": customer.note,
        "microsoft_name": customer.microsoft_name or None,
        "archived": customer.archived or None,
        **consent_record(consent),
    }


def consent_record(consent: Consent) -> dict[str, Any]:
    """A consent as JSON."""
    return {
        "state": consent.state.value,
        "reported": consent.reported or None,
        "since": iso(consent.since) or None,
        "day": consent.day,
        "answer_by": iso(consent.answer_by) or None,
        "ends": iso(consent.ends) or None,
    }


def invitation_record(invitation: Invitation, today: date) -> dict[str, Any]:
    """What one offer to a customer was for, and its link, as JSON; a draft was given to nobody."""
    return {
        "kind": invitation.kind.value,
        "offer": invitation.offer or None,
        "given": iso(invitation.given) or None,
        "state": consent_in(invitation, today).state.value,
        "delegation": invitation.delegation,
        "link": invitation.link or None,
        "granular": invitation.granular,
        "answer_by": iso(invitation.answer_by) or None,
        "summary_id": invitation.summary_id or None,
        "office": invitation.office or None,
        "location": invitation.location or None,
        "subscriptions": [one.as_document() for one in invitation.subscriptions],
    }


def own_link(invitation: Invitation, today: date) -> str:
    """A customer's own link that can still be answered, in words; empty where there is none."""
    state = consent_in(invitation, today).state
    if not invitation.granular or not invitation.link:
        return ""
    if not invitation.is_draft and state is not State.WAITING:
        return ""
    said = N_("{link}, given to nobody yet; it can be answered until {day}")
    if not invitation.is_draft:
        said = N_("{link}, which can be answered until {day}")
    return say(said, link=invitation.link, day=iso(invitation.answer_by))


def _terms(invitation: Invitation) -> str:
    """What a trial invitation or purchase offer was for, and Microsoft's number of it."""
    found = [one.label for one in invitation.subscriptions]
    if invitation.summary_id:
        found.append(say("Summary ID {id}", id=invitation.summary_id))
    return ", ".join(found)


_WHAT = {"given": N_("given"), "ended": N_("ended"), "answered": N_("answered")}


def _said(event: Event) -> str:
    """What an event says; a word of Microsoft's that we do not know, as it is."""
    if event.what == "answered":
        return _(ANSWER_WORDS.get(choice(Answer, event.answer, Answer.ENDED), event.answer))
    if event.what != "reported":
        return _(_WHAT.get(event.what, event.what))
    from store.model.relationship import REPORTED_NAMES  # the first page needs none of it

    name = REPORTED_NAMES.get(event.status)
    status = _(name) if name else event.status
    if event.elsewhere:
        return say("{status}, accepted by {name}", status=status, name=event.elsewhere)
    return status


def timeline(
    invitations: Iterable[Invitation],
    letters: Iterable[Outgoing] = (),
    touches: Iterable[Touch] = (),
) -> list[dict[str, Any]]:
    """Everything that happened between us and a customer, oldest first."""
    made: list[tuple[str, str, dict[str, Any]]] = []
    for invitation in invitations:
        for event in invitation.events:
            entry = {
                "on": iso(event.on),
                "offer": say(offer_label(invitation.kind, invitation.offer)),
                "what": event.answer or event.status or event.what,
                "terms": _terms(invitation),
                "said": _said(event),
                "how": _(HOW_NAMES[choice(How, event.how, How.EARLIER)]) if event.how else "",
                "by": event.by,
                "note": event.note,
            }
            made.append((entry["on"], event.at, entry))
    if letters or touches:
        from tui.commands.contacts import contacts  # the first page needs none of it

        made += contacts(letters, touches)
    made.sort(key=lambda item: item[:2])
    return [entry for _day, _at, entry in made]
