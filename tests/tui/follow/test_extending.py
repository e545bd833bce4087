"""Follow-up: what ends, in lanes, and letting it extend itself at Microsoft as planned."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest

from store.actions import consent, customers, partner
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.consent import Answer
from store.model.outgoing import What
from store.model.roles import GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import Relationship
from tests.microsoft import (
    ANNA,
    CONTOSO,
    FABRIKAM,
    NOW,
    TAILSPIN,
    practice_cloud,
    practice_partner,
)
from tests.tui.driver import Driver, at_the_desk
from tests.tui.follow.story import follow_up, give
from tui.screens.expiring import ExpiringScreen
from tui.screens.send import SendScreen

BEGAN = NOW - timedelta(330)
ENDS = "2026-12-27"
"""Where it lasts 365 days, as all of these do."""
PLAIN = (USER_ADMINISTRATOR,)
ABOVE = (GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR)


@pytest.fixture
def cloud() -> Practice:
    """Contoso's can be extended, Fabrikam's has the one role too many, Tailspin's extends."""
    cloud = practice_cloud()
    cloud.delay = timedelta(0)
    for tenant, name, roles, extends in (
        (CONTOSO, "plain", PLAIN, False),
        (FABRIKAM, "above", ABOVE, False),
        (TAILSPIN, "extends", PLAIN, True),
    ):
        cloud.add_relationship(
            name=name, tenant=tenant, roles=roles, days=365, auto_extend=extends, created=BEGAN
        )
    return cloud


@pytest.fixture
def office(desk: Desk) -> Iterator[Desk]:
    practice_partner(desk)
    partner.set_fields(desk, {"operators": f"anna={ANNA}"})
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", TAILSPIN)):
        customers.add(desk, {"name": name, "microsoft_id": tenant})
    return desk


def named(cloud: Practice, name: str) -> Relationship:
    return next(it for it in cloud.relationships.values() if it.name == name)


def recorded(desk: Desk) -> None:
    """Contoso granted a link for a year that was made in Partner Center, all of it by hand."""
    give(desk, [1], days=720, granular=True)
    day = desk.today() - timedelta(720)
    consent.record(desk, [1], Answer.GRANTED, on=day)


async def synced(operator: Driver) -> None:
    """Asks Microsoft, and goes to Follow-up."""
    await operator.press("6")
    await operator.at("microsoft")
    await operator.until(lambda: operator.app.session.microsoft.account)
    await operator.press("r")
    await operator.hears("Microsoft: ")
    await operator.until(lambda: operator.desk.view.synced.at)
    await follow_up(operator)


async def open_plan(operator: Driver) -> None:
    await synced(operator)
    await operator.press("e")
    await operator.at("extend")


