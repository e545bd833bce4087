"""$batch: each call with a status of its own, in no order, at most twenty."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from store.practice.faults import Fault
from tests.practice.caller import CONTOSO, Client, R, asking, draft


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


async def batch(anna: Client, *calls: dict[str, Any]) -> dict[str, Any]:
    answer = await anna("POST", "$batch", {"requests": list(calls)}, status=200)
    return {one["id"]: one for one in answer.json()["responses"]}


def get(key: str, url: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "method": "GET", "url": url, **more}


async def test_each_call_counts_by_itself(anna: Client) -> None:
    keys = [
        anna.practice.add_relationship(name=f"offer {number}", tenant=CONTOSO)
        for number in range(3)
    ]
    calls = [get(str(place), f"/{R}/{key}/accessAssignments") for place, key in enumerate(keys)]
    anna.practice.faults.add(Fault(path=keys[1], status=429, retry_after=7))
    found = await batch(anna, *calls, get("gone", f"/{R}/nonsense"))
    assert {key: one["status"] for key, one in found.items()} == {
        "0": 200, "1": 429, "2": 200, "gone": 400,
    }  # fmt: skip
    assert found["1"]["headers"]["Retry-After"] == "7"
    assert found["0"]["body"]["value"] == []
    assert found["gone"]["body"]["error"]["message"]
    assert list(found) == ["gone", "2", "1", "0"]
    assert [call.status for call in anna.practice.log] == [200, 429, 200, 400, 200]


async def test_what_depends_on_a_failure_is_not_done(anna: Client) -> None:
    headers = {"Content-Type": "application/json"}
    good = {"id": "1", "method": "POST", "url": f"/{R}", "headers": headers, "body": draft()}
    found = await batch(
        anna,
        good,
        good | {"id": "2", "dependsOn": ["1"]},
        good | {"id": "3", "dependsOn": ["2"], "body": draft("another")},
        good | {"id": "4", "headers": {}, "body": draft("no content type")},
    )
    assert [found[key]["status"] for key in "1234"] == [201, 409, 424, 400]
    assert len(await anna.all(R)) == 1


async def test_queries_and_pages_work_in_a_batch_too(anna: Client) -> None:
    for number in range(5):
        anna.practice.add_relationship(name=f"offer {number}")
    url = f"/{R}?$filter=displayName%20ne%20'offer 0'&$top=3"
    page = (await batch(anna, get("a", url)))["a"]["body"]
    assert len(page["value"]) == 3
    rest = await anna.get(page["@odata.nextLink"])
    assert [one["displayName"] for one in rest["value"]] == ["offer 4"]


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"requests": []}, {"requests": "all"}, {"requests": [7]},
        {"requests": [get("1", "/me"), get("1", "/me")]},
        {"requests": [get("1", "/me", dependsOn=["2"]), get("2", "/me")]},
        {"requests": [get(str(number), "/me") for number in range(21)]},
        {"requests": [{"id": "1", "method": "GET"}]},
    ],
)  # fmt: skip
async def test_a_batch_that_makes_no_sense_is_refused_whole(anna: Client, wrong: Any) -> None:
    await anna("POST", "$batch", wrong, status=400)


async def test_a_batch_holds_no_batch_and_no_full_addresses(anna: Client) -> None:
    inner = {"id": "1", "method": "POST", "url": "/$batch", "body": {"requests": []}}
    found = await batch(anna, inner, get("2", "https://graph.microsoft.com/v1.0/me"))
    assert (found["1"]["status"], found["2"]["status"]) == (400, 400)


async def test_a_batch_needs_a_token_once(anna: Client) -> None:
    await anna("POST", "$batch", {"requests": [get("1", "/me")]}, token="none", status=401)
    await anna("GET", "$batch", status=405)
