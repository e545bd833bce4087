"""Signing in with the real msal over a served socket: every way in, and every refusal."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from store.practice import assertion
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice.door import (
    ANNA,
    CONTOSO,
    FABRIKAM,
    GUEST,
    OMAR,
    PARTNER,
    READ,
    WRITE,
    at_work,
    months_later,
    program,
)

# msal would rather have a form posted; what is pasted back is an address.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode='form_post'")

REDIRECT = "http://localhost"
CLAIMS = {"tid": PARTNER, "preferred_username": ANNA, "amr": ["pwd", "mfa"]}


@pytest.fixture
def app(served: Served) -> Iterator[Any]:
    with program(served) as made:
        yield made


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


# -- device code ------------------------------------------------------------------------------


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


# -- authorization code -----------------------------------------------------------------------


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


# -- silently, later --------------------------------------------------------------------------


def silently(app: Any, *scopes: str) -> dict[str, Any]:
    (account,) = app.get_accounts()
    answer: dict[str, Any] = app.acquire_token_silent_with_error(
        list(scopes) or [READ], account, force_refresh=True
    )
    return answer


def test_a_refresh_token_gives_fresh_tokens(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    first = signed_in(app, browser)["access_token"]
    cloud.expire_tokens()
    old = cloud.caller(first)
    assert old and old.expired
    fresh = cloud.caller(silently(app)["access_token"])
    assert fresh and not fresh.expired


def test_a_token_ends_after_an_hour_of_the_practice_clock(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    token = signed_in(app, browser)["access_token"]
    cloud.clock.advance(timedelta(minutes=59))
    assert not cloud.caller(token).expired  # type: ignore[union-attr]
    cloud.clock.advance(timedelta(minutes=1))
    assert cloud.caller(token).expired  # type: ignore[union-attr]


def test_a_permission_that_nobody_consented_to_needs_a_browser(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    cloud.app.consents[PARTNER] = set()
    signed_in(app, browser)
    answer = silently(app, WRITE)
    assert (number(answer), answer["suberror"]) == (65001, "consent_required")
    assert WRITE in answer["error_description"]
    assert "access_token" in silently(app, READ)


def test_a_refresh_token_that_was_revoked_gives_nothing(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    signed_in(app, browser)
    cloud.tokens.grants.revoke(OMAR)
    assert "access_token" in silently(app)
    cloud.tokens.grants.revoke(ANNA.upper())
    assert number(silently(app)) == 50173


def test_a_refresh_token_ends_when_it_was_not_used_for_ninety_days(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    signed_in(app, browser)
    cloud.clock.advance(timedelta(days=60))
    assert "access_token" in silently(app)
    cloud.clock.advance(timedelta(days=60))
    assert "access_token" in silently(app)
    months_later(cloud)
    assert number(silently(app)) == 700082


def test_whoever_was_disabled_meanwhile_gets_nothing(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    signed_in(app, browser)
    member = cloud.partner.user(ANNA)
    assert member
    member.enabled = False
    assert number(silently(app)) == 50057


# -- in a customer's tenant -------------------------------------------------------------------


def at(app: Any, served: Served, tenant: str) -> dict[str, Any]:
    """A token for a customer's tenant, from the sign-in in our own."""
    with program(served, tenant, token_cache=app.token_cache) as there:
        return silently(there)


