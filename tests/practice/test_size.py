"""What is too large is refused before it is kept, whether its length is told or not."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from store.practice.cloud import Practice
from store.practice.size import LARGEST
from tests.practice.caller import R
from tests.practice.csdl import error_wrongs
from tests.practice.door import ANNA, PARTNER, asked

TOKENS = f"/{PARTNER}/oauth2/v2.0/token"
PLACES: dict[str, Callable[[str], str]] = {
    "Graph": lambda waiting: f"/v1.0/{R}",
    "a batch": lambda waiting: "/v1.0/$batch",
    "a token": lambda waiting: TOKENS,
    "the approval page": lambda waiting: f"/approve/{waiting}",
    "the page for a device's code": lambda waiting: "/devicelogin",
}


def endless() -> Iterator[bytes]:
    """A body without a length, that would never end."""
    while True:
        yield b"x" * 65_536


@pytest.mark.parametrize("place", PLACES)
def test_a_large_body_is_refused(cloud: Practice, browser: httpx.Client, place: str) -> None:
    waiting = asked(cloud)
    headers = {"Authorization": f"Bearer {cloud.token(ANNA)}"}
    address = PLACES[place](waiting)
    answer = browser.post(address, content=b"x" * (LARGEST + 1), headers=headers)
    assert answer.status_code == 413 and error_wrongs(answer.json()) == []
    assert (cloud.log[-1].path, cloud.log[-1].status) == (address, 413)
    assert cloud.relationship(waiting).status == "approvalPending"
    assert browser.get("/devicelogin").status_code == 200


def test_a_body_without_an_end_is_not_read_to_its_end(
    cloud: Practice, browser: httpx.Client
) -> None:
    with contextlib.suppress(httpx.WriteError):  # nobody listens to the rest
        assert browser.post(TOKENS, content=endless()).status_code == 413
    assert cloud.log[-1].status == 413


def test_the_largest_body_is_read(cloud: Practice, browser: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {cloud.token(ANNA)}"}
    body = b'{"displayName": "' + b"x" * (LARGEST - 19) + b'"}'
    assert len(body) == LARGEST
    answer = browser.post(f"/v1.0/{R}", content=body, headers=headers)
    assert answer.status_code == 400
