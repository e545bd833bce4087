"""One who asks the practice cloud in process, as any Graph client would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from store.practice import rules
from store.practice.app import asgi
from store.practice.clock import Clock
from store.practice.cloud import Practice

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PARTNER = "11111111-2222-4333-8444-555555555555"
CONTOSO = "aaaaaaaa-0000-4000-8000-000000000001"
FABRIKAM = "aaaaaaaa-0000-4000-8000-000000000002"
ANNA = "anna@adatum.example"
OMAR = "omar@adatum.example"
R = "tenantRelationships/delegatedAdminRelationships"
C = "tenantRelationships/delegatedAdminCustomers"
ROLES = (rules.USER, rules.DIRECTORY_READERS)
MOMENT = timedelta(seconds=10)


def practice(**options: Any) -> Practice:
    """A partner with an Admin agent (Anna), a member who is none (Omar) and two customers."""
    made = Practice(
        partner_tenant=PARTNER, partner_name="Adatum Cloud Services", clock=Clock(START), **options
    )
    made.add_member(ANNA, "Anna Lindqvist")
    made.add_member(OMAR, "Omar Haddad", admin_agent=False)
    made.add_customer(CONTOSO, "Contoso", "contoso.example")
    made.add_customer(FABRIKAM, "Fabrikam", "fabrikam.example")
    return made


def draft(name: str = "contoso_full", **other: Any) -> dict[str, Any]:
    """What a new relationship is asked for with."""
    return {
        "displayName": name,
        "duration": "P365D",
        "accessDetails": access(*ROLES),
        **other,
    }


def access(*roles: str) -> dict[str, Any]:
    """An accessDetails."""
    return {"unifiedRoles": [{"roleDefinitionId": role} for role in roles]}


def container(group: str) -> dict[str, Any]:
    """An accessContainer."""
    return {"accessContainerId": group, "accessContainerType": "securityGroup"}


class Client:
    """Asks as somebody; a path stands after /v1.0/."""

    def __init__(
        self, practice: Practice, http: httpx.AsyncClient, sign_in: Callable[[], str]
    ) -> None:
        self.practice = practice
        self.http = http
        self.token = sign_in()
        self._sign_in = sign_in

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 0,
        headers: dict[str, str] | None = None,
        token: str | None = None,
        **query: str,
    ) -> httpx.Response:
        """One call; `status` is what must come back. `top="2"` is `$top=2`."""
        caller = self.practice.caller(self.token)
        if caller and caller.expired:  # the clock was pushed on
            self.token = self._sign_in()
        sent = {"Authorization": f"Bearer {self.token if token is None else token}"}
        answer = await self.http.request(
            method,
            path if path.startswith("https:") else f"/v1.0/{path}",
            json=body,
            headers=sent | (headers or {}),
            params={f"${name}": value for name, value in query.items()} or None,
        )
        if status:
            assert answer.status_code == status, answer.text
        return answer

    async def get(self, path: str, **options: Any) -> Any:
        """The body of a GET that succeeds."""
        return (await self("GET", path, status=200, **options)).json()

    async def all(self, path: str, **query: str) -> list[Any]:
        """Everything in a collection, page after page."""
        page = await self.get(path, **query)
        found = list(page["value"])
        while "@odata.nextLink" in page:
            page = await self.get(page["@odata.nextLink"])
            found += page["value"]
        return found

    async def create(self, name: str = "contoso_full", **other: Any) -> dict[str, Any]:
        """A draft."""
        made: dict[str, Any] = (await self("POST", R, draft(name, **other), status=201)).json()
        return made

    async def active(self, name: str = "contoso_full", tenant: str = CONTOSO, **other: Any) -> Any:
        """A relationship that a customer has accepted."""
        made = await self.create(name, **other)
        await self("POST", f"{R}/{made['id']}/requests", {"action": "lockForApproval"}, status=201)
        self.practice.clock.advance(MOMENT)
        self.practice.approve(made["id"], tenant=tenant)
        self.practice.clock.advance(MOMENT)
        found = await self.get(f"{R}/{made['id']}")
        assert found["status"] == "active"
        return found

    def as_(self, upn: str, **options: Any) -> Client:
        """The same, as another member, with other scopes or in another tenant."""
        return Client(self.practice, self.http, lambda: self.practice.token(upn, **options))


@asynccontextmanager
async def asking(made: Practice | None = None, **options: Any) -> AsyncIterator[Client]:
    """Anna, who asks."""
    cloud = made or practice(**options)
    transport = httpx.ASGITransport(asgi(cloud))
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost:8443") as http:
        yield Client(cloud, http, lambda: cloud.token(ANNA))