async def test_what_ends_lies_in_three_lanes(office: Desk, cloud: Practice) -> None:
    cloud.add_relationship(
        name="gone soon", tenant=CONTOSO, roles=ABOVE, days=365, created=NOW - timedelta(364)
    )
    async with at_the_desk(office, (80, 30), rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.sees(
            "extends by itself 1", "can extend 1", "drop Global Administrator 1", "new consent 1",
            "e lets it extend", "e, without that role", "r asks today", ENDS,
            "It ends on 2026-11-23, and a new consent is asked for late already.",
        )  # fmt: skip
        await operator.press("s", "s", "s")
        await operator.sees("[drop Global Administrator 1]", "without that role it can")


async def test_the_plan_extends_what_it_may_and_leaves_the_role_alone(
    office: Desk, cloud: Practice
) -> None:
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees(
            "1 to extend, 1 with Global Administrator, 0 to ask anew, 1 with nothing to do.",
            "drop, extend",
        )
        await operator.hears("This is the plan.")
        assert not named(cloud, "plain").auto_extend
        await operator.press("ctrl+s", "y")
        await operator.sees("Extend themselves now: 1, not: 0, not begun: 0.")
        await operator.hears("Done, and read back from Microsoft.")
        assert named(cloud, "plain").auto_extend
        above = named(cloud, "above")
        assert not above.auto_extend
        assert set(above.roles) == set(ABOVE)
        await operator.press("ctrl+s")
        await operator.hears("There is nothing to extend from here.")
        await operator.press("escape")
        await operator.at("follow-up")
        await operator.sees("extends by itself 2", "drop Global Administrator 1")
        await operator.press("u")
        await operator.hears("Undo: ")  # nothing of it is this session's to take back
        assert named(cloud, "plain").auto_extend


async def test_the_role_is_dropped_only_when_that_was_asked_for_and_answered_with_yes(
    office: Desk, cloud: Practice
) -> None:
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees("1 with Global Administrator")
        await operator.press("ctrl+r")
        await operator.hears("lose Global Administrator for good")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Drops Global Administrator from 1 relationship", "Fabrikam")
        await operator.press("enter")
        await operator.hears("Nothing was done.")
        await operator.at("extend")
        assert set(named(cloud, "above").roles) == set(ABOVE)
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.sees("Extend themselves now: 2, not: 0, not begun: 0.")
        above = named(cloud, "above")
        assert above.auto_extend
        assert set(above.roles) == {USER_ADMINISTRATOR}


async def test_what_microsoft_refuses_stands_first_with_the_reason_and_is_tried_again(
    office: Desk, cloud: Practice
) -> None:
    cloud.add_relationship(
        name="second", tenant=CONTOSO, roles=(*PLAIN, "another"), days=365, created=BEGAN
    )
    cloud.faults.add(Fault("PATCH", named(cloud, "second").id, status=400, message="not this one"))
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees("2 to extend")
        await operator.press("ctrl+s", "y")
        await operator.sees("Extend themselves now: 1, not: 1, not begun: 0.", "not extended")
        await operator.hears("Those not extended stand first")
        await operator.press("down", "up")
        await operator.hears("Contoso: not extended · second")
        await operator.press("ctrl+s", "y")
        await operator.sees("Extend themselves now: 1, not: 0, not begun: 0.")
    assert named(cloud, "second").auto_extend


async def test_esc_stops_between_two_and_ctrl_s_goes_on(office: Desk, cloud: Practice) -> None:
    for number in range(11):
        cloud.add_relationship(
            name=f"r{number}", tenant=CONTOSO, roles=(*PLAIN, f"role {number}"), days=365,
            created=BEGAN,
        )  # fmt: skip
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees("12 to extend")
        for _ in range(4):
            cloud.faults.add(Fault("PATCH", "delegatedAdminRelationships", delay=0.3))
        await operator.press("ctrl+s", "y", "escape")
        await operator.hears("Stopped. ctrl+s goes on with the rest.")
        begun = sum(it.auto_extend for it in cloud.relationships.values()) - 1
        assert begun < 12
        await operator.sees(f"Extend themselves now: {begun}, not: 0, not begun: {12 - begun}.")
        await operator.press("ctrl+s", "y")
        await operator.hears("Done, and read back from Microsoft.")
    assert sum(it.auto_extend for it in cloud.relationships.values()) == 13


async def test_quitting_waits_until_what_is_under_way_is_recorded(
    office: Desk, cloud: Practice
) -> None:
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees("1 to extend")
        cloud.faults.add(Fault("PATCH", "delegatedAdminRelationships", delay=1.0))
        await operator.press("ctrl+s", "y", "ctrl+q")
        await operator.at("confirm")
        await operator.sees("Stop after what is under way, and leave?")
        await operator.press("y")
        await operator.until(lambda: not operator.app.is_running)
    assert named(cloud, "plain").auto_extend
    kept = [it for it in office.view.relationships(1) if it.name == "plain"]
    assert [it.auto_extend for it in kept] == [True]


async def test_twice_ctrl_s_at_once_extends_once(office: Desk, cloud: Practice) -> None:
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees("1 to extend")
        asked = len(cloud.log)
        screen = cast(ExpiringScreen, operator.app.screen)
        await asyncio.gather(screen.action_do("extend-now"), screen.action_do("extend-now"))
        await operator.at("confirm")
        await operator.press("y")
        await operator.sees("Extend themselves now: 1, not: 0, not begun: 0.")
        assert "It is under way; esc stops." in operator.app.said
        assert len([call for call in cloud.log[asked:] if call.method == "PATCH"]) == 1


async def test_marked_rows_alone_are_planned(office: Desk, cloud: Practice) -> None:
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.sees("[all 3]")
        await operator.press("slash", *"fabrikam", "enter", "space", "e")
        await operator.at("extend")
        await operator.sees("0 to extend, 1 with Global Administrator, 0 to ask anew, 0 with")
        await operator.hears("ctrl+r leaves out Global Administrator")


async def test_without_a_sign_in_the_plan_is_read_and_not_done(office: Desk) -> None:
    partner.set_fields(office, {"cloud": "worldwide"})
    async with at_the_desk(office) as operator:
        await follow_up(operator)
        await operator.press("e")
        await operator.hears("No access that the list shows ends within 90 days.")
        recorded(office)
        await operator.sees("new consent 1", "r asks today")
        await operator.press("e")
        await operator.at("extend")
        await operator.sees("By hand alone, all within 90 days: 0 to extend")
        await operator.press("ctrl+s")
        await operator.hears("Extend: ")


async def test_only_those_who_need_it_are_asked_for_a_new_consent(
    office: Desk, cloud: Practice
) -> None:
    async with at_the_desk(office, (80, 30), rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.press("s")
        await operator.sees("[extends by itself 1]")
        await operator.press("r")
        await operator.hears("There is nothing to ask for: the access extends by itself.")
        await operator.press("escape")
        cloud.add_relationship(
            name="gone soon", tenant=CONTOSO, roles=ABOVE, days=365, created=NOW - timedelta(364)
        )
        await synced(operator)
        await operator.sees("new consent 1")
        await operator.press("asterisk", "r")
        await operator.at("send")
        (contoso,) = [key for key, row in office.view.customers.items() if row["name"] == "Contoso"]
        screen = cast(SendScreen, operator.app.screen)
        assert (screen.what, screen.customers) == (What.RENEWAL, [contoso])


async def test_the_lane_that_is_shown_is_planned_and_the_plan_says_so(
    office: Desk, cloud: Practice
) -> None:
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await synced(operator)
        await operator.press("s")
        await operator.sees("[extends by itself 1]")
        await operator.press("s")
        await operator.sees("[can extend 1]")
        await operator.press("e")
        await operator.at("extend")
        await operator.sees("lane “can extend”: 1 to extend, 0 with Global", "0 with nothing to")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        assert not operator.app.session.situation().under_way  # it is a question still
        await operator.sees("Let 1 relationship extend itself, at Microsoft?", "Contoso")
        await operator.press("enter")
        await operator.hears("Nothing was done.")
        assert not named(cloud, "plain").auto_extend
        await operator.press("escape")
        await operator.at("follow-up")
        await operator.press("space", "e")
        await operator.at("extend")
        await operator.sees("the marked: 1 to extend")


async def test_what_ends_later_than_any_lane_shows_is_not_planned(
    office: Desk, cloud: Practice
) -> None:
    cloud.add_relationship(name="later", tenant=FABRIKAM, roles=PLAIN, days=730, created=BEGAN)
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await open_plan(operator)
        await operator.sees("all within 90 days: 1 to extend, 1 with Global", "1 with nothing")


async def test_before_the_first_sync_it_is_said_that_microsoft_may_know_better(
    office: Desk, cloud: Practice
) -> None:
    recorded(office)
    async with at_the_desk(office, rehearsal=Rehearsal(lambda: cloud)) as operator:
        await operator.until(lambda: operator.app.session.microsoft.account)
        await follow_up(operator)
        await operator.sees(
            "Our own records only: Microsoft was never read. 6, then r, reads it.",
            "6, r: it may extend",
        )
        await operator.press("e")
        await operator.at("extend")
        await operator.hears("Microsoft was never read")
        await operator.press("escape")
        await synced(operator)
        await operator.until(lambda: "never read" not in operator.on_screen)
