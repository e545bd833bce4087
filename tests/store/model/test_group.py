"""Who is in our groups, where that is not what is recorded, and what assigning a group takes."""

from __future__ import annotations

from datetime import date

import pytest

from store.model.access import Level, Member
from store.model.assigning import Step, assigning
from store.model.group import Drift, Group, InGroup, drifts, level_at_microsoft, moving
from store.model.partner import LimitedAs
from store.model.relationship import Assigned, Relationship
from store.model.roles import (
    DIRECTORY_READERS,
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    PASSWORD_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)

READ = "2026-11-22T09:00:00.000Z"
ZOE = Member(1, "zoe@adatum.example", "Zoé Martin", True, Level.LIMITED)
IN = InGroup("id-zoe", "zoe@adatum.example", "Zoé Martin")
OTHER = InGroup("id-other", "zoe@adatum.example")


def full(*members: InGroup, read: str = READ, gone: bool = False) -> Group:
    return Group(Level.FULL, "g-full", "AdminAgents", members, read, gone)


def limited(*members: InGroup, read: str = READ, gone: bool = False) -> Group:
    return Group(Level.LIMITED, "g-limited", "HelpdeskAgents", members, read, gone)


def said(found: list[Drift]) -> list[tuple[str, str]]:
    return [(one.what, str(one.said)) for one in found]


@pytest.mark.parametrize(
    ("groups", "member", "what"),
    [
        # as recorded
        ([full(), limited(IN)], ZOE, []),
        ([full(), limited()], ZOE._replace(access=False), []),
        ([full(IN), limited()], ZOE._replace(level=Level.FULL), []),
        # upper and lower case of a user name are the same
        ([full(), limited(IN._replace(upn="Zoe@Adatum.Example"))], ZOE, []),
        # groups that nobody chose, or nobody has read, say nothing about anybody
        ([], ZOE, []),
        ([full(), limited(read="")], ZOE, []),
        ([full()], ZOE, []),
        # another level, or none
        ([full(), limited()], ZOE, ["level"]),
        ([full(IN), limited()], ZOE, ["level"]),
        ([full(), limited(IN)], ZOE._replace(access=False), ["level"]),
        # Full counts in both; whoever is recorded as Full is as recorded, and yet in both
        ([full(IN), limited(IN)], ZOE, ["level", "both"]),
        ([full(IN), limited(IN)], ZOE._replace(level=Level.FULL), ["both"]),
        # the account is the same, its name another
        (
            [full(), limited(IN._replace(upn="zoe.martin@adatum.example"))],
            ZOE._replace(microsoft_id="id-zoe"),
            ["renamed"],
        ),
        # the name is the same, the account another
        (
            [full(), limited(OTHER)],
            ZOE._replace(microsoft_id="id-zoe"),
            ["level", "another-account"],
        ),
        ([full(), limited(IN._replace(guest=True))], ZOE, ["guest"]),
        ([full(), limited(IN._replace(blocked=True))], ZOE, ["blocked"]),
        # a group that was deleted gives nobody anything
        ([full(), limited(gone=True)], ZOE, ["group-gone", "level"]),
    ],
)
def test_what_is_not_as_recorded(groups: list[Group], member: Member, what: list[str]) -> None:
    assert [one.what for one in drifts(groups, [member])] == what


def test_drift_names_both_sides() -> None:
    assert said(drifts([full(IN), limited()], [ZOE])) == [
        ("level", "zoe@adatum.example: Limited administration here, Full administration at "
         "Microsoft.")
    ]  # fmt: skip


def test_who_is_in_a_group_and_none_of_ours_is_told_by_what_it_is() -> None:
    group = limited(
        InGroup("1", "bob@adatum.example"),
        InGroup("2", "gast@else.example", guest=True),
        InGroup("3", "", "Night shift", kind="group"),
    )
    assert said(drifts([group], [])) == [
        ("stranger", "bob@adatum.example is in HelpdeskAgents, and no active user here."),
        ("guest", "gast@else.example is a guest in HelpdeskAgents: guests cannot act at "
         "customers."),
        ("no-user", "Night shift in HelpdeskAgents is no user: who acts through it is not seen "
         "here."),
    ]  # fmt: skip


def test_an_impostor_is_said_once() -> None:
    known = ZOE._replace(microsoft_id="id-zoe")
    found = drifts([full(OTHER), limited(OTHER)], [known])
    assert [one.what for one in found] == ["level", "another-account"]


def test_a_group_without_members_or_names_is_no_trouble() -> None:
    nobody = Member(2, "")
    assert not drifts([Group(Level.NONE, "", ""), full(InGroup("", ""))], [nobody])[1:]


