"""Many lists in few requests: each answer counts by itself."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from store.errors import GraphForbidden, GraphRefused, NoConnection, SignInNeeded, TooBusy
from store.graph.client import Graph
from store.graph.scopes import Scope
from tests.graph.fake import ROLE, Clock, Fake, Heard, R, Refused, Reply, Tokens

READ = (Scope.RELATIONSHIPS_READ,)
Inner = Callable[[str, int], dict[str, Any]]


def assignments(path: str, count: int = 1) -> dict[str, Any]:
    key = path.split("/")[3]
    value = [
        {
            "id": f"{key}-{number}",
            "status": "active",
            "accessContainer": {"accessContainerId": "group", "accessContainerType": "x"},
            "accessDetails": {"unifiedRoles": [{"roleDefinitionId": ROLE}]},
        }
        for number in range(count)
    ]
    return {"status": 200, "body": {"value": value}}


def refused(status: int, told: str = "") -> dict[str, Any]:
    headers = {"Retry-After": told} if told else {}
    return {"status": status, "headers": headers, "body": Refused(status).body()}


def batches(fake: Fake, inner: Inner, *, shuffled: bool = False) -> Counter[str]:
    """Answers batches, each request in them by `inner(path, how often it came)`."""
    seen: Counter[str] = Counter()

    def answering(heard: Heard) -> Any:
        if heard.path != "/v1.0/$batch":
            return Refused(404)
        answers = []
        for request in heard.body["requests"]:
            seen[request["url"]] += 1
            answers.append({"id": request["id"], **inner(request["url"], seen[request["url"]])})
        if shuffled:
            random.Random(7).shuffle(answers)
        return {"responses": answers}

    fake.answering = answering
    return seen


def keys(count: int) -> list[str]:
    return [f"rel-{number}" for number in range(count)]


async def test_twenty_go_together_and_come_back_in_order(graph: Graph, fake: Fake) -> None:
    batches(fake, lambda path, times: assignments(path), shuffled=True)
    progress: list[int] = []
    found = await graph.assignments_of(keys(205), told=progress.append)
    assert list(found) == keys(205)
    assert all(listing.whole for listing in found.values())
    assert [listing.items[0].id for listing in found.values()] == [f"{key}-0" for key in keys(205)]
    sizes = sorted(len(heard.body["requests"]) for heard in fake.heard)
    assert sizes == [5] + [20] * 10 and progress == list(range(1, 206))
    assert fake.connections <= 4


async def test_what_goes_together_are_readings_with_every_word(graph: Graph, fake: Fake) -> None:
    batches(fake, lambda path, times: assignments(path))
    await graph.assignments_of(["rel-1", "rel-1"])
    assert fake.heard[0].body == {
        "requests": [
            {
                "id": "1",
                "method": "GET",
                "url": R.removeprefix("/v1.0") + "/rel-1/accessAssignments?$top=300",
                "headers": {"Prefer": "include-unknown-enum-members"},
            }
        ]
    }


async def test_of_nothing_nothing_is_asked(graph: Graph, fake: Fake) -> None:
    assert await graph.assignments_of([]) == {}
    assert fake.heard == []


# how one request in the batch fares; what its listing is; how often it was asked for; the waits
FARES: dict[str, tuple[Inner, bool, int, list[float]]] = {
    "busy once": (
        lambda path, times: refused(429, "9") if times == 1 else assignments(path),
        True,
        2,
        [9.0],
    ),
    "busy once, by nobody knows how long": (
        lambda path, times: refused(503) if times == 1 else assignments(path),
        True,
        2,
        [2.0],
    ),
    "stumbles twice": (
        lambda path, times: refused(504) if times < 3 else assignments(path),
        True,
        3,
        [2.0, 4.0],
    ),
    "busy for ever": (lambda path, times: refused(429), False, 5, [2.0, 4.0, 8.0, 16.0]),
    "busy for an hour": (lambda path, times: refused(429, "3600"), False, 1, []),
    "stumbles for ever": (lambda path, times: refused(500), False, 5, [2.0, 4.0, 8.0, 16.0]),
    "gone": (lambda path, times: refused(404), False, 1, []),
    "forbidden": (lambda path, times: refused(403), False, 1, []),
    "a dependency that failed": (lambda path, times: refused(424), False, 1, []),
    "a web page": (lambda path, times: {"status": 200, "body": "<html>"}, False, 1, []),
    "nothing in it": (lambda path, times: {"status": 200}, False, 1, []),
    "no list in it": (lambda path, times: {"status": 200, "body": {"id": 1}}, False, 1, []),
    "a list that is none": (lambda path, times: {"status": 200, "body": []}, False, 1, []),
    "no status": (lambda path, times: {"body": {}}, False, 5, []),
    "a status that is text": (lambda path, times: {"status": "200"}, False, 5, []),
    "headers that are none": (
        lambda path, times: {**refused(429), "headers": ["x"]} if times == 1 else assignments(path),
        True,
        2,
        [2.0],
    ),
    "an answer of another id once": (
        lambda path, times: {"id": "77"} if times == 1 else assignments(path),
        True,
        2,
        [],
    ),
    "an id that is a list once": (
        lambda path, times: {"id": ["1"]} if times == 1 else assignments(path),
        True,
        2,
        [],
    ),
    "a page at another host": (
        lambda path, times: {
            "status": 200,
            "body": {"value": [], "@odata.nextLink": "https://evil.example/v1.0/x"},
        },
        False,
        1,
        [],
    ),
}


@pytest.mark.parametrize("fare", FARES)
async def test_each_counts_by_itself(graph: Graph, fake: Fake, clock: Clock, fare: str) -> None:
    inner, whole, times, slept = FARES[fare]
    seen = batches(fake, lambda path, n: inner(path, n) if "rel-3/" in path else assignments(path))
    found = await graph.assignments_of(keys(6))
    others = [listing for key, listing in found.items() if key != "rel-3"]
    assert all(listing.whole and len(listing.items) == 1 for listing in others)
    assert found["rel-3"].whole is whole
    assert (found["rel-3"].why is None) is whole
    assert sorted(seen.values()) == sorted([1] * 5 + [times])
    assert clock.slept == slept


async def test_an_answer_that_is_missing_is_asked_for_again(graph: Graph, fake: Fake) -> None:
    def answering(heard: Heard) -> Any:
        asked = heard.body["requests"]
        return {"responses": [{"id": one["id"], **assignments(one["url"])} for one in asked[::2]]}

    fake.answering = answering
    found = await graph.assignments_of(keys(8))
    assert all(listing.whole for listing in found.values()) and len(fake.heard) == 4


async def test_a_long_list_is_read_to_its_end(graph: Graph, fake: Fake) -> None:
    def inner(path: str, times: int) -> dict[str, Any]:
        answer = assignments(path, 2)
        answer["body"]["@odata.nextLink"] = (
            f"{fake.address}{R}/rel-0/accessAssignments?$skipToken=b"
        )
        return answer

    batches(fake, inner)
    batch = fake.answering
    last = assignments("//x/other/y")["body"]
    fake.answering = lambda heard: batch(heard) if "$batch" in heard.path else last
    found = await graph.assignments_of(["rel-0"])
    assert found["rel-0"].whole and len(found["rel-0"].items) == 3


async def test_a_token_that_is_refused_inside_is_replaced_once(
    graph: Graph, fake: Fake, tokens: Tokens
) -> None:
    seen = batches(fake, lambda path, times: refused(401) if times == 1 else assignments(path))
    found = await graph.assignments_of(keys(45))
    assert all(listing.whole for listing in found.values())
    assert set(seen.values()) == {2}
    assert [fresh for _, fresh in tokens.asked].count(True) <= 3
    old = fake.heard[0].headers["authorization"]
    assert fake.heard[-1].headers["authorization"] != old


async def test_there_is_no_loop_of_sign_ins_inside(
    graph: Graph, fake: Fake, tokens: Tokens
) -> None:
    batches(fake, lambda path, times: refused(401))
    with pytest.raises(SignInNeeded):
        await graph.assignments_of(keys(20))
    assert len(fake.heard) == 2 and len(tokens.asked) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Refused(403), GraphForbidden),
        (Refused(400), GraphRefused),
        (Refused(401), SignInNeeded),
        (Refused(429), TooBusy),
        (Refused(503, headers={"Retry-After": "3600"}), TooBusy),
        (Reply(raw=b"<html>", kind="text/html"), NoConnection),
        (Reply(200, {"responses": "none"}), NoConnection),
        (Reply(cut=5), NoConnection),
    ],
)
async def test_where_nothing_could_be_read_the_reason_is_raised(
    graph: Graph, fake: Fake, reply: Any, kind: type[Exception]
) -> None:
    fake.answering = lambda heard: reply
    with pytest.raises(kind):
        await graph.assignments_of(keys(10))


async def test_a_line_cut_in_the_middle_leaves_what_was_learnt(graph: Graph, fake: Fake) -> None:
    batches(fake, lambda path, times: assignments(path))
    good, count = fake.answering, iter(range(1_000))
    fake.answering = lambda heard: good(heard) if next(count) < 5 else Reply(cut=3)
    found = await graph.assignments_of(keys(200))
    whole = [key for key, listing in found.items() if listing.whole]
    rest = [listing for listing in found.values() if not listing.whole]
    assert len(whole) == 100 and len(rest) == 100
    assert all(listing.items == () and "cut" in str(listing.why) for listing in rest)
    assert len(fake.heard) <= 5 + 4 * 5


async def test_who_is_sent_away_for_an_hour_stops(graph: Graph, fake: Fake) -> None:
    batches(fake, lambda path, times: refused(429, "3600"))
    with pytest.raises(TooBusy):
        await graph.assignments_of(keys(400))
    assert len(fake.heard) <= 4


async def test_a_batch_that_is_cut_off_is_sent_again(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    batches(fake, lambda path, times: assignments(path))
    fake.will(Refused(429, headers={"Retry-After": "4"}), Reply(cut=0))
    found = await graph.assignments_of(keys(20))
    assert all(listing.whole for listing in found.values()) and clock.slept == [4.0, 4.0]


async def test_other_readings_go_together_too(graph: Graph, fake: Fake) -> None:
    batches(
        fake, lambda path, times: refused(404) if "b" in path else {"status": 200, "body": {"x": 1}}
    )
    good, bad = await graph.batch(["/groups/a", "/groups/b"], (Scope.DIRECTORY_READ,))
    assert good.body == {"x": 1}  # type: ignore[union-attr]
    assert isinstance(bad, GraphRefused) and bad.status == 404


async def test_it_can_be_stopped(graph: Graph, fake: Fake) -> None:
    batches(fake, lambda path, times: assignments(path))
    asked = asyncio.ensure_future(graph.assignments_of(keys(2_000)))
    while len(fake.heard) < 3:
        await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert len(fake.heard) < 50
