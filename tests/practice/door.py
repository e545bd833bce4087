"""A practice cloud with a few people, served over a real socket, and browsers that come to it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msal
import requests

from store.practice.clock import Clock
from store.practice.cloud import Practice
from store.practice.relationships import PENDING
from store.practice.serve import Served

PARTNER = "11111111-2222-4333-8444-555555555555"
CONTOSO = "22222222-2222-4333-8444-555555555555"
FABRIKAM = "33333333-2222-4333-8444-555555555555"
ANNA, OMAR, GUEST = "anna@adatum.example", "omar@adatum.example", "gast@elsewhere.example"
READ, WRITE = (
    "DelegatedAdminRelationship.Read.All",
    "DelegatedAdminRelationship.ReadWrite.All",
)


def small_cloud() -> Practice:
    """Adatum with an Admin agent, somebody who is none and a guest; Contoso and Fabrikam."""
    practice = Practice(
        partner_tenant=PARTNER,
        partner_name="Adatum Cloud Services",
        clock=Clock(datetime(2026, 11, 22, 9, tzinfo=UTC)),
    )
    practice.add_member(ANNA, "Anna Lindqvist")
    practice.add_member(OMAR, "Omar Haddad", admin_agent=False)
    practice.add_member(GUEST, "Gast", guest=True)
    practice.add_customer(CONTOSO, "Contoso Ltd", "contoso.com")
    practice.add_customer(FABRIKAM, "Fabrikam", "fabrikam.fr")
    return practice


def asked(practice: Practice, **more: Any) -> str:
    """A relationship that waits for a customer; returns its id."""
    return practice.add_relationship(name="Adatum - Contoso - 1", status=PENDING, **more)


def at_work(practice: Practice, tenant: str = CONTOSO) -> None:
    """Anna may act at a customer's, by way of a group."""
    member = practice.partner.user(ANNA)
    assert member
    group = practice.add_group("Full administration", [member.id])
    practice.add_relationship(
        name=f"Adatum at {tenant[:8]}",
        tenant=tenant,
        assignments={group: ("fe930be7-5e62-47db-91af-98c3a49a38b1",)},
    )


@contextmanager
def browser(served: Served) -> Iterator[httpx.Client]:
    """Somebody who trusts the practice cloud's certificate."""
    trust = ssl.create_default_context(cafile=served.ca_file)
    with httpx.Client(base_url=served.address, verify=trust, trust_env=False) as client:
        yield client


@contextmanager
def program(
    served: Served,
    tenant: str = PARTNER,
    *,
    certificate: dict[str, str] | None = None,
    **named: Any,
) -> Iterator[Any]:
    """MSAL as partnerdesk uses it, for people or, with a certificate, by itself."""
    with requests.Session() as session:
        session.verify = str(served.ca_file)
        session.trust_env = False
        named = {
            "client_id": served.practice.app.client_id,
            "authority": f"{served.address}/{tenant}",
            "instance_discovery": False,
            "http_client": session,
        } | named
        if certificate:
            yield msal.ConfidentialClientApplication(client_credential=certificate, **named)
        else:
            yield msal.PublicClientApplication(**named)


def months_later(practice: Practice) -> None:
    """Longer than a refresh token lives unused."""
    practice.clock.advance(timedelta(days=91))


def folder(path: Path) -> Path:
    """Where a test keeps its certificate."""
    return path / "practice"
