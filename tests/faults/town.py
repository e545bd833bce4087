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
from store.model import links
from store.model.access import Level
from store.model.consent import State
from store.model.invitation import How
from store.model.offer import Kind
from store.model.partner import Cloud
from store.model.relationship import FINALISED, Relationship
from store.model.template import Template
from store.practice.app import asgi
from store.practice.clock import Clock
from store.practice.cloud import Practice
from store.practice.relationships import ACTIVE, PENDING, TERMINATED
from store.practice.serve import Listener
from store.view import INVITATIONS, RELATIONSHIPS
from tests.conftest import OPERATOR, TODAY
from tests.faults.mischief import Detour, Mischief, nobody
from tests.graph.signing import open_at
from tests.microsoft import (
    ANNA,
    CONTOSO,
    FABRIKAM,
    NOW,
    TAILSPIN,
    PatientWaits,
    graph_of,
    practice_cloud,
    practice_partner,
)

ALPINE, WOODGROVE, LITWARE, PROSEWARE, ADVENTURE = (
    f"{number}0000000-2222-4333-8444-555555555555" for number in range(5, 10)
)
OLD = {
    ALPINE: "Alpine", WOODGROVE: "Woodgrove", LITWARE: "Litware", PROSEWARE: "Proseware",
    ADVENTURE: "Adventure",
}  # fmt: skip
"""Customers that have a relationship when the day begins."""
NEW = {"Contoso": CONTOSO, "Fabrikam": FABRIKAM, "Tailspin": ""}
"""Customers that get one, and what is known of their tenants."""
TENANTS = {**{name: tenant for tenant, name in OLD.items()}, **NEW, "Tailspin": TAILSPIN}


class Impatient(PatientWaits):
    """Waits that cost no time; `hurry` for what never answers."""

    reading = writing = 20.0

    def hurry(self) -> None:
        """Gives an answer a quarter of a second."""
        self.reading = self.writing = 0.25

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


