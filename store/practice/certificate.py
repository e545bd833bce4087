"""The practice cloud's own certificate: a small authority and what it signed, made in a folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

AUTHORITY = "partnerdesk practice cloud (no real authority)"
LIFE = timedelta(days=397)  # browsers take nothing longer
SPARE = timedelta(days=14)
"""Made anew when less is left, since a server stays with what it loaded when it started."""


class Files(NamedTuple):
    """The authority to trust, and the server's key with its certificates, both as PEM."""

    ca_file: Path
    server_file: Path


def certificate(folder: Path, now: datetime | None = None) -> Files:
    """The certificate for localhost and 127.0.0.1 in `folder`, made there unless one still holds.

    The authority signs for this machine only, and its key is forgotten as soon as it has: whoever
    trusts it in a browser trusts nothing else. Raises `OSError`.
    """
    now = now or datetime.now(UTC)
    files = Files(folder / "ca.pem", folder / "server.pem")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(folder):
        if not _holds(files, now):
            authority, server = _made(now)
            _write(files.ca_file, authority, 0o644)
            _write(files.server_file, server, 0o600)
    return files


def _holds(files: Files, now: datetime) -> bool:
    try:
        (authority,) = x509.load_pem_x509_certificates(_read(files.ca_file, forbidden=0o022))
        server = _read(files.server_file, forbidden=0o077)
        key = load_pem_private_key(server, None)
        found, *_ = x509.load_pem_x509_certificates(server)
        found.verify_directly_issued_by(authority)
    except (OSError, ValueError, TypeError, InvalidSignature):
        return False
    return (
        found.public_key() == key.public_key()
        and found.not_valid_before_utc <= now
        and now + SPARE < found.not_valid_after_utc
    )


def _made(now: datetime) -> tuple[bytes, bytes]:
    """A new authority, and a new key with the certificate that it signed."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    here = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    only = [x509.DNSName("localhost"), x509.IPAddress(IPv4Network("127.0.0.1/32"))]
    ca = (
        _begun(AUTHORITY, ca_key, ca_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_others=True), critical=True)
        .add_extension(x509.NameConstraints(only, None), critical=True)
        .sign(ca_key, SHA256())
    )
    server = (
        _begun("localhost", key, ca_key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.OID_SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .sign(ca_key, SHA256())
    )
    authority = ca.public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return authority, secret + server.public_bytes(Encoding.PEM) + authority


def _begun(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.CertificateBuilder:
    public, signer = key.public_key(), ca_key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(AUTHORITY))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a browser elsewhere may have another clock
        .not_valid_after(now - timedelta(days=1) + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        encipher_only=False,
        decipher_only=False,
    )


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Holds the folder, so that two that start at once do not mix their certificates."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _read(path: Path, *, forbidden: int) -> bytes:
    """A file of ours that nobody else could write, nor read where `forbidden` says so."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if not ours or found.st_mode & forbidden:
            raise PermissionError(f"{path} is open to others")
        return file.read()


def _write(path: Path, data: bytes, mode: int) -> None:
    """Puts `data` in the place of whatever was there; never through a link."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(fd, "wb") as file:
        os.fchmod(fd, mode)
        file.write(data)
    beside.replace(path)
