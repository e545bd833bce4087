"""Fills a template and takes it apart into blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.clean import harmless
from store.letters.facts import NOTHING, Facts
from store.letters.values import values
from store.letters.words import WORDS
from store.message import N_, Message
from store.model.invitation import Invitation
from store.model.offer import Offer, link_for
from store.model.outgoing import What
from store.model.partner import Cloud, Partner

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

# Around every value, so that none can pass for a block's mark or for markup. No value can hold
# these characters itself: `harmless` has replaced them.
BEGIN, END = "\x02", "\x03"
_MARKS = {"#": "heading", "-": "item", "=>": "link"}


@dataclass(frozen=True, slots=True)
class Block:
    """`what` is *heading*, *item*, *link* or *paragraph*; values in `text` are marked."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed letter; `gaps` names what is still missing, `link` is empty with the link.

    `remarks` say why a template of the user's own was not used.
    """

    language: str
    subject: str
    blocks: tuple[Block, ...]
    link: str
    gaps: tuple[str, ...]
    remarks: tuple[Message, ...] = ()


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
    subject, *blocks = _blocks(_filled(f"{language}/{name}.txt", filled), words.space)
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
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    folder = Path(__file__).parent / "templates"
    return SandboxedEnvironment(
        loader=FunctionLoader(lambda name: kept_lines((folder / name).read_text(encoding="utf-8"))),
        undefined=StrictUndefined,
        finalize=lambda value: f"{BEGIN}{harmless(str(value))}{END}",
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


_TAG = re.compile(r"\{%.*?%\}")


def kept_lines(source: str) -> str:
    """A template in which a line that holds more than tags keeps its end.

    Jinja takes away the line end after every tag, and would join `- a{% endif %}` to what follows.
    """
    return "\n".join(
        f"{line[:-2]}+%}}" if line.endswith("%}") and _TAG.sub("", line).strip() else line
        for line in map(str.rstrip, source.split("\n"))
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