class Town:
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

    def key(self, name: str) -> int:
        """The desk's number of a customer."""
        rows = self.desk.view.customers.items()
        return next(key for key, row in rows if row["name"] == name)

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

    # -- what is true -------------------------------------------------------------------------

    def states(self) -> dict[str, State]:
        """What the desk believes, by the name of the customer."""
        return {name: self.desk.view.state(self.key(name), TODAY) for name in TENANTS}

    def of(self, tenant: str) -> list[Any]:
        """Microsoft's relationships with a tenant."""
        with self.cloud.lock:
            self.cloud.settle()
            return self.cloud.relationships_of(tenant)

    def made_for(self, name: str) -> list[Any]:
        """Microsoft's relationships that were made for a customer, whoever accepted them."""
        with self.cloud.lock:
            self.cloud.settle()
            return [one for one in self.cloud.relationships.values() if f"_{name}_" in one.name]

    def truth(self, name: str) -> State:
        """What a customer's consent is, as Microsoft has it and as far as we gave it."""
        found = self.made_for(name) if name in NEW else self.of(TENANTS[name])
        given = {
            links.relationship(invitation.link)
            for invitation in self.desk.view.invitations(self.key(name))
            if invitation.events
        }
        states = [_state(one) for one in found if one.status != PENDING or one.id.lower() in given]
        return min(states, key=_BEST.index, default=State.NOT_OFFERED)

    def wrong(self, *, synced: bool = False, also: frozenset[State] = frozenset()) -> list[str]:
        """What is not as it must be, whatever went wrong; after a sound sync all has to be known.

        `also` are states that Microsoft has claimed of some customer.
        """
        found = [
            f"{len(self.made_for(name))} relationships of {name}"
            for name in NEW
            if len(self.made_for(name)) > 1
        ]
        now = self.states()
        for name, state in now.items():
            allowed = {self.truth(name)} if synced else {self.truth(name), self.believed[name]}
            if not synced and State.ACTIVE in allowed:
                allowed.add(State.GRANTED)  # it may have become active since it was listed
            if state not in allowed | also:
                found.append(f"{name} is {state}, and not one of {sorted(allowed)}")
        with self.cloud.lock:
            found += self._wrong_rows() + self._wrong_links()
        self.believed = now
        return found + self._wrong_members()

    def unfinished(self) -> list[str]:
        """What is missing once everything went on to its end."""
        found = [f"{name} has none" for name in NEW if not self.made_for(name)]
        for name in NEW:
            ready = [i for i in self.desk.view.invitations(self.key(name)) if i.link]
            if len(ready) != 1 or ready[0].preparing:
                found.append(f"{len(ready)} links of {name}")
        return found

    def _wrong_rows(self) -> list[str]:
        found, there = [], {one.id for one in self.cloud.relationships.values()}
        kept: set[str] = set()
        for key, row in self.desk.view.tables.table(RELATIONSHIPS).items():
            one = Relationship.from_document(key, row)
            if one.gone and one.microsoft_id in there:
                found.append(f"{one.name} is gone, and it is there")
            if one.microsoft_id in kept:
                found.append(f"{one.name} is kept twice")
            kept.add(one.microsoft_id)
            if one.microsoft_id in there and one.status not in ("", DRAFT_IS_FINE):
                owner = self.desk.view.customer(one.customer) if one.customer else None
                tenant = self.cloud.relationships[one.microsoft_id].tenant
                if owner and tenant and owner.microsoft_id not in ("", tenant):
                    found.append(f"{one.name} is {owner.name}'s")
        return found

    def _wrong_links(self) -> list[str]:
        found: list[str] = []
        rows = self.desk.view.tables.table(INVITATIONS)
        there = {one.id.lower(): one for one in self.cloud.relationships.values()}
        for row in rows.values():
            if not row.get("granular"):
                continue
            owner = self.desk.view.customer(row["customer"])
            one = there.get(links.relationship(row["link"]))
            if one is None or owner is None:
                found.append(f"a link of {owner and owner.name} leads nowhere")
            elif one.status not in FINALISED:
                found.append(f"the link of {owner.name} leads to a draft")
            elif one.tenant and one.tenant != TENANTS[owner.name]:
                found.append(f"the link of {owner.name} is another's")
            elif owner.name in NEW and f"_{owner.name}_" not in one.name:
                found.append(f"the link of {owner.name} is {one.name}")
            if any(event.get("status") in ("gone", "lapsed") for event in row["events"]):
                found.append(f"the link of {owner and owner.name} was believed gone")
        return found

    def _wrong_members(self) -> list[str]:
        with self.cloud.lock:
            there = set(self.cloud.group("HelpdeskAgents").members)
        return [
            f"the group has {len(group.members)} members, and not {len(there)}"
            for group in self.desk.view.groups
            if {member.id for member in group.members} != there
        ]


DRAFT_IS_FINE = "created"
_BEST = [
    State.ACTIVE, State.EXPIRING, State.GRANTED, State.WAITING, State.EXPIRED, State.TERMINATED,
    State.NOT_OFFERED,
]  # fmt: skip
_STATES = {
    "approvalPending": State.WAITING,
    "approved": State.GRANTED,
    "activating": State.GRANTED,
    "active": State.ACTIVE,
    "expiring": State.EXPIRED,
    "expired": State.EXPIRED,
    "terminationRequested": State.TERMINATED,
    "terminating": State.TERMINATED,
    "terminated": State.TERMINATED,
    "created": State.NOT_OFFERED,
}


def _state(one: Any) -> State:
    state = _STATES[one.status]
    if state is State.ACTIVE and not one.auto_extend and one.ends:
        return State.EXPIRING if (one.ends.date() - TODAY).days <= 30 else state
    return state


def later_than(clock: Clock, seconds: int) -> str:
    """A moment as HTTP writes it."""
    from email.utils import format_datetime

    return format_datetime(clock.now() + timedelta(seconds=seconds), usegmt=True)
