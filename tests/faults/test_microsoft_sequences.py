"""Several mishaps in a row, in any order, while people work; then one day without any."""

from __future__ import annotations

import random

import pytest

from store.practice.relationships import PENDING
from tests.faults import count
from tests.faults.mishaps import CLAIMS, RECORDS, STEPS, WIRE, odd
from tests.faults.test_microsoft_wire import wrong_at_last
from tests.faults.town import Town
from tests.faults.truth import NEW, TENANTS

_ODD = [name for name in RECORDS if name not in CLAIMS]


def accept(town: Town, chance: random.Random) -> None:
    """A customer that has the letter says yes."""
    town.give()
    for name in chance.sample(list(NEW), 1):
        for one in town.made_for(name):
            if one.status == PENDING:
                town.cloud.approve(one.id, tenant=TENANTS[name])


async def day(town: Town, seed: int) -> list[str]:
    """A working day full of mishaps; what was wrong at any moment of it."""
    chance = random.Random(seed)
    found: list[str] = []
    for number in range(chance.randrange(2, 6)):
        for _ in range(chance.randrange(1, 4)):
            name = chance.choice([*WIRE, *_ODD])
            trip = WIRE[name] if name in WIRE else odd(name, all_of_them=chance.random() < 0.3)
            if trip.takes_time:
                town.waits.hurry()
            step = STEPS[chance.choice(list(STEPS))]
            town.trips.add(step, trip._replace(skip=chance.randrange(3)))
        what = chance.choice(["make", "make", "resume", "sync", "sync", "news", "accept", "clear"])
        match what:
            case "make":
                await town.make(chance.sample(list(NEW), chance.randrange(1, 4)))
            case "resume":
                await town.resume()
            case "sync":
                await town.sync()
            case "news":
                town.news()
            case "accept":
                accept(town, chance)
            case "clear":
                town.trips.clear()
        found += [f"{number}, after {what}: {one}" for one in town.wrong()]
    town.trips.clear()
    await town.make()
    return found + await wrong_at_last(town)


@pytest.mark.parametrize("seed", range(count(40, 500)))
async def test_whatever_comes_together(town: Town, seed: int) -> None:
    assert await day(town, seed) == []