def test_whoever_may_act_at_a_customers_gets_a_token_for_its_tenant(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    signed_in(app, browser)
    caller = cloud.caller(at(app, served, CONTOSO)["access_token"])
    assert caller and caller.tenant == CONTOSO
    assert cloud.partner.users[str(caller.user)].upn == ANNA
    assert number(at(app, served, FABRIKAM)) == 50020


def test_who_is_in_no_assigned_group_has_no_place_at_a_customers(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    signed_in(app, browser, OMAR)
    answer = at(app, served, CONTOSO)
    assert number(answer) == 50020
    assert OMAR in answer["error_description"]


def test_a_guest_acts_at_no_customers(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    guest = cloud.partner.user(GUEST)
    assert guest
    cloud.group("Full administration").members[guest.id] = None
    signed_in(app, browser, GUEST)
    assert number(at(app, served, CONTOSO)) == 50177


def test_an_app_that_a_customer_has_not_consented_to_gets_no_token_there(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    del cloud.app.consents[CONTOSO]
    signed_in(app, browser)
    answer = at(app, served, CONTOSO)
    assert number(answer) == 65001
    cloud.app.consent(CONTOSO)
    assert "access_token" in at(app, served, CONTOSO)


# -- a certificate ----------------------------------------------------------------------------


def certified(*, days: int = 30) -> tuple[dict[str, str], str]:
    """A key with its certificate as msal takes them, and the certificate as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "partnerdesk sync")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, SHA256())
    )
    pem = made.public_bytes(Encoding.PEM).decode()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"private_key": secret, "public_certificate": pem}, pem


@pytest.mark.parametrize("legacy", [False, True])
def test_a_registered_certificate_signs_the_app_in_by_itself(
    cloud: Practice, served: Served, legacy: bool
) -> None:
    credential, pem = certified()
    thumbprint = assertion.register(cloud.app, pem)
    assert (
        thumbprint == x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA1()).hex().upper()
    )
    if legacy:
        credential = {"private_key": credential["private_key"], "thumbprint": thumbprint}
    with program(served, certificate=credential) as app:
        answer = app.acquire_token_for_client([f"{served.address}/.default"])
    caller = cloud.caller(answer["access_token"])
    assert caller and caller.user is None
    assert caller.scopes == frozenset(cloud.app.app_permissions)
    assert "refresh_token" not in answer


@pytest.mark.parametrize("wrong", ["unknown", "forged", "expired", "audience", "scope", "customer"])
def test_what_a_certificate_does_not_prove_is_refused(
    cloud: Practice, served: Served, browser: httpx.Client, wrong: str
) -> None:
    credential, pem = certified(days=-1 if wrong == "expired" else 30)
    other, _ = certified()
    if wrong != "unknown":
        assertion.register(cloud.app, pem)
    if wrong == "forged":
        credential["private_key"] = other["private_key"]
    tenant = CONTOSO if wrong == "customer" else PARTNER
    scope = READ if wrong == "scope" else f"{served.address}/.default"
    with program(served, tenant, certificate=credential) as app:
        if wrong == "audience":
            asked = app.client.client_assertion()
            answer = browser.post(
                f"/{CONTOSO}/oauth2/v2.0/token",
                data={
                    "client_id": cloud.app.client_id,
                    "grant_type": "client_credentials",
                    "client_assertion_type": assertion.JWT,
                    "client_assertion": asked.decode() if isinstance(asked, bytes) else asked,
                    "scope": scope,
                },
            ).json()
        else:
            answer = app.acquire_token_for_client([scope])
    expected = {"audience": 700023, "scope": 70011, "customer": 7000229}
    assert number(answer) == expected.get(wrong, 700027)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "a",
        "a.b.c",
        "....",
        "é.é.é",
        f"{part({})}.{part({})}.AAAA",
        f"{part({'alg': 'none'})}.{part({'iss': 'x'})}.",
        f"{part({'x5t': 1})}.{part({})}.",
    ],
)
def test_an_assertion_that_is_none_is_refused(
    cloud: Practice, browser: httpx.Client, forged: str
) -> None:
    _, pem = certified()
    assertion.register(cloud.app, pem)
    answer = browser.post(
        f"/{PARTNER}/oauth2/v2.0/token",
        data={
            "client_id": cloud.app.client_id,
            "grant_type": "client_credentials",
            "client_assertion_type": assertion.JWT,
            "client_assertion": forged,
            "scope": ".default",
        },
    )
    assert (answer.status_code, number(answer.json())) == (401, 700027)


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({}, 700016),
        ({"client_id": "x"}, 700016),
        ({"client_id": "", "grant_type": "password"}, 700016),
        ({"grant_type": "password"}, 70003),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 9002313),
        ({"grant_type": "authorization_code", "code": "x"}, 70002),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 70018),
        ({"grant_type": "client_credentials", "scope": ".default"}, 7000218),
        ({"grant_type": "client_credentials", "client_secret": "x"}, 7000215),
    ],
)
def test_every_other_question_is_refused_with_its_number(
    cloud: Practice, browser: httpx.Client, sent: dict[str, str], refused: int
) -> None:
    if sent:
        sent = {"client_id": cloud.app.client_id} | sent
    answer = browser.post(
        f"/{PARTNER}/oauth2/v2.0/token", data=sent, headers={"client-request-id": "abc"}
    )
    assert number(answer.json()) == refused
    assert answer.json()["correlation_id"] == "abc"


def test_an_unknown_tenant_has_no_configuration(served: Served) -> None:
    unknown = "99999999-2222-4333-8444-555555555555"
    with pytest.raises(ValueError, match="Unable to get authority"), program(served, unknown):
        pass


@pytest.mark.parametrize("named", ["adatum.example", PARTNER.upper()])
def test_a_tenant_is_known_by_its_domains_too(
    served: Served, browser: httpx.Client, named: str
) -> None:
    found = browser.get(f"/{named}/v2.0/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{served.address}/{PARTNER}/v2.0"
    keys = browser.get(found["jwks_uri"]).json()["keys"]
    assert [key["alg"] for key in keys] == ["RS256"]


def test_whoever_comes_by_another_name_of_this_machine_is_answered_under_that(
    served: Served, browser: httpx.Client
) -> None:
    base = f"https://localhost:{served.port}"
    found = browser.get(f"{base}/{PARTNER}/v2.0/.well-known/openid-configuration").json()
    assert found["token_endpoint"] == f"{base}/{PARTNER}/oauth2/v2.0/token"
    path = f"/{PARTNER}/v2.0/.well-known/openid-configuration"
    for host in ("evil.example", "[", "localhost:x"):
        found = browser.get(path, headers={"Host": host}).json()
        assert found["issuer"] == f"{served.address}/{PARTNER}/v2.0"


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
