"""Pages that are missing, repeated, endless or elsewhere: whole, or honest about it."""

from __future__ import annotations

from typing import Any

import pytest

from store.errors import DeskError, GraphForbidden, NoConnection
from store.graph.client import Graph
from tests.graph.fake import TOKEN, Clock, Fake, R, Refused, Reply, Tokens, page, relationship


def link(fake: Fake, token: object) -> str:
    return f"{fake.address}{R}?$top=300&$skipToken={token}"


def ids(found: Any) -> list[str]:
    return [one.id for one in found.items]


def named(*numbers: int) -> list[str]:
    return [f"rel-{number}" for number in numbers]


async def test_a_hundred_pages_come_in_order(graph: Graph, fake: Fake) -> None:
    def answering(heard: Any) -> Any:
        at = int(heard.path.rpartition("=")[2]) if "skipToken" in heard.path else 0
        return page(range(at * 3, at * 3 + 3), link(fake, at + 1) if at < 99 else "")

    fake.answering = answering
    progress: list[int] = []
    found = await graph.relationships(told=progress.append)
    assert found.whole and found.why is None
    assert ids(found) == named(*range(300))
    assert len(fake.heard) == 100 and progress == list(range(3, 301, 3))


async def test_asks_for_full_pages_and_every_word_of_microsofts(graph: Graph, fake: Fake) -> None:
    fake.will(page([1]))
    await graph.relationships("status eq 'active'")
    assert fake.lines == [f"GET {R}?$top=300&$count=true&$filter=status eq 'active'"]
    assert fake.heard[0].headers["prefer"] == "include-unknown-enum-members"


