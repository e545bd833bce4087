"""An application that signs in by itself, by its certificate."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from store.practice import assertion
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice.door import CONTOSO, PARTNER, READ, number, program


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
