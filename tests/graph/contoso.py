"""The client in a customer's tenant of the practice cloud, in process or over a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from store.actions.practice import tokens_of
from store.graph.customer_tenant import CustomerTenant, NewUser
from store.graph.endpoints import Endpoint
from store.graph.scopes import Scope
from store.model.partner import Cloud
from store.practice import rules
from store.practice.app import asgi
from store.practice.cloud import ADMIN_AGENTS, Practice
from store.secret import Secret
from tests.microsoft import ANNA, CONTOSO, PatientWaits

NINA = NewUser("Nina Nowak", "nina@contoso.example", "nina", "PL")
FIRST, OTHER = Secret("Wet-Paint-42"), Secret("Dry-Paint-43")
ALL = (rules.GLOBAL,)


def assigned(cloud: Practice, roles: Iterable[str]) -> None:
    """Lets Anna have these roles at Contoso's."""
    cloud.add_relationship(
        name=f"r{len(cloud.relationships)}",
        tenant=CONTOSO,
        roles=roles,
        assignments={cloud.group(ADMIN_AGENTS).id: roles},
    )


@asynccontextmanager
async def at_contoso(
    cloud: Practice, roles: Iterable[str] = ALL, **options: Any
) -> AsyncIterator[CustomerTenant]:
    """The client in Contoso's tenant, as Anna, with waits that cost no time."""
    if roles:
        assigned(cloud, roles)
    token = tokens_of(cloud, ANNA)

    async def source(scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        return token(CONTOSO, scopes)

    address = "https://practice.localhost"
    async with CustomerTenant(
        options.pop("endpoint", Endpoint(Cloud.PRACTICE, address, address)),
        source,
        transport=httpx.ASGITransport(asgi(cloud)),
        waits=options.pop("waits", None) or PatientWaits(cloud.clock),
        **options,
    ) as tenant:
        yield tenant


def contoso_user(cloud: Practice, name: str) -> Any:
    user = cloud.customers[CONTOSO].user(f"{name}@contoso.example")
    assert user is not None
    return user
