"""Fills a template and takes it apart into blocks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from store.clean import harmless
from store.errors import BadInput
from store.letters.facts import NOTHING, Facts
from store.letters.marks import BEGIN, END
from store.letters.trouble import Broken, Trouble
from store.letters.values import values
from store.letters.words import WORDS, Words
from store.message import N_, Message, msg
from store.model.invitation import Invitation
from store.model.letter_link import link_for
from store.model.offer import Offer
from store.model.outgoing import What
from store.model.partner import Cloud, Partner

SUBJECT = "Subject:"
_MARKS = {"#": "heading", "-": "item", "=>": "link"}


@dataclass(frozen=True, slots=True)
class Block:
    """`what` is *heading*, *item*, *link* or *paragraph*; values in `text` are marked."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed letter; `gaps` names what is still missing, `link` is empty with the link.

    `troubles` are why a template of the user's own was not used, `notes` what else is to be known.
    """

    language: str
    subject: str
    blocks: tuple[Block, ...]
    link: str
    gaps: tuple[str, ...]
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def remarks(self) -> tuple[Message, ...]:
        """What an operator should know about it, as which template was not used, and why."""
        return *(trouble.said for trouble in self.troubles), *self.notes


def compose(
    offer: Offer,
    partner: Partner,
    language: str,
    *,
    customer: str = "",
    invitation: Invitation | None = None,
    what: What = What.OFFER,
    facts: Facts = NOTHING,
    templates: str = "",
) -> Letter:
    """The letter of an offer in one language, or another one about it.

    With `customer` it greets that one by name. An `invitation` brings its link, and one with a
    link of its own its deadline. `templates` is a folder of the user's own, which win over ours.
    """
    language = language if language in WORDS else "en"
    words = WORDS[language]
    link = link_for(offer, partner, invitation.link if invitation else "")
    link = "" if what is What.RECORD else link
    gaps = partner.missing()
    if not link and what is not What.RECORD:
        gaps += (N_("Link"),)
    name = offer.kind.value if what in (What.OFFER, What.TEST) else what.value
    filled = values(
        offer, partner, words, customer=customer, link=link, invitation=invitation, what=what,
        facts=facts,
    )  # fmt: skip
    line, blocks, troubles = _made(f"{language}/{name}.txt", filled, words, link, templates)
    if partner.cloud is Cloud.PRACTICE:
        blocks.insert(0, Block("paragraph", words.practice))
        line = f"{words.practised}{line}"
    return Letter(language, line, tuple(blocks), link, gaps, troubles)


def _made(
    name: str, filled_with: dict[str, Any], words: Words, link: str, templates: str
) -> tuple[str, list[Block], tuple[Trouble, ...]]:
    """Subject and blocks of a letter, by the user's own template if it is any good."""
    from store.letters.sandbox import filled
    from store.letters.sources import own_folder

    troubles: tuple[Trouble, ...] = ()
    if templates:
        try:
            folder = own_folder(templates)
            if folder and not os.path.isdir(folder):  # which raises nothing
                raise BadInput(msg("{path} is no folder.", path=str(folder)), field="templates")
            return *_taken_apart(name, filled(name, filled_with, folder), words, link), ()
        except Broken as broken:
            troubles = (broken.trouble,)
        except BadInput as error:
            troubles = (Trouble(templates, 0, "", error.what),)
    return *_taken_apart(name, filled(name, filled_with), words, link), troubles


def _taken_apart(name: str, text: str, words: Words, link: str) -> tuple[str, list[Block]]:
    """The subject and the blocks of a filled template; raises `Broken`."""
    first, _, rest = text.lstrip("\n").partition("\n")
    subject = first.removeprefix(SUBJECT).strip()
    if not first.startswith(SUBJECT) or not subject:
        raise Broken(name, 1, msg("The first line has to be Subject: and a subject."))
    blocks = _blocks(rest, words.space)
    if not blocks:
        raise Broken(name, 0, msg("There is nothing below the subject."))
    if link and not any(f"{BEGIN}{harmless(link)}{END}" in block.text for block in blocks):
        raise Broken(
            name, 0, msg("The link is not in it: write {line} on a line of its own.",
                         line="=> {{ link }}"), "link",
        )  # fmt: skip
    return subject, blocks


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
