"""The customer's page, fetched and posted as a browser does: approve, cancel, and every no."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest

from store.clean import shown
from store.practice import rules
from store.practice.cloud import Practice
from store.practice.relationships import CREATED, PENDING
from store.practice.serve import Served
from tests.hostile import PAYLOADS
from tests.practice.door import ANNA, CONTOSO, FABRIKAM, PARTNER, asked

APPROVE = {"tenant": CONTOSO, "answer": "approve"}


def seen(page: httpx.Response) -> str:
    """What a person reads on a page."""
    text = re.sub(r"<(style|script)>.*?</\1>", "", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def offered(page: httpx.Response) -> dict[str, str]:
    """Who may accept, by tenant."""
    return dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', page.text))


def status(cloud: Practice, wanted: str) -> str:
    return cloud.relationship(wanted).status


def test_the_page_says_who_asks_for_what_and_for_how_long(
    cloud: Practice, browser: httpx.Client
) -> None:
    wanted = asked(cloud, roles=(rules.USER, rules.DOMAIN_NAME), days=365, auto_extend=True)
    page = browser.get(f"/approve/{wanted}")
    text = seen(page)
    assert "PRACTICE This is partnerdesk’s practice cloud." in text
    for said in (
        "Approve partner roles",
        f"Partner Adatum Cloud Services Microsoft ID {PARTNER}",
        "Relationship type Granular admin access",
        "Name Adatum - Contoso - 1",
        "Duration 365 days",
        "Auto extend Yes",
        "User Administrator Can add users",
        "Domain Name Administrator Can manage domain names.",
        "Approve all Cancel",
    ):
        assert said in text
    assert offered(page) == {
        CONTOSO: "Contoso Ltd, as admin@contoso.com",
        FABRIKAM: "Fabrikam, as admin@fabrikam.fr",
    }


def test_approving_gives_the_roles_in_a_while(cloud: Practice, browser: httpx.Client) -> None:
    cloud.delay = timedelta(minutes=2)
    wanted = asked(cloud)
    page = browser.post(f"/approve/{wanted}", data=APPROVE)
    assert page.status_code == 200
    assert "Approved by admin@contoso.com" in seen(page)
    assert "at Contoso Ltd for 730 days" in seen(page)
    assert status(cloud, wanted) == "approved"
    cloud.clock.advance(timedelta(minutes=2))
    found = cloud.relationship(wanted)
    assert (found.status, found.tenant, found.customer) == ("active", CONTOSO, "Contoso Ltd")


def test_cancelling_leaves_it_waiting(cloud: Practice, browser: httpx.Client) -> None:
    wanted = asked(cloud)
    page = browser.post(f"/approve/{wanted}", data={"tenant": CONTOSO, "answer": "cancel"})
    assert "Nothing was approved The request still waits" in seen(page)
    assert status(cloud, wanted) == PENDING
    assert browser.post(f"/approve/{wanted}", data=APPROVE).status_code == 200


def test_a_link_is_spent_once_it_was_approved(cloud: Practice, browser: httpx.Client) -> None:
    wanted = asked(cloud)
    browser.post(f"/approve/{wanted}", data=APPROVE)
    for page in (
        browser.get(f"/approve/{wanted}"),
        browser.post(f"/approve/{wanted}", data=APPROVE | {"tenant": FABRIKAM}),
    ):
        assert page.status_code == 410
        assert "This request was answered already" in seen(page)
    assert cloud.relationship(wanted).tenant == CONTOSO


def test_a_request_for_one_customer_can_be_approved_by_nobody_else(
    cloud: Practice, browser: httpx.Client
) -> None:
    wanted = asked(cloud, tenant=CONTOSO)
    assert list(offered(browser.get(f"/approve/{wanted}"))) == [CONTOSO]
    page = browser.post(f"/approve/{wanted}", data=APPROVE | {"tenant": FABRIKAM})
    assert (page.status_code, status(cloud, wanted)) == (403, PENDING)
    assert "This request is for another customer." in seen(page)


@pytest.mark.parametrize("tenant", ["", PARTNER, "99999999-2222-4333-8444-555555555555", "nobody"])
def test_who_is_no_customer_approves_nothing(
    cloud: Practice, browser: httpx.Client, tenant: str
) -> None:
    wanted = asked(cloud)
    page = browser.post(f"/approve/{wanted}", data=APPROVE | {"tenant": tenant})
    assert (page.status_code, status(cloud, wanted)) == (403, PENDING)


def test_only_a_global_administrator_approves(cloud: Practice, browser: httpx.Client) -> None:
    wanted = asked(cloud)
    for user in cloud.customers[CONTOSO].users.values():
        user.roles.discard(rules.GLOBAL)
    assert CONTOSO not in offered(browser.get(f"/approve/{wanted}"))
    page = browser.post(f"/approve/{wanted}", data=APPROVE)
    assert "Only a global administrator" in seen(page)
    assert status(cloud, wanted) == PENDING


def test_where_customers_are_many_the_domain_is_typed(
    cloud: Practice, browser: httpx.Client
) -> None:
    for place in range(300):
        tenant = f"44444444-2222-4333-8444-{place:012}"
        cloud.add_customer(tenant, f"Customer {place}", f"customer{place}.example")
    wanted = asked(cloud)
    page = browser.get(f"/approve/{wanted}")
    assert not offered(page)
    assert "Who accepts (tenant or domain)" in seen(page)
    browser.post(f"/approve/{wanted}", data=APPROVE | {"tenant": "Customer7.example"})
    assert cloud.relationship(wanted).customer == "Customer 7"


# -- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/AdminPortal/Home", "/adminportal/home?x=1", "/"])
def test_a_link_opens_a_page_whose_script_follows_it_and_a_field_for_where_it_does_not(
    cloud: Practice, browser: httpx.Client, path: str
) -> None:
    wanted = asked(cloud)
    page = browser.get(path)
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert 'location.replace("/approve/" + wanted[1])' in script
    link = cloud.approval_link(wanted)
    followed = browser.get("/approve", params={"link": f" {link} "})
    assert followed.headers["location"] == f"/approve/{wanted}"


@pytest.mark.parametrize(
    "link", ["", "https://evil.example", "#/granularAdminRelationships/..%2f", "javascript:x"]
)
def test_a_link_that_is_none_leads_nowhere(browser: httpx.Client, link: str) -> None:
    page = browser.get("/approve", params={"link": link})
    assert (page.status_code, "location" in page.headers) == (404, False)
    assert "This link leads nowhere" in seen(page)


def test_an_unknown_a_lapsed_and_an_unfinished_request_lead_nowhere(
    cloud: Practice, browser: httpx.Client
) -> None:
    draft = cloud.add_relationship(name="Draft", status=CREATED)
    waiting = asked(cloud)
    assert browser.get(f"/approve/{waiting.upper()}").status_code == 200
    cloud.clock.advance(timedelta(days=90))
    for wanted in (draft, waiting, "0", "x" * 5_000, "%2e%2e", "<script>"):
        for page in (
            browser.get(f"/approve/{wanted}"),
            browser.post(f"/approve/{wanted}", data=APPROVE),
        ):
            assert page.status_code == 404
            assert "This link leads nowhere" in seen(page)
            assert "<script>" not in page.text


# -- no good ----------------------------------------------------------------------------------


class Built(HTMLParser):
    """What a browser would build: the elements with their attributes, and the texts."""

    def __init__(self, page: httpx.Response) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.feed(page.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.texts.extend(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def pages(cloud: Practice, browser: httpx.Client, name: str) -> list[httpx.Response]:
    """Every page that shows a name, with the same one for everybody."""
    member = cloud.partner.user(ANNA)
    assert member
    cloud.partner.name = cloud.customers[CONTOSO].name = member.name = name
    wanted = cloud.add_relationship(name=f"{len(cloud.relationships)} {name}", status=PENDING)
    address = f"/approve/{wanted}"
    return [browser.get(address), browser.post(address, data=APPROVE), browser.get("/devicelogin")]


@pytest.mark.parametrize("hostile", PAYLOADS)
def test_a_name_is_text_whatever_it_holds(
    cloud: Practice, browser: httpx.Client, hostile: str
) -> None:
    plain = pages(cloud, browser, "Adatum")
    for page, harmless in zip(pages(cloud, browser, hostile), plain, strict=True):
        built = Built(page)
        assert built.elements == Built(harmless).elements
        assert any(shown(hostile) in text for text in built.texts)
        assert re.sub(r"[\n\ue000\uffff\U000f0000]", "", page.text).isprintable()


@pytest.mark.parametrize("path", ["/", "/approve/0", "/devicelogin"])
def test_no_page_brings_anything_from_elsewhere_or_can_be_framed(
    browser: httpx.Client, path: str
) -> None:
    page = browser.get(path)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:|//)""", page.text)
    for kind in ("style", "script"):
        for text in re.findall(rf"<{kind}>(.*?)</{kind}>", page.text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://{host}"},
        {"Origin": "https://{host}.evil.example"},
        {"Origin": "https://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example", "Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Host": "[", "Origin": "https://["},
    ],
)
def test_what_another_site_posts_is_refused(
    cloud: Practice, browser: httpx.Client, headers: dict[str, str]
) -> None:
    wanted = asked(cloud)
    sent = {name: value.replace("{host}", cloud.host) for name, value in headers.items()}
    page = browser.post(f"/approve/{wanted}", data=APPROVE, headers=sent)
    assert (page.status_code, status(cloud, wanted)) == (403, PENDING)


@pytest.mark.parametrize("host", ["{host}", "localhost:9000"])
def test_what_our_own_page_posts_is_taken_also_through_a_tunnel(
    cloud: Practice, browser: httpx.Client, host: str
) -> None:
    wanted, host = asked(cloud), host.replace("{host}", cloud.host)
    headers = {"Host": host, "Origin": f"https://{host}", "Sec-Fetch-Site": "same-origin"}
    assert browser.post(f"/approve/{wanted}", data=APPROVE, headers=headers).status_code == 200
    assert status(cloud, wanted) == "active"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"answer=approve&tenant=%00", b"=" * 100_000])
def test_a_form_that_is_none_approves_nothing(
    cloud: Practice, browser: httpx.Client, body: bytes
) -> None:
    wanted = asked(cloud)
    browser.post(f"/approve/{wanted}", content=body)
    assert status(cloud, wanted) == PENDING


def test_an_address_is_asked_as_it_is_meant_to_be(served: Served, browser: httpx.Client) -> None:
    assert browser.put("/approve/0").status_code == 405
    assert browser.get("/nothing/here").status_code == 404
