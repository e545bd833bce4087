"""What stories of our groups on the screen share: fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from store.actions import customers, members
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from store.practice.relationships import ACTIVE
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, TAILSPIN, practice_cloud, practice_partner
from tests.tui.groups.story import FULL_ROLES, ZOE


@pytest.fixture
def cloud() -> Practice:
    """Zoé is in the tenant and in no group; Contoso and Fabrikam have accepted everything."""
    cloud = practice_cloud()
    cloud.delay = timedelta(0)
    cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    for tenant, name in ((CONTOSO, "first"), (FABRIKAM, "second")):
        cloud.add_relationship(name=name, tenant=tenant, status=ACTIVE, roles=FULL_ROLES)
    return cloud


@pytest.fixture
def rehearsal(cloud: Practice) -> Rehearsal:
    return Rehearsal(lambda: cloud)


@pytest.fixture
def office(desk: Desk) -> Iterator[Desk]:
    """The practice partner with its customers and two users; Anna is at the keyboard."""
    from store.actions import partner

    practice_partner(desk)
    partner.set_fields(desk, {"operators": f"anna={ANNA}"})
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", TAILSPIN)):
        customers.add(desk, {"name": name, "microsoft_id": tenant})
    members.add(desk, ANNA, "Anna Lindqvist")
    members.add(desk, ZOE, "Zoé Martin")
    return desk
