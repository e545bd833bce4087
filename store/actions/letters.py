"""The letters of an offer for some customers, and the forms that they can be given in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.actions.invitations import asked_with
from store.clean import harmless
from store.errors import BadInput, NotAllowed
from store.letters import render
from store.letters.compose import Letter, compose
from store.letters.facts import Facts
from store.message import N_, Message, msg
from store.model import document, links
from store.model.consent import USABLE, State, consent_in
from store.model.customer import Customer
from store.model.follow_up import waiting_in
from store.model.invitation import Invitation
from store.model.letter_link import link_for, way_to_own_link
from store.model.offer import KIND_NAMES, Kind, Offer
from store.model.outgoing import What
from store.model.partner import Cloud, Partner
from store.view import View

_ENDED = frozenset({"expiring", "expired"})
"""What Microsoft calls a relationship that ended by time."""


class Format(StrEnum):
    """How a letter is written down."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    EML = "eml"
    JSON = "json"


SUFFIXES = {
    Format.TEXT: ".txt",
    Format.MARKDOWN: ".md",
    Format.HTML: ".html",
    Format.EML: ".eml",
    Format.JSON: ".json",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """One text to copy, and the customers that it is for."""

    letter: Letter
    customers: tuple[Customer, ...]

    @property
    def text(self) -> str:
        """The letter as plain text, with its subject left out."""
        return render.as_text(self.letter)

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """The letter's blocks: *heading*, *item*, *link* or *paragraph*, and plain text."""
        return render.plain_blocks(self.letter)

    @property
    def subject(self) -> str:
        """The letter's subject."""
        return render.subject(self.letter)


def copies(
    view: View,
    kind: Kind,
    customers: Sequence[Customer],
    language: str,
    today: date,
    templates: str = "",
    *,
    offer: str = "",
) -> list[Copy]:
    """The texts to copy for some customers, as few as possible; for none, one without a name.

    Customers with one language share a text, unless they have a link of their own. `language`
    is for those who have none set, `templates` the folder of the user's own, `offer` the name of
    one of several.
    """
    partner, asks = view.partner, view.offer(kind, offer)
    shared: dict[str, list[Customer]] = {}
    made: list[Copy] = []
    for customer in customers:
        spoken = customer.language or language
        invitation = asked_with(view, customer.id, asks, today).invitation
        if invitation and invitation.granular:
            made.append(_about(view, What.OFFER, asks, customer, spoken, invitation, templates))
        else:
            shared.setdefault(spoken, []).append(customer)
    if not customers:
        shared[language] = []
    for spoken, group in sorted(shared.items()):
        greeted = group[0].label if len(group) == 1 else ""
        letter = compose(asks, partner, spoken, customer=greeted, templates=templates)
        made.append(Copy(letter, tuple(group)))
    return made


def letter_for(
    view: View,
    what: What,
    customer: Customer,
    kind: Kind,
    language: str,
    today: date,
    *,
    offer: str = "",
    templates: str = "",
) -> Copy:
    """The letter to one customer as it would be sent; a test letter reads like the offer.

    `language` is for a customer who has none, `offer` the name of one of several, `templates` the
    folder of the user's own. Raises `BadInput` without a link, `NotAllowed` where there is nothing
    to write about. What it says depends on `today` only in whether it can be written at all.
    """
    asks, spoken = view.offer(kind, offer), customer.language or language
    match what:
        case What.RECORD:
            from store.actions.record import record_letter

            return record_letter(view, customer, today, language, templates)
        case What.REMINDER:
            waiting = waiting_for(view, customer, kind, today, offer)
            asks = waiting.as_given(view.offer(kind, waiting.offer))
            _usable(waiting.link, asks, customer, view)
            return _about(view, what, asks, customer, spoken, waiting, templates)
        case What.RENEWAL:
            ends = ending(view, customer, today)
            asked = asked_with(view, customer.id, view.offer(Kind.DELEGATED, offer), today)
            own = asked.invitation if asked.invitation and asked.invitation.granular else None
            if own is None and view.partner.cloud is not Cloud.CHINA:
                raise BadInput(
                    msg("{name} has no link yet for a new consent.", name=customer.label),
                    field="link",
                    todo=msg("Make one first: {way}.",
                             way=way_to_own_link(view.partner, customer.ref)),
                )  # fmt: skip
            asks = view.offer(Kind.DELEGATED, offer)
            _usable(asked.link, asks, customer, view)
            return _about(view, what, asks, customer, spoken, own, templates, ends)
        case _:
            asked = asked_with(view, customer.id, asks, today)
            _usable(asked.link, asks, customer, view)
            own = asked.invitation if asked.invitation and asked.invitation.granular else None
            return _about(view, what, asks, customer, spoken, own, templates)


def waiting_for(
    view: View, customer: Customer, kind: Kind, today: date, offer: str = ""
) -> Invitation:
    """The invitation of this kind that a customer has not answered; raises `NotAllowed`.

    It is the one that follow-up waits for: an access that was granted since answers what asked
    for it before. Without a name the plain offer is meant, or else whichever was given last.
    """
    all_ = view.invitations(customer.id)
    given = [
        found
        for found in all_
        if found.kind is kind and (kind is Kind.DELEGATED or _is_called(found, offer))
    ]
    # What only Microsoft says to wait was sent by nobody here: no letter can say when.
    told = [it for it in all_ if it.given or consent_in(it, today).state is not State.WAITING]
    ids = {it.id for it in given}
    waits = [one for one in waiting_in(told, (), (), today) if one.invitation in ids]
    if waits:
        best = max(waits, key=lambda one: (one.offer.casefold() == offer.casefold(), one.since))
        return next(it for it in given if it.id == best.invitation)
    values = {"name": customer.label, "offer": msg(KIND_NAMES[kind])}
    if any(consent_in(found, today).state is State.LAPSED for found in given):
        raise NotAllowed(
            Message(N_("The link that {name} got can no longer be answered."), values),
            todo=msg("Make a new one and send the offer again."),
        )
    if any(found.given for found in given):
        raise NotAllowed(
            Message(N_("{name} has answered the {offer}: there is nothing to remind of."), values)
        )
    raise NotAllowed(
        Message(N_("{name} did not get the {offer} yet: there is nothing to remind of."), values),
        todo=msg("Send the offer first."),
    )


def _is_called(invitation: Invitation, offer: str) -> bool:
    return not offer or invitation.offer.casefold() == offer.casefold()


class Ending(NamedTuple):
    """The last day of an access that should be renewed, and whether it is over already.

    `day` is `None` where nobody recorded it.
    """

    day: date | None
    over: bool


def ending(view: View, customer: Customer, today: date) -> Ending:
    """Which access a customer should renew; raises `NotAllowed` where there is none.

    It is the one that the plan of what expires names: the first to end of those that nothing
    keeps, or else the last that ended.
    """
    from store.actions import renewing

    lines = renewing.of_customer(view, customer.id, today)
    open_ = [one for one in lines if one.step is not renewing.Step.NOTHING]
    running = [one.ends for one in open_ if not one.over]
    if running:
        return Ending(min(running), over=False)
    if open_:
        return Ending(max(one.ends for one in open_), over=True)
    if lines:
        raise NotAllowed(
            msg("The access of {name} lasts: there is nothing to renew.", name=customer.label),
            todo=msg("Send the offer instead."),
        )
    consents = [consent_in(it, today) for it in view.invitations(customer.id) if it.delegation]
    over = [found.ends for found in view.relationships(customer.id) if found.status in _ENDED]
    over += [
        document.later(consent.since, -1) if consent.since else None
        for consent in consents
        if consent.state is State.EXPIRED
    ]
    if over and not any(consent.state in USABLE for consent in consents):
        return Ending(max(filter(None, over), default=None), over=True)
    raise NotAllowed(
        msg("{name} gave no access that ends: there is nothing to renew.", name=customer.label),
        todo=msg("Send the offer instead."),
    )


def _usable(link: str, offer: Offer, customer: Customer, view: View) -> None:
    if not link_for(offer, view.partner, link):
        raise BadInput(
            msg("{name}: there is no link to give yet.", name=customer.label),
            field="link",
            todo=msg(
                "Paste it first: e in the offer or in the plan of letters, or {command}.",
                command="partnerdesk offer set --link",
            ),
        )


def _about(
    view: View,
    what: What,
    offer: Offer,
    customer: Customer,
    language: str,
    invitation: Invitation | None,
    templates: str,
    ends: Ending | None = None,
) -> Copy:
    roles = _roles(view, invitation) if invitation else ()
    letter = compose(
        offer, view.partner, language, customer=customer.label, invitation=invitation, what=what,
        facts=Facts(roles, ends.day if ends else None, ended=bool(ends and ends.over)),
        templates=templates,
    )  # fmt: skip
    return Copy(letter, (customer,))


def _roles(view: View, invitation: Invitation) -> tuple[str, ...]:
    """The roles that an invitation's own link asks for, as Microsoft told; none if it did not.

    The offer's template says nothing about a link that was made elsewhere and pasted.
    """
    for key in view.relationships_by_id(links.relationship(invitation.link)):
        found = view.relationship(key)
        if found:
            return found.roles
    return ()


def written(copy: Copy, form: Format, partner: Partner, reference: str = "") -> bytes:
    """A letter in one of its forms; a mail is from the partner's contact to the customer's.

    Its subject ends with the `reference` of a conversation, if it belongs to one.
    """
    letter = copy.letter
    match form:
        case Format.TEXT:
            return copy.text.encode()
        case Format.MARKDOWN:
            return render.as_markdown(letter).encode()
        case Format.HTML:
            return render.as_html(letter).encode()
        case Format.EML:
            to = copy.customers[0].contact if len(copy.customers) == 1 else ""
            sender = partner.contact, partner.mail
            return render.as_eml(letter, sender=sender, to=to, reference=reference)
        case Format.JSON:
            record = {
                "language": letter.language,
                "subject": copy.subject,
                "link": letter.link or None,
                "gaps": list(letter.gaps),
                "customers": [harmless(customer.name) for customer in copy.customers],
                "text": copy.text,
            }
            return json.dumps(record, ensure_ascii=False, indent=2).encode()
