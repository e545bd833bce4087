"""A partner, its customers and Microsoft, on both sides of a wire where things go wrong.

`Town` is one desk and one practice cloud; `wrong` compares them: what Microsoft has twice, and what
the desk believes that Microsoft does not say.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from store.actions import customers, groups, making, offers, preparing
from store.actions.connection import Access, Connection, Purpose
from store.actions.sync import sync
from store.desk import Desk
from store.errors import DeskError
from store.graph.client import Graph
from store.graph.endpoints import Endpoint
from store.graph.network import ssl_context
from store.model.access import Level
from store.model.invitation import How
from store.model.offer import Kind
from store.model.partner import Cloud
from store.model.template import Template
from store.practice.app import asgi
from store.practice.cloud import Practice
from store.practice.relationships import ACTIVE, PENDING, TERMINATED
from store.practice.serve import Listener
from tests.conftest import OPERATOR, TODAY
from tests.faults.mischief import Detour, Mischief, nobody
from tests.faults.truth import (
    ADVENTURE,
    ALPINE,
    LITWARE,
    NEW,
    OLD,
    PROSEWARE,
    WOODGROVE,
    Truth,
)
from tests.graph.signing import open_at
from tests.microsoft import (
    ANNA,
    NOW,
    PatientWaits,
    graph_of,
    practice_cloud,
    practice_partner,
)


class Impatient(PatientWaits):
    """Waits that cost no time; `hurry` for what never answers."""

    reading = writing = 20.0

    def hurry(self) -> None:
        """Gives an answer a quarter of a second."""
        self.reading = self.writing = 0.25

    def calm_down(self) -> None:
        """Gives answers the time that a busy host needs."""
        self.reading = self.writing = Impatient.reading

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        await super().sleep(seconds)


class Skewed(Impatient):
    """This host's clock is ten minutes slow."""

    def wall(self) -> datetime:
        return super().wall() - timedelta(minutes=10)


def microsoft() -> Practice:
    """Microsoft as the day begins; the same ids every time."""
    cloud = practice_cloud()
    group = cloud.group("HelpdeskAgents")
    group.members[cloud.add_member("omar@adatum.example", "Omar", admin_agent=False)] = None
    group.members[cloud.add_member("zoe@adatum.example", "Zoé", admin_agent=False)] = None
    for tenant, name in OLD.items():
        cloud.add_customer(tenant, name, f"{name.lower()}.example")
    some = ("fe930be7-5e62-47db-91af-98c3a49a38b1",)
    began = NOW - timedelta(days=30)
    for tenant, status, more in (
        (ALPINE, ACTIVE, {"assignments": {group.id: some}}),
        (WOODGROVE, PENDING, {}),
        (LITWARE, ACTIVE, {"ends": NOW + timedelta(days=10)}),
        (PROSEWARE, TERMINATED, {}),
        (ADVENTURE, ACTIVE, {"auto_extend": True, "assignments": {group.id: some}}),
    ):
        name = OLD[tenant]
        cloud.add_relationship(name=name, tenant=tenant, status=status, created=began, **more)
    return cloud


def furnish(folder: Path) -> None:
    """A store that knows all of this."""

    async def first_sync() -> None:
        async with graph_of(cloud) as graph:
            await groups.choose(desk, graph, Level.LIMITED, "HelpdeskAgents")
            assert not (await sync(desk, graph, host="127.0.0.1")).problems

    cloud = microsoft()
    with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
        practice_partner(desk)
        asyncio.run(first_sync())
        for name, tenant in NEW.items():
            fields = {"name": name, "domain": f"{name.lower()}.example", "microsoft_id": tenant}
            customers.add(desk, fields)


class Street:
    """What all towns of one process share: a listener, other doors, and a furnished store."""

    def __init__(self, folder: Path, stranger: Listener, ports: dict[str, int]) -> None:
        self.mischief = Mischief()
        self.listener = Listener(self.mischief, folder / "certificate")
        self.furnished = folder / "store"
        self.ports = {**ports, "stranger": stranger.port}
        self.foreign = stranger
        furnish(self.furnished)

    @contextmanager
    def town(self, folder: Path) -> Iterator[Town]:
        """A town of its own, and its wire."""
        shutil.copytree(self.furnished, folder)
        cloud = microsoft()
        self.mischief.app = asgi(cloud)
        self.mischief.trips.clear()
        self.mischief.trips.met = 0
        cloud.host = self.listener.host
        with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
            try:
                yield Town(self, desk, cloud)
            finally:
                self.mischief.heard = lambda method, path, done: None


