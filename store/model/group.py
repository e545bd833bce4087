"""The partner's two security groups: who is in them has Full or Limited administration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document
from store.model.access import LEVEL_NAMES, Level, Member

ADMIN_AGENTS, HELPDESK_AGENTS, SALES_AGENTS = "AdminAgents", "HelpdeskAgents", "SalesAgents"
BUILT_IN = {ADMIN_AGENTS: Level.FULL, HELPDESK_AGENTS: Level.LIMITED}
"""Groups that Partner Center made itself, with the level that they stood for."""
ADVICE = N_("Microsoft advises against Admin agents for day-to-day work.")


_SHORT = {Level.FULL: N_("Full"), Level.LIMITED: N_("Limited"), Level.NONE: N_("no access")}


class InGroup(NamedTuple):
    """Somebody in a group, by object id.

    `blocked` accounts cannot sign in. `kind` is what is there instead of a user: a group, an app.
    """

    id: str
    upn: str
    name: str = ""
    guest: bool = False
    blocked: bool = False
    kind: str = ""

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> InGroup:
        """Somebody in a stored group."""
        read = document.text
        return cls(
            read(found, "id"), read(found, "upn"), read(found, "name"),
            document.flag(found, "guest"), document.flag(found, "blocked"), read(found, "kind"),
        )  # fmt: skip

    @property
    def label(self) -> str:
        """What to call it."""
        return self.upn or self.name or self.id

    def is_of(self, member: Member) -> bool:
        """Whether this is a user of ours: by the object id where that is known, else by UPN."""
        if member.microsoft_id:
            return self.id == member.microsoft_id
        return bool(self.upn) and self.upn.casefold() == member.upn.casefold()


class Group(NamedTuple):
    """A group that stands for a level, with who was in it when it was `read` last (UTC).

    `gone` says that Microsoft did not know it any more then.
    """

    level: Level
    microsoft_id: str
    name: str
    members: tuple[InGroup, ...] = ()
    read: str = ""
    gone: bool = False

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> Group:
        """The group in a stored document."""
        return cls(
            document.choice(Level, document.text(found, "level"), Level.NONE),
            document.text(found, "microsoft_id"),
            document.text(found, "name"),
            tuple(map(InGroup.from_document, document.listed(found, "members"))),
            document.text(found, "read"),
            document.flag(found, "gone"),
        )

    def entry(self, member: Member) -> InGroup | None:
        """A user of ours in it."""
        return next((found for found in self.members if found.is_of(member)), None)


def level_at_microsoft(groups: Iterable[Group], member: Member) -> Level:
    """The level that a user's membership gives; Full where it is in both groups."""
    levels = [group.level for group in groups if group.entry(member)]
    return Level.FULL if Level.FULL in levels else levels[0] if levels else Level.NONE


def said_at_microsoft(groups: Iterable[Group], member: Member) -> Message | None:
    """The level that a user's membership gives, for a column; `None` where that was not read."""
    groups = list(groups)
    there = level_at_microsoft(groups, member)
    known = {group.level for group in groups if group.read}
    # Of whoever is to have a level, "no access" is known only from the group that stands for it.
    is_known = known and (there in known or member.granted in known | {Level.NONE})
    return msg(_SHORT[there]) if is_known else None


class Moving(NamedTuple):
    """What giving a user a level takes at Microsoft, by what was read of the groups last."""

    joins: Group | None
    leaves: tuple[Group, ...]


def moving(groups: Iterable[Group], member: Member, level: Level) -> Moving:
    """The group that a user joins for a level, and those that it leaves."""
    groups = list(groups)
    joins = next((g for g in groups if g.level is level and not g.entry(member)), None)
    return Moving(joins, tuple(g for g in groups if g.level is not level and g.entry(member)))


# -- where the desk and Microsoft differ ------------------------------------------------------


class Drift(NamedTuple):
    """Something about a group, or somebody in it, that is not as the desk has it recorded.

    `what` names it in JSON, `short` says it in a column; `member` is the number of our user, 0
    where it is about nobody of ours.
    """

    what: str
    upn: str
    short: Message
    said: Message
    member: int = 0


