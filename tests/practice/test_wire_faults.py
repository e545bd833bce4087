"""Faults over a real socket: what a client sees, and what was done all the same."""

from __future__ import annotations

import httpx
import pytest

from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.practice.caller import R, draft
from tests.practice.door import ANNA


@pytest.fixture
def anna(cloud: Practice, browser: httpx.Client) -> httpx.Client:
    browser.headers["Authorization"] = f"Bearer {cloud.token(ANNA)}"
    return browser


def names(anna: httpx.Client) -> list[str]:
    return [one["displayName"] for one in anna.get(f"/v1.0/{R}").json()["value"]]


@pytest.mark.parametrize("done", [False, True])
def test_a_lost_line_brings_no_answer_at_all(
    cloud: Practice, anna: httpx.Client, done: bool
) -> None:
    cloud.faults.add(Fault("POST", kind="lost", after=done))
    with pytest.raises(httpx.TransportError):
        anna.post(f"/v1.0/{R}", json=draft())
    assert names(anna) == ["contoso_full"] * done


def test_an_answer_breaks_off_in_its_middle(cloud: Practice, anna: httpx.Client) -> None:
    cloud.faults.add(Fault("POST", kind="cut", after=True))
    with (
        pytest.raises(httpx.TransportError),
        anna.stream("POST", f"/v1.0/{R}", json=draft()) as answer,
    ):
        assert answer.status_code == 201
        answer.read()
    assert names(anna) == ["contoso_full"]


def test_an_answer_that_comes_too_late_was_given_all_the_same(
    cloud: Practice, anna: httpx.Client
) -> None:
    cloud.faults.add(Fault("POST", delay=600, after=True))
    with pytest.raises(httpx.ReadTimeout):
        anna.post(f"/v1.0/{R}", json=draft(), timeout=httpx.Timeout(30, read=1))
    assert names(anna) == ["contoso_full"]


def test_a_ruined_answer_ends_as_if_it_were_whole(cloud: Practice, anna: httpx.Client) -> None:
    cloud.faults.add(Fault(kind="half"))
    cloud.faults.add(Fault(kind="html"))
    with pytest.raises(ValueError):
        anna.get(f"/v1.0/{R}").json()
    assert anna.get(f"/v1.0/{R}").headers["content-type"].startswith("text/html")


def test_the_wire_carries_one_date_out_of_the_practice_clock(anna: httpx.Client) -> None:
    answer = anna.get(f"/v1.0/{R}")
    assert answer.headers.get_list("date") == ["Sun, 22 Nov 2026 09:00:00 GMT"]


def test_the_next_page_is_where_the_first_one_was(cloud: Practice, anna: httpx.Client) -> None:
    for number in range(3):
        cloud.add_relationship(name=f"offer {number}")
    page = anna.get(f"/v1.0/{R}", params={"$top": "2"}).json()
    assert page["@odata.nextLink"].startswith(f"{anna.base_url}".rstrip("/") + "/v1.0/")
    assert len(anna.get(page["@odata.nextLink"]).json()["value"]) == 1