@contextmanager
def street(folder: Path) -> Iterator[Street]:
    """Listens, and lets others hang up, keep still and show another certificate."""

    async def foreign(scope: Any, receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"value": []}'})

    seen: list[dict[bytes, bytes]] = []
    with nobody() as ports, Listener(foreign, folder / "stranger") as stranger:
        made = Street(folder, stranger, ports)
        made.went_astray = seen  # type: ignore[attr-defined]
        with made.listener:
            yield made


class Town(Truth):
    """One desk and one practice cloud, a wire between them, and what is true on both sides."""

    def __init__(self, street: Street, desk: Desk, cloud: Practice) -> None:
        self.street = street
        self.trips = street.mischief.trips
        self.desk = desk
        self.cloud = cloud
        self.waits = Impatient(cloud.clock)
        self.user = ANNA
        self._tokens: list[str] = []
        self.endpoint = Endpoint(
            Cloud.PRACTICE, street.listener.address, street.listener.address,
            str(street.listener.ca_file),
        )  # fmt: skip
        self.trust: ssl.SSLContext = ssl_context("", self.endpoint)
        self.way: Connection | None = None
        self.believed = self.states()
        self.problems: tuple[object, ...] = ()
        self.notes: list[str] = []

    # -- what the desk does -------------------------------------------------------------------

    async def token(self, scopes: object, fresh: bool = False) -> str:
        """A token as the sign-in would bring it."""
        self._tokens.append(self.cloud.token(self.user))
        return self._tokens[-1]

    async def sign_in(self, access: Access) -> Connection:
        """Signs in for everything, in a browser; the sign-in is kept as `access` says."""
        practice = self.desk.path / "practice"
        practice.mkdir(exist_ok=True)
        where = {"address": self.endpoint.graph, "ca_file": self.endpoint.ca_file}
        (practice / "address.json").write_text(json.dumps(where))
        way = Connection(self.desk.view.partner, self.desk.path, access)
        begun = await way.begin_browser(list(Purpose))
        with httpx.Client(verify=self.trust, trust_env=False) as browser:
            ended = await asyncio.to_thread(open_at, browser, begun.address, self.user)
        await way.paste_back(begun, ended)
        return way

    def token_in(self, text: str) -> bool:
        """Whether a text shows any token that was used."""
        return any(token in text for token in self._tokens)

    def graph(self) -> Graph:
        """The real client, over the wire; by a real sign-in where there is a `way`."""
        if self.way:
            return self.way.graph()
        inner = httpx.AsyncHTTPTransport(verify=self.trust, trust_env=False)
        transport = Detour(inner, self.trips, self.street.ports)
        return Graph(self.endpoint, self.token, transport=transport, waits=self.waits)

    async def make(self, names: Iterable[str] = NEW) -> list[making.Made]:
        """`offer prepare … --apply` for customers."""
        return await self._make([self.key(name) for name in names])

    async def resume(self) -> list[making.Made]:
        """`offer prepare --resume --apply`."""
        return await self._make(preparing.all_under_way(self.desk.view))

    async def _make(self, keys: list[int]) -> list[making.Made]:
        view = self.desk.view
        plan = preparing.plan(view, self.desk.operator, keys, Template(), TODAY)
        noted = await asyncio.to_thread(preparing.record, self.desk, plan)
        async with self.graph() as graph:
            run = making.Run(self.desk, graph, host=self.cloud.host)
            try:
                return await run.make(noted.invitations, fresh=noted.fresh)
            except DeskError:
                return []

    async def sync(self) -> DeskError | None:
        """`sync`; the error it ended with, if it did."""
        try:
            async with self.graph() as graph:
                done = await sync(self.desk, graph, host=self.cloud.host)
        except DeskError as error:
            return error
        self.problems, self.notes = done.problems, [str(note) for note in done.receipt.notes]
        return None

    def give(self) -> None:
        """Gives every customer that has a link of its own the letter."""
        for name in NEW:
            for invitation in self.desk.view.invitations(self.key(name)):
                if invitation.link and invitation.is_draft:
                    offers.give(self.desk, [invitation.customer], Kind.DELEGATED, How.MAILED)
        self.believed = self.states()

    def news(self) -> None:
        """What happens at customers while nobody looks: yes, no, and another name."""
        waiting = self.of(WOODGROVE)[0]
        if waiting.status == PENDING:
            self.cloud.approve(waiting.id, tenant=WOODGROVE)
        if self.of(ALPINE)[0].status == ACTIVE:
            self.cloud.customer_terminates(self.of(ALPINE)[0].id)
        self.cloud.rename(ADVENTURE, "Adventure Works")
        self.later()

    def later(self) -> None:
        """Lets Microsoft end what it has begun."""
        self.cloud.clock.advance(timedelta(minutes=5))
        self.cloud.settle()
