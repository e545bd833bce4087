"""The partner's two security groups: who is in them has Full or Limited administration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from store.message import Message, msg
from store.model import document
from store.model.access import LEVEL_NAMES, Level, Member
from store.model.partner import LimitedAs
from store.model.relationship import Assigned, Relationship
from store.model.roles import DIRECTORY_READERS, limited_role

ADMIN_AGENTS, HELPDESK_AGENTS, SALES_AGENTS = "AdminAgents", "HelpdeskAgents", "SalesAgents"
BUILT_IN = {ADMIN_AGENTS: Level.FULL, HELPDESK_AGENTS: Level.LIMITED}
"""Groups that Partner Center made itself, with the level that they stood for."""


class InGroup(NamedTuple):
    """A user in a group, by object id."""

    id: str
    upn: str
    name: str = ""
    guest: bool = False

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> InGroup:
        """The user in a stored group."""
        read = document.text
        return cls(
            read(found, "id"), read(found, "upn"), read(found, "name"),
            document.flag(found, "guest"),
        )  # fmt: skip


class Group(NamedTuple):
    """A group that stands for a level, with who was in it when it was `read` last (UTC)."""

    level: Level
    microsoft_id: str
    name: str
    members: tuple[InGroup, ...] = ()
    read: str = ""

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> Group:
        """The group in a stored document."""
        return cls(
            document.choice(Level, document.text(found, "level"), Level.NONE),
            document.text(found, "microsoft_id"),
            document.text(found, "name"),
            tuple(map(InGroup.from_document, document.listed(found, "members"))),
            document.text(found, "read"),
        )

    def holds(self, upn: str) -> bool:
        """Whether a user is in it."""
        return any(m.upn.casefold() == upn.casefold() for m in self.members)


class Drift(NamedTuple):
    """A user of whom the desk and Microsoft say different things."""

    upn: str
    said: Message


def level_at_microsoft(groups: Iterable[Group], upn: str) -> Level:
    """The level that a user's membership gives; Full where it is in both groups."""
    levels = [group.level for group in groups if group.holds(upn)]
    return Level.FULL if Level.FULL in levels else levels[0] if levels else Level.NONE


def drifts(groups: Iterable[Group], members: Iterable[Member]) -> list[Drift]:
    """Where the recorded levels are not those of the groups, and guests, who cannot act."""
    groups = list(groups)
    found: list[Drift] = []
    recorded = {member.upn.casefold(): member for member in members}
    have = {group.level for group in groups if group.read}
    for member in recorded.values():
        here = member.level if member.access else Level.NONE
        there = level_at_microsoft(groups, member.upn)
        if here is not there and (here in have or there in have):
            found.append(
                Drift(
                    member.upn,
                    msg("{upn}: {here} here, {there} at Microsoft.", upn=member.upn,
                        here=_level(here), there=_level(there)),
                )
            )  # fmt: skip
    for group in groups:
        for user in group.members:
            if user.guest:
                said = msg("{upn} is a guest in {group}: guests cannot act at customers.",
                           upn=user.upn, group=group.name)  # fmt: skip
                found.append(Drift(user.upn, said))
            elif user.upn.casefold() not in recorded:
                said = msg("{upn} is in {group}, and no active user here.", upn=user.upn,
                           group=group.name)  # fmt: skip
                found.append(Drift(user.upn, said))
    return found


def _level(level: Level) -> Message:
    return msg(LEVEL_NAMES[level]) if level in LEVEL_NAMES else msg("no administrative access")


class Step(StrEnum):
    """What has to be done about a group in a relationship."""

    NOTHING = "nothing"
    ASSIGN = "assign"
    CHANGE = "change"
    REFUSED = "refused"


class Assigning(NamedTuple):
    """What assigning a level's group in one relationship takes."""

    relationship: Relationship
    step: Step
    roles: tuple[str, ...] = ()
    assigned: Assigned | None = None
    why: Message | None = None


def assigning(relationship: Relationship, group: Group, limited_as: LimitedAs) -> Assigning:
    """What has to be done so that a level's group has its roles in a relationship.

    Full gets all roles that the customer granted; Limited the role that it means, and reading.
    """
    if relationship.status != "active" or relationship.gone:
        why = msg("it is not active ({status})", status=relationship.status_name())
        return Assigning(relationship, Step.REFUSED, why=why)
    roles = relationship.roles
    if group.level is Level.LIMITED:
        wanted = (limited_role(limited_as), DIRECTORY_READERS)
        if wanted[0] not in roles:
            why = msg("the customer did not grant the role; that takes a new consent")
            return Assigning(relationship, Step.REFUSED, why=why)
        roles = tuple(role for role in wanted if role in roles)
    now = relationship.assigned(group.microsoft_id)
    if now is None:
        return Assigning(relationship, Step.ASSIGN, roles)
    step = Step.NOTHING if set(now.roles) == set(roles) else Step.CHANGE
    return Assigning(relationship, step, roles, now)
