"""What stories of acting on behalf of a customer share: fixtures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import customers, members
from store.actions.practice import Rehearsal
from store.actions.sync import sync
from store.desk import Desk
from store.message import Message, msg
from store.model.access import Level
from store.model.group import HELPDESK_AGENTS as HELPDESK
from store.practice.cloud import ADMIN_AGENTS, Practice
from store.practice.relationships import ACTIVE
from store.work import Tables
from tests.microsoft import ANNA, CONTOSO, graph_of, hurried, practice_cloud, practice_partner
from tests.tui.acting.story import FULL_ROLES, LIMITED_ROLES, ZOE, at_the_keyboard


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried(monkeypatch)


@pytest.fixture
def cloud() -> Practice:
    """Contoso has accepted everything; Anna administers it in full, Zoé as far as Limited goes."""
    cloud = practice_cloud()
    cloud.delay = timedelta(0)
    zoe = cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    cloud.group(HELPDESK).members[zoe] = None
    cloud.add_relationship(
        name="contoso_admin",
        tenant=CONTOSO,
        status=ACTIVE,
        roles=FULL_ROLES,
        assignments={
            cloud.group(ADMIN_AGENTS).id: FULL_ROLES,
            cloud.group(HELPDESK).id: LIMITED_ROLES,
        },
    )
    return cloud


@pytest.fixture
def rehearsal(cloud: Practice) -> Rehearsal:
    return Rehearsal(lambda: cloud)


@pytest.fixture
async def office(desk: Desk, cloud: Practice) -> Desk:
    """The practice partner with Contoso and two users, whose groups stand for the levels; synced.

    Whoever is no Admin agent is not shown any relationship, so Anna has done that.
    """

    def groups(tables: Tables) -> Message:
        for level, name in ((Level.FULL, ADMIN_AGENTS), (Level.LIMITED, HELPDESK)):
            tables.groups.insert(
                {
                    "level": level.value,
                    "microsoft_id": cloud.group(name).id,
                    "name": name,
                    "members": [],
                    "read": "",
                }
            )
        return msg("The groups stand for the levels.")

    practice_partner(desk)
    at_the_keyboard(desk, ANNA)
    customers.add(desk, {"name": "Contoso", "microsoft_id": CONTOSO, "domain": "contoso.example"})
    for upn, name, level in ((ANNA, "Anna Lindqvist", "full"), (ZOE, "Zoé Martin", "limited")):
        members.add(desk, upn, name)
        found = desk.view.member(upn)
        assert found
        members.save(desk, found.id, {}, (True, Level(level)), None)
    desk.transaction("groups", groups)
    async with graph_of(cloud) as graph:
        await sync(desk, graph, host=cloud.host)
    return desk
