"""What others do while a sync reads is younger than what it read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from store.errors import DeskError
from store.model.consent import State
from store.practice.relationships import ACTIVE, PENDING
from store.view import RELATIONSHIPS
from tests.faults import count
from tests.faults.mischief import Trip
from tests.faults.mishaps import FOR_EVER, STEPS
from tests.faults.town import Town
from tests.faults.truth import ADVENTURE
from tests.microsoft import CONTOSO


@asynccontextmanager
async def slow_sync(town: Town) -> AsyncIterator[None]:
    """A sync that has read the relationships, and takes them in after what happens inside."""
    until = threading.Event()
    town.trips.add(STEPS["members"], Trip("later", until=until))
    under_way: asyncio.Task[DeskError | None] = asyncio.create_task(town.sync())
    try:
        while not town.trips.met:
            await asyncio.sleep(0.001)
        yield
    finally:
        until.set()
        assert await under_way is None


async def made_meanwhile(town: Town) -> list[str]:
    """A link that is made and given while a sync reads is not believed lapsed."""
    async with slow_sync(town):
        await town.make()
        town.give()
    return town.wrong()


async def synced_meanwhile(town: Town) -> list[str]:
    """Of two syncs the one that asked first and ends last takes nothing back."""
    async with slow_sync(town):
        town.news()
        await town.sync()
        town.believed = town.states()
    found = town.wrong(synced=True)
    await town.sync()
    return found + town.wrong(synced=True)


async def test_a_link_that_is_made_and_given_while_a_sync_reads(town: Town) -> None:
    assert await made_meanwhile(town) == []
    assert town.states()["Contoso"] is State.WAITING


async def test_a_slow_sync_beside_a_quick_one(town: Town) -> None:
    assert await synced_meanwhile(town) == []


async def test_thousands_of_relationships_with_one_page_broken(town: Town) -> None:
    many = count(6_000, 10_000)
    for number in range(many):
        town.cloud.add_relationship(
            name=f"r{number}", tenant=ADVENTURE, status="terminated" if number % 5 else PENDING
        )
    assert await town.sync() is None
    assert town.wrong() == [] and not town.problems
    rows = town.desk.view.tables.table(RELATIONSHIPS)
    assert len(rows) == many + 5
    town.cloud.add_relationship(name="one more", tenant=CONTOSO, status=ACTIVE)
    town.trips.add(STEPS["relationships"], Trip("half", skip=17, times=FOR_EVER))
    assert await town.sync() is None
    assert town.problems and town.wrong() == []
    assert len(town.desk.view.tables.table(RELATIONSHIPS)) == many + 5
    town.trips.clear()
    assert await town.sync() is None
    assert not town.problems
    assert len(town.desk.view.tables.table(RELATIONSHIPS)) == many + 6
    assert not [row for row in rows.values() if row["gone"]]
