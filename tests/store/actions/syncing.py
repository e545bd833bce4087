"""What stories of a sync share: three customers, links that are made, given and accepted."""

from __future__ import annotations

from datetime import timedelta

from store.actions import (
    customers,
    lookup,
    making,
    offers,
    preparing,
)
from store.actions.sync import Synced, sync
from store.desk import Desk
from store.graph.client import Graph
from store.model.consent import State
from store.model.invitation import How
from store.model.offer import Kind
from store.model.template import Template
from store.practice.cloud import Practice
from tests.conftest import TODAY
from tests.microsoft import (
    CONTOSO,
    FABRIKAM,
    graph_of,
    practice_partner,
)


def three_customers(desk: Desk) -> None:
    """A practice partner with customers that Microsoft knows, and one that it does not."""
    practice_partner(desk)
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", "")):
        fields = {"name": name, "domain": f"{name.lower()}.example", "microsoft_id": tenant}
        customers.add(desk, fields)


def key_of(desk: Desk, name: str) -> int:
    return lookup.customer(desk.view, name).id


def state_of(desk: Desk, name: str) -> State:
    return desk.view.state(key_of(desk, name), TODAY)


async def prepare(desk: Desk, graph: Graph, *names: str, **template: object) -> list[making.Made]:
    keys = [key_of(desk, name) for name in names]
    wanted = Template(**template)  # type: ignore[arg-type]
    plan = preparing.plan(desk.view, desk.operator, keys, wanted, TODAY)
    recorded = preparing.record(desk, plan)
    run = making.Run(desk, graph, host="localhost:8443")
    return await run.make(recorded.invitations, fresh=recorded.fresh)


async def synced(desk: Desk, cloud: Practice) -> Synced:
    async with graph_of(cloud) as graph:
        return await sync(desk, graph, host="localhost:8443")


async def accepted(desk: Desk, cloud: Practice, name: str, tenant: str) -> str:
    """Makes a link for a customer, gives it, and has it accepted; returns the relationship."""
    async with graph_of(cloud) as graph:
        made = (await prepare(desk, graph, name))[0]
    offers.give(desk, [key_of(desk, name)], Kind.DELEGATED, How.MAILED)
    relationship = made.link.rpartition("/")[2]
    cloud.approve(relationship, tenant=tenant)
    cloud.clock.advance(timedelta(minutes=5))
    return relationship
