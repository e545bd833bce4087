"""What was begun and cannot be finished is given up, here and at Microsoft."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store.actions import abandoning, customers, preparing
from store.actions import partner as partners
from store.actions.abandoning import Given
from store.actions.making import Outcome
from store.desk import Desk
from store.errors import NoConnection
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.microsoft import FABRIKAM, PARTNER, graph_of, practice_cloud
from tests.store.actions.links import Hooked, carry_out, key_of, killed, office, plan, record


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return office(desk)


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


async def cut_off(desk: Desk, cloud: Practice, call: int) -> None:
    """Begins with Contoso's, and is killed after one of the calls."""
    recorded = record(desk, "Contoso")
    async with graph_of(cloud, transport=Hooked(cloud, call, after=killed)) as graph:
        with pytest.raises(asyncio.CancelledError):
            await carry_out(desk, graph, recorded)


async def abandon(desk: Desk, cloud: Practice, name: str = "Contoso") -> Given:
    async with graph_of(cloud) as graph:
        return (await abandoning.abandon(desk, graph, [key_of(desk, name)]))[0]


def begun(desk: Desk) -> list[int]:
    return preparing.all_under_way(desk.view)


async def test_what_microsoft_never_heard_of_is_forgotten(desk: Desk, cloud: Practice) -> None:
    record(desk, "Contoso")
    given = await abandon(desk, cloud)
    assert (given.done, str(given.said)) == (True, "Given up; nothing of it is at Microsoft.")
    assert desk.view.invitations(key_of(desk, "Contoso")) == ()
    assert plan(desk, "Contoso").lines[0].step is preparing.Step.MAKE


async def test_a_draft_is_deleted_at_microsoft_too(desk: Desk, cloud: Practice) -> None:
    await cut_off(desk, cloud, 0)
    assert len(cloud.relationships) == 1
    given = await abandon(desk, cloud)
    assert (given.done, str(given.said)) == (
        True,
        "Given up; its draft was deleted at Microsoft.",
    )
    assert not cloud.relationships and not begun(desk)


async def test_a_draft_that_was_deleted_in_partner_center_is_given_up(
    desk: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", "requests$", status=400, code="badRequest"))
    async with graph_of(cloud) as graph:
        await carry_out(desk, graph, record(desk, "Contoso"))
    (draft,) = cloud.relationships.values()
    cloud.forget(draft)
    async with graph_of(cloud) as graph:
        (made,) = await carry_out(desk, graph, record(desk, "Contoso"))
    assert made.outcome is Outcome.REFUSED
    assert "is no longer at Microsoft" in str(made.said)
    assert str(made.todo) == "Abandon it, then make it anew."
    assert (await abandon(desk, cloud)).done
    assert not begun(desk)


async def test_a_link_that_works_already_is_not_forgotten(desk: Desk, cloud: Practice) -> None:
    await cut_off(desk, cloud, 1)
    cloud.clock.advance(timedelta(minutes=1))
    given = await abandon(desk, cloud)
    assert not given.done
    assert "make it once more, and its link comes in" in str(given.said)
    assert begun(desk) == [key_of(desk, "Contoso")]
    async with graph_of(cloud) as graph:
        (made,) = await carry_out(desk, graph, record(desk, "Contoso"))
    assert made.outcome is Outcome.READY


async def test_what_another_partner_began_is_given_up_without_asking(desk: Desk) -> None:
    record(desk, "Contoso")
    key = key_of(desk, "Contoso")
    assert abandoning.needs_microsoft(desk.view, [key])
    partners.set_fields(desk, {"tenant": FABRIKAM})
    assert not abandoning.needs_microsoft(desk.view, [key])
    (given,) = await abandoning.abandon(desk, None, [key])
    assert given.done
    assert PARTNER in str(given.said) and "delete it there" in str(given.said)
    assert not begun(desk)


async def test_of_an_archived_customer_too(desk: Desk, cloud: Practice) -> None:
    await cut_off(desk, cloud, 0)
    customers.archive(desk, [key_of(desk, "Contoso")])
    assert (await abandon(desk, cloud)).done
    assert not cloud.relationships


async def test_where_nothing_was_begun_there_is_nothing_to_give_up(
    desk: Desk, cloud: Practice
) -> None:
    given = await abandon(desk, cloud)
    assert (given.done, str(given.said)) == (False, "Nothing was begun for it.")


async def test_where_nobody_answers_nothing_is_given_up(desk: Desk, cloud: Practice) -> None:
    await cut_off(desk, cloud, 0)
    cloud.faults.add(Fault("GET", "", kind="lost", times=1000))
    with pytest.raises(NoConnection):
        await abandon(desk, cloud)
    assert begun(desk) == [key_of(desk, "Contoso")]
    assert len(cloud.relationships) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_a_deletion_whose_answer_was_lost_is_looked_up(
    desk: Desk, cloud: Practice, after: bool
) -> None:
    await cut_off(desk, cloud, 0)
    cloud.faults.add(Fault("DELETE", "", kind="lost", after=after))
    assert (await abandon(desk, cloud)).done
    assert not cloud.relationships and not begun(desk)
