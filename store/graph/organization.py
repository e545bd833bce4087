"""Whose tenant a token is for."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from store.graph import parsing
from store.graph.asking import Ask
from store.graph.calls import Calls
from store.graph.scopes import Scope
from store.graph.transport import not_graph


class Organization(NamedTuple):
    """The tenant that one is signed in to; `domain` is its default one."""

    tenant: str
    name: str
    domain: str


class WhoseTenant(Calls):
    """The part of Graph about the tenant itself."""

    _whose: ClassVar[tuple[Scope, ...]] = (Scope.ME,)

    async def organization(self) -> Organization:
        """The tenant that one is signed in to."""
        body = (await self._wire.ask(Ask("GET", "/organization", self._whose))).body
        found = body.get("value")
        first = found[0] if isinstance(found, list) and found else None
        if not isinstance(first, dict):
            raise not_graph()
        domains = first.get("verifiedDomains")
        named = (
            [one for one in domains if isinstance(one, dict)] if isinstance(domains, list) else []
        )
        default = next((one for one in named if one.get("isDefault") is True), None)
        return Organization(
            parsing.guid(first, "id"),
            parsing.text(first, "displayName"),
            parsing.text(default or (named[0] if named else {}), "name"),
        )
