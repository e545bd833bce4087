"""The address that a browser ends at, pasted back; with the real msal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from store.practice.cloud import Practice
from tests.practice.door import ANNA, PARTNER, READ, number, poll

# msal would rather have a form posted; what is pasted back is an address.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post'")

REDIRECT = "http://localhost"
CLAIMS = {"tid": PARTNER, "preferred_username": ANNA, "amr": ["pwd", "mfa"]}


def sent_back(
    browser: httpx.Client, flow: dict[str, Any], who: str = ANNA, answer: str = "accept"
) -> dict[str, str]:
    """What stands in the address that the browser ends at, and that a person pastes."""
    assert "Who signs in" in browser.get(flow["auth_uri"]).text
    assert "Accept" in browser.post(flow["auth_uri"], data={"who": who}).text
    answered = browser.post(flow["auth_uri"], data={"who": who, "answer": answer})
    address = answered.headers["location"]
    assert address.startswith(f"{REDIRECT}?")
    return dict(parse_qsl(urlsplit(address).query))


def test_the_address_that_the_browser_ends_at_can_be_pasted_back(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    flow = app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT)
    answer = app.acquire_token_by_auth_code_flow(flow, sent_back(browser, flow))
    assert CLAIMS.items() <= answer["id_token_claims"].items()
    assert cloud.caller(answer["access_token"])


def test_any_port_of_this_machine_may_be_come_back_to(app: Any, browser: httpx.Client) -> None:
    flow = app.initiate_auth_code_flow([READ], redirect_uri="http://localhost:53211")
    answered = browser.post(flow["auth_uri"], data={"who": ANNA, "answer": "accept"})
    assert answered.headers["location"].startswith("http://localhost:53211?code=")


def test_a_code_is_redeemed_once(app: Any, browser: httpx.Client) -> None:
    flow = app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT)
    pasted = sent_back(browser, flow)
    assert "access_token" in app.acquire_token_by_auth_code_flow(flow, pasted)
    assert number(app.acquire_token_by_auth_code_flow(flow, pasted)) == 54005


def test_a_code_that_was_made_for_another_sign_in_is_not_redeemed(
    app: Any, browser: httpx.Client
) -> None:
    flow, other = (app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT) for _ in range(2))
    pasted = sent_back(browser, flow) | {"state": other["state"]}
    assert number(app.acquire_token_by_auth_code_flow(other, pasted)) == 501481
    moved = flow | {"redirect_uri": "http://localhost:1"}
    pasted = sent_back(browser, flow)
    assert number(app.acquire_token_by_auth_code_flow(moved, pasted)) == 70002


def test_a_code_ends_after_ten_minutes(cloud: Practice, app: Any, browser: httpx.Client) -> None:
    flow = app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT)
    pasted = sent_back(browser, flow)
    cloud.clock.advance(timedelta(minutes=10))
    assert number(app.acquire_token_by_auth_code_flow(flow, pasted)) == 70008


def test_whoever_cancels_in_the_browser_is_sent_back_without_a_code(
    app: Any, browser: httpx.Client
) -> None:
    flow = app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT)
    pasted = sent_back(browser, flow, answer="cancel")
    assert "code" not in pasted
    answer = app.acquire_token_by_auth_code_flow(flow, pasted)
    assert answer["error"] == "access_denied"
    assert answer["error_description"].startswith("AADSTS65004")


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ({"client_id": "0"}, 700016),
        ({"redirect_uri": "https://evil.example"}, 50011),
        ({"redirect_uri": "http://localhost.evil.example"}, 50011),
        ({"redirect_uri": "http://localhost@evil.example"}, 50011),
        ({"redirect_uri": "http://a@localhost"}, 50011),
        ({"redirect_uri": "http://localhost:x"}, 50011),
        ({"redirect_uri": "http://localhost/elsewhere"}, 50011),
        ({"redirect_uri": "https://localhost"}, 50011),
        ({"redirect_uri": "http://127.0.0.1"}, 50011),
        ({"redirect_uri": "https://login.microsoftonline.com/common/oauth2/nativeclient"}, 50011),
        ({"redirect_uri": ""}, 50011),
        ({"response_type": "token"}, 9002313),
        ({"scope": "Everything.Write"}, 650053),
        ({"scope": "https://evil.example/User.Read"}, 500011),
    ],
)
def test_what_nobody_registered_is_refused_in_the_browser_and_leads_nowhere(
    app: Any, browser: httpx.Client, query: dict[str, str], refused: int
) -> None:
    flow = app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT)
    address = httpx.URL(flow["auth_uri"]).copy_merge_params(query)
    for page in (
        browser.get(address),
        browser.post(address, data={"who": ANNA, "answer": "accept"}),
    ):
        assert (page.status_code, "location" in page.headers) == (400, False)
        assert f"AADSTS{refused}: " in page.text


def test_a_code_is_entered_from_our_own_page_only(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    flow = app.initiate_device_flow([READ])
    sent = {"code": flow["user_code"], "who": ANNA, "answer": "accept"}
    page = browser.post("/devicelogin", data=sent, headers={"Origin": "https://evil.example"})
    assert page.status_code == 403
    assert number(poll(app, flow)) == 70016
    flow = app.initiate_auth_code_flow([READ], redirect_uri=REDIRECT)
    page = browser.post(flow["auth_uri"], data=sent, headers={"Origin": "null"})
    assert (page.status_code, "location" in page.headers) == (403, False)
