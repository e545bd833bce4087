"""Busy and stumbling Microsoft: who waits how long, and who gives up when (fake clock)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import GraphOutcomeUnknown, GraphRefused, TooBusy
from store.graph.client import Graph, NewRelationship
from store.message import Message
from tests.graph.fake import ROLE, Clock, Fake, Refused, Reply, http_date, page, relationship

NEW = NewRelationship("adatum_full", 730, True, (ROLE,))
START = Clock().wall()

RETRY_AFTER = {
    "1": [1.0],
    "0": [],
    "17": [17.0],
    "1.5": [1.5],
    "180": [180.0],
    "": [2.0],
    "soon": [2.0],
    "-5": [2.0],
    "nan": [2.0],
    "1e9": [2.0],
    "٣": [2.0],
    http_date(START + timedelta(seconds=30)): [30.0],
    http_date(START - timedelta(seconds=30)): [],
    "Fri, 31 Feb 2026 10:00:00 GMT": [2.0],
}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("told", RETRY_AFTER)
async def test_waits_as_told(
    graph: Graph, fake: Fake, clock: Clock, told: str, status: int
) -> None:
    headers = {"Retry-After": told.encode().decode("latin-1")} if told else {}
    fake.will(Refused(status, headers=headers), relationship(1))
    assert (await graph.relationship("rel-1")).name == "Customer 1"
    assert clock.slept == RETRY_AFTER[told]
    assert len(fake.heard) == 2


async def test_a_date_is_held_against_the_senders_own_clock(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    theirs = START - timedelta(hours=3)
    headers = {"Retry-After": http_date(theirs + timedelta(seconds=9)), "Date": http_date(theirs)}
    fake.will(Refused(429, headers=headers), relationship(1))
    await graph.relationship("rel-1")
    assert clock.slept == [9.0]


@pytest.mark.parametrize(
    "told", ["181", "3600", "999999999", http_date(START + timedelta(hours=1))]
)
async def test_a_long_wait_is_given_up_at_once_and_named(
    graph: Graph, fake: Fake, clock: Clock, told: str
) -> None:
    fake.will(Refused(429, headers={"Retry-After": told}))
    with pytest.raises(TooBusy) as refused:
        await graph.relationship("rel-1")
    assert refused.value.wait > 180
    assert "minutes" in str(refused.value.what)
    assert clock.slept == [] and len(fake.heard) == 1


async def test_an_hour_is_called_sixty_minutes(graph: Graph, fake: Fake) -> None:
    fake.will(Refused(503, headers={"Retry-After": "3600"}))
    with pytest.raises(TooBusy, match="60 minutes"):
        await graph.create(NEW)


@pytest.mark.parametrize("status", [429, 503])
async def test_gives_up_after_five_tries(
    graph: Graph, fake: Fake, clock: Clock, status: int, said: list[Message]
) -> None:
    fake.answering = lambda heard: Refused(status)
    with pytest.raises(TooBusy, match="5 tries"):
        await graph.relationship("rel-1")
    assert len(fake.heard) == 5
    assert clock.slept == [2.0, 4.0, 8.0, 16.0]
    assert [message.count for message in said] == [2, 4, 8, 16]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_reading_is_repeated_when_microsoft_stumbles(
    graph: Graph, fake: Fake, clock: Clock, status: int
) -> None:
    fake.will(Refused(status), Reply(status, raw=b"<html>", kind="text/html"), relationship(1))
    await graph.relationship("rel-1")
    assert clock.slept == [2.0, 4.0]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_after_five_stumbles_it_says_so_with_the_id_for_the_support(
    graph: Graph, fake: Fake, status: int
) -> None:
    fake.answering = lambda heard: Refused(status)
    with pytest.raises(GraphRefused, match=f"HTTP {status}") as refused:
        await graph.relationship("rel-1")
    assert len(fake.heard) == 5
    assert refused.value.request_id == "req-7" and "req-7" in str(refused.value)


@pytest.mark.parametrize("status", [429, 503])
async def test_what_was_sent_back_undone_may_be_sent_again(
    graph: Graph, fake: Fake, clock: Clock, status: int
) -> None:
    fake.will(
        Refused(status, headers={"Retry-After": "3"}), Reply(201, relationship(1, status="created"))
    )
    made = await graph.create(NEW)
    assert made.status == "created" and clock.slept == [3.0]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_creation_that_stumbled_is_not_repeated(
    graph: Graph, fake: Fake, clock: Clock, status: int
) -> None:
    fake.will(Refused(status))
    with pytest.raises(GraphOutcomeUnknown):
        await graph.create(NEW)
    assert len(fake.heard) == 1 and clock.slept == []


async def test_one_wait_holds_for_every_request(
    graph: Graph, fake: Fake, clock: Clock, said: list[Message]
) -> None:
    fake.will(Refused(429, headers={"Retry-After": "20"}))
    fake.answering = lambda heard: relationship(1)
    await graph.relationship("rel-1")
    await graph.relationship("rel-2")
    assert clock.slept == [20.0]
    assert [str(message) for message in said] == ["Microsoft is busy; going on in 20 seconds."]


async def test_a_relationship_made_just_now_is_given_its_seconds(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    request = {"id": "req", "action": "lockForApproval", "status": "created"}
    fake.will(Refused(405), Refused(405), Reply(201, request))
    assert (await graph.finalize("rel-1")).status == "created"
    assert clock.slept == [2.5, 5.0]


async def test_one_that_never_can_be_finalised_is_given_up(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    fake.answering = lambda heard: Refused(405)
    with pytest.raises(GraphRefused, match="finalised"):
        await graph.finalize("rel-1")
    assert len(fake.heard) == 6 and sum(clock.slept) < 180


async def test_a_wait_in_the_middle_of_a_list_loses_nothing(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    after = f"{fake.address}/v1.0/tenantRelationships/delegatedAdminRelationships?$skipToken=b"
    fake.will(page(range(3), after), Refused(429, headers={"Retry-After": "7"}), page([3]))
    found = await graph.relationships()
    assert found.whole and len(found.items) == 4 and clock.slept == [7.0]


async def test_polls_until_the_state_is_there(graph: Graph, fake: Fake, clock: Clock) -> None:
    for status in ("approved", "activating", "active"):
        fake.will(relationship(1, status=status))
    assert (await graph.settled("rel-1", {"active"})).status == "active"
    assert clock.slept == [2.0, 4.0]


async def test_patience_ends(graph: Graph, fake: Fake, clock: Clock) -> None:
    fake.answering = lambda heard: relationship(1, status="activating")
    assert (await graph.settled("rel-1", {"active"}, patience=60)).status == "activating"
    assert sum(clock.slept) <= 60


@pytest.mark.parametrize(("minutes", "noticed"), [(0, False), (1, False), (10, True), (-10, True)])
async def test_a_clock_that_is_off_is_noticed(
    graph: Graph, fake: Fake, clock: Clock, minutes: int, noticed: bool
) -> None:
    theirs = clock.wall() + timedelta(minutes=minutes)
    fake.will(Reply(200, relationship(1), {"Date": http_date(theirs)}))
    await graph.relationship("rel-1")
    assert graph.skew == (timedelta(minutes=minutes) if noticed else None)
