"""Links that are refused, broken off, and gone on with."""

from __future__ import annotations

import asyncio

import pytest

from store.actions import customers, preparing
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import PENDING
from tests.microsoft import CONTOSO
from tests.tui.driver import at_the_desk
from tests.tui.making import beside, cloud, key_of, make, partner, plan_for_all, settled

__all__ = ["beside", "cloud", "partner"]


async def test_whoever_has_a_link_is_refused_until_it_is_asked_for_again(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await operator.press("m")
        await operator.at("make")
        await make(operator)
        await operator.hears("1 link is ready.")
        await operator.press("escape", "escape")
        await plan_for_all(operator)
        await operator.sees("2 would be made, 1 refused.", "refused", "Its own link is ready")
        await operator.press("tab", "tab", "tab", "tab", "down", "up")
        await operator.hears("Contoso Its own link is ready until 2027-02-19: give it.")
        await operator.press("ctrl+r")
        await operator.sees("3 would be made, 0 refused.", "Also for those who have a link")
        await make(operator)
        await operator.hears("3 links are ready.")
    assert sum(it.tenant == CONTOSO for it in cloud.relationships.values()) == 2


async def test_a_refusal_stands_beside_its_customer_and_can_be_given_up(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    cloud.faults.add(Fault("POST", "requests$", status=400, code="badRequest"))
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        await make(operator)
        await settled(operator)
        await operator.sees("2 ready, 1 refused, 0 to go on with.")
        (draft,) = (it for it in cloud.relationships.values() if it.status == "created")
        refused = screen.table.lines[0].label
        assert draft.name.split("_")[1] == refused
        assert key_of(partner, refused) not in operator.app.session.marked
        # Somebody deletes the draft in Partner Center: it can never be finished.
        cloud.forget(draft)
        await make(operator)
        await operator.hears("No link is ready yet")
        await operator.press("down", "up")
        await operator.hears("is no longer at Microsoft. Abandon it, then make it anew.")
        await operator.press("ctrl+d")
        await operator.at("choose")
        await operator.sees(f"Only {refused}")
        await operator.press("enter")
        await operator.hears(f"{refused}: Given up; nothing of it is at Microsoft.")
        await operator.sees("1 would be made, 2 refused.")
        await make(operator)
        await operator.hears("1 link is ready.")
    assert {it.status for it in cloud.relationships.values()} == {PENDING}
    assert len(cloud.relationships) == 3


async def test_esc_stops_after_those_under_way_and_it_goes_on_later(
    partner: Desk, cloud: Practice, beside: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = asyncio.Event()

    async def wait(*_: object) -> None:
        """Lets the first one through; the others are answered once esc was pressed."""
        if cloud.relationships:
            await stopped.wait()

    monkeypatch.setattr("store.practice.app._wait", wait)
    for number in range(12):
        customers.add(partner, {"name": f"Customer {number:02}"})
    cloud.faults.add(Fault("POST", "Relationships$", delay=1, times=1_000))
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        await make(operator)
        await operator.until(lambda: screen.results)
        await operator.press("escape")
        await operator.hears("It stops after those under way")
        stopped.set()
        await operator.until(lambda: not screen.is_making)
        ready = len(cloud.relationships)
        assert 1 <= ready < 15
        await operator.sees(f"{ready} ready, 0 refused, {15 - ready} to go on with.", "continue")
        assert operator.app.screen is screen
        cloud.faults.clear()
        await operator.press("escape")
        await plan_for_all(operator)
        await operator.sees(f"{15 - ready} gone on with")
        await make(operator)
        await operator.hears(f"{15 - ready} links are ready." if ready < 14 else "1 link is ready.")
    assert len(cloud.relationships) == 15
    assert {it.status for it in cloud.relationships.values()} == {PENDING}


async def test_leaving_in_mid_make_asks_and_cuts_off_nothing(
    partner: Desk, cloud: Practice, beside: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def wait(*_: object) -> None:
        await asked.wait()

    monkeypatch.setattr("store.practice.app._wait", wait)
    cloud.faults.add(Fault("POST", "requests$", delay=1, times=1_000))
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await plan_for_all(operator)
        await make(operator)
        await operator.until(lambda: cloud.relationships)
        await operator.press("ctrl+q")
        await operator.sees("Links are being made.")
        await operator.press("y")
        await operator.hears("It stops after those under way")
        asked.set()
        await operator.until(lambda: not operator.app.is_running)
    assert {it.status for it in cloud.relationships.values()} == {PENDING}
    unfinished = preparing.all_under_way(partner.view)
    assert len(unfinished) == 3 - len(cloud.relationships)


async def test_esc_twice_breaks_off_and_nothing_is_made_twice(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    cloud.faults.add(Fault("POST", "requests$", delay=30, times=9))
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        await make(operator)
        await operator.until(lambda: len(cloud.relationships) == 3)
        await operator.press("escape", "escape")
        await operator.until(lambda: not screen.is_making)
        cloud.faults.clear()
        await operator.sees("continue")
        await make(operator)
        await operator.until(lambda: not screen.is_making)
    assert len(cloud.relationships) == 3
    assert preparing.all_under_way(partner.view) == []


async def test_no_connection_says_so_and_ctrl_s_goes_on(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    cloud.faults.add(Fault("POST", "Relationships$", status=403, code="Authorization_RequestDenied",
                           times=9))  # fmt: skip
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        await make(operator)
        await operator.hears("Your account has to be a member of AdminAgents")
        await operator.until(lambda: not screen.is_making)
        cloud.faults.clear()
        await make(operator)
        await operator.hears("3 links are ready.")
    assert len(cloud.relationships) == 3
