"""What the parts of the client share: reading one thing, reading a list, changing something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from store.errors import NoConnection
from store.graph.asking import Answer, Ask, Effect
from store.graph.pages import Listing, T, Told, listed
from store.graph.scopes import Scope
from store.graph.transport import Wire, not_graph, outcome_unknown

R = TypeVar("R")
Read = Callable[[dict[str, Any]], R | None]


class Calls:
    """Requests over one wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def _one(self, path: str, scopes: tuple[Scope, ...], read: Read[R]) -> R:
        """One record; raises `NoConnection` for an answer without an id."""
        return _record(await self._wire.ask(Ask("GET", path, scopes)), read)

    async def _all(
        self, path: str, scopes: tuple[Scope, ...], read: Read[T], told: Told | None = None
    ) -> Listing[T]:
        return await listed(self._wire, path, scopes, read, told)

    async def _change(
        self,
        method: str,
        path: str,
        scopes: tuple[Scope, ...],
        *,
        body: Any = None,
        etag: str = "",
        effect: Effect = Effect.ONCE,
    ) -> Answer:
        return await self._wire.ask(Ask(method, path, scopes, effect, body, etag))

    async def _added(self, path: str, scopes: tuple[Scope, ...], body: Any, read: Read[R]) -> R:
        """What a POST made; raises `GraphOutcomeUnknown` where the answer does not say what."""
        answer = await self._change("POST", path, scopes, body=body)
        try:
            return _record(answer, read)
        except NoConnection as error:
            raise outcome_unknown(error) from None


def _record(answer: Answer, read: Read[R]) -> R:
    body = answer.body
    if "@odata.etag" not in body and "etag" in answer.headers:
        body = {**body, "@odata.etag": answer.headers["etag"]}
    record = read(body)
    if record is None:
        raise not_graph()
    return record
