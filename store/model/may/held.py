"""What a user of ours holds at a customer's, as far as it was read: certainly, and perhaps."""

from __future__ import annotations

from typing import NamedTuple

from store.message import Message, msg
from store.model.access import Level
from store.model.may.chain import Verdict
from store.model.may.consent import UNTOLD, Opening, Place
from store.model.may.person import Person, is_agents
from store.model.partner import LimitedAs
from store.model.relationship import ACTIVE, Assigned
from store.model.roles import GLOBAL_ADMINISTRATOR, limited_role

_OVER = frozenset({"error", "deleting", "deleted"})
"""Statuses of an access assignment that gives nothing."""
_ANY = ("?",)
"""Stands for roles that were not read: no role that we know."""


class Unsure(NamedTuple):
    """What was not read, and whether another sync may tell."""

    why: Message
    asks: bool = False


class Held(NamedTuple):
    """The roles at one customer: what it granted, what a user holds, what that user may hold.

    `perhaps` are roles that it holds if what was not read is so; `unsure` says what that was.
    """

    granted: frozenset[str]
    certain: frozenset[str]
    perhaps: frozenset[str] = frozenset()
    unsure: Unsure | None = None

    @property
    def possible(self) -> frozenset[str]:
        """All roles that the user may hold, for all we know."""
        return self.certain | self.perhaps


def held(who: Person, place: Place, opened: Opening, limited_as: LimitedAs) -> Held:
    """The roles of a user at a customer's that is open."""
    if opened.classic:
        return _classic(who, limited_as)
    granted: set[str] = set()
    certain: set[str] = set()
    perhaps: set[str] = set()
    unsure: Unsure | None = None
    for it in opened.relationships:
        granted.update(it.roles)
        if it.key in place.unread:
            unsure = _UNREAD
            perhaps.update(it.roles or _ANY)
            continue
        for one in it.assignments:
            granted.update(one.roles)
            found = _gives(who, one)
            if found is True:
                certain.update(one.roles)
            elif found is not False:
                perhaps.update(one.roles)
                unsure = found if unsure is None or found.asks else unsure
    if opened.doubtful:
        perhaps.update(_classic(who, limited_as).possible)
        unsure = unsure or Unsure(UNTOLD)
    return Held(frozenset(granted), frozenset(certain), frozenset(perhaps) - certain, unsure)


_UNREAD = Unsure(msg("Which groups are assigned there was not read."), True)


def _gives(who: Person, one: Assigned) -> bool | Unsure:
    """Whether an access assignment gives a user its roles; where that is not known, why."""
    if one.status in _OVER:
        return False
    inside = who.inside.get(one.group, Verdict.UNKNOWN)
    if inside is Verdict.NO:
        return False
    group = next((g for g in who.groups if g.microsoft_id == one.group), None)
    if group is None:
        return Unsure(
            msg("Another group than ours is assigned there, and who is in it was not read.")
        )
    if inside is Verdict.UNKNOWN and group.read:
        return Unsure(
            msg("A group is in {group}, and who is in that was not read.", group=group.name)
        )
    if inside is Verdict.UNKNOWN:
        return Unsure(msg("Who is in {group} was not read yet.", group=group.name), True)
    if one.status != ACTIVE:
        return Unsure(
            msg("{group} was being assigned there at the last sync.", group=group.name), True
        )
    return True


def _classic(who: Person, limited_as: LimitedAs) -> Held:
    """By the level alone, unless it was read who is in Partner Center's own groups."""
    gives = {Level.FULL: GLOBAL_ADMINISTRATOR, Level.LIMITED: limited_role(limited_as)}
    found: dict[Level, Verdict] = {}
    for level in gives:
        group = who.group(level)
        if group and group.read and is_agents(group, level):
            found[level] = who.inside[group.microsoft_id]
    certain, perhaps = set(), set()
    for level, role in gives.items():
        by_level = who.member is not None and who.member.granted is level
        verdict = found.get(level)
        if verdict is Verdict.YES or (verdict is None and by_level):
            certain.add(role)
        elif verdict is Verdict.UNKNOWN or (verdict is None and found):
            perhaps.add(role)
    return Held(
        frozenset(gives.values()), frozenset(certain), frozenset(perhaps),
        Unsure(msg("Who is in Partner Center's own groups was not read."), True) if perhaps
        else None,
    )  # fmt: skip
