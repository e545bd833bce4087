"""Our own table of what a role may do at a customer's, and whose password it may reset.

After Microsoft's tables of privileged roles. A role that is not named here is one that we do not
know: of what it may do, nothing is said; of who holds it, that few may reset the password.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.model.access import Task
from store.model.may.chain import Verdict
from store.model.roles import (
    DOMAIN_NAME_ADMINISTRATOR,
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    PASSWORD_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    ROLES,
    USER_ADMINISTRATOR,
)

_NAMED = {name: role for role, name in ROLES.items()}
AUTHENTICATION_ADMINISTRATOR = _NAMED["Authentication Administrator"]
DIRECTORY_WRITERS = _NAMED["Directory Writers"]

DOES: dict[Task, tuple[str, ...]] = {
    Task.ADD_USER: (USER_ADMINISTRATOR, GLOBAL_ADMINISTRATOR),
    Task.RESET_PASSWORD: (
        PASSWORD_ADMINISTRATOR,
        HELPDESK_ADMINISTRATOR,
        AUTHENTICATION_ADMINISTRATOR,
        USER_ADMINISTRATOR,
        PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
        GLOBAL_ADMINISTRATOR,
    ),
    Task.ADD_DOMAIN: (DOMAIN_NAME_ADMINISTRATOR, GLOBAL_ADMINISTRATOR),
}
"""The roles that do each task, the least one first; resetting: of those who hold no role."""
_MAYBE: dict[Task, frozenset[str]] = {
    # Meant for applications; whether a person's writing counts is said nowhere.
    Task.ADD_USER: frozenset({DIRECTORY_WRITERS}),
    Task.RESET_PASSWORD: frozenset(),
    Task.ADD_DOMAIN: frozenset(),
}

_HARMLESS = frozenset(
    {_NAMED["Directory Readers"], _NAMED["Guest Inviter"], PASSWORD_ADMINISTRATOR}
)
_SMALL = _HARMLESS | {
    _NAMED["Message Center Reader"],
    _NAMED["Reports Reader"],
    _NAMED["Usage Summary Reports Reader"],
    _NAMED["User Experience Success Manager"],
}
_REACHES: dict[str, frozenset[str]] = {
    PASSWORD_ADMINISTRATOR: _HARMLESS,
    HELPDESK_ADMINISTRATOR: _SMALL | {HELPDESK_ADMINISTRATOR},
    AUTHENTICATION_ADMINISTRATOR: _SMALL | {AUTHENTICATION_ADMINISTRATOR},
    USER_ADMINISTRATOR: _SMALL
    | {HELPDESK_ADMINISTRATOR, USER_ADMINISTRATOR, _NAMED["Groups Administrator"]},
}
"""What somebody may hold, at most, so that this role may reset the password."""
_ANYBODY = frozenset({PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR})


def does(task: Task, roles: Iterable[str]) -> Verdict:
    """Whether one of these roles does a task, at least where nobody of rank is concerned."""
    held = frozenset(roles)
    if not held.isdisjoint(DOES[task]):
        return Verdict.YES
    if held & _MAYBE[task] or not held <= ROLES.keys():
        return Verdict.UNKNOWN
    return Verdict.NO


def resets(roles: Iterable[str], target: Iterable[str], *, protected: bool = False) -> Verdict:
    """Whether one of these roles may reset the password of somebody who holds `target`.

    `protected` is who belongs to a role-assignable group or to a restricted unit.
    """
    held, theirs = frozenset(roles), frozenset(target)
    if held & _ANYBODY:
        return Verdict.YES
    if not protected and any(theirs <= _REACHES[role] for role in held & _REACHES.keys()):
        return Verdict.YES
    return Verdict.NO if held <= ROLES.keys() else Verdict.UNKNOWN


def least_reset(granted: Iterable[str], target: Iterable[str], *, protected: bool) -> str:
    """The least of the granted roles that may reset this password; "" if none may."""
    offered = frozenset(granted)
    for role in DOES[Task.RESET_PASSWORD]:
        if role in offered and resets((role,), target, protected=protected) is Verdict.YES:
            return role
    return ""
