"""Who signed in, as a signed JSON Web Token."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from store.practice.grants import SignedIn

LIFE = 3600  # seconds


def id_token(signed_in: SignedIn, *, issuer: str, audience: str, nonce: str, now: datetime) -> str:
    """The token of somebody who signed in."""
    user, since = signed_in.user, int(now.timestamp())
    claims = {
        "aud": audience,
        "iss": issuer,
        "iat": since,
        "nbf": since,
        "exp": since + LIFE,
        "ver": "2.0",
        "tid": signed_in.tenant.id,
        "oid": user.id,
        "sub": user.id,
        "name": user.name,
        "preferred_username": user.upn,
        "amr": ["pwd", "mfa"] if signed_in.mfa else ["pwd"],
    } | ({"nonce": nonce} if nonce else {})
    head = {"typ": "JWT", "alg": "RS256", "kid": "practice"}
    signed = f"{encoded(head)}.{encoded(claims)}"
    signature = _key().sign(signed.encode(), padding.PKCS1v15(), SHA256())
    return f"{signed}.{_base64(signature)}"


def keys() -> dict[str, object]:
    """What the tokens can be checked with."""
    public = _key().public_key().public_numbers()
    return {
        "keys": [
            {
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": "practice",
                "n": _base64(public.n.to_bytes((public.n.bit_length() + 7) // 8, "big")),
                "e": _base64(public.e.to_bytes(3, "big")),
            }
        ]
    }


@cache
def _key() -> rsa.RSAPrivateKey:
    """The key that tokens are signed with, made when it is first needed."""
    return rsa.generate_private_key(65537, 2048)


def encoded(value: dict[str, Any]) -> str:
    """JSON as base64url without padding."""
    return _base64(json.dumps(value).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
