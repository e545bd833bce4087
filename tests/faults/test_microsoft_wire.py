"""G1, G2, G4, G5: whatever happens, nothing is made twice and nobody is marked wrongly."""

from __future__ import annotations

import pytest

from store.model.consent import State
from tests.faults import count
from tests.faults.mischief import Trip, Where
from tests.faults.mishaps import CLAIMS, CREATE, RECORDS, STEPS, WIRE, odd
from tests.faults.town import Town

CASES = [(step, name) for step in STEPS for name in WIRE]
ODD = [
    (step, name, everywhere)
    for step in STEPS
    for name in RECORDS
    for everywhere in (False, True)
    if everywhere is False or step in ("relationships", "customers", "contracts", "members")
]
MANY = 150
"""More calls than any road takes; whoever asks more often is running in circles."""


async def wrong_after(
    town: Town, where: Where, trip: Trip, also: frozenset[State] = frozenset()
) -> list[str]:
    """Create, finalise, sync with a mishap; then once more without one. What was wrong."""
    if trip.takes_time:
        town.waits.hurry()
    if where is STEPS["look-up"]:
        town.trips.add(CREATE, Trip("lost", after=True))
    town.trips.add(where, trip)
    await town.make()
    found = [f"after making: {one}" for one in town.wrong(also=also)]
    town.news()
    error = await town.sync()
    found += [f"after the sync: {one}" for one in town.wrong(also=also)]
    if error and town.token_in(str(error)):
        found.append("the token is in an error")
    if not town.trips.met:
        found.append("it never happened")
    if len(town.cloud.log) > MANY:
        found.append(f"{len(town.cloud.log)} calls")
    town.trips.clear()
    return found + await wrong_at_last(town)


async def wrong_at_last(town: Town) -> list[str]:
    """Everything goes on to its end; what is wrong or missing then."""
    town.waits.calm_down()
    town.later()
    made = await town.resume()
    found = [f"not resumed: {one.label}: {one.said}" for one in made if not one.link]
    town.give()
    error = await town.sync()
    if error or town.problems:
        found.append(f"no sound sync: {error} {town.problems}")
    found += [f"at last: {one}" for one in town.wrong(synced=True)]
    return found + town.unfinished()


@pytest.mark.parametrize(("step", "name"), CASES[:: count(7, 1)])
async def test_a_mishap_on_the_wire(town: Town, step: str, name: str) -> None:
    assert await wrong_after(town, STEPS[step], WIRE[name]) == []


@pytest.mark.parametrize(("step", "name", "everywhere"), ODD[:: count(7, 1)])
async def test_an_odd_answer(town: Town, step: str, name: str, everywhere: bool) -> None:
    also = frozenset({CLAIMS[name]}) if name in CLAIMS else frozenset()
    assert await wrong_after(town, STEPS[step], odd(name, all_of_them=everywhere), also) == []
