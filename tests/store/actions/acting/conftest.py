"""What stories of acting at a customer's share: fixtures."""

from __future__ import annotations

import pytest

from store.actions import customers, groups, members
from store.actions.sync import sync
from store.desk import Desk
from store.model.access import Level
from store.practice.cloud import Practice
from tests.microsoft import ANNA, CONTOSO, graph_of, practice_cloud, practice_partner
from tests.store.actions.acting.story import FULL_ROLES, LIMITED_ROLES, ZOE, Office


@pytest.fixture
def cloud() -> Practice:
    cloud = practice_cloud()
    cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    zoe = cloud.partner.user(ZOE)
    assert zoe
    helpdesk = cloud.group("HelpdeskAgents")
    helpdesk.members[zoe.id] = None
    cloud.add_relationship(
        name="Adatum_Contoso",
        tenant=CONTOSO,
        roles=FULL_ROLES,
        assignments={cloud.group("AdminAgents").id: FULL_ROLES, helpdesk.id: LIMITED_ROLES},
    )
    return cloud


@pytest.fixture
async def office(desk: Desk, cloud: Practice) -> Office:
    """Anna has Full administration, Zoé Limited; Contoso consented; everything was synced."""
    practice_partner(desk)
    customers.add(desk, {"name": "Contoso", "domain": "contoso.example", "microsoft_id": CONTOSO})
    for upn, name, level in (
        (ANNA, "Anna Lindqvist", Level.FULL),
        (ZOE, "Zoé Martin", Level.LIMITED),
    ):
        members.add(desk, upn, name)
        found = desk.view.member(upn)
        assert found
        members.set_access(desk, found.id, access=True, level=level)
    async with graph_of(cloud) as graph:
        await groups.choose(desk, graph, Level.FULL, "AdminAgents")
        await groups.choose(desk, graph, Level.LIMITED, "HelpdeskAgents")
        await sync(desk, graph)
    cloud.log.clear()
    return Office(desk, cloud, next(iter(desk.view.customers)))
