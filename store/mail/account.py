"""Where letters leave from: a mail server, or the signed-in user's mailbox at Microsoft."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from store.secret import Secret

HERE = frozenset(("127.0.0.1", "::1", "localhost"))
"""The names of this host, on which a mail server may be talked to in the open."""


class Way(StrEnum):
    """How letters are sent."""

    SMTP = "smtp"
    GRAPH = "graph"


class Security(StrEnum):
    """How the connection to a mail server is kept private; `NONE` is for this host alone."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Auth(StrEnum):
    """How we say who we are to a mail server."""

    PASSWORD = "password"
    XOAUTH2 = "xoauth2"
    NONE = "none"


class Account(NamedTuple):
    """A way to send.

    `sender` is the address that letters are from, and `sender_name` whose it is; `reply_to` may be
    empty. `pace` is the most letters a minute, 0 for as fast as it goes. `secret` gives the
    password, or the access token, when it is asked for, and may ask the operator.
    """

    way: Way
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    pace: int = 30
    host: str = ""
    port: int = 0
    security: Security = Security.STARTTLS
    auth: Auth = Auth.NONE
    user: str = ""
    ca_bundle: str = ""
    secret: Callable[[], Secret] | None = None
