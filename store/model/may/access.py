"""The links of the chain that are about roles: granted by the customer, given to our groups."""

from __future__ import annotations

from store.message import msg
from store.model.access import LEVEL_NAMES, Level, Task
from store.model.assigning import TO_DO, assigning
from store.model.group import Group
from store.model.may.chain import Fix, Link, Part, Repair, Verdict, link, not_before
from store.model.may.consent import UNTOLD, Known, Opening, Place, new_offer, unsure
from store.model.may.held import Held
from store.model.may.person import Person, give_level, least_level
from store.model.may.resets import DOES, does
from store.model.relationship import ACTIVE, Relationship
from store.model.roles import role_name

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
    role = unsure(_role(place, known, opened, found, task), known)
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
    return role, unsure(group, known)


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
    if opened.doubtful:
        return link(Part.ROLE, Verdict.UNKNOWN, UNTOLD, repair)
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
        if found.unsure is None:
            why = msg("Whether the roles of the user's groups do it is not known: {roles}.",
                      roles=_names(found.certain))  # fmt: skip
            return link(Part.GROUP, Verdict.UNKNOWN, why, repair)
        why, asks = found.unsure
        return link(Part.GROUP, Verdict.UNKNOWN, why, _SYNC if asks else repair)
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
