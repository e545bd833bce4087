"""Microsoft Graph, as far as a desk needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from store.errors import DeskError
from store.graph.asking import Answer
from store.graph.assignments import Assignments
from store.graph.batch import read_together
from store.graph.delegation import Delegation, NewRelationship
from store.graph.directory import Directory
from store.graph.endpoints import Endpoint
from store.graph.mail import Mail
from store.graph.organization import Organization
from store.graph.pages import Listing
from store.graph.scopes import Scope
from store.graph.transport import TokenSource, Wire
from store.graph.waits import Waits
from store.message import Message

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["Graph", "Listing", "NewRelationship", "Organization", "TokenSource", "Waits"]


class Graph(Delegation, Assignments, Directory, Mail):
    """One partner's Microsoft Graph: `async with Graph(endpoint, token) as graph`.

    `on_wait` hears why nothing happens for a while; its `count` is the seconds. Every method may
    raise `SignInNeeded`, `GraphRefused` (and `GraphForbidden`), `TooBusy` and `NoConnection`, and
    whatever changes something `GraphOutcomeUnknown`.
    """

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
        super().__init__(
            Wire(endpoint, token, transport=transport, verify=verify, waits=waits, on_wait=on_wait)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.close()

    @property
    def endpoint(self) -> Endpoint:
        """The cloud that is asked."""
        return self._wire.endpoint

    @property
    def skew(self) -> timedelta | None:
        """How far Microsoft's clock is ahead of this host's, where that is over two minutes."""
        return self._wire.skew

    async def batch(
        self, paths: Sequence[str], scopes: tuple[Scope, ...]
    ) -> tuple[Answer | DeskError, ...]:
        """The answers to readings that go together, in their order, each with its own error."""
        return await read_together(self._wire, paths, scopes)
