"""G3: what is listed is the truth or is said to be incomplete, and nobody is believed gone."""

from __future__ import annotations

from typing import Any

import pytest

from store.practice.relationships import ACTIVE, PENDING
from store.view import RELATIONSHIPS
from tests.faults import count
from tests.faults.mischief import Trip
from tests.faults.mishaps import FOR_EVER, LISTS, NEXT, PAGES, STEPS
from tests.faults.test_microsoft_wire import wrong_after, wrong_at_last
from tests.faults.town import Town
from tests.faults.truth import ADVENTURE, ALPINE

UNSEEN = {
    "one page is empty", "the first page is empty", "every page is empty",
    "it ends with the first page",
}  # fmt: skip
"""Nobody counts the members of a group, so nobody can know that some were left out."""
CASES = [
    (step, name) for step in LISTS for name in PAGES if step != "members" or name not in UNSEEN
]


@pytest.mark.parametrize(("step", "name"), CASES[:: count(3, 1)])
async def test_odd_pages(town: Town, step: str, name: str) -> None:
    town.cloud.page_limit = 2 if step == "relationships" else 1
    assert set(await wrong_after(town, STEPS[step], PAGES[name])) <= {"it never happened"}


@pytest.mark.parametrize("step", LISTS)
async def test_pages_that_lead_round_in_a_circle(town: Town, step: str) -> None:
    town.cloud.page_limit = 1
    first: list[Any] = []

    def circle(body: Any) -> Any:
        first.append(body.get(NEXT))
        return {**body, NEXT: first[0]}

    trip = Trip("change", change=circle, times=FOR_EVER)
    assert await wrong_after(town, STEPS[step], trip) == []


@pytest.mark.parametrize("step", LISTS)
async def test_the_token_is_never_sent_to_another_host(town: Town, step: str) -> None:
    town.cloud.page_limit = 1
    away = f"{town.street.foreign.address}/v1.0/tenantRelationships/x"
    trip = Trip("change", change=lambda body: {**body, NEXT: away}, times=FOR_EVER)
    assert await wrong_after(town, STEPS[step], trip) == []
    assert town.street.went_astray == []


async def test_the_same_page_again_and_again(town: Town) -> None:
    town.cloud.page_limit = 2
    kept: list[Any] = []

    def same(body: Any) -> Any:
        kept.append(body)
        return {**body, "value": kept[0]["value"]}

    trip = Trip("change", change=same, times=FOR_EVER)
    assert await wrong_after(town, STEPS["relationships"], trip) == []


async def test_a_list_that_changes_while_it_is_read_loses_nobody(town: Town) -> None:
    """One leaves and one comes between two pages: as many as were counted, and not the same."""
    town.cloud.page_limit = 2
    seen: list[Any] = []

    def moved_up(body: Any) -> Any:
        """What was first on this page stood on the last one when that was read anew."""
        seen.append(body)
        if len(seen) == 2:
            body["value"] = body["value"][1:]
            town.cloud.add_relationship(name="new", tenant=ADVENTURE, status=PENDING)
        return body

    trip = Trip("change", change=moved_up, times=FOR_EVER)
    town.trips.add(STEPS["relationships"], trip)
    assert await town.sync() is None
    assert town.wrong() == []
    assert len(seen) > 2
    town.trips.clear()
    await town.make()
    assert await wrong_at_last(town) == []


async def test_a_hundred_pages_with_one_broken(town: Town) -> None:
    town.cloud.page_limit = 2
    for number in range(200):
        town.cloud.add_relationship(name=f"more {number}", tenant=ADVENTURE, status=PENDING)
    town.trips.add(STEPS["relationships"], Trip("half", skip=57, times=FOR_EVER))
    assert await town.sync() is None
    assert town.problems and town.wrong() == []
    assert len(town.desk.view.tables.table(RELATIONSHIPS)) == 5 + 109  # two pages a new one each
    town.trips.clear()
    assert await town.sync() is None
    assert not town.problems and town.wrong(synced=True) == []
    assert len(town.desk.view.tables.table(RELATIONSHIPS)) == 205


async def test_who_sees_nothing_any_more_marks_nobody_as_gone(town: Town) -> None:
    """No Admin agent gets an empty list, and no error."""
    town.cloud.group("AdminAgents").members.clear()
    await town.sync()
    assert town.problems and town.wrong() == []


async def test_who_has_only_waiting_customers_and_sees_nothing_any_more(town: Town) -> None:
    """The first customers of a partner are not believed to have let their links lapse."""
    for one in list(town.cloud.relationships.values()):
        if one.status in (ACTIVE, "terminated"):
            town.cloud.forget(one)
    await town.sync()
    town.believed = town.states()
    town.cloud.group("AdminAgents").members.clear()
    await town.sync()
    assert town.problems
    assert town.states() == town.believed


async def test_what_is_gone_is_believed_only_of_what_microsoft_says_so(town: Town) -> None:
    """One is gone, one is only left out: the list alone cannot tell them apart."""
    gone, *_ = town.of(ALPINE)
    town.cloud.forget(gone)
    trip = Trip("change", change=lambda body: {**body, "value": body["value"][1:]}, times=FOR_EVER)
    town.trips.add(STEPS["relationships"], trip._replace(change=_without_first))
    assert await town.sync() is None
    rows = town.desk.view.tables.table(RELATIONSHIPS).values()
    assert [row["microsoft_id"] for row in rows if row["gone"]] == [gone.id]


def _without_first(body: Any) -> Any:
    return {**body, "value": body["value"][1:], "@odata.count": len(body["value"]) - 1}
