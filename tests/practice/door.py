"""A practice cloud with a few people, served over a real socket, and browsers that come to it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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


# -- what a program is told -------------------------------------------------------------------


def number(answer: dict[str, Any]) -> int:
    """The AADSTS number of a refusal, which its description begins with."""
    (found,) = answer["error_codes"]
    assert answer["error_description"].startswith(f"AADSTS{found}: ")
    assert "access_token" not in answer
    return int(found)


def poll(app: Any, flow: dict[str, Any]) -> dict[str, Any]:
    """Asks once whether somebody has answered."""
    answer: dict[str, Any] = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    return answer


def enter(browser: httpx.Client, flow: dict[str, Any], who: str, answer: str = "accept") -> str:
    """Somebody types the code, and accepts or cancels; returns the last page."""
    page = browser.post(flow["verification_uri"], data={"code": flow["user_code"], "who": who})
    if page.status_code != 200:
        return page.text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    assert sent == {"code": flow["user_code"], "who": who}
    return browser.post(flow["verification_uri"], data=sent | {"answer": answer}).text


def signed_in(app: Any, browser: httpx.Client, who: str = ANNA) -> dict[str, Any]:
    flow = app.initiate_device_flow([READ])
    enter(browser, flow, who)
    answer = poll(app, flow)
    assert "access_token" in answer, answer
    return answer


def silently(app: Any, *scopes: str) -> dict[str, Any]:
    (account,) = app.get_accounts()
    answer: dict[str, Any] = app.acquire_token_silent_with_error(
        list(scopes) or [READ], account, force_refresh=True
    )
    return answer
