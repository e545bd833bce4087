"""A world for every test: a home with a sign-in, a store, and a practice cloud that listens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.actions import customers, members, partner
from store.actions.connection import Purpose
from store.desk import Desk
from store.model.access import Level
from store.practice import rules
from store.practice.cloud import ADMIN_AGENTS, Practice
from store.practice.serve import Served
from tests.conftest import OPERATOR
from tests.faults.secrets.world import World, sign_in
from tests.microsoft import ANNA, CONTOSO, PARTNER, practice_cloud
from tests.practice.listening import found_from


@pytest.fixture
def cloud() -> Practice:
    """A practice cloud at which nothing takes time."""
    made = practice_cloud()
    made.delay = timedelta(0)
    return made


@pytest.fixture
def world(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which the partner has one customer, and nobody is signed in yet."""
    root = tmp_path / "world"
    home = root / "home"
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    store = home / "store"
    with Desk(store, OPERATOR).open() as desk:
        fields = {"name": "Adatum Cloud Services", "tenant": PARTNER, "cloud": "practice"}
        more = {"certified": "yes", "mail": ANNA, "operators": f"anna={ANNA}"}
        partner.set_fields(desk, fields | more)
        members.add(desk, ANNA, "Anna Lindqvist")
        customers.add(
            desk, {"name": "Contoso", "microsoft_id": CONTOSO, "domain": "contoso.example"}
        )
    found_from(store, served)
    made = World(root, served.practice, store)
    yield made
    made.close()
    shutil.rmtree(root)


@pytest.fixture
def signed_in(world: World) -> World:
    """The world, with Anna signed in for everything, her tokens in their own file."""
    world.keep_sign_in("file")
    sign_in(world.store, world.cloud, ANNA, Purpose)
    return world


@pytest.fixture
def at_work(signed_in: World) -> World:
    """The world in which Anna may do everything at Contoso, where Paul has an account."""
    cloud = signed_in.cloud
    roles = (rules.GLOBAL,)
    agents = cloud.group(ADMIN_AGENTS).id
    cloud.add_relationship(
        name="Contoso_1", tenant=CONTOSO, roles=roles, assignments={agents: roles}
    )
    with Desk(signed_in.store, OPERATOR).open() as desk:
        (member,) = desk.view.members
        members.set_access(desk, member.id, access=True, level=Level.FULL)
    signed_in.run("groups", "use", "full", ADMIN_AGENTS)
    signed_in.run("sync")
    return signed_in
