"""D1: the tests of this road would notice if what protects it were taken out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from store.actions import making, taking_in
from store.actions.making import Run
from store.graph import delegation, pages
from store.graph.client import Graph
from store.graph.pages import Listing
from store.graph.transport import Wire
from store.practice.cloud import Practice
from tests.faults.mischief import Trip
from tests.faults.mishaps import CREATE, LOOK_UP, PAGES, STEPS, WIRE, odd
from tests.faults.test_microsoft_meanwhile import synced_meanwhile
from tests.faults.test_microsoft_wire import wrong_after, wrong_at_last
from tests.faults.town import Town

Patch = pytest.MonkeyPatch
Road = Callable[[Town], Awaitable[list[str]]]


async def _none(*_: object) -> None:
    return None


def no_look_up(patch: Patch) -> None:
    """What was created is not looked for."""
    patch.setattr(Run, "_by_name", _none)


def names_of_any_number(patch: Patch) -> None:
    """Microsoft takes a name twice."""
    patch.setattr(Practice, "name_taken", lambda self, name: False)


def no_look_up_and_names_of_any_number(patch: Patch) -> None:
    no_look_up(patch)
    names_of_any_number(patch)


def creations_are_repeated(patch: Patch) -> None:
    """A creation whose answer was lost is simply asked for again."""
    names_of_any_number(patch)
    patch.setattr(Wire, "_may_go_on", lambda self, asked, tries, sent: tries.made < 5)


def what_is_not_listed_is_gone(patch: Patch) -> None:
    """Nobody asks for what is missing from a list."""

    async def looked_up(self: Graph, keys: list[str]) -> dict[str, Any]:
        return dict.fromkeys(keys)

    patch.setattr(delegation.Delegation, "looked_up", looked_up)


def every_list_is_whole(patch: Patch) -> None:
    """Half a list counts as a whole one, and what is not in it as gone."""
    what_is_not_listed_is_gone(patch)
    found = pages.Gathered.listing
    patch.setattr(pages.Gathered, "listing", lambda self: Listing(found(self).items))


def what_is_older_wins(patch: Patch) -> None:
    """What was read before others recorded something is taken in all the same."""
    patch.setattr(taking_in, "is_overtaken", lambda *_: False)


def links_of_drafts(patch: Patch) -> None:
    """Whatever is not a draft by name has a link that works."""
    patch.setattr(making, "FINALISED", making.FINALISED | {"quarantined"})


def _on_the_wire(step: str, name: str) -> Road:
    return lambda town: wrong_after(town, STEPS[step], WIRE[name])


def _pages(name: str) -> Road:
    async def road(town: Town) -> list[str]:
        town.cloud.page_limit = 2
        return await wrong_after(town, STEPS["relationships"], PAGES[name])

    return road


async def _lost_twice(town: Town) -> list[str]:
    """An answer is lost, and so is the one that would say what became of it."""
    town.trips.add(CREATE, Trip("lost", after=True, times=3))
    town.trips.add(LOOK_UP, Trip("lost", times=99))
    await town.make()
    found = town.wrong()
    town.trips.clear()
    return found + await wrong_at_last(town)


MUTANTS: dict[Callable[[Patch], None], list[Road]] = {
    no_look_up: [_on_the_wire("create", "lost after it was done"), _lost_twice],
    names_of_any_number: [_on_the_wire("create", "503 after it was done")],
    no_look_up_and_names_of_any_number: [_lost_twice],
    creations_are_repeated: [_on_the_wire("create", "body after it was done")],
    what_is_not_listed_is_gone: [
        _pages("pages lack records"),
        _pages("it ends with the first page"),
    ],
    every_list_is_whole: [_pages("a page is half"), _pages("a page is lost for ever")],
    what_is_older_wins: [synced_meanwhile],
    links_of_drafts: [lambda town: wrong_after(town, CREATE, odd("a status never seen"))],
}


@pytest.mark.parametrize(
    ("mutant", "road"),
    [(mutant, road) for mutant, roads in MUTANTS.items() for road in roads],
    ids=lambda value: getattr(value, "__name__", "road"),
)
async def test_without_what_protects_it_something_goes_wrong(
    town: Town, monkeypatch: pytest.MonkeyPatch, mutant: Callable[[Patch], None], road: Road
) -> None:
    mutant(monkeypatch)
    assert await road(town) != []


@pytest.mark.parametrize("road", [road for roads in MUTANTS.values() for road in roads])
async def test_with_all_of_it_nothing_does(town: Town, road: Road) -> None:
    assert await road(town) == []
