"""A chain of links as lines: what holds in short, what fails with why and what would mend it."""

from __future__ import annotations

from rich.cells import cell_len

from store.message import N_, Message, msg
from store.model.access import TASK_NAMES
from store.model.may import PART_NAMES, Chain, Link, Verdict
from tui import text
from tui.widgets.hanging import Hung

VERDICT_WORDS = {Verdict.YES: N_("yes"), Verdict.UNKNOWN: N_("?"), Verdict.NO: N_("no")}
"""The answer in a column."""
_LINK_WORDS = {
    Verdict.YES: N_("holds"),
    Verdict.UNKNOWN: N_("not known"),
    Verdict.NO: N_("fails"),
}
STYLES = {Verdict.YES: "$success", Verdict.UNKNOWN: "$warning", Verdict.NO: "$error"}
_ANSWERS = {
    Verdict.YES: N_("{task} at {customer}: yes, {who} may."),
    Verdict.UNKNOWN: N_("{task} at {customer}: unknown whether {who} may."),
    Verdict.NO: N_("{task} at {customer}: no, {who} may not."),
}


def chain_lines(
    chain: Chain, who: str, customer: str, *, narrow: bool = False, low: bool = False
) -> list[Hung]:
    """The answer, then each link; one that holds takes a single line, and none where it is `low`.

    `narrow` has no room for a column of the links' names.
    """
    said = msg(
        _ANSWERS[chain.verdict], task=msg(TASK_NAMES[chain.task]), customer=customer, who=who
    )
    made = [Hung(text.say(said, "bold"))]
    words = max(cell_len(text.plain(word)) for word in _LINK_WORDS.values()) + 1
    parts = max(cell_len(text.plain(PART_NAMES[link.part])) for link in chain.links) + 1
    for link in chain.links:
        if link.verdict is not Verdict.YES or not low:
            made += _link(link, words, 0 if narrow else parts)
    return made


def _link(link: Link, words: int, parts: int) -> list[Hung]:
    name, holds = text.plain(PART_NAMES[link.part]), link.verdict is Verdict.YES
    style = "dim" if holds else STYLES[link.verdict]
    first = text.cell(text.plain(_LINK_WORDS[link.verdict]), words)
    why = text.say(link.why, "dim" if holds else "")
    if parts:
        first += name
    else:
        named = text.say(N_("{part}:"), style, part=name)
        why = text.join((named, why), " ")
    made = [Hung(why, first, words + parts, style, cut=holds)]
    if link.repair:
        made.append(Hung(text.say(mended(link)), f"{'→':>{words + parts - 1}}", words + parts))
    return made


def mended(link: Link) -> Message:
    """What would mend a link, and whether the customer has to be asked again for it."""
    repair = link.repair or msg("Nothing here mends it.")
    if link.new_consent:
        return msg("{repair} Needs the customer's consent anew.", repair=repair)
    return msg("{repair} Needs no new consent.", repair=repair)


def in_short(chain: Chain) -> Message | None:
    """Why not, or why that is not known, in one sentence; `None` where the answer is yes."""
    broken = chain.broken
    return broken.why if broken else None
