"""The page on which a customer's administrator lets the partner's app in."""

from __future__ import annotations

import httpx
import pytest

from store.practice.cloud import Practice
from store.practice.registration import EVERYTHING
from tests.hostile import PAYLOADS
from tests.practice.door import CONTOSO
from tests.practice.test_approval import seen


def address(cloud: Practice, tenant: str = CONTOSO) -> str:
    return f"/{tenant}/adminconsent?client_id={cloud.app.client_id}"


def test_the_page_says_who_asks_for_what(cloud: Practice, browser: httpx.Client) -> None:
    cloud.app.consents[CONTOSO] = {"User.Read"}
    text = seen(browser.get(address(cloud)))
    for said in (
        "PRACTICE This is partnerdesk’s practice cloud.",
        "Partner Adatum Cloud Services",
        f"Program {cloud.app.client_id}",
        "Organization Contoso Ltd",
        "Who accepts admin@contoso.com",
        "User.ReadWrite.All new",
        "User.Read User.Read.All new",
        "Accept Cancel",
    ):
        assert said in text


def test_accepting_consents_to_everything_and_cancelling_to_nothing(
    cloud: Practice, browser: httpx.Client
) -> None:
    del cloud.app.consents[CONTOSO]
    assert "Nothing was accepted" in browser.post(address(cloud), data={"answer": "cancel"}).text
    assert CONTOSO not in cloud.app.consents
    assert "Accepted" in browser.post(address(cloud, "contoso.com"), data={"answer": "accept"}).text
    assert cloud.app.consents[CONTOSO] == EVERYTHING


@pytest.mark.parametrize("tenant", ["organizations", "common", "nobody.example", "x"])
def test_an_address_of_no_tenant_leads_nowhere(
    cloud: Practice, browser: httpx.Client, tenant: str
) -> None:
    for answer in (browser.get(address(cloud, tenant)), browser.post(address(cloud, tenant))):
        assert answer.status_code == 404 and "leads nowhere" in answer.text


def test_another_app_is_not_consented_to(cloud: Practice, browser: httpx.Client) -> None:
    before = {tenant: set(scopes) for tenant, scopes in cloud.app.consents.items()}
    for query in ("", "?client_id=", "?client_id=99999999-2222-4333-8444-555555555555"):
        path = f"/{CONTOSO}/adminconsent{query}"
        assert browser.get(path).status_code == 404
        assert browser.post(path, data={"answer": "accept"}).status_code == 404
    assert cloud.app.consents == before


def test_a_form_of_another_site_is_refused(cloud: Practice, browser: httpx.Client) -> None:
    del cloud.app.consents[CONTOSO]
    answer = browser.post(
        address(cloud), data={"answer": "accept"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403 and CONTOSO not in cloud.app.consents


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_hostile_name_stays_text(cloud: Practice, browser: httpx.Client, name: str) -> None:
    cloud.customers[CONTOSO].name = cloud.partner.name = name
    for page in (
        browser.get(address(cloud)),
        browser.post(address(cloud), data={"answer": "accept"}),
    ):
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "\x1b" not in page.text
