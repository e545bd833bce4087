"""A customer's own Microsoft Graph, as far as a partner acts in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from store.graph.asking import DELETED_THERE
from store.graph.customer_domains import Domains
from store.graph.customer_passwords import Passwords
from store.graph.customer_people import People
from store.graph.customer_refusals import ROWS
from store.graph.endpoints import Endpoint
from store.graph.facts import DnsRecord, DomainFact, NewUser, Standing, User
from store.graph.organization import Organization
from store.graph.pages import Listing
from store.graph.scopes import Scope
from store.graph.transport import TokenSource, Wire
from store.graph.waits import Waits
from store.message import Message

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = [
    "CustomerTenant",
    "DnsRecord",
    "DomainFact",
    "Listing",
    "NewUser",
    "Organization",
    "Standing",
    "User",
]


class CustomerTenant(People, Passwords, Domains):
    """One customer's Microsoft Graph: `async with CustomerTenant(endpoint, token) as tenant`.

    `token` is a source of tokens for that tenant alone; its first one is asked for anew, since an
    older one does not know of roles that were assigned in the meantime. Methods raise what those
    of `Graph` raise.
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
            Wire(
                endpoint,
                _NewAtFirst(token),
                transport=transport,
                verify=verify,
                waits=waits,
                on_wait=on_wait,
                rows=ROWS,
                deleted=DELETED_THERE,
            )
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.close()


class _NewAtFirst:
    """Tokens of another source, the first one never out of a cache."""

    def __init__(self, source: TokenSource) -> None:
        self._source = source
        self._asked = False

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        found = await self._source(scopes, fresh=fresh or not self._asked)
        self._asked = True
        return found