@pytest.mark.parametrize(
    ("groups", "level"),
    [
        ([full(IN), limited(IN)], Level.FULL),
        ([limited(IN), full(IN)], Level.FULL),
        ([full(), limited(IN)], Level.LIMITED),
        ([full(), limited()], Level.NONE),
        ([], Level.NONE),
    ],
)
def test_the_level_that_membership_gives(groups: list[Group], level: Level) -> None:
    assert level_at_microsoft(groups, ZOE) is level


@pytest.mark.parametrize(
    ("groups", "level", "joins", "leaves"),
    [
        ([full(), limited(IN)], Level.FULL, "AdminAgents", ["HelpdeskAgents"]),
        ([full(), limited(IN)], Level.LIMITED, None, []),
        ([full(), limited(IN)], Level.NONE, None, ["HelpdeskAgents"]),
        ([full(IN), limited(IN)], Level.LIMITED, None, ["AdminAgents"]),
        ([limited()], Level.FULL, None, []),
    ],
)
def test_what_a_level_takes_at_microsoft(
    groups: list[Group], level: Level, joins: str | None, leaves: list[str]
) -> None:
    move = moving(groups, ZOE, level)
    assert (move.joins.name if move.joins else None) == joins
    assert [group.name for group in move.leaves] == leaves


# -- assigning ----------------------------------------------------------------------------------

ROLES = (USER_ADMINISTRATOR, PASSWORD_ADMINISTRATOR, DIRECTORY_READERS)
LIMITED_ROLES = (PASSWORD_ADMINISTRATOR, DIRECTORY_READERS)


def relationship(*assigned: Assigned, **more: object) -> Relationship:
    made = Relationship(1, "r-1", "contoso", "active", roles=ROLES, assignments=assigned)
    return made._replace(**more)  # type: ignore[arg-type]


def a(roles: tuple[str, ...], status: str = "active", group: str = "g-limited") -> Assigned:
    return Assigned("a-1", group, roles, status)


@pytest.mark.parametrize(
    ("found", "step", "why"),
    [
        (relationship(), Step.ASSIGN, ""),
        (relationship(a(LIMITED_ROLES)), Step.NOTHING, ""),
        (relationship(a(LIMITED_ROLES[::-1])), Step.NOTHING, ""),
        (relationship(a(LIMITED_ROLES, "pending")), Step.NOTHING, ""),
        (relationship(a(LIMITED_ROLES, group="g-other")), Step.ASSIGN, ""),
        (relationship(a(LIMITED_ROLES, "deleting")), Step.ASSIGN, ""),
        (relationship(a(LIMITED_ROLES, "deleted")), Step.ASSIGN, ""),
        (relationship(a(ROLES)), Step.CHANGE, "takes away User Administrator"),
        (relationship(a((DIRECTORY_READERS,))), Step.CHANGE, "adds Password Administrator"),
        (
            relationship(a((USER_ADMINISTRATOR,))),
            Step.CHANGE,
            "adds Password Administrator, Directory Readers; takes away User Administrator",
        ),
        (relationship(a(ROLES, "pending")), Step.REFUSED, "other roles are being assigned"),
        (relationship(a(LIMITED_ROLES, "error")), Step.RENEW, "could not carry out"),
        (relationship(a(LIMITED_ROLES, "error"), a(LIMITED_ROLES)), Step.NOTHING, ""),
        (relationship(a(LIMITED_ROLES, "hovering")), Step.ASSIGN, ""),
        (relationship(roles=(GLOBAL_ADMINISTRATOR,)), Step.REFUSED, "takes a new consent"),
        (relationship(roles=()), Step.REFUSED, "takes a new consent"),
        (relationship(status="expiring"), Step.REFUSED, "not active (ending)"),
        (relationship(gone=date(2026, 11, 1)), Step.REFUSED, "no longer listed"),
    ],
)
def test_what_assigning_the_limited_group_takes(found: Relationship, step: Step, why: str) -> None:
    planned = assigning(found, limited(), LimitedAs.PASSWORD)
    assert planned.step is step
    assert why in str(planned.said or "")
    if step is Step.ASSIGN:
        assert planned.roles == LIMITED_ROLES


def test_full_gets_all_that_the_customer_granted_and_nothing_else() -> None:
    assert assigning(relationship(), full(), LimitedAs.PASSWORD).roles == ROLES
    nothing = assigning(relationship(roles=()), full(), LimitedAs.PASSWORD)
    assert (nothing.step, str(nothing.why)) == (Step.REFUSED, "the customer granted no role in it")


def test_limited_means_what_the_partner_set() -> None:
    roles = (HELPDESK_ADMINISTRATOR, PASSWORD_ADMINISTRATOR)
    planned = assigning(relationship(roles=roles), limited(), LimitedAs.HELPDESK)
    assert planned.roles == (HELPDESK_ADMINISTRATOR,)
