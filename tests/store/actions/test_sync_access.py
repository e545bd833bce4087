"""Stories of who may act at Microsoft, what drifts, and the end of a relationship."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import (
    assigning,
    making,
    members,
    membership,
    relationships,
)
from store.actions import groups as group_actions
from store.actions.sync import sync
from store.desk import Desk
from store.errors import BadInput
from store.model.access import Level
from store.model.consent import State
from store.model.group import drifts
from store.practice.cloud import Practice
from tests.microsoft import (
    CONTOSO,
    graph_of,
    practice_cloud,
)
from tests.store.actions.syncing import accepted, key_of, prepare, state_of, synced, three_customers


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


@pytest.fixture
def partner(desk: Desk) -> Desk:
    three_customers(desk)
    return desk


async def test_a_member_gets_limited_and_the_group_is_assigned(
    partner: Desk, cloud: Practice
) -> None:
    await accepted(partner, cloud, "Contoso", CONTOSO)
    zoe = cloud.add_member("zoe@adatum.example", "Zoé Martin", admin_agent=False)
    members.add(partner, "zoe@adatum.example", "Zoé Martin")
    member = partner.view.member("zoe@adatum.example")
    assert member
    async with graph_of(cloud) as graph:
        await sync(partner, graph, host="localhost:8443")
        await group_actions.choose(partner, graph, Level.LIMITED, "HelpdeskAgents")
        await membership.administer(partner, graph, member.id, Level.LIMITED)
        group, plan = assigning.assigning_plan(partner.view, Level.LIMITED)
        done = await assigning.Run(partner, graph, group).assign(plan)
    assert [one.done for one in done] == [True]
    assert zoe in cloud.group("HelpdeskAgents").members
    assert assigning.reach(partner.view, Level.LIMITED) == 0  # Microsoft is still at it
    cloud.clock.advance(timedelta(minutes=1))
    assert cloud.roles_at(zoe, CONTOSO)
    await synced(partner, cloud)
    assert assigning.reach(partner.view, Level.LIMITED) == 1
    assert not drifts(partner.view.groups, partner.view.members)
    kept = partner.view.member("zoe@adatum.example")
    assert kept and (kept.access, kept.level) == (True, Level.LIMITED)


async def test_leaving_a_group_never_deletes_the_user(partner: Desk, cloud: Practice) -> None:
    zoe = cloud.add_member("zoe@adatum.example", "Zoé Martin", admin_agent=False)
    members.add(partner, "zoe@adatum.example", "Zoé Martin")
    member = partner.view.member("zoe@adatum.example")
    assert member
    async with graph_of(cloud) as graph:
        await group_actions.create(partner, graph, Level.LIMITED, "partnerdesk Limited")
        await membership.administer(partner, graph, member.id, Level.LIMITED)
        assert zoe in cloud.group("partnerdesk Limited").members
        await membership.administer(partner, graph, member.id, Level.NONE)
    assert zoe not in cloud.group("partnerdesk Limited").members
    assert zoe in cloud.partner.users
    deletes = [call.path for call in cloud.log if call.method == "DELETE"]
    assert deletes and all(path.endswith("/$ref") for path in deletes)


async def test_a_guest_is_not_let_in(partner: Desk, cloud: Practice) -> None:
    cloud.add_member("guest@other.example", "Guest", admin_agent=False, guest=True)
    members.add(partner, "guest@other.example", "Guest")
    member = partner.view.member("guest@other.example")
    assert member
    async with graph_of(cloud) as graph:
        await group_actions.choose(partner, graph, Level.LIMITED, "HelpdeskAgents")
        with pytest.raises(BadInput, match="guest"):
            await membership.administer(partner, graph, member.id, Level.LIMITED)
    assert not partner.view.member("guest@other.example").access  # type: ignore[union-attr]


async def test_drift_is_shown_and_not_overwritten(partner: Desk, cloud: Practice) -> None:
    helpdesk = cloud.group("HelpdeskAgents")
    helpdesk.members[cloud.add_member("luc@adatum.example", "Luc", admin_agent=False)] = None
    members.add(partner, "luc@adatum.example", "Luc")
    async with graph_of(cloud) as graph:
        await group_actions.choose(partner, graph, Level.LIMITED, "HelpdeskAgents")
        await sync(partner, graph)
    said = [str(one.said) for one in drifts(partner.view.groups, partner.view.members)]
    assert said == [
        "luc@adatum.example: no administrative access here, Limited administration at Microsoft."
    ]
    assert not partner.view.member("luc@adatum.example").access  # type: ignore[union-attr]


async def test_a_relationship_is_ended_by_typing_its_name(partner: Desk, cloud: Practice) -> None:
    await accepted(partner, cloud, "Contoso", CONTOSO)
    await synced(partner, cloud)
    found = relationships.of_customer(partner.view, key_of(partner, "Contoso"))[0].relationship
    async with graph_of(cloud) as graph:
        with pytest.raises(BadInput):
            await relationships.terminate(partner, graph, found.key, "contoso")
        receipt = await relationships.terminate(partner, graph, found.key, found.name)
    assert str(receipt.message) == f"Ended {found.name} at Microsoft: it is ended."
    assert state_of(partner, "Contoso") is State.TERMINATED


async def test_who_is_no_admin_agent_can_make_nothing(partner: Desk, cloud: Practice) -> None:
    cloud.add_member("zoe@adatum.example", "Zoé", admin_agent=False)
    async with graph_of(cloud, "zoe@adatum.example") as graph:
        made = await prepare(partner, graph, "Contoso")
    assert made[0].outcome is making.Outcome.REFUSED
    assert not cloud.relationships
