"""The page on which a domain's record is set, and the addresses of the portals."""

from __future__ import annotations

import httpx

from store.practice.cloud import Practice
from store.practice.tenants import Domain
from tests.practice.door import CONTOSO, FABRIKAM
from tests.practice.test_approval import seen

SHOP = "shop.example"
RECORD = {"tenant": CONTOSO, "domain": SHOP}


def shop(cloud: Practice) -> Domain:
    made = Domain(SHOP, verified=False, default=False, initial=False)
    cloud.customers[CONTOSO].domains[SHOP] = made
    return made


def test_a_record_is_set_with_a_button(cloud: Practice, browser: httpx.Client) -> None:
    assert "No domain waits" in seen(browser.get("/dns"))
    domain = shop(cloud)
    assert "Contoso Ltd : shop.example Set the record" in seen(browser.get("/dns"))
    assert "can be seen in DNS now" in seen(browser.post("/dns", data=RECORD))
    assert domain.dns and not domain.verified
    assert "shop.example set" in seen(browser.get("/dns"))


def test_what_waits_for_nothing_is_not_set(cloud: Practice, browser: httpx.Client) -> None:
    domain = shop(cloud)
    for odd in ({}, RECORD | {"tenant": FABRIKAM}, RECORD | {"domain": "contoso.com"}):
        assert browser.post("/dns", data=odd).status_code == 404
    elsewhere = browser.post("/dns", data=RECORD, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403 and not domain.dns


def test_a_portal_of_a_customer_is_a_page_that_says_what_it_is(
    cloud: Practice, browser: httpx.Client
) -> None:
    assert "a portal of Contoso Ltd" in seen(browser.get(f"/portal/admin/{CONTOSO}"))
    assert browser.get("/portal/admin/nobody").status_code == 404
