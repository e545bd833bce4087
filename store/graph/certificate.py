"""The certificate that signs in where no person is: read from its file, and nothing of it kept."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import NotConnected
from store.message import Message, msg

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_LARGEST = 1 << 20


def credential(path: Path, now: datetime | None = None) -> dict[str, str]:
    """What msal wants of a certificate and its RSA key, in one PEM or PKCS #12 file.

    Raises `NotConnected` where it cannot serve, in words.
    """
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    data = _read(path)
    key, certificate = _pair(data, path)
    now = now or datetime.now(UTC)
    if certificate.not_valid_after_utc < now:
        raise _unfit(
            path,
            msg("it expired on {day}", day=certificate.not_valid_after_utc.date().isoformat()),
            msg("Make a new one and upload its public part to the app registration."),
        )
    if certificate.not_valid_before_utc > now:
        raise _unfit(
            path,
            msg("it begins on {day}", day=certificate.not_valid_before_utc.date().isoformat()),
            msg("Check the clock of this host: {command} shows it.", command="timedatectl"),
        )
    if key.public_key().public_numbers() != certificate.public_key().public_numbers():  # type: ignore[union-attr]
        raise _unfit(path, msg("the key is not the certificate's"), _BOTH)
    return {
        "private_key": key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode(),
        "public_certificate": certificate.public_bytes(Encoding.PEM).decode(),
    }


_BOTH = msg("It has to hold the RSA private key and its certificate, as PEM or as .pfx.")


def _read(path: Path) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _unfit(path, msg("{raw}", raw=error.strerror or ""), _SETTING) from error
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise _unfit(path, msg("it is not a file"), _SETTING)
        if found.st_mode & stat.S_IRWXO:
            raise _unfit(
                path,
                msg("anyone on this host may read it"),
                msg("Take that right away: chmod o-rwx {path}", path=str(path)),
            )
        return os.read(fd, _LARGEST)
    finally:
        os.close(fd)


_SETTING = msg("The setting is certificate; it names a .pem or .pfx file.")


def _pair(data: bytes, path: Path) -> tuple[RSAPrivateKey, x509.Certificate]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

    key: object
    try:
        if b"-----BEGIN" in data:
            key = load_pem_private_key(data, None)
            certificate = x509.load_pem_x509_certificate(data)
        else:
            key, certificate, _others = pkcs12.load_key_and_certificates(data, None)  # type: ignore[assignment]
    except (TypeError, ValueError) as error:
        if isinstance(error, TypeError) or b"ENCRYPTED" in data or b"-----BEGIN" not in data:
            raise _unfit(
                path,
                msg("it cannot be read without a password, or is not one"),
                msg(
                    "Nobody is there to type a password: keep the file without one, readable by "
                    "this account alone. openssl pkcs12 -in FILE -nodes -out new.pem makes it."
                ),
            ) from error
        raise _unfit(path, msg("it does not hold both"), _BOTH) from error
    if not isinstance(key, RSAPrivateKey) or certificate is None:
        raise _unfit(path, msg("it does not hold both"), _BOTH)
    return key, certificate


def _unfit(path: Path, why: Message, todo: Message) -> NotConnected:
    return NotConnected(
        msg("The certificate {path} cannot be used: {why}.", path=str(path), why=why), todo=todo
    )
