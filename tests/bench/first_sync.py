"""The first sync of 10,000 relationships, against a loop that makes the same requests."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx

from store.actions import partner
from store.actions.sync import sync
from store.desk import Desk
from store.graph.client import Graph
from store.graph.endpoints import Endpoint
from store.model.partner import Cloud
from store.operator import Operator
from tests.bench.cloud import TENANT
from tests.bench.result import Result

RELATIONSHIPS, TIMES, IN_A_BATCH = 10_000, 3, 20
_R = "/tenantRelationships/delegatedAdminRelationships"
_LISTS = (f"{_R}?$top=300&$count=true",
          "/tenantRelationships/delegatedAdminCustomers?$top=300",
          "/contracts?$top=999")  # fmt: skip


class Where(NamedTuple):
    """A practice cloud in another process."""

    address: str
    ca_file: str
    token: str


def first_sync(folder: Path) -> list[Result]:
    """Both ways in turn, each time into a store of its own."""
    ours, theirs = [], []
    with _cloud(folder) as where:
        for number in range(TIMES):
            theirs.append(asyncio.run(_loop(where)))
            ours.append(_synced(folder / f"sync{number}", where))
    return [
        Result(
            f"first sync of {RELATIONSHIPS:,} relationships",
            "a loop that makes the same requests and parses them",
            median(ours),
            median(theirs),
            "s",
            2,
        )
    ]


@contextmanager
def _cloud(folder: Path) -> Iterator[Where]:
    command = [sys.executable, "-m", "tests.bench.cloud", str(folder), str(RELATIONSHIPS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdin
        yield Where(*(process.stdout.readline().strip() for _ in Where._fields))
        process.stdin.close()


async def _loop(where: Where) -> float:
    """The same requests, one after the other, and their answers parsed."""
    trust = ssl.create_default_context(cafile=where.ca_file)
    headers = {"Authorization": f"Bearer {where.token}"}
    began = time.perf_counter()
    async with httpx.AsyncClient(verify=trust, headers=headers, timeout=60) as client:
        listed = [await _pages(client, f"{where.address}/v1.0{path}") for path in _LISTS]
        keys = [item["id"] for item in listed[0]]
        read = 0
        for start in range(0, len(keys), IN_A_BATCH):
            asked = [
                {"id": str(place), "method": "GET", "url": f"{_R}/{key}/accessAssignments?$top=300"}
                for place, key in enumerate(keys[start : start + IN_A_BATCH])
            ]
            answer = await client.post(f"{where.address}/v1.0/$batch", json={"requests": asked})
            read += sum(r["status"] == 200 for r in json.loads(answer.content)["responses"])
    assert read == len(keys) == RELATIONSHIPS
    return time.perf_counter() - began


async def _pages(client: httpx.AsyncClient, address: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while address:
        page = json.loads((await client.get(address)).content)
        found += page["value"]
        address = page.get("@odata.nextLink")
    return found


def _synced(store: Path, where: Where) -> float:
    """A sync into an empty store, until it is on disk."""
    with Desk(store, Operator("bench", "bench", "bench", "")).open() as desk:
        partner.set_fields(desk, {"name": "Adatum", "tenant": TENANT, "cloud": "practice"})
        began = time.perf_counter()
        asyncio.run(_sync(desk, where))
        taken = time.perf_counter() - began
        assert desk.view.customer_count == RELATIONSHIPS
        return taken


async def _sync(desk: Desk, where: Where) -> None:
    async def token(scopes: object, fresh: bool = False) -> str:
        return where.token

    endpoint = Endpoint(Cloud.PRACTICE, where.address, where.address, where.ca_file)
    trust = ssl.create_default_context(cafile=where.ca_file)
    async with Graph(endpoint, token, verify=trust) as graph:
        found = await sync(desk, graph, host="localhost:8443")
        assert not found.problems, found.problems