# what the pages are, which ids come out, whether that is all
CASES: dict[str, tuple[list[Any], list[int], bool]] = {
    "nothing at all": ([{"value": []}], [], True),
    "one page": ([page([1, 2])], [1, 2], True),
    "an empty page in the middle": ([page([1], "b"), page([], "c"), page([2])], [1, 2], True),
    "an empty page first": ([page([], "b"), page([1])], [1], True),
    "an empty page last": ([page([1], "b"), page([])], [1], True),
    "an empty link": ([{**page([1]), "@odata.nextLink": ""}], [1], True),
    "a link that is null": ([{**page([1]), "@odata.nextLink": None}], [1], True),
    "a page twice": ([page([1, 2], "b"), page([1, 2], "c"), page([3])], [1, 2], False),
    "the last page twice": ([page([1], "b"), page([2], "c"), page([2])], [1, 2], False),
    "round in a circle": ([page([1], "b"), page([2], "c"), page([3], "b")], [1, 2, 3], False),
    "itself for ever": ([page([1], "b"), page([2], "b")], [1, 2], False),
    "reordered": ([page([2, 1], "b"), page([3])], [2, 1, 3], True),
    "one twice as the list moves": ([page([1, 2], "b"), page([2, 3])], [1, 2, 3], False),
    "one twice, and all are counted": (
        [page([1, 2], "b", **{"@odata.count": 3}), page([2, 3])],
        [1, 2, 3],
        True,
    ),
    "one missing of those counted": (
        [page([1, 2], "b", **{"@odata.count": 4}), page([4])],
        [1, 2, 4],
        False,
    ),
    "a count of the page alone": (
        [page([1, 2], "b", **{"@odata.count": 2}), page([3], **{"@odata.count": 1})],
        [1, 2, 3],
        True,
    ),
    "a count that is no number": ([page([1], **{"@odata.count": "many"})], [1], True),
    "a count that is true": ([page([1], **{"@odata.count": True})], [1], True),
    "a record without an id": (
        [{"value": [relationship(1), {"displayName": "?"}, relationship(2)]}],
        [1, 2],
        False,
    ),
    "records that are none": (
        [{"value": [None, 7, "x", [], relationship(1), relationship(2, id=5)]}],
        [1],
        False,
    ),
    "an id that leads elsewhere": ([{"value": [relationship(1, id="../users/x")]}], [], False),
    "an error on the second page": ([page([1], "b"), Refused(403)], [1], False),
    "half of the second page": (
        [page([1], "b"), Reply(raw=b'{"value":[{"id":"rel-2","disp')],
        [1],
        False,
    ),
    "a web page for the second": (
        [page([1], "b"), Reply(raw=b"<html>Sign in</html>", kind="text/html")],
        [1],
        False,
    ),
    "a list for the second": ([page([1], "b"), Reply(raw=b"[1,2]")], [1], False),
    "a second page without a list": ([page([1], "b"), {"value": {"id": "x"}}], [1], False),
    "a redirect for the second": (
        [page([1], "b"), Reply(302, headers={"Location": "https://evil.example/"})],
        [1],
        False,
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_comes_is_all_or_said_to_be_less(graph: Graph, fake: Fake, case: str) -> None:
    pages, expected, whole = CASES[case]
    for one in pages:
        if isinstance(one, dict) and one.get("@odata.nextLink"):
            one = {**one, "@odata.nextLink": link(fake, one["@odata.nextLink"])}
        fake.will(one)
    found = await graph.relationships()
    assert ids(found) == named(*expected)
    assert found.whole is whole
    assert (found.why is None) is whole
    assert len(fake.heard) <= len(pages)


FIRST = {
    "a refusal": (Refused(403), GraphForbidden),
    "half of it": (Reply(raw=b'{"value":[{"id"'), NoConnection),
    "a web page": (Reply(raw=b"<!DOCTYPE html>", kind="text/html"), NoConnection),
    "nothing": (Reply(raw=b""), NoConnection),
    "no list": ({"id": "rel-1"}, NoConnection),
    "a redirect": (Reply(307, headers={"Location": "/login"}), NoConnection),
    "a web page that forbids": (
        Reply(403, raw=b"<html>Blocked by policy</html>", kind="text/html"),
        NoConnection,
    ),
    "a login of the network": (Reply(511, raw=b"<html>", kind="text/html"), NoConnection),
}


@pytest.mark.parametrize("case", FIRST)
async def test_a_first_page_that_is_none_is_an_error(graph: Graph, fake: Fake, case: str) -> None:
    reply, kind = FIRST[case]
    fake.will(reply)
    with pytest.raises(kind) as raised:
        await graph.relationships()
    assert isinstance(raised.value, DeskError) and raised.value.todo


ELSEWHERE = (
    "https://evil.example{R}?$skipToken=x",
    "http://127.0.0.1.evil.example{R}?$skipToken=x",
    "http://127.0.0.1:{port}@evil.example{R}?$skipToken=x",
    "http://evil.example\\@127.0.0.1:{port}{R}?$skipToken=x",
    "http://127.0.0.1:{other}{R}?$skipToken=x",
    "https://127.0.0.1:{port}{R}?$skipToken=x",
    "ftp://127.0.0.1:{port}{R}",
    "//evil.example{R}?$skipToken=x",
    "{R}?$skipToken=x",
    "http://user:pass@127.0.0.1:{port}{R}",
    "http://127.0.0.1:{port}/beta/users",
    "http://127.0.0.1:{port}",
    "http://[::1{R}",
    "http://127.0.0.1:{port}{R}?\r\nHost: evil.example",
    "http://127.0.0.1:{port}/v1.0/ünïcode",
    "javascript:alert(1)",
    " ",
)


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_a_page_elsewhere_is_not_asked_for(
    graph: Graph, fake: Fake, tokens: Tokens, address: str
) -> None:
    async with Fake().serving() as other:
        port, stranger = str(fake.port), str(other.port)
        address = address.replace("{R}", R).replace("{port}", port).replace("{other}", stranger)
        fake.will(page([1], address))
        found = await graph.relationships()
        assert ids(found) == ["rel-1"] and not found.whole
        assert "another address" in str(found.why)
        assert len(fake.heard) == 1 and other.connections == 0


@pytest.mark.parametrize("odd", [5, True, ["x"], {"a": 1}])
async def test_a_link_that_is_no_text_ends_the_list(graph: Graph, fake: Fake, odd: Any) -> None:
    fake.will({**page([1]), "@odata.nextLink": odd})
    found = await graph.relationships()
    assert ids(found) == ["rel-1"] and not found.whole


async def test_pages_without_end_come_to_one(graph: Graph, fake: Fake) -> None:
    count = iter(range(1_000_000))
    fake.answering = lambda heard: page([], link(fake, next(count)))
    found = await graph.relationships()
    assert not found.whole and "end" in str(found.why) and len(fake.heard) < 100


async def test_a_link_is_followed_as_it_is(graph: Graph, fake: Fake) -> None:
    opaque = "X%27%2B44537074090001000000%3D%3D~a_b-c.d"
    fake.will(page([1], f"{fake.address}{R}?$top=300&$skipToken={opaque}"), page([2]))
    assert (await graph.relationships()).whole
    assert fake.heard[1].path == f"{R}?$top=300&$skipToken={opaque}"
    assert fake.heard[1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_cut_on_the_second_page_is_mended_by_asking_again(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    fake.will(page([1], link(fake, "b")), Reply(body=page([2]), cut=120), page([2]))
    found = await graph.relationships()
    assert found.whole and ids(found) == ["rel-1", "rel-2"] and clock.slept == [2.0]


async def test_a_line_that_stays_cut_leaves_what_was_learnt(graph: Graph, fake: Fake) -> None:
    fake.will(page([1], link(fake, "b")))
    fake.answering = lambda heard: Reply(body=page([2]), cut=60)
    found = await graph.relationships()
    assert not found.whole and ids(found) == ["rel-1"] and len(fake.heard) == 6
    assert "cut" in str(found.why)
