"""The links of the chain that are about a user of ours: who it is, access, level."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from store.message import N_, Message, msg
from store.model.access import LEVEL_NAMES, TASK_NAMES, Level, Member, Task
from store.model.group import BUILT_IN, Group
from store.model.may.chain import Fix, Link, Part, Repair, Verdict, link, not_before


class Person(NamedTuple):
    """Who asks. `inside` says of each group of ours whether Microsoft listed this user in it.

    `member` is `None` for who is no active user; `now` is what the member is called at Microsoft,
    where that is another name.
    """

    upn: str
    member: Member | None
    groups: tuple[Group, ...] = ()
    inside: Mapping[str, Verdict] = {}
    now: str = ""

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return self.member.upn if self.member else self.upn

    def group(self, level: Level) -> Group | None:
        """The group that stands for a level, if there is one at Microsoft."""
        return next((g for g in self.groups if g.level is level and not g.gone), None)


def person(upn: str, members: Iterable[Member], groups: tuple[Group, ...]) -> Person:
    """What is known of a user name; one that Microsoft gave to a user of ours is that user's."""
    wanted = upn.strip().casefold()
    members = list(members)
    member = next((m for m in members if m.upn.casefold() == wanted), None)
    if member is None:
        called = [(m, e) for m in members for g in groups if (e := g.entry(m))]
        renamed = next((m for m, e in called if e.upn.casefold() == wanted), None)
        return Person(upn.strip(), None, groups, now=renamed.upn if renamed else "")
    return of_member(member, groups)


def of_member(member: Member, groups: tuple[Group, ...]) -> Person:
    """What is known of a user of ours."""
    inside = {group.microsoft_id: is_inside(group, member) for group in groups}
    return Person(member.upn, member, groups, inside)


def is_inside(group: Group, member: Member) -> Verdict:
    """Whether a user is in a group, by what was read of it last."""
    if group.gone:
        return Verdict.NO
    if not group.read:
        return Verdict.UNKNOWN
    if group.entry(member):
        return Verdict.YES
    # Who is in a group that is in the group is not read.
    return Verdict.UNKNOWN if any(entry.kind for entry in group.members) else Verdict.NO


def links_of(who: Person, task: Task) -> tuple[Link, Link, Link]:
    """Member, administrative access, level."""
    member = who.member
    if member is None:
        unknown = (not_before(part, Part.MEMBER) for part in (Part.ACCESS, Part.LEVEL))
        return (_nobody(who), *unknown)  # type: ignore[return-value]
    access = _access(member, task)
    if access.verdict is not Verdict.YES:
        return _member(who, member), access, not_before(Part.LEVEL, Part.ACCESS)
    return _member(who, member), access, _level(member, task)


def _nobody(who: Person) -> Link:
    if who.now:
        repair = Repair(
            msg("Correct its user name."), Fix.USERS,
            f"partnerdesk users set {shlex.quote(who.now)} --upn {shlex.quote(who.upn)}",
        )  # fmt: skip
        why = msg("{upn} is what Microsoft calls {now} today; here it has the old name.",
                  upn=who.upn, now=who.now)  # fmt: skip
        return link(Part.MEMBER, Verdict.NO, why, repair)
    why = msg("No active user is called {upn}.", upn=who.upn)
    command = f"partnerdesk users add {shlex.quote(who.upn)} NAME" if who.upn else ""
    return link(Part.MEMBER, Verdict.NO, why, Repair(msg("Add the user."), Fix.USERS, command))


def _member(who: Person, member: Member) -> Link:
    entries = [entry for group in who.groups if (entry := group.entry(member))]
    if any(entry.guest for entry in entries):
        why = msg("{upn} is a guest in our own tenant, and guests cannot act at customers.",
                  upn=member.upn)  # fmt: skip
        return link(Part.MEMBER, Verdict.NO, why,
                    Repair(msg("Give the person a user of their own."), Fix.USERS))  # fmt: skip
    if any(entry.blocked for entry in entries):
        return link(Part.MEMBER, Verdict.NO, msg("{upn} may not sign in.", upn=member.upn),
                    Repair(msg("Let the account sign in again, in the Microsoft 365 admin "
                               "center; then sync."), Fix.NOWHERE))  # fmt: skip
    return Link(Part.MEMBER, Verdict.YES, msg("{upn} is an active user.", upn=member.upn))


def _access(member: Member, task: Task) -> Link:
    if member.access:
        return Link(Part.ACCESS, Verdict.YES,
                    msg("{upn} has administrative access.", upn=member.upn))  # fmt: skip
    why = msg("{upn} has no administrative access to companies you support.", upn=member.upn)
    return link(Part.ACCESS, Verdict.NO, why, give_level(member.upn, least_level(task)))


def _level(member: Member, task: Task) -> Link:
    values = {"level": msg(LEVEL_NAMES[member.level]) if member.level else msg("No level"),
              "task": msg(TASK_NAMES[task])}  # fmt: skip
    if task in member.tasks:
        return Link(Part.LEVEL, Verdict.YES, Message(N_("{level} covers: {task}."), values))
    why = Message(N_("{level} does not cover: {task}."), values)
    return link(Part.LEVEL, Verdict.NO, why, give_level(member.upn, least_level(task)))


def least_level(task: Task) -> Level:
    """The least level that covers a task."""
    return Level.LIMITED if task is Task.RESET_PASSWORD else Level.FULL


def give_level(upn: str, level: Level) -> Repair:
    """Giving a user a level, here and in the groups at Microsoft."""
    command = (
        f"partnerdesk users set {shlex.quote(upn)} --access yes --level {level.value} "
        "--at-microsoft"
    )
    said = msg("Give {upn} {level}, in its group at Microsoft too.", upn=upn,
               level=msg(LEVEL_NAMES[level]))  # fmt: skip
    return Repair(said, Fix.USERS, command)


def is_agents(group: Group, level: Level) -> bool:
    """Whether a group is Partner Center's own for a level, by which classic access goes."""
    return BUILT_IN.get(group.name) is level and group.level is level
