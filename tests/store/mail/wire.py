"""What stories of one mail server share: a letter, and the connection that carries it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store.mail.account import Account, Security, Way
from store.mail.delivery import Delivery, Parcel
from store.mail.smtp import Patience, Smtp
from store.secret import Secret

SENDER = "partners@adatum.example"
LETTER = (
    b"From: partners@adatum.example\r\nSubject: x\r\nMessage-ID: <1@adatum.example>\r\n\r\nHi.\r\n"
)
PARCEL = Parcel(1, LETTER, SENDER, "it@contoso.example")
SHORT = Patience(5.0, 5.0, 0.4)
PASSWORD = "pässwörd 'with\" everything"


@contextmanager
def smtp(port: int, patience: Patience = SHORT, **more: object) -> Iterator[Smtp]:
    """A connection that is closed at the end."""
    account = Account(
        Way.SMTP, SENDER, host="127.0.0.1", port=port, security=Security.NONE, user="anna"
    )
    found = Smtp(account._replace(**more), patience)
    try:
        yield found
    finally:
        found.close()


def carried(port: int, **more: object) -> Delivery:
    with smtp(port, **more) as wire:
        return wire.carry(PARCEL)


def secret() -> Secret:
    return Secret(PASSWORD)
