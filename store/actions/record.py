"""The letter for a customer's file: what we hold there, who of ours, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from store.actions.letters import Copy
from store.actions.may import Asking
from store.errors import NotAllowed
from store.letters.compose import compose
from store.letters.facts import Facts, Grant, Person
from store.message import Message, msg
from store.model import document, links
from store.model.access import Level
from store.model.consent import STATE_NAMES, USABLE, State, consent_in
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.model.outgoing import What
from store.model.relationship import ACTIVE, Relationship
from store.model.roles import DIRECTORY_READERS, limited_role
from store.view import View

_MOST_PEOPLE = 12
"""Who is named; the letter is one page, and says how many more there are."""


def record_letter(
    view: View, customer: Customer, today: date, language: str, templates: str = ""
) -> Copy:
    """The letter for the file of a customer that gave us access; else raises `NotAllowed`.

    `language` is for a customer who has none, `templates` the folder of the user's own.
    """
    grants, classic = [], []
    invitations = view.invitations(customer.id)
    known = {found.microsoft_id.lower(): found for found in view.relationships(customer.id)}
    taken_back = _taken_back(view, invitations)
    for key, found in known.items():
        if _is_held(found, today) and key not in taken_back:
            grants.append(
                Grant(found.name, found.roles, found.activated, found.ends, found.auto_extend)
            )
    reported = len(grants)
    for invitation in invitations:
        consent = consent_in(invitation, today)
        if consent.state not in USABLE or not invitation.delegation:
            continue
        if not invitation.granular:
            classic.append(consent.since)
        elif links.relationship(invitation.link) not in known:
            until = consent.ends or _end_of(invitation, consent.since)
            grants.append(Grant("", (), consent.since, until, invitation.auto_extend))
    if not grants and not classic:
        raise NotAllowed(
            msg("{name} gave us no access: there is nothing to put on file.", name=customer.label),
            todo=_first(customer, view.state(customer.id, today)),
        )
    # What is said to be confirmed was on a whole list of this partner's own.
    asked = view.synced.listed and view.synced.tenant == view.partner.tenant
    all_reported = asked and not classic and len(grants) == reported
    people = list(_people(view, customer, today))
    facts = Facts(
        grants=tuple(grants),
        classic=bool(classic),
        since=min(filter(None, classic), default=None),
        people=tuple(people[:_MOST_PEOPLE]),
        others=len(people[_MOST_PEOPLE:]),
        as_of=document.local_day(view.synced.at) if all_reported else None,
    )
    letter = compose(
        view.offer(Kind.DELEGATED), view.partner, customer.language or language,
        customer=customer.label, what=What.RECORD, facts=facts, templates=templates,
    )  # fmt: skip
    if not view.members:
        unknown = msg("No user of yours is on the desk, so the letter says that nobody of you may "
                      "act there: {command}", command="partnerdesk users add")  # fmt: skip
        letter = replace(letter, notes=(unknown,))
    return Copy(letter, (customer,))


def _first(customer: Customer, state: State) -> Message:
    """What has to come before there is anything to put on file."""
    if state in (State.NOT_OFFERED, State.WAITING, State.LAPSED):
        return msg(
            "Where it did, record that first: {command}",
            command=f"partnerdesk consent record {customer.ref} granted",
        )
    return msg("Its consent is recorded: {state}.", state=msg(STATE_NAMES[state]))


def _end_of(invitation: Invitation, since: date | None) -> date | None:
    """When an access that extends itself does so first."""
    return document.later(since, invitation.days) if since and invitation.days else None


def _is_held(found: Relationship, today: date) -> bool:
    """Whether it gives access today, and does not merely begin to, or did."""
    over = found.ends is not None and found.ends < today and not found.auto_extend
    return found.status == ACTIVE and not found.gone and not over


def _taken_back(view: View, invitations: Iterable[Invitation]) -> set[str]:
    """The relationships of which somebody recorded an end after Microsoft was asked."""
    return {
        links.relationship(invitation.link)
        for invitation in invitations
        if invitation.events
        and invitation.events[-1].what == "ended"
        and invitation.events[-1].at > view.synced.at
    }


def _people(view: View, customer: Customer, today: date) -> Iterator[Person]:
    """Those of ours who may act there, the higher level first.

    Whoever is known to hold nothing there is none of them, whatever the level; whoever is known to
    hold something is one, without a level too.
    """
    asking = Asking(view, today)
    here = asking.at(customer.id)
    told = bool(here.opened.relationships or here.opened.classic)
    found: dict[Level, list[Person]] = {Level.FULL: [], Level.LIMITED: []}
    limited = {limited_role(view.partner.limited_as), DIRECTORY_READERS}
    for member in view.members:
        level = member.granted
        if told:
            held = asking.held(asking.of(member), here)
            if level is Level.NONE and held.certain:
                level = Level.LIMITED if held.certain <= limited else Level.FULL
            elif not held.possible:
                level = Level.NONE
        if level is not Level.NONE:
            found[level].append(Person(member.name or member.upn, level.value))
    return chain(found[Level.FULL], found[Level.LIMITED])
