"""How an application proves who it is: an assertion signed with the key of its certificate."""

from __future__ import annotations

import base64
import json
import time
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from store.practice.aadsts import Refused
from store.practice.registration import Registration

JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW = 300  # seconds that a client's clock may differ
_PADDINGS = {
    "RS256": padding.PKCS1v15(),
    "PS256": padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO),
}


def register(app: Registration, pem: str) -> str:
    """Lets an application sign in with a certificate; returns its thumbprint. `ValueError`."""
    found = x509.load_pem_x509_certificate(pem.encode())
    thumbprint = found.fingerprint(SHA1()).hex().upper()
    app.certificates[thumbprint] = pem
    return thumbprint


def check(app: Registration, assertion: str, path: str) -> None:
    """Refuses an assertion that does not prove to be `app`, for the endpoint at `path`.

    Times are held against the real clock: whoever signs knows nothing of the practice cloud's.
    Raises `Refused`.
    """
    try:
        head, body, signature = assertion.split(".")
        header, claims = _object(head), _object(body)
        signed = base64.urlsafe_b64decode(signature + "==")
    except ValueError:
        raise Refused(700027, reason="it cannot be read") from None
    _signed(app, header, f"{head}.{body}".encode(), signed)
    if claims.get("iss") != app.client_id or claims.get("sub") != app.client_id:
        raise Refused(700027, reason="it speaks for another application")
    if urlsplit(str(claims.get("aud"))).path.casefold() != path.casefold():
        raise Refused(700023)
    now = time.time()
    begins, ends = claims.get("nbf", 0), claims.get("exp")
    if not _is_time(begins) or not _is_time(ends) or not begins - _SKEW <= now < ends + _SKEW:
        raise Refused(700024)


def _signed(app: Registration, header: dict[str, Any], signed: bytes, signature: bytes) -> None:
    found = _certificate(app, header)
    key, scheme = found.public_key(), _PADDINGS.get(str(header.get("alg")))
    if scheme is None or not isinstance(key, rsa.RSAPublicKey):
        raise Refused(700027, reason="its algorithm is not supported")
    try:
        key.verify(signature, signed, scheme, SHA256())
    except InvalidSignature:
        raise Refused(700027, reason="its signature is not valid") from None
    if (
        not found.not_valid_before_utc.timestamp()
        <= time.time()
        < found.not_valid_after_utc.timestamp()
    ):
        raise Refused(700027, reason="its certificate has expired")


def _certificate(app: Registration, header: dict[str, Any]) -> x509.Certificate:
    """The registered certificate that an assertion names by its SHA-1 or SHA-256."""
    for pem in app.certificates.values():
        found = x509.load_pem_x509_certificate(pem.encode())
        for name, algorithm in (("x5t", SHA1()), ("x5t#S256", SHA256())):
            if str(header.get(name, "")).rstrip("=") == _encoded(found.fingerprint(algorithm)):
                return found
    raise Refused(700027, reason="its certificate is not registered")


def _is_time(found: object) -> TypeGuard[float]:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _object(part: str) -> dict[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(part + "=="))
    if not isinstance(found, dict):
        raise ValueError(part)
    return found


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
