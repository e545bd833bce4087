"""The letters of an offer for some customers, and the forms that they can be given in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from store.actions.invitations import asked_with
from store.clean import harmless
from store.letters import render
from store.letters.compose import Letter, compose
from store.model.customer import Customer
from store.model.offer import Kind
from store.model.partner import Partner
from store.view import View


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
    *,
    offer: str = "",
) -> list[Copy]:
    """The texts to copy for some customers, as few as possible; for none, one without a name.

    Customers with one language share a text, unless they have a link of their own. `language`
    is for those who have none set, `offer` the name of a named offer.
    """
    partner, given = view.partner, view.offer(kind, offer)
    shared: dict[str, list[Customer]] = {}
    made: list[Copy] = []
    for customer in customers:
        spoken = customer.language or language
        invitation = asked_with(view, customer.id, given, today).invitation
        if invitation and invitation.granular:
            letter = compose(given, partner, spoken, customer=customer.label, invitation=invitation)
            made.append(Copy(letter, (customer,)))
        else:
            shared.setdefault(spoken, []).append(customer)
    if not customers:
        shared[language] = []
    for spoken, group in sorted(shared.items()):
        greeted = group[0].label if len(group) == 1 else ""
        letter = compose(given, partner, spoken, customer=greeted)
        made.append(Copy(letter, tuple(group)))
    return made


def written(copy: Copy, form: Format, partner: Partner) -> bytes:
    """A letter in one of its forms; a mail is from the partner's contact to the customer's."""
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
            return render.as_eml(letter, sender=(partner.contact, partner.mail), to=to)
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
