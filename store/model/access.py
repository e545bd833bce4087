"""Members: the partner's own users, and what their level lets them do at customers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from store.errors import BadInput
from store.message import N_, Message, msg
from store.model import document
from store.model.partner import LimitedAs

_UPN = r"[A-Za-z0-9'._+-]{1,64}@(?=.{1,253}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"


class Level(StrEnum):
    """How much a member may do at the companies that the partner supports."""

    NONE = ""
    FULL = "full"
    LIMITED = "limited"


class Task(StrEnum):
    """What is done on behalf of a customer."""

    ADD_USER = "add-user"
    RESET_PASSWORD = "reset-password"
    ADD_DOMAIN = "add-domain"


LEVEL_NAMES = {
    Level.FULL: N_("Full administration"),
    Level.LIMITED: N_("Limited administration"),
}
LEVEL_MEANINGS = {
    Level.FULL: N_(
        "Full administration: this role has the same privileges as the global administrator role "
        "for the companies you support."
    ),
    Level.LIMITED: N_(
        "Limited administration: this role has the same privileges as the password administrator "
        "role for the companies you support."
    ),
}
_HELPDESK_MEANING = N_(
    "Limited administration: this role has the same privileges as the helpdesk administrator role "
    "for the companies you support (what Partner Center gives a Helpdesk agent today)."
)
TASK_NAMES = {
    Task.ADD_USER: N_("Add a user"),
    Task.RESET_PASSWORD: N_("Reset a password"),
    Task.ADD_DOMAIN: N_("Add a domain"),
}
ALLOWS = {
    Level.FULL: N_("Allows: add users, reset anyone's password, add domains."),
    Level.LIMITED: N_(
        "Allows: reset passwords of users who are not administrators, and of a few who are."
    ),
}
NOT_SUPPORTED = N_("Delegated access to Mobile Device Management for Office 365 is not supported.")
"""Never, at any level; the screens say so."""
INSTEAD = N_(
    "Use instead: the Intune Administrator role in a granular relationship, which is another "
    "service, or Basic Mobility and Security by the customer's own administrator."
)
"""What to use where that would be wanted."""

_COVERS = {
    Level.FULL: frozenset(Task),
    Level.LIMITED: frozenset({Task.RESET_PASSWORD}),
    Level.NONE: frozenset[Task](),
}


class Member(NamedTuple):
    """One of the partner's own users ("Active users").

    `access` is the setting *Assign administrative access to companies you support*; without it
    the level counts for nothing. `microsoft_id` is the account's object id, once Microsoft has
    named it: it stays where the user name changes.
    """

    id: int
    upn: str
    name: str = ""
    access: bool = False
    level: Level = Level.NONE
    rev: int = 0
    microsoft_id: str = ""

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Member:
        """The member in a stored document."""
        return cls(
            key,
            document.text(found, "upn"),
            document.text(found, "name"),
            document.flag(found, "access"),
            document.choice(Level, document.text(found, "level"), Level.NONE),
            document.number(found, "rev") or 0,
            document.text(found, "microsoft_id"),
        )

    @property
    def granted(self) -> Level:
        """The level that counts: none without access."""
        return self.level if self.access else Level.NONE

    @property
    def tasks(self) -> frozenset[Task]:
        """What the member's setting and level cover."""
        return _COVERS[self.level] if self.access else _COVERS[Level.NONE]


def level_meaning(level: Level, limited_as: LimitedAs) -> str:
    """What a level means, in the article's words; Limited as the partner set it."""
    if level is Level.LIMITED and limited_as is LimitedAs.HELPDESK:
        return _HELPDESK_MEANING
    return LEVEL_MEANINGS[level]


def why_no_trials(member: Member | None, mapped: str = "") -> Message | None:
    """Why this member may not create trial invitations and purchase offers.

    `mapped` is the user name that Partner gives the operator. Without one there is no restriction:
    the desk cannot tell who it is. One that no member has restricts, or else renaming or removing
    a member would lift what was set for it.
    """
    if member is None and mapped:
        return msg(
            "Partner says that you are {upn}, and no active user is called so. Add that user, or "
            "correct Operators in Partner.",
            upn=mapped,
        )
    if member is None or member.access:
        return None
    return msg(
        "{member} has no administrative access to companies you support, which trial invitations "
        "and purchase offers need.",
        member=member.name or member.upn,
    )


def upn(value: str) -> str:
    """A user principal name; raises `BadInput`."""
    value = value.strip()
    if not value:
        raise BadInput(msg("The user name is missing."), field="upn")
    if not re.fullmatch(_UPN, value):
        raise BadInput(
            msg("{value} is not a user principal name.", value=value),
            field="upn",
            todo=msg("Write it as in zoe@fabrikam.com."),
        )
    return value
