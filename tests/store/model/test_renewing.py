"""The three lanes: what extends itself, what can be made to, what takes a new consent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from store.model.relationship import Assigned, Relationship
from store.model.renewing import (
    Lane,
    Renewing,
    Step,
    of_invitation,
    of_relationship,
    without_global,
)
from store.model.roles import GLOBAL_ADMINISTRATOR, PASSWORD_ADMINISTRATOR, USER_ADMINISTRATOR
from tests.conftest import TODAY
from tests.store.model.samples import ago, event, granular_link, invitation

SMALL = (USER_ADMINISTRATOR, PASSWORD_ADMINISTRATOR)
LARGE = (GLOBAL_ADMINISTRATOR, *SMALL)


def relationship(ends: int | None, roles: tuple[str, ...] = SMALL, **fields: Any) -> Relationship:
    """An active relationship that ends in so many days."""
    last = None if ends is None else ago(-ends)
    return Relationship(
        **{"key": 1, "microsoft_id": "m-1", "name": "adatum", "status": "active", "customer": 1,
           "roles": roles, "ends": last, **fields}
    )  # fmt: skip


def found(it: Relationship, *others: Relationship) -> Renewing:
    made = of_relationship(it, (it, *others), TODAY)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("it", "lane", "step"),
    [
        (relationship(300, auto_extend=True), Lane.EXTENDS, Step.NOTHING),
        (relationship(300), Lane.EXTENDS, Step.SWITCH_ON),
        (relationship(2), Lane.EXTENDS, Step.SWITCH_ON),
        (relationship(1), Lane.ASK, Step.ASK),
        (relationship(0), Lane.ASK, Step.ASK),
        (relationship(-1), Lane.ASK, Step.ASK),
        (relationship(300, LARGE), Lane.DROP, Step.DROP),
        (relationship(1, LARGE), Lane.ASK, Step.ASK),
        (relationship(300, (GLOBAL_ADMINISTRATOR,)), Lane.ASK, Step.ASK),
        (relationship(-1, status="expiring"), Lane.ASK, Step.ASK),
        (relationship(-30, status="expired"), Lane.ASK, Step.ASK),
        (relationship(-30, LARGE, status="expired"), Lane.ASK, Step.ASK),
    ],
)
def test_each_relationship_has_one_lane(it: Relationship, lane: Lane, step: Step) -> None:
    made = found(it)
    assert (made.lane, made.step) == (lane, step)
    assert made.why is not None or step in (Step.NOTHING, Step.SWITCH_ON, Step.DROP)


@pytest.mark.parametrize(
    ("it", "over"),
    [
        (relationship(1), False),
        (relationship(0), False),
        (relationship(-1), True),
        (relationship(0, status="expired"), True),
        (relationship(-1, auto_extend=True), False),
    ],
)
def test_what_has_ended_is_over(it: Relationship, over: bool) -> None:
    assert found(it).over is over


@pytest.mark.parametrize(
    "it",
    [
        relationship(None),
        relationship(300, gone=TODAY),
        relationship(300, status="terminated"),
        relationship(300, status="terminationRequested"),
        relationship(300, status="approvalPending"),
        relationship(300, status="somethingNew"),
        relationship(-31, status="expired"),
    ],
)
def test_what_has_no_end_or_ended_otherwise_is_left_out(it: Relationship) -> None:
    assert of_relationship(it, (it,), TODAY) is None


@pytest.mark.parametrize(
    ("ends", "last_safe", "late"),
    [(31, 1, False), (30, 0, False), (29, 0, True), (300, 270, False), (-3, 0, True)],
)
def test_the_last_safe_day_to_ask_is_30_days_before_the_end_or_today_and_late(
    ends: int, last_safe: int, late: bool
) -> None:
    status = "active" if ends >= 0 else "expired"
    made = found(relationship(ends, (GLOBAL_ADMINISTRATOR,), status=status))
    assert (made.last_safe, made.late) == (ago(-last_safe), late)


def test_the_last_safe_day_crosses_the_end_of_february() -> None:
    it = relationship(None)._replace(ends=date(2028, 3, 15))
    made = of_relationship(it, (it,), date(2028, 1, 1))
    assert made and made.last_safe == date(2028, 2, 14), "2028 has a 29th of February"


def test_what_extends_itself_is_shown_with_its_next_end_even_if_the_last_sync_is_old() -> None:
    it = relationship(-1, auto_extend=True)
    assert found(it).ends == ago(1 - 180)


def test_what_another_one_outlasts_needs_nothing() -> None:
    later = relationship(500, LARGE, key=2, name="later")
    made = found(relationship(10), later)
    assert (made.lane, made.step) == (Lane.EXTENDS, Step.NOTHING)
    assert "later takes its place" in str(made.why)
    ended = relationship(-5, status="expired")
    assert of_relationship(ended, (ended, later), TODAY) is None


@pytest.mark.parametrize(
    "other",
    [
        relationship(500, (USER_ADMINISTRATOR,), key=2),
        relationship(9, key=2),
        relationship(10, key=2),
        relationship(500, key=2, status="terminating"),
        relationship(500, key=2, status="approvalPending"),
        relationship(500, key=2, gone=TODAY),
    ],
)
def test_what_gives_less_or_ends_sooner_takes_nobodys_place(other: Relationship) -> None:
    assert found(relationship(10), other).step is Step.SWITCH_ON


def test_a_group_that_would_be_left_without_a_role_is_named_before() -> None:
    groups = tuple(
        Assigned(str(n), f"g{n}", roles, "active")
        for n, roles in enumerate([(GLOBAL_ADMINISTRATOR,), LARGE])
    )
    assert "no other role" in str(found(relationship(300, LARGE, assignments=groups)).why)
    assert found(relationship(300, LARGE, assignments=groups[1:])).why is None


def test_dropping_leaves_every_other_role_in_its_order() -> None:
    assert without_global(LARGE) == SMALL


def by_hand(granted: int, days: int | None, **fields: Any) -> Renewing | None:
    invited = invitation(
        event("given", ago(granted + 1)), event("answered", ago(granted), answer="granted"),
        link=granular_link(), granular=True, made=ago(granted + 1), days=days, **fields,
    )  # fmt: skip
    return of_invitation(invited, TODAY)


def test_a_grant_by_hand_takes_a_new_consent_and_one_that_extends_takes_none() -> None:
    made = by_hand(100, 365)
    assert made and (made.lane, made.step, made.ends) == (Lane.ASK, Step.ASK, ago(100 - 365))
    made = by_hand(400, 365, auto_extend=True)
    assert made and (made.lane, made.ends) == (Lane.EXTENDS, ago(400 - 365 - 180))


@pytest.mark.parametrize(("granted", "listed"), [(365, True), (395, True), (396, False)])
def test_a_grant_by_hand_is_asked_for_anew_for_30_days_after_its_end(
    granted: int, listed: bool
) -> None:
    assert (by_hand(granted, 365) is not None) is listed


def test_a_grant_without_an_end_and_what_was_refused_are_left_out() -> None:
    assert by_hand(100, None) is None
    declined = invitation(event("answered", ago(1), answer="declined"), granular=True, days=365)
    assert of_invitation(declined, TODAY) is None
    assert of_invitation(invitation(granular=True, days=365), TODAY) is None
