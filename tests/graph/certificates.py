"""Certificates with their keys, as an operator would keep them for a sync with nobody there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID


@cache
def key(number: int = 0) -> rsa.RSAPrivateKey:
    """An RSA key; another for each number."""
    return rsa.generate_private_key(65537, 2048)


@cache
def elliptic_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    signing: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    begins: datetime | None = None,
    until: datetime | None = None,
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partnerdesk sync")])
    until = until or datetime.now(UTC) + timedelta(days=30)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signing.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or until - timedelta(days=60))
        .not_valid_after(until)
        .sign(signing, SHA256())
    )


def pem_of(signing: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> bytes:
    kept = BestAvailableEncryption(password) if password else NoEncryption()
    return signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kept)


def made(begins: datetime | None = None, until: datetime | None = None) -> bytes:
    """A key and its certificate, as one PEM file."""
    return pem_of(key()) + certificate(key(), begins, until).public_bytes(Encoding.PEM)


def pfx(password: bytes = b"") -> bytes:
    """A key and its certificate, as one PKCS #12 file."""
    kept = BestAvailableEncryption(password) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"sync", key(), certificate(key()), None, kept)
