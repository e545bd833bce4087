"""Stories of assigning our groups in relationships, while others work and things fail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from store.actions import assigning, customers
from store.actions.sync import sync
from store.desk import Desk
from store.errors import (
    GraphForbidden,
    NoConnection,
    NotAllowed,
)
from store.graph.client import Graph
from store.model.access import Level
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE
from tests.microsoft import CONTOSO, FABRIKAM, graph_of, practice_partner
from tests.store.actions.groups.story import FULL, FULL_ROLES, LIMITED, LIMITED_ROLES


@pytest.fixture
async def agreed(partner: Desk, cloud: Practice) -> Desk:
    """Contoso and Fabrikam have accepted everything."""
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM)):
        customers.add(partner, {"name": name, "microsoft_id": tenant})
        cloud.add_relationship(name=name.lower(), tenant=tenant, status=ACTIVE, roles=FULL_ROLES)
    async with graph_of(cloud) as graph:
        await sync(partner, graph)
    return partner


def at(cloud: Practice, name: str) -> Any:
    return next(it for it in cloud.relationships.values() if it.name == name)


def assigned(cloud: Practice, name: str) -> list[tuple[str, ...]]:
    found = at(cloud, name).assignments.values()
    return [one.roles for one in found if one.status in ("pending", "active")]


async def run(desk: Desk, graph: Graph, level: Level) -> tuple[list[assigning.Assigned], Any]:
    group, plan = assigning.assigning_plan(desk.view, level)
    made = assigning.Run(desk, graph, group)
    return await made.assign(plan), made.ended


async def test_assigned_once_and_counted_once_it_is_active(agreed: Desk, cloud: Practice) -> None:
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
        assert [one.done for one in done] == [True, True] and ended is None
        assert assigned(cloud, "contoso") == [LIMITED_ROLES]
        assert assigning.reach(agreed.view, LIMITED) == 0
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
        assert assigning.reach(agreed.view, LIMITED) == 2
        assert await run(agreed, graph, LIMITED) == ([], None)


async def test_somebody_else_was_quicker_with_the_same_roles(agreed: Desk, cloud: Practice) -> None:
    helpdesk = cloud.group("HelpdeskAgents").id
    async with graph_of(cloud) as graph:
        await graph.assign(at(cloud, "contoso").id, helpdesk, LIMITED_ROLES)
        done, _ = await run(agreed, graph, LIMITED)
    assert [one.done for one in done] == [True, True]
    assert len(assigned(cloud, "contoso")) == 1


async def test_somebody_else_was_quicker_with_other_roles(agreed: Desk, cloud: Practice) -> None:
    helpdesk = cloud.group("HelpdeskAgents").id
    async with graph_of(cloud) as graph:
        await graph.assign(at(cloud, "contoso").id, helpdesk, FULL_ROLES)
        cloud.clock.advance(timedelta(minutes=1))
        done, _ = await run(agreed, graph, LIMITED)
        failed = next(one for one in done if not one.done)
        assert "has an assignment in this relationship already" in str(failed.why)
        assert assigned(cloud, "contoso") == [FULL_ROLES], "nobody agreed to take roles away"
        _, plan = assigning.assigning_plan(agreed.view, LIMITED)
        assert sorted(line.step for line in plan) == ["change", "nothing"]
        done, _ = await run(agreed, graph, LIMITED)
    assert [one.done for one in done] == [True]
    assert assigned(cloud, "contoso") == [LIMITED_ROLES]


async def test_what_failed_at_microsoft_is_taken_away_and_assigned_anew(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.broken_groups.add(cloud.group("HelpdeskAgents").id)
    async with graph_of(cloud) as graph:
        await run(agreed, graph, LIMITED)
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
        assert assigning.reach(agreed.view, LIMITED) == 0
        _, plan = assigning.assigning_plan(agreed.view, LIMITED)
        assert [line.step for line in plan] == ["renew", "renew"]
        cloud.broken_groups.clear()
        done, _ = await run(agreed, graph, LIMITED)
        assert [one.done for one in done] == [True, True]
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
    assert assigning.reach(agreed.view, LIMITED) == 2


async def test_a_relationship_that_ended_meanwhile_does_not_keep_the_others(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.customer_terminates(at(cloud, "contoso").id)
    cloud.clock.advance(timedelta(minutes=1))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
    assert sorted(one.done for one in done) == [False, True] and ended is None
    failed = next(one for one in done if not one.done)
    assert failed.relationship.status == "terminated", "how it stands is recorded"


async def test_one_that_is_no_longer_there_does_not_keep_the_others(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.forget(at(cloud, "contoso"))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
    assert sorted(one.done for one in done) == [False, True] and ended is None


async def test_a_customer_that_forbids_it_does_not_keep_the_others(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", status=403))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
    assert sorted(one.done for one in done) == [False, True] and ended is None


async def test_forbidden_everywhere_ends_it_soon(agreed: Desk, cloud: Practice) -> None:
    for number in range(20):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES)
    cloud.faults.add(Fault("POST", "accessAssignments", status=403, times=100))
    async with graph_of(cloud) as graph:
        await sync(agreed, graph)
        _, ended = await run(agreed, graph, LIMITED)
    assert isinstance(ended, GraphForbidden)
    assert sum(call.method == "POST" for call in cloud.log) < 10


async def test_a_lost_answer_assigns_once(agreed: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", kind="lost", after=True, times=2))
    async with graph_of(cloud) as graph:
        done, _ = await run(agreed, graph, LIMITED)
    assert [one.done for one in done] == [True, True]
    assert len(assigned(cloud, "contoso")) == len(assigned(cloud, "fabrikam")) == 1


async def test_what_could_not_be_read_back_is_learned_by_the_next_sync(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("GET", "", kind="lost", times=1000))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
        assert not any(one.done for one in done)
        assert isinstance(ended, NoConnection) or all(one.why for one in done)
        cloud.faults.clear()
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
    assert len(assigned(cloud, "contoso")) == 1
    assert assigning.reach(agreed.view, LIMITED) == 2


async def test_half_a_list_of_assignments_is_no_list(agreed: Desk, cloud: Practice) -> None:
    admins = cloud.group("AdminAgents").id
    async with graph_of(cloud) as graph:
        await run(agreed, graph, FULL)
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
        cloud.page_limit = 1
        cloud.faults.add(Fault("GET", r"Assignments.*skip[tT]oken", kind="lost", times=100))
        done, _ = await run(agreed, graph, LIMITED)
        assert not any(one.done for one in done)
        kept = [agreed.view.relationship(one.relationship.key) for one in done]
        assert all(one and one.assigned(admins) for one in kept), "nothing counts as taken away"
        cloud.page_limit = 300
        cloud.faults.clear()
        await sync(agreed, graph)
    assert [line.step for line in assigning.assigning_plan(agreed.view, LIMITED)[1]] == [
        "nothing", "nothing",
    ]  # fmt: skip


async def test_stopping_begins_with_no_other(agreed: Desk, cloud: Practice) -> None:
    for number in range(20):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES)
    async with graph_of(cloud) as graph:
        await sync(agreed, graph)
        group, plan = assigning.assigning_plan(agreed.view, LIMITED)
        made = assigning.Run(agreed, graph, group, told=lambda one: made.stop())
        done = await made.assign(plan)
    assert 1 <= len(done) <= 4
    assert sum(bool(it.assignments) for it in cloud.relationships.values()) == len(done)


async def test_nobody_stands_for_a_level_nobody_chose(desk: Desk) -> None:
    practice_partner(desk)
    with pytest.raises(NotAllowed, match="No group stands for Full administration yet"):
        assigning.assigning_plan(desk.view, FULL)
    assert assigning.reach(desk.view, FULL) == 0
