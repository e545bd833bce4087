"""A practice cloud beside a desk, for tests: the real client, in process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from store.desk import Desk
from store.graph.client import Graph
from store.graph.endpoints import Endpoint
from store.graph.waits import Waits
from store.model.partner import Cloud
from store.practice.app import asgi
from store.practice.clock import Clock
from store.practice.cloud import Practice

PARTNER = "11111111-2222-4333-8444-555555555555"
CONTOSO = "22222222-2222-4333-8444-555555555555"
FABRIKAM = "33333333-2222-4333-8444-555555555555"
TAILSPIN = "44444444-2222-4333-8444-555555555555"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANNA = "anna@adatum.example"


class PatientWaits(Waits):
    """Waits that pass at once, and push the practice cloud's clock instead."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.waited = 0.0

    def wall(self) -> datetime:
        return self._clock.now()

    def now(self) -> float:
        return self.waited

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self._clock.advance(timedelta(seconds=seconds))


def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the client wait for a hundredth of the time, where it brings its own clock."""

    async def sleep(waits: Waits, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)

    monkeypatch.setattr(Waits, "sleep", sleep)
    monkeypatch.setattr(Waits, "now", lambda waits: time.monotonic() * 100)


def practice_cloud() -> Practice:
    """A practice cloud on the 22nd of November 2026: one Admin agent, three customers' tenants."""
    cloud = Practice(
        partner_tenant=PARTNER, partner_name="Adatum Cloud Services", clock=Clock(NOW),
        delay=timedelta(seconds=2),
    )  # fmt: skip
    cloud.add_member(ANNA, "Anna Lindqvist")
    for tenant, name in ((CONTOSO, "Contoso"), (FABRIKAM, "Fabrikam"), (TAILSPIN, "Tailspin")):
        cloud.add_customer(tenant, name, f"{name.lower()}.example", contract="")
    return cloud


@asynccontextmanager
async def graph_of(cloud: Practice, upn: str = ANNA, **options: Any) -> AsyncIterator[Graph]:
    """The client, as one of our users, with waits that cost no time."""

    async def token(scopes: object, fresh: bool = False) -> str:
        return cloud.token(upn)

    endpoint = Endpoint(Cloud.PRACTICE, "https://practice.localhost", "https://practice.localhost")
    transport = options.pop("transport", None) or httpx.ASGITransport(asgi(cloud))
    waits = options.pop("waits", None) or PatientWaits(cloud.clock)
    async with Graph(endpoint, token, transport=transport, waits=waits, **options) as graph:
        yield graph


def practice_partner(desk: Desk) -> None:
    """Makes a desk the practice partner of this cloud."""
    from store.actions import partner

    partner.set_fields(
        desk,
        {
            "name": "Adatum Cloud Services",
            "tenant": PARTNER,
            "cloud": "practice",
            "contact": "Anna Lindqvist",
            "mail": "partners@adatum.example",
            "certified": "yes",
        },
    )
