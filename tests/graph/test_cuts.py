"""Lines that are cut, answers that never come: repeated only where that does no harm."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from store.errors import Conflict, GraphOutcomeUnknown, GraphRefused, NoConnection
from store.graph import transport
from store.graph.client import Graph, NewRelationship
from store.graph.endpoints import Endpoint
from store.graph.facts import Assignment
from store.model.partner import Cloud
from tests.graph.fake import ROLE, Clock, Fake, R, Refused, Reply, Tokens, relationship

NEW = NewRelationship("adatum_full", 730, True, (ROLE,))
GROUP = "99999999-2222-4333-8444-555555555555"
ASSIGNMENT = {
    "id": "asg-1",
    "@odata.etag": 'W/"a"',
    "status": "pending",
    "accessContainer": {"accessContainerId": GROUP, "accessContainerType": "securityGroup"},
    "accessDetails": {"unifiedRoles": [{"roleDefinitionId": ROLE}]},
}

LOST = {
    "nothing comes": Reply(cut=0),
    "half of the first line": Reply(cut=9),
    "the head without a body": Reply(body=relationship(1), cut=95),
    "half of the body": Reply(body=relationship(1), cut=200),
    "no HTTP at all": Reply(raw=b"", headers={}, cut=0),
    "a head that never ends": Reply(body=relationship(1), cut=30, hang=True),
    "a body that never ends": Reply(body=relationship(1), cut=200, hang=True),
    "a byte now and then": Reply(body=relationship(1), drip=True),
    "gzip that is none": Reply(raw=b"not gzip", headers={"Content-Encoding": "gzip"}),
}


class Hasty(Clock):
    """Waits a moment for what never ends, and for everything else as long as it takes."""

    hasty = False

    @property
    def reading(self) -> float:  # type: ignore[override]
        return 0.5 if self.hasty and not self.slept else 60.0

    writing = reading  # type: ignore[assignment]


@pytest.fixture
def clock() -> Clock:
    return Hasty()


def never_ends(reply: Reply) -> bool:
    return reply.hang or reply.drip


@pytest.mark.parametrize("how", LOST)
async def test_a_lost_reading_is_asked_for_again(
    graph: Graph, fake: Fake, clock: Hasty, how: str
) -> None:
    clock.hasty = never_ends(LOST[how])
    fake.will(LOST[how], relationship(1))
    assert (await graph.relationship("rel-1")).id == "rel-1"
    assert clock.slept == [2.0] and len(fake.heard) == 2


async def test_more_than_anybody_would_send_is_not_read_to_its_end(
    graph: Graph, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_LARGEST", 10_000)
    fake.answering = lambda heard: {"value": ["x" * 1_000] * 1_000}
    with pytest.raises(NoConnection):
        await graph.relationships()


Change = Callable[[Graph], Awaitable[Any]]
ONCE: dict[str, Change] = {
    "create": lambda graph: graph.create(NEW),
    "finalize": lambda graph: graph.finalize("rel-1"),
    "terminate": lambda graph: graph.terminate("rel-1"),
    "a group": lambda graph: graph.create_group("Full", "Those of us"),
}


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("what", ONCE)
async def test_a_change_that_would_happen_twice_is_never_repeated(
    graph: Graph, fake: Fake, clock: Hasty, what: str, how: str
) -> None:
    clock.hasty = never_ends(LOST[how])
    fake.will(LOST[how])
    with pytest.raises(GraphOutcomeUnknown) as raised:
        await ONCE[what](graph)
    assert len(fake.heard) == 1 and clock.slept == []
    assert raised.value.exit_code == 3 and "sync" in str(raised.value.todo)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(201, raw=b"<html>", kind="text/html"),
        Reply(201, raw=b'{"id":"rel-1",'),
        Reply(201, raw=b""),
        Reply(201, {"displayName": "no id"}),
        Reply(200, raw=b"[]"),
    ],
)
async def test_an_answer_that_does_not_say_what_was_made_is_unknown(
    graph: Graph, fake: Fake, reply: Reply
) -> None:
    fake.will(reply)
    with pytest.raises(GraphOutcomeUnknown):
        await graph.create(NEW)
    assert len(fake.heard) == 1


async def test_a_relationship_is_found_by_its_name(graph: Graph, fake: Fake) -> None:
    fake.will({"value": [relationship(1, displayName="Adatum_Full")]})
    found = await graph.relationship_named("adatum_full")
    assert found is not None and found.id == "rel-1"
    assert fake.lines == [f"GET {R}?$top=300&$filter=displayName eq 'adatum_full'"]
    fake.will({"value": []})
    assert await graph.relationship_named("o'hara & co") is None
    assert fake.lines[1] == f"GET {R}?$top=300&$filter=displayName eq 'o''hara & co'"


async def test_where_microsoft_does_not_search_by_name_all_are_read(
    graph: Graph, fake: Fake
) -> None:
    fake.will(Refused(400), {"value": [relationship(1), relationship(2, displayName="this")]})
    found = await graph.relationship_named("this")
    assert found is not None and found.id == "rel-2"


async def test_not_found_in_half_a_list_is_not_gone(graph: Graph, fake: Fake) -> None:
    fake.will({"value": [relationship(1), {"no": "id"}]})
    with pytest.raises(GraphOutcomeUnknown):
        await graph.relationship_named("this")


# -- changes that may be repeated --------------------------------------------------------------


async def test_an_update_whose_answer_was_lost_is_repeated_and_seen_to_be_done(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    ours = relationship(1, displayName="new", **{"@odata.etag": 'W/"2"'})
    fake.will(Reply(cut=0), Refused(412), ours)
    found = await graph.update("rel-1", 'W/"1"', name="new")
    assert found.name == "new" and found.etag == 'W/"2"'
    assert [heard.method for heard in fake.heard] == ["PATCH", "PATCH", "GET"]
    assert {heard.headers.get("if-match") for heard in fake.heard[:2]} == {'W/"1"'}


async def test_an_update_that_somebody_else_overtook_stays_unknown(
    graph: Graph, fake: Fake
) -> None:
    theirs = relationship(1, displayName="theirs", **{"@odata.etag": 'W/"3"'})
    fake.will(Reply(cut=0), Refused(412), theirs)
    with pytest.raises(GraphOutcomeUnknown):
        await graph.update("rel-1", 'W/"1"', name="ours")


async def test_a_draft_that_a_lost_try_deleted_is_deleted(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(cut=0), Refused(404), Refused(404))
    await graph.delete("rel-1", 'W/"1"')
    assert [heard.method for heard in fake.heard] == ["DELETE", "DELETE", "GET"]


async def test_a_draft_that_was_never_there_is_said_to_be_missing(graph: Graph, fake: Fake) -> None:
    fake.will(Refused(404))
    with pytest.raises(GraphRefused, match="not any more") as raised:
        await graph.delete("rel-1", 'W/"1"')
    assert raised.value.status == 404


async def test_an_assignment_whose_answer_was_lost_is_looked_up(graph: Graph, fake: Fake) -> None:
    fake.will(
        Reply(cut=0), {"value": [{**ASSIGNMENT, "id": "old", "status": "deleted"}, ASSIGNMENT]}
    )
    made = await graph.assign("rel-1", GROUP, (ROLE,))
    assert made == Assignment("asg-1", GROUP, (ROLE,), "pending", etag='W/"a"')
    assert [heard.method for heard in fake.heard] == ["POST", "GET"]


async def test_an_assignment_that_is_not_there_yet_stays_unknown(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(cut=0), {"value": []})
    with pytest.raises(GraphOutcomeUnknown):
        await graph.assign("rel-1", GROUP, (ROLE,))


async def test_a_lost_removal_is_done_once_it_is_being_deleted(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(cut=0), Refused(412), {**ASSIGNMENT, "status": "deleting"})
    await graph.unassign("rel-1", "asg-1", 'W/"a"')


async def test_new_roles_whose_answer_was_lost_are_looked_up(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(cut=0), Refused(412), ASSIGNMENT)
    assert (await graph.reassign("rel-1", "asg-1", 'W/"0"', (ROLE,))).status == "succeeded"


async def test_a_member_that_a_lost_try_added_is_added(graph: Graph, fake: Fake) -> None:
    already = "One or more added object references already exist for the following: 'members'."
    fake.will(Reply(cut=0), Refused(400, "Request_BadRequest", already))
    assert await graph.add_member("group-1", "user-1") is True


async def test_a_member_that_a_lost_try_removed_is_removed(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(cut=0), Refused(404))
    assert await graph.remove_member("group-1", "user-1") is True


async def test_a_change_that_may_be_repeated_and_never_is_answered_is_unknown(
    graph: Graph, fake: Fake
) -> None:
    fake.answering = lambda heard: Reply(cut=0)
    with pytest.raises(GraphOutcomeUnknown):
        await graph.add_member("group-1", "user-1")
    assert len(fake.heard) == 5


# -- no way there -----------------------------------------------------------------------------


async def test_nobody_there_is_said_at_once(tokens: Tokens, clock: Clock) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        endpoint = Endpoint(Cloud.WORLDWIDE, "https://login.example", address)
        async with Graph(endpoint, tokens, waits=clock) as graph:
            with pytest.raises(NoConnection, match="Nothing answers at"):
                await graph.relationship("rel-1")
            with pytest.raises(NoConnection):
                await graph.create(NEW)
    assert clock.slept == []


async def test_a_name_that_nobody_knows_is_named(tokens: Tokens, clock: Clock) -> None:
    endpoint = Endpoint(Cloud.WORLDWIDE, "https://login.example", "http://graph.invalid")
    async with Graph(endpoint, tokens, waits=clock) as graph:
        with pytest.raises(NoConnection, match="cannot be looked up"):
            await graph.me()


async def test_a_conflict_shows_what_is_there_now(graph: Graph, fake: Fake) -> None:
    fake.will(Refused(412), relationship(1, displayName="theirs"))
    with pytest.raises(Conflict) as raised:
        await graph.update("rel-1", 'W/"0"', name="ours")
    assert raised.value.theirs["name"] == "theirs"
    assert [heard.method for heard in fake.heard] == ["PATCH", "GET"]
