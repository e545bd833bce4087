"""What stories of customers' own links begin with: an office beside a practice cloud, and cuts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from store.actions import customers, lookup, preparing
from store.actions.making import Made, Run
from store.actions.preparing import Plan, Recorded
from store.desk import Desk
from store.graph.client import Graph
from store.model.template import Template
from store.practice.app import asgi
from store.practice.cloud import Practice
from tests.conftest import TODAY
from tests.microsoft import CONTOSO, FABRIKAM, practice_partner

HOST = "localhost:8443"
NAMES = ("Contoso", "Fabrikam", "Tailspin")


def office(desk: Desk) -> Desk:
    """The practice partner with three customers; the Microsoft ID of Tailspin is not known."""
    practice_partner(desk)
    for name, tenant in zip(NAMES, (CONTOSO, FABRIKAM, ""), strict=True):
        fields = {"name": name, "domain": f"{name.lower()}.example", "microsoft_id": tenant}
        customers.add(desk, fields)
    return desk


def key_of(desk: Desk, name: str) -> int:
    """The customer of this name."""
    return lookup.customer(desk.view, name).id


def plan(desk: Desk, *names: str, again: bool = False, **template: object) -> Plan:
    """A plan for some customers, or for all three."""
    keys = [key_of(desk, name) for name in names or NAMES]
    wanted = Template(**template)  # type: ignore[arg-type]
    return preparing.plan(desk.view, desk.operator, keys, wanted, TODAY, again=again)


def record(desk: Desk, *names: str) -> Recorded:
    """Plans and writes it down."""
    return preparing.record(desk, plan(desk, *names))


async def carry_out(desk: Desk, graph: Graph, recorded: Recorded) -> list[Made]:
    """Makes what was written down."""
    run = Run(desk, graph, host=HOST)
    return await run.make(recorded.invitations, fresh=recorded.fresh)


class Hooked(httpx.AsyncBaseTransport):
    """The way to a practice cloud, on which something happens at one of the calls.

    `before` and `after` are called at the call that is number `at`, from 0.
    """

    def __init__(
        self,
        cloud: Practice,
        at: int,
        *,
        before: Callable[[], Awaitable[object]] | None = None,
        after: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._way = httpx.ASGITransport(asgi(cloud))
        self._at = at
        self._before, self._after = before, after
        self.calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        here = self.calls == self._at
        self.calls += 1
        if here and self._before:
            await self._before()
        response = await self._way.handle_async_request(request)
        if here and self._after:
            await response.aread()
            await self._after()
        return response


async def killed() -> None:
    """What kill -9 does to whatever waits for an answer."""
    raise asyncio.CancelledError
