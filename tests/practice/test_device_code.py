"""Device codes with the real msal: a code, a page, and who is let in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice.door import (
    ANNA,
    CONTOSO,
    PARTNER,
    READ,
    WRITE,
    enter,
    number,
    poll,
    program,
    signed_in,
)

CLAIMS = {"tid": PARTNER, "preferred_username": ANNA, "amr": ["pwd", "mfa"]}


def test_a_device_is_let_in_once_somebody_has_entered_its_code(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    flow = app.initiate_device_flow([READ])
    assert flow["verification_uri"] == f"https://{cloud.host}/devicelogin"
    assert flow["user_code"] in flow["message"]
    assert (flow["expires_in"], number(poll(app, flow))) == (900, 70016)

    assert "You can close this page" in enter(browser, flow, ANNA)
    answer = poll(app, flow)
    assert CLAIMS.items() <= answer["id_token_claims"].items()
    assert READ in answer["scope"].split()
    assert answer["expires_in"] == 3600
    caller = cloud.caller(answer["access_token"])
    assert caller is not None
    assert (caller.tenant, caller.mfa, caller.expired) == (PARTNER, True, False)
    assert cloud.partner.users[str(caller.user)].upn == ANNA


def test_a_code_is_taken_in_any_case_and_with_spaces(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    flow = app.initiate_device_flow([READ])
    code = f" {flow['user_code'][:3].lower()} {flow['user_code'][3:]}"
    browser.post("/devicelogin", data={"code": code, "who": ANNA, "answer": "accept"})
    assert "access_token" in poll(app, flow)


def test_without_a_browser_somebody_can_be_signed_in_too(cloud: Practice, app: Any) -> None:
    flow = app.initiate_device_flow([READ])
    cloud.tokens.grants.answer(flow["user_code"], ANNA)
    assert "access_token" in poll(app, flow)
    with pytest.raises(KeyError):
        cloud.tokens.grants.answer(flow["user_code"], ANNA)


def test_the_page_names_what_is_asked_for_and_what_of_it_is_new(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    cloud.app.consents[PARTNER] = {READ}
    flow = app.initiate_device_flow([READ, WRITE])
    page = browser.post("/devicelogin", data={"code": flow["user_code"], "who": ANNA}).text
    assert re.findall(r"<li>(\S+?)(?:<small>(new)</small>)?</li>", page) == [
        (READ, ""),
        (WRITE, "new"),
    ]
    assert cloud.app.consents[PARTNER] == {READ}
    enter(browser, flow, ANNA)
    assert cloud.app.consents[PARTNER] == {READ, WRITE}
    assert set(poll(app, flow)["scope"].split()) >= {READ, WRITE}


def test_whoever_cancels_lets_nobody_in(app: Any, browser: httpx.Client) -> None:
    flow = app.initiate_device_flow([READ])
    assert "The program was not let in" in enter(browser, flow, ANNA, "cancel")
    assert number(poll(app, flow)) == 65004
    assert number(poll(app, flow)) == 70018


def test_a_device_code_ends_after_a_quarter_of_an_hour(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    flow = app.initiate_device_flow([READ])
    cloud.clock.advance(timedelta(minutes=15))
    assert "not known, was used, or has expired" in enter(browser, flow, ANNA)
    answer = poll(app, flow)
    assert (answer["error"], number(answer)) == ("expired_token", 70019)


def test_device_codes_can_be_blocked_by_conditional_access(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    cloud.blocked_device_code = True
    flow = app.initiate_device_flow([READ])
    assert "AADSTS53003" in enter(browser, flow, ANNA)
    assert number(poll(app, flow)) == 53003


def test_a_registration_without_public_client_flows_lets_no_device_in(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    cloud.app.public_client = False
    flow = app.initiate_device_flow([READ])
    enter(browser, flow, ANNA)
    assert number(poll(app, flow)) == 7000218


@pytest.mark.parametrize(
    ("who", "refused"),
    [("admin@contoso.com", 50020), ("nobody@adatum.example", 50034), ("old@adatum.example", 50057)],
)
def test_who_does_not_belong_here_is_told_so_and_may_try_another_account(
    cloud: Practice, app: Any, browser: httpx.Client, who: str, refused: int
) -> None:
    cloud.add_member("old@adatum.example", "Old", enabled=False)
    flow = app.initiate_device_flow([READ])
    assert f"AADSTS{refused}: " in enter(browser, flow, who)
    assert number(poll(app, flow)) == 70016
    enter(browser, flow, ANNA)
    assert "access_token" in poll(app, flow)


def test_where_any_organization_may_sign_in_the_token_says_whose_it_is(
    served: Served, browser: httpx.Client
) -> None:
    with program(served, "organizations") as app:
        answer = signed_in(app, browser, "admin@contoso.com")
    assert answer["id_token_claims"]["tid"] == CONTOSO
    assert answer["id_token_claims"]["preferred_username"] == "admin@contoso.com"


def test_a_token_can_lack_the_second_factor(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    cloud.tokens.grants.without_mfa.add(ANNA)
    answer = signed_in(app, browser)
    assert answer["id_token_claims"]["amr"] == ["pwd"]
    caller = cloud.caller(answer["access_token"])
    assert caller and not caller.mfa
