"""Who may do what, by role, as Microsoft's table of privileged roles has it."""

from __future__ import annotations

import pytest

from store.model.access import Task
from store.model.may.chain import Verdict
from store.model.may.resets import does, least_reset, resets
from store.model.roles import ROLES

BY_NAME = {name: role for role, name in ROLES.items()}
STRANGE = "12345678-1234-4234-8234-123456789abc"
ALL = "Password Helpdesk Authentication User Privileged-Authentication Global".split()
TABLE = {
    "": ALL,
    "Directory Readers": ALL,
    "Guest Inviter": ALL,
    "Password Administrator": ALL,
    "Message Center Reader": ALL[1:],
    "Reports Reader": ALL[1:],
    "Usage Summary Reports Reader": ALL[1:],
    "User Experience Success Manager": ALL[1:],
    "Helpdesk Administrator": ["Helpdesk", *ALL[3:]],
    "Authentication Administrator": ["Authentication", *ALL[4:]],
    "Groups Administrator": ALL[3:],
    "User Administrator": ALL[3:],
    "Global Administrator": ALL[4:],
    "Privileged Role Administrator": ALL[4:],
    "Privileged Authentication Administrator": ALL[4:],
    "Exchange Administrator": ALL[4:],
    "Security Administrator": ALL[4:],
    "Global Reader": ALL[4:],
    "License Administrator": ALL[4:],
}
"""For what somebody holds: who may reset the password."""


def role(short: str) -> str:
    return BY_NAME[f"{short.replace('-', ' ')} Administrator"]


@pytest.mark.parametrize("theirs", TABLE)
@pytest.mark.parametrize("short", ALL)
def test_who_may_reset_whose_password(theirs: str, short: str) -> None:
    target = [BY_NAME[theirs]] if theirs else []
    wanted = Verdict.YES if short in TABLE[theirs] else Verdict.NO
    assert resets([role(short)], target) is wanted


@pytest.mark.parametrize("short", ALL)
def test_the_protected_are_reset_by_the_strongest_only(short: str) -> None:
    wanted = Verdict.YES if short in ALL[4:] else Verdict.NO
    assert resets([role(short)], [], protected=True) is wanted
    assert resets([role(short)], [STRANGE]) is wanted


def test_of_several_roles_one_has_to_reach_all_that_the_target_holds() -> None:
    target = [role("Helpdesk"), role("Authentication")]
    assert resets([role("Helpdesk"), role("Authentication")], target) is Verdict.NO
    assert resets([role("Helpdesk")], [role("Helpdesk"), BY_NAME["Reports Reader"]]) is Verdict.YES


@pytest.mark.parametrize(
    ("task", "able"),
    [
        (Task.ADD_USER, {"User Administrator", "Global Administrator"}),
        (Task.ADD_DOMAIN, {"Domain Name Administrator", "Global Administrator"}),
        (Task.RESET_PASSWORD, {ROLES[role(short)] for short in ALL}),
    ],
)
def test_which_role_does_which_task(task: Task, able: set[str]) -> None:
    assert {name for name, one in BY_NAME.items() if does(task, [one]) is Verdict.YES} == able
    unsure = {name for name, one in BY_NAME.items() if does(task, [one]) is Verdict.UNKNOWN}
    assert unsure == ({"Directory Writers"} if task is Task.ADD_USER else set())
    assert does(task, [STRANGE]) is Verdict.UNKNOWN
    assert does(task, []) is Verdict.NO


def test_of_a_role_that_nobody_knows_nothing_is_said() -> None:
    assert resets([STRANGE], []) is Verdict.UNKNOWN
    assert resets([STRANGE, role("Global")], [role("Global")]) is Verdict.YES


def test_the_least_of_the_granted_roles_is_named() -> None:
    granted = [role("Global"), role("User"), role("Password")]
    assert least_reset(granted, [], protected=False) == role("Password")
    assert least_reset(granted, [role("Helpdesk")], protected=False) == role("User")
    assert least_reset(granted, [], protected=True) == role("Global")
    assert least_reset([role("Password")], [role("Global")], protected=False) == ""
