"""The links of the chain that are about roles: granted by the customer, given to our groups."""

from __future__ import annotations

from typing import NamedTuple

from store.message import Message, msg
from store.model.access import LEVEL_NAMES, Level, Task
from store.model.assigning import TO_DO, assigning
from store.model.group import Group
from store.model.may import Fix, Link, Part, Repair, Verdict, link, not_before
from store.model.may_consent import Known, Opening, Place, new_offer
from store.model.may_person import Person, give_level, is_agents, least_level
from store.model.partner import LimitedAs
from store.model.relationship import ACTIVE, Assigned, Relationship
from store.model.resets import DOES, does
from store.model.roles import GLOBAL_ADMINISTRATOR, limited_role, role_name

_OVER = frozenset({"error", "deleting", "deleted"})
"""Statuses of an access assignment that gives nothing."""


class Held(NamedTuple):
    """The roles at one customer: what it granted, what a user holds, what that user may hold.

    `perhaps` are roles that it holds if what was not read is so; `why` says what was not read.
    `unread` says that any role of `granted` may be among them.
    """

    granted: frozenset[str]
    certain: frozenset[str]
    perhaps: frozenset[str] = frozenset()
    why: Message | None = None
    unread: bool = False

    @property
    def possible(self) -> frozenset[str]:
        """All roles that the user may hold, for all we know."""
        return self.certain | self.perhaps | (self.granted if self.unread else frozenset())


def held(who: Person, place: Place, opened: Opening, limited_as: LimitedAs) -> Held:
    """The roles of a user at a customer's that is open."""
    if opened.classic:
        return _classic(who, limited_as)
    granted: set[str] = set()
    certain: set[str] = set()
    perhaps: set[str] = set()
    why: Message | None = None
    unread = False
    for it in opened.relationships:
        granted.update(it.roles)
        if it.key in place.unread:
            unread, why = True, why or msg("Which groups are assigned there was not read.")
            continue
        for one in it.assignments:
            granted.update(one.roles)
            verdict, unsure = _gives(who, one)
            if verdict is Verdict.YES:
                certain.update(one.roles)
            elif verdict is Verdict.UNKNOWN:
                perhaps.update(one.roles)
                why = why or unsure
    return Held(
        frozenset(granted), frozenset(certain), frozenset(perhaps) - certain, why, unread
    )  # fmt: skip


def _gives(who: Person, one: Assigned) -> tuple[Verdict, Message | None]:
    """Whether an access assignment gives a user its roles; where that is not known, why."""
    if one.status in _OVER:
        return Verdict.NO, None
    inside = who.inside.get(one.group, Verdict.UNKNOWN)
    if inside is Verdict.NO:
        return Verdict.NO, None
    group = next((g for g in who.groups if g.microsoft_id == one.group), None)
    if group is None:
        return inside, msg("Another group than ours is assigned there, and who is in it was not "
                           "read.")  # fmt: skip
    if inside is Verdict.UNKNOWN:
        if group.read:
            return inside, msg("A group is in {group}, and who is in that was not read.",
                               group=group.name)  # fmt: skip
        return inside, msg("Who is in {group} was not read yet.", group=group.name)
    if one.status != ACTIVE:
        return Verdict.UNKNOWN, msg("{group} was being assigned there at the last sync.",
                                    group=group.name)  # fmt: skip
    return Verdict.YES, None


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
        msg("Who is in Partner Center's own groups was not read.") if perhaps else None,
    )  # fmt: skip


# -- the links --------------------------------------------------------------------------------

_SYNC = Repair(msg("Ask Microsoft."), Fix.SYNC, "partnerdesk sync")


def links_of(
    who: Person, place: Place, known: Known, opened: Opening, found: Held, task: Task,
    *, settled: bool,
) -> tuple[Link, Link]:  # fmt: skip
    """Role and group; `settled` says that member, access and level hold."""
    if opened.unlisted:
        why = msg("Microsoft was not asked yet what the customer granted.")
        role = link(Part.ROLE, Verdict.UNKNOWN, why, _SYNC)
        why = msg("Microsoft was not asked yet which groups are assigned there.")
        return role, link(Part.GROUP, Verdict.UNKNOWN, why, _SYNC)
    role = _role(place, known, opened, found, task)
    if role.verdict is Verdict.NO:
        return role, not_before(Part.GROUP, Part.ROLE)
    if who.member is None:
        return role, not_before(Part.GROUP, Part.MEMBER)
    group = _group(who, place, known, opened, found, task)
    if group.verdict is Verdict.NO and not settled:
        missing = Part.LEVEL if who.member.access else Part.ACCESS
        if who.member.access and task in who.member.tasks:
            missing = Part.MEMBER
        return role, not_before(Part.GROUP, missing)
    return role, group


