"""Assigning a group from the keyboard: plan, progress, reach."""

from __future__ import annotations

import asyncio
from typing import cast

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE
from tests.microsoft import CONTOSO, TAILSPIN
from tests.tui.driver import Driver, at_the_desk
from tests.tui.groups.story import FULL_ROLES, use_own_groups
from tui.screens.assign import AssignScreen


async def open_plan(operator: Driver, *, full: bool = True) -> None:
    await use_own_groups(operator)
    await operator.press("r")
    await operator.hears("Microsoft: 2 relationships that nobody made here")
    await operator.press("home" if full else "end", "a")
    await operator.at("assign")


async def test_the_plan_then_the_assignments_then_the_reach(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign, 0 to change", "Contoso", "Fabrikam")
        assert not any(it.assignments for it in cloud.relationships.values())
        await operator.press("ctrl+s")
        await operator.sees("2 assigned, 0 not, 0 not begun.")
        await operator.hears("Assigned. Microsoft needs a moment")
        for it in cloud.relationships.values():
            assert [set(a.roles) for a in it.assignments.values()] == [set(FULL_ROLES)]
        await operator.press("ctrl+s")
        await operator.hears("There is nothing to assign.")
        await operator.press("escape")
        await operator.at("groups")
        await operator.press("r")
        await operator.sees("2 customers")


async def test_one_refused_does_not_keep_the_other(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", status=400, message="no such role"))
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.press("ctrl+s")
        await operator.sees("1 assigned, 1 not, 0 not begun.", "not assigned")
        await operator.hears("Those not assigned stand first")
        await operator.press("down", "up")
        await operator.hears("The relationship does not hold every role")
    assert sum(bool(it.assignments) for it in cloud.relationships.values()) == 1


async def test_esc_stops_between_two_relationships(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    for number in range(12):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await operator.press("r")
        await operator.hears("Microsoft: 14 relationships")
        await operator.press("home", "a")
        await operator.at("assign")
        await operator.sees("14 to assign")
        for _ in range(4):
            cloud.faults.add(Fault("POST", "accessAssignments", delay=0.3))
        await operator.press("ctrl+s", "escape")
        await operator.hears("Stopped. ctrl+s goes on with the rest.")
        begun = sum(bool(it.assignments) for it in cloud.relationships.values())
        assert begun < 14
        await operator.sees(f"{begun} assigned, 0 not, {14 - begun} not begun.")
        await operator.press("ctrl+s")
        await operator.hears("Assigned.")
    assert all(len(it.assignments) == 1 for it in cloud.relationships.values())


async def test_quitting_waits_until_what_is_under_way_is_recorded(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign")
        for _ in range(2):
            cloud.faults.add(Fault("POST", "accessAssignments", delay=1.0))
        await operator.press("ctrl+s", "ctrl+q")
        await operator.at("confirm")
        await operator.sees("Stop after what is under way, and leave?")
        await operator.press("y")
        await operator.until(lambda: not operator.app.is_running)
    begun = {it.id for it in cloud.relationships.values() if it.assignments}
    assert begun
    known = [it for key in office.view.customers for it in office.view.relationships(key)]
    assert {it.microsoft_id for it in known if it.assignments} == begun


async def test_twice_ctrl_s_at_once_assigns_once(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign")
        asked = len(cloud.log)
        screen = cast(AssignScreen, operator.app.screen)
        await asyncio.gather(screen.action_do("assign-now"), screen.action_do("assign-now"))
        await operator.sees("2 assigned, 0 not, 0 not begun.")
        await operator.hears("Assigned. Microsoft needs a moment")
        assert "It is under way; esc stops." in operator.app.said
        posted = [call for call in cloud.log[asked:] if call.method == "POST"]
        assert len([call for call in posted if "accessAssignments" in call.path]) == 2


async def test_esc_right_after_ctrl_s_stops_it_and_leaves_nothing_half_seen(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign")
        await operator.burst("ctrl+s", "escape")
        await operator.until(lambda: "Stopping: what is under way" in " ".join(operator.app.said))
        await operator.sees("0 not, ")
        await operator.at("assign")


async def test_what_a_change_takes_away_is_said_before(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    helpdesk = cloud.group("HelpdeskAgents").id
    first = next(it for it in cloud.relationships.values() if it.name == "first")
    cloud.add_relationship(
        name="third", tenant=TAILSPIN, status=ACTIVE, roles=FULL_ROLES,
        assignments={helpdesk: FULL_ROLES},
    )  # fmt: skip
    del cloud.relationships[first.id]
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await open_plan(operator, full=False)
        await operator.sees("1 to assign, 1 to change", "takes away User Administrator")
        await operator.press("end", "home")
        await operator.hears("Tailspin: change: takes away User Administrator")
