"""What stories of who may act share: fixtures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import customers, groups, members
from store.actions import partner as partner_actions
from store.actions.practice import Rehearsal
from store.actions.sync import sync
from store.desk import Desk
from store.model.access import Level
from store.practice.cloud import Practice
from store.practice.relationships import ACTIVE
from tests.microsoft import (
    ANNA,
    CONTOSO,
    FABRIKAM,
    TAILSPIN,
    graph_of,
    practice_cloud,
    practice_partner,
)
from tests.tui.may.story import FULL_ROLES, LUC, ZOE


@pytest.fixture
def cloud() -> Practice:
    """Contoso has let in both groups, Fabrikam has accepted and none is assigned there."""
    cloud = practice_cloud()
    cloud.delay = timedelta(0)
    cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    cloud.add_member(LUC, "Luc Bernard", admin_agent=False)
    zoe = cloud.partner.user(ZOE)
    assert zoe
    helpdesk = cloud.group("HelpdeskAgents")
    helpdesk.members[zoe.id] = None
    cloud.add_relationship(
        name="first", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES,
        assignments={cloud.group("AdminAgents").id: FULL_ROLES, helpdesk.id: FULL_ROLES[-2:]},
    )  # fmt: skip
    cloud.add_relationship(name="second", tenant=FABRIKAM, status=ACTIVE, roles=FULL_ROLES)
    return cloud


@pytest.fixture
def rehearsal(cloud: Practice) -> Rehearsal:
    return Rehearsal(lambda: cloud)


@pytest.fixture
async def office(desk: Desk, cloud: Practice) -> Desk:
    """Anna has Full, Zoé Limited, Luc nothing; everything was read; Anna is at the keyboard."""
    practice_partner(desk)
    partner_actions.set_fields(desk, {"operators": f"anna={ANNA}"})
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", TAILSPIN)):
        customers.add(desk, {"name": name, "microsoft_id": tenant})
    for upn, name in ((ANNA, "Anna Lindqvist"), (ZOE, "Zoé Martin"), (LUC, "Luc Bernard")):
        members.add(desk, upn, name)
    async with graph_of(cloud) as graph:
        await groups.choose(desk, graph, Level.FULL, "AdminAgents")
        await groups.choose(desk, graph, Level.LIMITED, "HelpdeskAgents")
        for upn, level in ((ANNA, Level.FULL), (ZOE, Level.LIMITED)):
            member = desk.view.member(upn)
            assert member
            members.set_access(desk, member.id, access=True, level=level)
        await sync(desk, graph, host="practice.localhost")
    return desk