def _role(place: Place, known: Known, opened: Opening, found: Held, task: Task) -> Link:
    if opened.classic:
        return Link(Part.ROLE, Verdict.YES, msg("Classic consent gives the roles of the levels."))
    verdict = does(task, found.granted)
    if verdict is Verdict.YES:
        role = next(role for role in DOES[task] if role in found.granted)
        return Link(Part.ROLE, verdict, msg("The customer granted {role}.", role=role_name(role)))
    least = role_name(DOES[task][0])
    repair = _other_relationship(place, known, task)
    if verdict is Verdict.UNKNOWN or not all(it.roles for it in opened.relationships):
        why = msg("Whether the roles that the customer granted do it is not known: {roles}.",
                  roles=_names(found.granted) or "?")  # fmt: skip
        return link(Part.ROLE, Verdict.UNKNOWN, why, repair)
    why = msg("The customer granted {roles}, and it takes {role}.", roles=_names(found.granted),
              role=least)  # fmt: skip
    return link(Part.ROLE, Verdict.NO, why, repair)


def _other_relationship(place: Place, known: Known, task: Task) -> Repair:
    preset = least_level(task).value
    repair = new_offer(place, known, preset)
    said = msg("Ask the customer for another relationship, with {role}.",
               role=role_name(DOES[task][0]))  # fmt: skip
    return repair._replace(said=said)


def _group(
    who: Person, place: Place, known: Known, opened: Opening, found: Held, task: Task
) -> Link:
    if does(task, found.certain) is Verdict.YES:
        role = next(role for role in DOES[task] if role in found.certain)
        if opened.classic:
            why = msg("{upn} acts there as {role}.", upn=who.label, role=role_name(role))
        else:
            why = msg("A group that {upn} is in has {role} there.", upn=who.label,
                      role=role_name(role))  # fmt: skip
        return Link(Part.GROUP, Verdict.YES, why)
    repair = _let_in(who, place, known, opened, task)
    if does(task, found.possible) is not Verdict.NO:
        if found.why is None:
            why = msg("Whether the roles of the user's groups do it is not known: {roles}.",
                      roles=_names(found.certain))  # fmt: skip
            return link(Part.GROUP, Verdict.UNKNOWN, why, repair)
        by_reading = found.unread or does(task, found.perhaps) is Verdict.UNKNOWN
        return link(Part.GROUP, Verdict.UNKNOWN, found.why, _SYNC if by_reading else repair)
    if found.certain:
        why = msg("The groups of {upn} have only {roles} there.", upn=who.label,
                  roles=_names(found.certain))  # fmt: skip
    else:
        why = msg("{upn} is in no group that is assigned there.", upn=who.label)
    return link(Part.GROUP, Verdict.NO, why, repair)


def _let_in(who: Person, place: Place, known: Known, opened: Opening, task: Task) -> Repair:
    """The cheapest way in: into a group, else a group assigned, else other roles."""
    level = _own_level(who, task)
    if opened.classic:
        return give_level(who.label, level)
    levels = dict.fromkeys((level, least_level(task), Level.FULL))
    for wanted in levels:
        group = who.group(wanted)
        if group is None or who.inside[group.microsoft_id] is Verdict.YES:
            continue
        if any(_opens(it, group, task) for it in opened.relationships):
            return give_level(who.label, wanted)
    for wanted in levels:
        group = who.group(wanted)
        if group is None:
            continue
        for it in opened.relationships:
            plan = assigning(it, group, known.partner.limited_as)
            if plan.step in TO_DO and does(task, plan.roles) is Verdict.YES:
                return assign(group, place)
    if who.group(level) is None and any(does(task, r.roles) is Verdict.YES
                                        for r in opened.relationships):  # fmt: skip
        said = msg("Choose the group that stands for {level}, then assign it.",
                   level=msg(LEVEL_NAMES[level]))  # fmt: skip
        return Repair(said, Fix.GROUPS, f"partnerdesk groups use {level.value} NAME")
    return _other_relationship(place, known, task)


def assign(group: Group, place: Place) -> Repair:
    """Assigning a group of ours at a customer's."""
    said = msg("Assign {group} there, with the roles of {level}.", group=group.name,
               level=msg(LEVEL_NAMES[group.level]))  # fmt: skip
    command = f"partnerdesk groups assign {group.level.value} {place.ref} --apply"
    return Repair(said, Fix.GROUPS, command)


def _own_level(who: Person, task: Task) -> Level:
    """The level that the user has, if it covers the task; else the least that does."""
    if who.member and task in who.member.tasks:
        return who.member.granted
    return least_level(task)


def _opens(it: Relationship, group: Group, task: Task) -> bool:
    """Whether a group's assignment in a relationship does the task today."""
    one = it.assigned(group.microsoft_id)
    return one is not None and one.status == ACTIVE and does(task, one.roles) is Verdict.YES


def _names(roles: frozenset[str]) -> str:
    return ", ".join(sorted(map(role_name, roles)))
