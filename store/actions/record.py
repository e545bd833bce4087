"""The letter for a customer's file: what we hold there, who of ours, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from store.actions.letters import Copy
from store.errors import NotAllowed
from store.letters.compose import compose
from store.letters.facts import Facts, Grant, Person
from store.message import msg
from store.model import document, links
from store.model.access import Level
from store.model.consent import USABLE, consent_in
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.model.outgoing import What
from store.view import View

_MOST_PEOPLE = 30
"""Who is named; the letter is one page, and says how many more there are."""


def record_letter(
    view: View, customer: Customer, today: date, language: str, templates: str = ""
) -> Copy:
    """The letter for the file of a customer that gave us access; else raises `NotAllowed`.

    `language` is for a customer who has none, `templates` the folder of the user's own.
    """
    grants, classic = [], []
    known = {found.microsoft_id: found for found in view.relationships(customer.id)}
    for found in known.values():
        if found.is_live:
            since = found.activated or found.created
            grants.append(Grant(found.name, found.roles, since, found.ends, found.auto_extend))
    reported = len(grants)
    for invitation in view.invitations(customer.id):
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
            todo=msg(
                "Record its answer first: {command}",
                command=f"partnerdesk consent record {customer.ref} granted",
            ),
        )
    all_reported = not classic and len(grants) == reported
    people = list(_people(view))
    facts = Facts(
        grants=tuple(grants),
        classic=bool(classic),
        since=min(filter(None, classic), default=None),
        people=tuple(people[:_MOST_PEOPLE]),
        others=len(people[_MOST_PEOPLE:]),
        as_of=document.day({"day": view.synced.at[:10]}, "day") if all_reported else None,
    )
    letter = compose(
        view.offer(Kind.DELEGATED), view.partner, customer.language or language,
        customer=customer.label, what=What.RECORD, facts=facts, templates=templates,
    )  # fmt: skip
    return Copy(letter, (customer,))


def _end_of(invitation: Invitation, since: date | None) -> date | None:
    """When an access that extends itself does so first."""
    return document.later(since, invitation.days) if since and invitation.days else None


def _people(view: View) -> Iterator[Person]:
    """Those of ours with administrative access, the higher level first."""
    for level in (Level.FULL, Level.LIMITED):
        for member in view.members:
            if member.granted is level:
                yield Person(member.name or member.upn, level.value)
