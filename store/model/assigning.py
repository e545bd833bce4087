"""What assigning a level's group in a relationship takes, by what was read of it last."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from store.message import N_, Message, msg
from store.model.access import Level
from store.model.group import Group
from store.model.partner import LimitedAs
from store.model.relationship import ACTIVE, Assigned, Relationship
from store.model.roles import DIRECTORY_READERS, limited_role, role_name

FAILED, PENDING = "error", "pending"
"""What Microsoft calls an assignment that it could not carry out, and one that is under way."""


class Step(StrEnum):
    """What has to be done about a group in a relationship."""

    NOTHING = "nothing"
    ASSIGN = "assign"
    CHANGE = "change"
    RENEW = "renew"
    REFUSED = "refused"


STEP_NAMES = {
    Step.NOTHING: N_("nothing to do"),
    Step.ASSIGN: N_("assign"),
    Step.CHANGE: N_("change"),
    Step.RENEW: N_("assign anew"),
    Step.REFUSED: N_("refused"),
}
TO_DO = (Step.ASSIGN, Step.CHANGE, Step.RENEW)
"""The steps that change something at Microsoft."""


class Assigning(NamedTuple):
    """What assigning a level's group in one relationship takes.

    `roles` are those that the group has in the end; `assigned` is what it has now.
    """

    relationship: Relationship
    step: Step
    roles: tuple[str, ...] = ()
    assigned: Assigned | None = None
    why: Message | None = None

    @property
    def said(self) -> Message | None:
        """Why it is refused, or what it would change."""
        if self.step is not Step.CHANGE or self.assigned is None:
            return self.why
        more = [role for role in self.roles if role not in self.assigned.roles]
        less = [role for role in self.assigned.roles if role not in self.roles]
        if more and less:
            return msg("adds {more}; takes away {less}", more=_names(more), less=_names(less))
        if less:
            return msg("takes away {less}", less=_names(less))
        return msg("adds {more}", more=_names(more))


def assigning(relationship: Relationship, group: Group, limited_as: LimitedAs) -> Assigning:
    """What has to be done so that a level's group has its roles in a relationship.

    Full gets all roles that the customer granted; Limited the role that it means, and reading.
    """

    def refused(why: Message) -> Assigning:
        return Assigning(relationship, Step.REFUSED, why=why)

    if relationship.status != ACTIVE or relationship.gone:
        return refused(msg("it is not active ({status})", status=relationship.status_name()))
    roles = relationship.roles
    if group.level is Level.LIMITED:
        wanted = (limited_role(limited_as), DIRECTORY_READERS)
        if wanted[0] not in roles:
            return refused(msg("the customer did not grant the role; that takes a new consent"))
        roles = tuple(role for role in wanted if role in roles)
    if not roles:
        return refused(msg("the customer granted no role in it"))
    now = relationship.assigned(group.microsoft_id)
    if now is None:
        failed = next(
            (a for a in relationship.assignments
             if a.group == group.microsoft_id and a.status == FAILED), None
        )  # fmt: skip
        if failed is None:
            return Assigning(relationship, Step.ASSIGN, roles)
        why = msg("Microsoft could not carry out what was assigned before")
        return Assigning(relationship, Step.RENEW, roles, failed, why)
    if set(now.roles) == set(roles):
        return Assigning(relationship, Step.NOTHING, roles, now)
    if now.status == PENDING:
        return refused(msg("other roles are being assigned there just now; sync, then again"))
    return Assigning(relationship, Step.CHANGE, roles, now)


def _names(roles: list[str]) -> str:
    return ", ".join(map(role_name, roles))
