"""What stories of acting at a customer's share: who acts, and the real client with quick waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx

from store.actions.acting import Acting, acting
from store.actions.connection import Connection
from store.actions.practice import tokens_of
from store.desk import Desk
from store.graph.customer_tenant import CustomerTenant
from store.graph.endpoints import Endpoint
from store.graph.scopes import Scope
from store.model.act import Act
from store.model.partner import Cloud
from store.model.roles import DIRECTORY_READERS, PASSWORD_ADMINISTRATOR, Preset, preset_roles
from store.practice.app import asgi
from store.practice.cloud import Practice
from store.practice.tenants import User
from store.secret import Secret
from tests.microsoft import CONTOSO, PatientWaits

ZOE = "zoe@adatum.example"
FULL_ROLES = preset_roles(Preset.FULL).roles
LIMITED_ROLES = (PASSWORD_ADMINISTRATOR, DIRECTORY_READERS)
TYPED = Secret("Wet-Paint-42!")
ADDRESS = "https://localhost:8443"


class Office(NamedTuple):
    """A synced desk, the practice cloud that it synced with, and Contoso's number."""

    desk: Desk
    cloud: Practice
    contoso: int

    @property
    def acts(self) -> tuple[Act, ...]:
        """What is recorded of deeds at Contoso's."""
        return self.desk.view.acts(self.contoso)

    def user(self, alias: str) -> User:
        """Somebody at Contoso's, by the practice cloud."""
        found = self.cloud.customers[CONTOSO].user(f"{alias}@contoso.example")
        assert found, alias
        return found

    def writes(self) -> list[str]:
        """What changed, or was to change, something at Microsoft, as method and path."""
        return [f"{call.method} {call.path}" for call in self.cloud.log if call.method != "GET"]

    def connection(self, upn: str) -> Connection:
        """The way to Microsoft of one of our users."""
        return Connection.in_process(
            self.desk.view.partner, asgi(self.cloud), upn, tokens_of(self.cloud, upn), ADDRESS
        )

    def acting(self, upn: str) -> Acting:
        """One of our users at Contoso's."""
        return acting(self.desk, self.connection(upn), self.contoso)

    @asynccontextmanager
    async def at_contoso(
        self, upn: str, tenant: str = CONTOSO, app: Any = None
    ) -> AsyncIterator[tuple[Acting, CustomerTenant]]:
        """One of our users at Contoso's with the client there, whose waits cost no time."""
        token = tokens_of(self.cloud, upn)

        async def source(scopes: tuple[Scope, ...], fresh: bool = False) -> str:
            return token(tenant, scopes)

        async with CustomerTenant(
            Endpoint(Cloud.PRACTICE, ADDRESS, ADDRESS),
            source,
            transport=httpx.ASGITransport(app or asgi(self.cloud)),
            waits=PatientWaits(self.cloud.clock),
        ) as client:
            yield self.acting(upn), client


def journal_text(desk: Desk) -> str:
    """Everything that a store holds, as text."""
    return "\n".join(
        path.read_text(errors="replace") for path in desk.path.rglob("*") if path.is_file()
    )
