"""What programs ask before and besides: addresses, names, and questions that make no sense."""

from __future__ import annotations

import httpx
import pytest

from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice.door import PARTNER, number, program


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
