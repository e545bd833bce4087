"""A chain of links as lines: what holds in short, what fails with why and what would mend it."""

from __future__ import annotations

from rich.cells import cell_len

from store.actions.may import said
from store.message import N_
from store.model.customer import Customer
from store.model.may.chain import LINK_NAMES, PART_NAMES, VERDICT_NAMES, Chain, Link, Verdict
from tui import text
from tui.widgets.hanging import Hung

VERDICT_WORDS = {**VERDICT_NAMES, Verdict.UNKNOWN: "?"}
"""The answer in a column."""
STYLES = {Verdict.YES: "$success", Verdict.UNKNOWN: "$warning", Verdict.NO: "$error"}


def chain_lines(
    chain: Chain, upn: str, customer: Customer, *, narrow: bool = False, low: bool = False
) -> list[Hung]:
    """The answer, then each link; one that holds takes a single line.

    Where it is `low` it takes none while another does not hold.
    `narrow` has no room for a column of the links' names.
    """
    made = [Hung(text.say(said(chain, upn, customer), "bold"))]
    for _, lines in links_lines(chain, narrow=narrow, low=low):
        made += lines
    return made


def deciding(chain: Chain) -> Link:
    """The link that the answer is about: the broken one, else the last that had to hold."""
    return chain.broken or chain.links[-1]


def links_lines(
    chain: Chain, *, narrow: bool = False, low: bool = False
) -> list[tuple[Link, list[Hung]]]:
    """The lines of each link that is shown."""
    made = []
    words = max(cell_len(text.plain(word)) for word in LINK_NAMES.values()) + 1
    parts = max(cell_len(text.plain(PART_NAMES[link.part])) for link in chain.links) + 1
    for link in chain.links:
        if link.verdict is not Verdict.YES or not low or chain.broken is None:
            cut = link is not deciding(chain)
            made.append((link, _link(link, words, 0 if narrow else parts, cut=cut)))
    return made


def _link(link: Link, words: int, parts: int, *, cut: bool) -> list[Hung]:
    name, holds = text.plain(PART_NAMES[link.part]), link.verdict is Verdict.YES
    style = "dim" if holds else STYLES[link.verdict]
    first = text.cell(text.plain(LINK_NAMES[link.verdict]), words)
    why = text.say(link.why, "dim" if holds else "")
    if parts:
        first += name
    else:
        named = text.say(N_("{part}:"), style, part=name)
        why = text.join((named, why), " ")
    made = [Hung(why, first, words + parts, style, cut=holds and cut)]
    if link.repair:
        made.append(Hung(text.say(link.mended), f"{'→':>{words + parts - 1}}", words + parts))
    return made
