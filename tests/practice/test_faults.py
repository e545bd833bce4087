"""Faults on demand, in process: what is lost or ruined, and what was done all the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime

import pytest

from store.practice.faults import Fault
from tests.practice.caller import START, Client, R, asking, draft
from tests.practice.csdl import error_wrongs


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


async def test_a_refusal_comes_as_often_as_it_was_asked_for(anna: Client) -> None:
    anna.practice.faults.add(Fault("GET", R, status=429, retry_after=3, times=2, skip=1))
    answers = [await anna("GET", R) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 429, 429, 200]
    assert answers[1].headers["retry-after"] == "3"
    assert error_wrongs(answers[1].json()) == []
    assert anna.practice.faults.coming == ()


async def test_a_refusal_may_have_words_and_a_body_of_its_own(anna: Client) -> None:
    anna.practice.faults.add(Fault(status=403, code="AccessDenied", message="Not today."))
    anna.practice.faults.add(Fault(status=503, body="busy", retry_after="nonsense"))
    error = (await anna("GET", R, status=403)).json()["error"]
    assert (error["code"], error["message"]) == ("AccessDenied", "Not today.")
    answer = await anna("GET", R, status=503)
    assert (answer.text, answer.headers["retry-after"]) == ("busy", "nonsense")


async def test_only_calls_that_fit_are_hit(anna: Client) -> None:
    anna.practice.faults.add(Fault("POST", f"{R}$", status=504))
    await anna("GET", R, status=200)
    await anna("POST", R, draft(), status=504)
    assert await anna.all(R) == []


async def test_a_call_may_be_done_and_its_answer_lost(anna: Client) -> None:
    anna.practice.faults.add(Fault("POST", kind="lost", after=True))
    with pytest.raises(ConnectionResetError):
        await anna("POST", R, draft())
    assert len(await anna.all(R)) == 1
    await anna("POST", R, draft(), status=409)


async def test_a_call_may_be_lost_before_anything_is_done(anna: Client) -> None:
    for kind in ("lost", "cut", "html", "half"):
        anna.practice.faults.add(Fault("POST", kind=kind))
        try:
            await anna("POST", R, draft())
        except ConnectionResetError:
            assert kind in ("lost", "cut")
    assert await anna.all(R) == []


async def test_an_answer_may_be_ruined(anna: Client) -> None:
    await anna.create()
    whole = (await anna("GET", R)).content
    anna.practice.faults.add(Fault("GET", kind="html"))
    answer = await anna("GET", R, status=200)
    assert answer.headers["content-type"].startswith("text/html")
    anna.practice.faults.add(Fault("GET", kind="half", after=True))
    half = (await anna("GET", R, status=200)).content
    assert whole.startswith(half) and len(half) == len(whole) // 2
    with pytest.raises(ValueError):
        json.loads(half)
    anna.practice.faults.add(Fault("GET", kind="cut", after=True))
    with pytest.raises(ConnectionResetError):
        await anna("GET", R)


async def test_an_answer_may_take_longer_than_anybody_waits(anna: Client) -> None:
    for done in (0, 1):
        anna.practice.faults.add(Fault("POST", delay=600, after=bool(done)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anna("POST", R, draft()), 0.05)
        assert len(await anna.all(R)) == done
    anna.practice.faults.add(Fault("GET", delay=0.001))
    await anna("GET", R, status=200)


async def test_an_answer_says_what_time_it_is_there_and_whom_to_ask(anna: Client) -> None:
    sent = {"client-request-id": "our-own"}
    answer = await anna("GET", f"{R}/nonsense", headers=sent, status=400)
    assert parsedate_to_datetime(answer.headers["date"]) == START
    inner = answer.json()["error"]["innerError"]
    assert inner["client-request-id"] == answer.headers["client-request-id"] == "our-own"
    assert inner["request-id"] == answer.headers["request-id"]
