from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.graph.client import Graph
from store.graph.endpoints import Endpoint
from store.message import Message
from store.model.partner import Cloud
from tests.graph.fake import Clock, Fake, Tokens


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def said() -> list[Message]:
    """What was said while nothing happened."""
    return []


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    async with Fake().serving() as serving:
        yield serving


@pytest.fixture
async def graph(
    fake: Fake, clock: Clock, tokens: Tokens, said: list[Message]
) -> AsyncIterator[Graph]:
    endpoint = Endpoint(Cloud.WORLDWIDE, "https://login.example", fake.address)
    async with Graph(endpoint, tokens, waits=clock, on_wait=said.append) as opened:
        yield opened
