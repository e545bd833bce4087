"""Fills a template and takes it apart into blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.clean import harmless
from store.letters.words import WORDS
from store.message import N_
from store.model.invitation import Invitation
from store.model.letter_link import link_for
from store.model.links import is_granular
from store.model.offer import Offer
from store.model.partner import Cloud, Partner

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

# Around every value, so that none can pass for a block's mark or for markup. No value can hold
# these characters itself: `harmless` has replaced them.
BEGIN, END = "\x02", "\x03"
_MARKS = {"#": "heading", "-": "item", "=>": "link"}
_PORT = re.compile(r"^https://([^/?#]+)")


@dataclass(frozen=True, slots=True)
class Block:
    """`what` is *heading*, *item*, *link* or *paragraph*; values in `text` are marked."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed letter; `gaps` names what is still missing, `link` is empty with the link."""

    language: str
    subject: str
    blocks: tuple[Block, ...]
    link: str
    gaps: tuple[str, ...]


def compose(
    offer: Offer,
    partner: Partner,
    language: str,
    *,
    customer: str = "",
    invitation: Invitation | None = None,
) -> Letter:
    """The letter of an offer in one language.

    With `customer` it greets that one by name. An `invitation` with a link of its own brings
    that link and its deadline.
    """
    language = language if language in WORDS else "en"
    words = WORDS[language]
    link = link_for(offer, partner, invitation.link if invitation else "")
    granular = is_granular(link)
    host = _PORT.match(link)
    gaps = partner.missing() + (() if link else (N_("Link"),))
    values = {
        "kind": offer.kind.value,
        "partner": {
            "name": partner.name or words.name,
            "contact": partner.contact or words.contact,
            "mail": partner.mail or words.mail,
            "phone": partner.phone,
        },
        "customer": customer,
        "link": link or words.link,
        "host": host[1] if host else "",
        "granular": granular,
        "delegation": offer.delegation,
        "summary_id": offer.summary_id,
        "limited": partner.limited_as.value,
        "portal": words.portal_of(partner.cloud),
        "answer_by": "",
        "days": 0,
        "auto_extend": False,
    }
    if invitation and invitation.link == link and granular:
        values["answer_by"] = words.day(invitation.answer_by) if invitation.answer_by else ""
        values["days"] = invitation.days or 0
        values["auto_extend"] = invitation.auto_extend
    subject, *blocks = _blocks(_filled(f"{language}/{offer.kind.value}.txt", values), words.space)
    if partner.cloud is Cloud.PRACTICE:
        blocks.insert(0, Block("paragraph", words.practice))
    line = subject.text.removeprefix("Subject:").strip()
    if partner.cloud is Cloud.PRACTICE:
        line = f"PRACTICE: {line}"
    return Letter(language, line, tuple(blocks), link, gaps)


def _filled(name: str, values: dict[str, Any]) -> str:
    return _environment().get_template(name).render(values)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        finalize=lambda value: f"{BEGIN}{harmless(str(value))}{END}",
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _blocks(text: str, space: str) -> list[Block]:
    made: list[Block] = []
    paragraph: list[str] = []
    for line in [*map(str.strip, text.split("\n")), ""]:
        mark, _, rest = line.partition(" ")
        what = _MARKS.get(mark)
        if line and not what:
            paragraph.append(line)
            continue
        if paragraph:
            made.append(Block("paragraph", space.join(paragraph)))
            paragraph = []
        if what:
            made.append(Block(what, rest.strip()))
    return made
