"""What stories of our groups share: fixtures."""

from __future__ import annotations

import pytest

from store.actions import groups, members
from store.desk import Desk
from store.practice.cloud import Practice
from tests.microsoft import ANNA, graph_of, practice_cloud, practice_partner
from tests.store.actions.groups.story import FULL, LIMITED, ZOE, member


@pytest.fixture
def cloud() -> Practice:
    cloud = practice_cloud()
    cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    return cloud


@pytest.fixture
async def partner(desk: Desk, cloud: Practice) -> Desk:
    """Zoé is a user here; Partner Center's own groups stand for the two levels."""
    practice_partner(desk)
    members.add(desk, ANNA, "Anna Lindqvist")
    members.add(desk, ZOE, "Zoé Martin")
    async with graph_of(cloud) as graph:
        await groups.choose(desk, graph, FULL, "AdminAgents")
        await groups.choose(desk, graph, LIMITED, "HelpdeskAgents")
    members.set_access(desk, member(desk, ANNA).id, access=True, level=FULL)
    return desk