def drifts(groups: Iterable[Group], members: Iterable[Member]) -> list[Drift]:
    """Where the recorded levels are not those of the groups, and what is odd in the groups."""
    groups = [group for group in groups if group.level is not Level.NONE]
    members = list(members)
    found = [_gone(group) for group in groups if group.gone]
    for member in members:
        found += _of_member(groups, member)
    for group in groups:
        for entry in group.members:
            if not any(entry.is_of(member) for member in members):
                found += _of_stranger(group, entry, members)
    return found


def of_member(groups: Iterable[Group], member: Member) -> list[Drift]:
    """What `drifts` says about one user of ours."""
    return _of_member([group for group in groups if group.level is not Level.NONE], member)


def _gone(group: Group) -> Drift:
    said = msg(
        "{group} is no longer there: nobody has {level} by it. Choose another group.",
        group=group.name,
        level=msg(LEVEL_NAMES[group.level]),
    )
    return Drift("group-gone", "", msg("group gone"), said)


def _of_member(groups: list[Group], member: Member) -> list[Drift]:
    found: list[Drift] = []

    def add(what: str, short: Message, said: Message) -> None:
        found.append(Drift(what, member.upn, short, said, member.id))

    here, there = member.granted, level_at_microsoft(groups, member)
    known = {group.level for group in groups if group.read}
    if here is not there and (here in known or there in known):
        add(
            "level",
            msg(_SHORT[there]),
            msg("{upn}: {here} here, {there} at Microsoft.", upn=member.upn,
                here=_level(here), there=_level(there)),
        )  # fmt: skip
    inside = [(group, entry) for group in groups if (entry := group.entry(member))]
    if len(inside) > 1:
        add(
            "both",
            msg("in both groups"),
            msg("{upn} is in both groups, and {level} counts.", upn=member.upn,
                level=_level(there)),
        )  # fmt: skip
    for group, entry in inside[:1]:
        if entry.upn.casefold() != member.upn.casefold():
            now = entry.label
            add("renamed", msg("renamed"),
                msg("{upn} is called {now} at Microsoft.", upn=member.upn, now=now))  # fmt: skip
        if entry.guest:
            add("guest", msg("guest"), _guest(group, entry))
        if entry.blocked:
            add("blocked", msg("blocked"),
                msg("{upn} may not sign in, and is in {group} still.", upn=member.upn,
                    group=group.name))  # fmt: skip
    for group in groups:
        if any(_is_another(entry, member) for entry in group.members):
            add("another-account", msg("another account"),
                msg("{upn} in {group} is another account than the one that was called so.",
                    upn=member.upn, group=group.name))  # fmt: skip
            break
    return found


def _of_stranger(group: Group, entry: InGroup, members: list[Member]) -> list[Drift]:
    """Somebody in a group who is no user of ours here."""
    if any(_is_another(entry, member) for member in members):
        return []  # it is said of the user whose name it has
    if entry.kind:
        said = msg("{name} in {group} is no user: who acts through it is not seen here.",
                   name=entry.label, group=group.name)  # fmt: skip
        return [Drift("no-user", entry.label, msg("no user"), said)]
    if entry.guest:
        return [Drift("guest", entry.label, msg("guest"), _guest(group, entry))]
    said = msg("{upn} is in {group}, and no active user here.", upn=entry.label, group=group.name)
    return [Drift("stranger", entry.label, msg("not listed here"), said)]


def _is_another(entry: InGroup, member: Member) -> bool:
    """Whether it has a user's name and is another account."""
    return entry.upn.casefold() == member.upn.casefold() and not entry.is_of(member)


def _guest(group: Group, entry: InGroup) -> Message:
    return msg("{upn} is a guest in {group}: guests cannot act at customers.", upn=entry.label,
               group=group.name)  # fmt: skip


def _level(level: Level) -> Message:
    return msg(LEVEL_NAMES[level]) if level in LEVEL_NAMES else msg("no administrative access")
