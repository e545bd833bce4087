"""A real mail server for tests: aiosmtpd on a thread of its own, with TLS, log-ins and moods."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

GONE, STALL, DRIP = "gone", "stall", "drip"
"""What a mood returns to hang up without a word, to say nothing until the other one does, or to say
yes so slowly, a byte at a time, that it takes `DRIPPING` seconds."""
DRIPPING = 4.0
_DROPS = 80
Mood = Callable[[str], str | None]
"""What to answer to an address, or a Message-ID: a line, one of these, or `None` for yes."""


class Mail(NamedTuple):
    """A mail that was accepted."""

    sender: str
    to: tuple[str, ...]
    content: bytes
    tls: bool
    user: str

    @property
    def message_id(self) -> str:
        """Its Message-ID, as it stands in the header."""
        for line in self.content.split(b"\r\n\r\n")[0].split(b"\r\n"):
            if line.lower().startswith(b"message-id:"):
                return line.partition(b":")[2].strip().decode()
        return ""


def _yes(_: str) -> str | None:
    return None


class PostOffice:
    """What the server is told to do, and what it got.

    `says_no` answers a wrong password, `greeting` EHLO, `sender` MAIL, `recipient` RCPT, `before`
    the letter (it may already have come in) and `after` once the letter counts as accepted.
    """

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[Mail] = []
        self.connections = 0
        self.logins: list[tuple[str, str, str]] = []
        self.users: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.says_no = ""
        self.greeting: Mood = _yes
        self.sender: Mood = _yes
        self.recipient: Mood = _yes
        self.before: Mood = _yes
        self.after: Mood = _yes

    @property
    def to(self) -> list[str]:
        """The addresses that mails came in for, in their order."""
        return [address for mail in self.mails for address in mail.to]

    # -- aiosmtpd's hooks ---------------------------------------------------------------------

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, responses: list[str]
    ) -> list[str]:
        session.host_name = host
        said = await self._said(server, self.greeting, host)
        return [said] if said else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._said(server, self.sender, address)
        if not said:
            envelope.mail_from = address
        return said or "250 2.1.0 fine"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._said(server, self.recipient, address)
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        user = str(session.auth_data or "")
        to = tuple(envelope.rcpt_tos)
        mail = Mail(envelope.mail_from or "", to, content, session.ssl is not None, user)
        said = await self._said(server, self.before, mail.message_id)
        if said:
            return said
        self.mails.append(mail)
        return await self._said(server, self.after, mail.message_id) or "250 2.0.0 queued"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        said = base64.b64decode(args[1]).decode()
        user, _, token = said.removeprefix("user=").partition("\x01auth=Bearer ")
        if self.tokens.get(user) == token.rstrip("\x01"):
            return AuthResult(success=True, auth_data=user)
        await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
        await server._reader.readline()
        return AuthResult(success=False, handled=False, message="535 5.7.8 token refused")

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        user, password = data.login.decode(), data.password.decode()
        self.logins.append((mechanism, user, password))
        good = self.users.get(user) == password
        message = None if good or not self.says_no else self.says_no
        return AuthResult(success=good, auth_data=user, handled=False, message=message)

    async def _said(self, server: SMTP, mood: Mood, about: str) -> str:
        """What to answer; "" for yes."""
        said = mood(about)
        assert server.transport is not None
        if said == STALL:
            while not server.transport.is_closing():
                await asyncio.sleep(0.005)
        if said == DRIP:
            for drop in b"250 " + b"." * (_DROPS - 4):
                if server.transport.is_closing():
                    break
                server.transport.write(bytes([drop]))
                await asyncio.sleep(DRIPPING / _DROPS)
            return "at last"
        if said in (GONE, STALL):
            server.transport.abort()
            return "421 gone"
        return said or ""


@contextmanager
def post_office(
    *,
    certificate: str = "",
    implicit: bool = False,
    users: dict[str, str] | None = None,
    tokens: dict[str, str] | None = None,
    only: tuple[str, ...] = (),
) -> Iterator[PostOffice]:
    """A post office that listens on 127.0.0.1; `certificate` is a PEM file with its key.

    `only` are the ways to log in that it offers.
    """
    office = PostOffice()
    office.users, office.tokens = users or {}, tokens or {}
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    wants_login = bool(users or tokens)
    known = {"PLAIN", "LOGIN", "XOAUTH2"}
    loop = asyncio.new_event_loop()
    servers: list[SMTP] = []

    def made() -> SMTP:
        office.connections += 1
        server = SMTP(
            office,
            hostname="post.example",
            loop=loop,
            tls_context=None if implicit else context,
            require_starttls=bool(context) and not implicit,
            auth_exclude_mechanism=known - set(only) if only else (() if tokens else ["XOAUTH2"]),
            authenticator=office.authenticate if wants_login else None,
        )
        # Not by the constructor: it warns of a log-in in the open, where TLS was there before.
        server._auth_required = wants_login
        server._auth_require_tls = bool(context) and not implicit
        servers.append(server)
        return server

    async def begin() -> asyncio.Server:
        return (
            await loop.create_server(
                made, "127.0.0.1", 0, ssl=context if implicit else None, ssl_shutdown_timeout=1
            )
            if implicit
            else await loop.create_server(made, "127.0.0.1", 0)
        )

    async def end(listening: asyncio.Server) -> None:
        listening.close()
        for server in servers:
            # Python 3.11.2 cannot abort over TLS what has been closed by the other side.
            with suppress(AttributeError):
                if server.transport:
                    server.transport.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    thread = threading.Thread(target=loop.run_forever, name="post office")
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    office.port = listening.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(end(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
