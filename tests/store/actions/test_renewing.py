"""Stories of what expires: planned from a real sync, done at the practice cloud, read back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest

from store.actions import customers, follow_up, renewing
from store.actions.history import newest_first
from store.actions.renewing import Extended, Lane, Renewing, Run, Step
from store.actions.sync import sync
from store.actions.undo import undo
from store.desk import Desk, Receipt
from store.errors import GraphForbidden, NoConnection, NotAllowed
from store.message import msg
from store.model.consent import State
from store.practice import rules
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE, EXPIRED, Relationship
from tests.conftest import TODAY
from tests.microsoft import CONTOSO, FABRIKAM, NOW, TAILSPIN, graph_of, practice_cloud
from tests.microsoft import practice_partner as partner_of_practice
from tests.store.actions.links import Hooked
from tests.store.actions.stories import whole

SMALL = (rules.USER, rules.DIRECTORY_READERS)
LARGE = (rules.GLOBAL, *SMALL)
HOST = "practice.localhost"


@pytest.fixture
def cloud() -> Practice:
    """Contoso holds Global Administrator and more, Fabrikam does not, Tailspin extends itself."""
    cloud = practice_cloud()
    agents = cloud.group("AdminAgents").id
    for name, tenant, roles, extends in (
        ("contoso", CONTOSO, LARGE, False),
        ("fabrikam", FABRIKAM, SMALL, False),
        ("tailspin", TAILSPIN, SMALL, True),
    ):
        cloud.add_relationship(
            name=name, tenant=tenant, roles=roles, status=ACTIVE, auto_extend=extends,
            activated=NOW - timedelta(days=340), days=365, assignments={agents: roles},
        )  # fmt: skip
    return cloud


@pytest.fixture
async def partner(desk: Desk, cloud: Practice) -> Desk:
    partner_of_practice(desk)
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", TAILSPIN)):
        customers.add(desk, {"name": name, "microsoft_id": tenant})
    async with graph_of(cloud) as graph:
        await sync(desk, graph, host=HOST)
    return desk


def at(cloud: Practice, name: str) -> Relationship:
    return next(it for it in cloud.relationships.values() if it.name == name)


def plan(desk: Desk, *names: str) -> list[Renewing]:
    found = renewing.plan(desk.view, TODAY)
    return [one for one in found if not names or one.name in names]


async def extend(
    desk: Desk, cloud: Practice, lines: Iterable[Renewing], **options: Any
) -> tuple[dict[str, Extended], Run]:
    async with graph_of(cloud, **options) as graph:
        run = Run(desk, graph)
        made = await run.extend(lines)
    assert {k: dict(v) for k, v in whole(desk.view).tables.tables.items()} == {
        k: dict(v) for k, v in desk.view.tables.tables.items()
    }
    return {one.renewing.name: one for one in made}, run


def recorded(desk: Desk, name: str) -> Any:
    return next(
        r for c in desk.view.customers for r in desk.view.relationships(c) if r.name == name
    )


def test_each_is_in_its_lane_with_its_end_and_its_last_safe_day(partner: Desk) -> None:
    found = {one.label: one for one in plan(partner)}
    assert {name: (one.lane, one.step) for name, one in found.items()} == {
        "Contoso": (Lane.DROP, Step.DROP),
        "Fabrikam": (Lane.EXTENDS, Step.SWITCH_ON),
        "Tailspin": (Lane.EXTENDS, Step.NOTHING),
    }
    assert {one.ends for one in found.values()} == {TODAY + timedelta(days=25)}
    assert found["Contoso"].last_safe == TODAY and found["Contoso"].late
    assert renewing.plan(partner.view, TODAY, within=24) == []
    assert len(renewing.plan(partner.view, TODAY, within=25)) == 3
    assert [one.label for one in renewing.plan(partner.view, TODAY, None, [2])] == ["Fabrikam"]


async def test_they_extend_themselves_and_both_sides_know_it(
    partner: Desk, cloud: Practice
) -> None:
    before = partner.view.seq
    made, run = await extend(partner, cloud, plan(partner))
    assert {name: one.done for name, one in made.items()} == {"contoso": True, "fabrikam": True}
    assert run.ended is None
    for name in ("contoso", "fabrikam"):
        assert at(cloud, name).auto_extend and set(at(cloud, name).roles) == set(SMALL)
        assert recorded(partner, name).auto_extend
        assert set(recorded(partner, name).roles) == set(SMALL)
    (held,) = recorded(partner, "contoso").assignments
    assert set(held.roles) == set(SMALL), "what our group held is read again too"
    assert [partner.view.state(key, TODAY) for key in (1, 2)] == [State.ACTIVE] * 2
    assert partner.view.seq == before + 3, "a line for each step: one more for what was dropped"
    assert follow_up.attention(partner.view, TODAY, 60) == []
    assert {one.step for one in plan(partner)} == {Step.NOTHING}


async def test_it_outlives_its_end_and_is_not_undone(partner: Desk, cloud: Practice) -> None:
    await extend(partner, cloud, plan(partner, "fabrikam"))
    last = next(newest_first(partner.path))
    assert (last.did, str(last.what)) == (
        "relationships.extend", "fabrikam extends itself at Microsoft.",
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="done at Microsoft"):
        undo(partner, Receipt(last.seq, last.what, last.did))
    cloud.clock.advance(timedelta(days=40))
    async with graph_of(cloud) as graph:
        await sync(partner, graph, host=HOST)
    assert at(cloud, "fabrikam").status == ACTIVE
    assert at(cloud, "contoso").status == EXPIRED, "nobody did anything about it"
    later = TODAY + timedelta(days=40)
    assert [(one.name, one.lane) for one in renewing.plan(partner.view, later)] == [
        ("contoso", Lane.ASK), ("fabrikam", Lane.EXTENDS), ("tailspin", Lane.EXTENDS),
    ]  # fmt: skip


async def test_whoever_leaves_the_dropping_out_keeps_global_administrator(
    partner: Desk, cloud: Practice
) -> None:
    lines = [one for one in plan(partner) if one.step is not Step.DROP]
    made, _ = await extend(partner, cloud, lines)
    assert set(made) == {"fabrikam"}
    assert rules.GLOBAL in at(cloud, "contoso").roles and not at(cloud, "contoso").auto_extend


async def test_a_second_go_does_nothing_twice(partner: Desk, cloud: Practice) -> None:
    lines = plan(partner)
    await extend(partner, cloud, lines)
    seq, patches = partner.view.seq, sum(call.method == "PATCH" for call in cloud.log)
    made, _ = await extend(partner, cloud, lines)
    assert all(one.done for one in made.values())
    assert sum(call.method == "PATCH" for call in cloud.log) == patches
    assert partner.view.seq == seq


LOST = {
    "switching on, never heard": ("fabrikam", Fault("PATCH", "", kind="lost")),
    "switching on, done": ("fabrikam", Fault("PATCH", "", kind="lost", after=True)),
    "switching on, done, and lost again and again": (
        "fabrikam", Fault("PATCH", "", kind="lost", after=True, times=9),
    ),
    "dropping, never heard": ("contoso", Fault("PATCH", "", kind="lost")),
    "dropping, begun": ("contoso", Fault("PATCH", "", kind="lost", after=True)),
    "dropping, begun, and lost until it is done": (
        "contoso", Fault("PATCH", "", kind="lost", after=True, times=2),
    ),
    "an answer of a proxy's": ("contoso", Fault("PATCH", "", kind="html", after=True)),
    "busy": ("contoso", Fault("PATCH", "", status=429, retry_after=5, times=2)),
    "the operation, lost": ("contoso", Fault("GET", "operations", kind="lost", times=2)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "fault"), LOST.values(), ids=LOST)
async def test_a_lost_answer_is_looked_up(
    partner: Desk, cloud: Practice, name: str, fault: Fault
) -> None:
    cloud.faults.add(fault)
    made, _ = await extend(partner, cloud, plan(partner, name))
    cloud.faults.clear()
    assert made[name].done is at(cloud, name).auto_extend
    if not made[name].done:
        assert made[name].why
        made, _ = await extend(partner, cloud, plan(partner, name))
    assert made[name].done and at(cloud, name).auto_extend
    assert set(at(cloud, name).roles) == set(SMALL)


async def test_what_microsoft_takes_hours_for_is_gone_on_with_later(
    partner: Desk, cloud: Practice
) -> None:
    cloud.delay = timedelta(hours=2)
    for _ in range(2):
        made, run = await extend(partner, cloud, plan(partner, "contoso"))
        assert not made["contoso"].done and made["contoso"].why and run.ended is None
        assert not at(cloud, "contoso").auto_extend
    assert len(at(cloud, "contoso").operations) == 1, "it is asked for once"
    cloud.clock.advance(timedelta(hours=2))
    made, _ = await extend(partner, cloud, plan(partner, "contoso"))
    assert made["contoso"].done and set(at(cloud, "contoso").roles) == set(SMALL)


async def test_what_cannot_be_read_back_is_not_said_to_be_done(
    partner: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("GET", "", kind="lost", skip=1, times=1000))
    made, run = await extend(partner, cloud, plan(partner, "fabrikam"))
    assert at(cloud, "fabrikam").auto_extend
    assert not made["fabrikam"].done and "could not be read" in str(made["fabrikam"].why)
    assert run.ended is None


async def test_microsoft_that_cannot_be_reached_ends_all_of_it(
    partner: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("", "", kind="lost", times=1000))
    made, run = await extend(partner, cloud, plan(partner))
    assert made == {} and isinstance(run.ended, NoConnection)


@pytest.mark.parametrize(
    ("meanwhile", "done", "why"),
    [
        ("somebody switched it on", True, ""),
        ("somebody dropped it", True, ""),
        ("the customer ended it", False, "not active any more"),
        ("it is gone", False, ""),
    ],
)
async def test_what_changed_since_the_plan_is_seen(
    partner: Desk, cloud: Practice, meanwhile: str, done: bool, why: str
) -> None:
    lines = plan(partner, "contoso")
    it = at(cloud, "contoso")
    if meanwhile == "somebody switched it on":
        it.roles, it.auto_extend = SMALL, True
    elif meanwhile == "somebody dropped it":
        it.roles = SMALL
    elif meanwhile == "the customer ended it":
        cloud.customer_terminates(it.id)
    else:
        cloud.forget(it)
    it.changed(cloud.clock.now())
    made, run = await extend(partner, cloud, lines)
    assert made["contoso"].done is done and run.ended is None
    assert why in str(made["contoso"].why or "")
    if meanwhile != "it is gone":
        assert recorded(partner, "contoso").status == it.status


@pytest.mark.parametrize("known", [False, True])
async def test_global_administrator_is_never_dropped_by_a_plan_that_did_not_say_so(
    partner: Desk, cloud: Practice, known: bool
) -> None:
    lines = plan(partner, "fabrikam")
    at(cloud, "fabrikam").roles = LARGE
    at(cloud, "fabrikam").changed(cloud.clock.now())
    if known:
        async with graph_of(cloud) as graph:
            await sync(partner, graph, host=HOST)
    made, _ = await extend(partner, cloud, lines)
    assert "roles have changed" in str(made["fabrikam"].why)
    assert at(cloud, "fabrikam").roles == LARGE


def meddles(cloud: Practice, name: str) -> Callable[[], Awaitable[None]]:
    async def meddle() -> None:
        at(cloud, name).changed(cloud.clock.now())

    return meddle


@pytest.mark.parametrize("call", range(6))
@pytest.mark.parametrize("name", ["contoso", "fabrikam"])
async def test_a_change_between_two_calls_is_never_overwritten_unseen(
    partner: Desk, cloud: Practice, name: str, call: int
) -> None:
    way = Hooked(cloud, call, before=meddles(cloud, name))
    made, run = await extend(partner, cloud, plan(partner, name), transport=way)
    assert run.ended is None
    assert made[name].done is at(cloud, name).auto_extend
    assert made[name].done or made[name].why


async def test_forbidden_everywhere_ends_it_soon(partner: Desk, cloud: Practice) -> None:
    for number in range(20):
        tenant = f"{number:08x}-3333-4333-8444-555555555555"
        cloud.add_customer(tenant, f"C{number}", f"c{number}.example", contract="")
        cloud.add_relationship(name=f"r{number}", tenant=tenant, status=ACTIVE, roles=SMALL)
    async with graph_of(cloud) as graph:
        await sync(partner, graph, host=HOST)
    cloud.faults.add(Fault("PATCH", "", status=403, times=100))
    lines = [one for one in plan(partner) if one.step is Step.SWITCH_ON]
    assert len(lines) == 21
    made, run = await extend(partner, cloud, lines)
    assert isinstance(run.ended, GraphForbidden) and not any(one.done for one in made.values())
    assert sum(call.method == "PATCH" for call in cloud.log) < 10


async def test_a_refusal_of_one_does_not_keep_the_others(partner: Desk, cloud: Practice) -> None:
    key = at(cloud, "contoso").id
    said = Fault("PATCH", key, status=400, code="BadRequest", message="Not today.")
    cloud.faults.add(said)
    made, run = await extend(partner, cloud, plan(partner))
    assert {name: one.done for name, one in made.items()} == {"contoso": False, "fabrikam": True}
    assert "Not today." in str(made["contoso"].why) and run.ended is None
    assert rules.GLOBAL in at(cloud, "contoso").roles


async def test_stopping_begins_with_no_other(partner: Desk, cloud: Practice) -> None:
    lines = [one._replace(step=Step.SWITCH_ON) for one in plan(partner, "fabrikam")] * 9
    async with graph_of(cloud) as graph:
        run = Run(partner, graph, told=lambda done: run.stop())
        made = await run.extend(lines)
    assert 1 <= len(made) < 9 and all(one.done for one in made)


# -- what takes a new consent --------------------------------------------------------------------


async def test_a_grant_by_hand_gives_way_to_what_microsoft_says(
    partner: Desk, cloud: Practice
) -> None:
    before = renewing.plan(partner.view, TODAY)
    assert {one.relationship > 0 for one in before} == {True}
    partner.transaction("test", _grant_by_hand)
    assert renewing.plan(partner.view, TODAY) != before
    by_hand = [one for one in renewing.plan(partner.view, TODAY) if not one.relationship]
    assert [(one.label, one.lane) for one in by_hand] == [("Contoso", Lane.ASK)]
    await extend(partner, cloud, plan(partner, "contoso"))
    assert {one.relationship > 0 for one in renewing.plan(partner.view, TODAY)} == {True}


def _grant_by_hand(tables: Any) -> Any:
    tables.invitations.insert(
        {
            "customer": 1, "kind": "delegated", "granular": True, "days": 730,
            "link": "https://localhost/elsewhere", "made": "2026-11-01",
            "events": [{"what": "answered", "answer": "granted", "on": "2026-11-02"}],
        }
    )  # fmt: skip
    return msg("By hand.")
