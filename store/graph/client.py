"""Microsoft Graph, as far as a desk needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from store.graph.endpoints import Endpoint
from store.graph.transport import TokenSource
from store.graph.waits import Waits
from store.message import Message

if TYPE_CHECKING:
    import ssl

    import httpx


class Graph:
    """One partner's Microsoft Graph; an asynchronous context manager."""

    def __init__(
        self,
        endpoint: Endpoint,
        token: TokenSource,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
        waits: Waits | None = None,
        on_wait: Callable[[Message], None] | None = None,
    ) -> None:
        self.endpoint = endpoint

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None
