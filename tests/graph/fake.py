"""A Graph of our own on a real socket that answers whatever a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from store.graph.scopes import Scope
from store.graph.waits import Waits

TOKEN = "eyJ0-secret-token-0001"


class Clock(Waits):
    """Time that passes only where somebody waits; `slept` keeps every wait in seconds."""

    reading = 5.0
    writing = 5.0

    def __init__(self) -> None:
        self.time = 1_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def wall(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=self.time - 1_000)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def spread(self, seconds: float) -> float:
        return seconds


class Tokens:
    """A source of tokens that counts: the first is `TOKEN`, each fresh one a new one."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[Scope, ...], bool]] = []
        self.text = TOKEN

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        self.asked.append((scopes, fresh))
        if fresh:
            self.text = f"eyJ0-secret-token-{len(self.asked):04}-fresh"
        return self.text


class Heard(NamedTuple):
    """A request as it arrived; header names are in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def line(self) -> str:
        return f"{self.method} {unquote(self.path)}"


class Reply(NamedTuple):
    """An answer: `body` as JSON, or `raw` bytes as they are.

    `cut` sends so many bytes of all of it and closes; `hang` never sends the rest, and `drip` a
    byte now and then.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = {}
    raw: bytes | None = None
    kind: str = "application/json"
    cut: int | None = None
    hang: bool = False
    drip: bool = False

    def bytes(self) -> bytes:
        content = self.raw
        if content is None:
            content = b"" if self.body is None else json.dumps(self.body).encode()
        head = {"Content-Type": self.kind, "Content-Length": str(len(content)), **self.headers}
        lines = [
            f"HTTP/1.1 {self.status} Said",
            *(f"{name}: {value}" for name, value in head.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


class Refused(NamedTuple):
    """An error in Graph's own form; a reply once `reply` made one of it."""

    status: int
    code: str = "someCode"
    message: str = "Some words."
    headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        inner = {"request-id": "req-7", "date": "2026-03-01T12:00:00"}
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


Answering = Callable[[Heard], Any]


class Fake:
    """Answers with what `will` was given, one after the other, then by `answering`."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answering: Answering = lambda heard: Refused(404, "notFound", heard.line)
        self.port = 0
        self.scheme = "http"
        self.connections = 0
        self._planned: deque[Any] = deque()
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        return [heard.line for heard in self.heard]

    def will(self, *replies: Any) -> None:
        self._planned.extend(replies)

    @contextlib.asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[Fake]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        self.scheme = "https" if context else "http"
        try:
            yield self
        finally:
            server.close()
            for writer in tuple(self._open):
                writer.transport.abort()
            while self._open:
                await asyncio.sleep(0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._open.discard(writer)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(_header(line) for line in rest if line)
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        heard = Heard(method, path, headers, json.loads(content) if content else None)
        self.heard.append(heard)
        reply = self._planned.popleft() if self._planned else self.answering(heard)
        if isinstance(reply, Refused):
            reply = Reply(reply.status, reply.body(), reply.headers)
        elif not isinstance(reply, Reply):
            reply = Reply(200, reply)
        if reply.drip:
            for number in itertools.count():
                writer.write(reply.bytes()[number : number + 1] or b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        if reply.hang or reply.cut is not None:
            writer.write(reply.bytes()[: reply.cut])
            await writer.drain()
            if reply.hang:
                await reader.read()
            return False
        writer.write(reply.bytes())
        await writer.drain()
        return True


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.lower(), value.strip()


# -- what a Graph holds -----------------------------------------------------------------------

R = "/v1.0/tenantRelationships/delegatedAdminRelationships"
TENANT = "11111111-2222-4333-8444-555555555555"
ROLE = "729827e3-9c14-49f7-bb1b-9608f156bbb8"


def relationship(number: int, **other: Any) -> dict[str, Any]:
    """A relationship as Graph says it."""
    return {
        "@odata.etag": f'W/"{number}"',
        "id": f"rel-{number}",
        "displayName": f"Customer {number}",
        "duration": "P730D",
        "autoExtendDuration": "P180D",
        "customer": {"tenantId": TENANT, "displayName": f"Customer {number}"},
        "accessDetails": {"unifiedRoles": [{"roleDefinitionId": ROLE}]},
        "status": "active",
        "createdDateTime": "2026-01-01T10:00:00.1234567Z",
        "lastModifiedDateTime": "2026-01-02T10:00:00Z",
        "activatedDateTime": "2026-01-02T10:00:00Z",
        "endDateTime": "2028-01-02T10:00:00Z",
        **other,
    }


def page(
    numbers: Iterator[int] | range | list[int], after: str = "", **other: Any
) -> dict[str, Any]:
    """A page of relationships; `after` is the address of the next."""
    link = {"@odata.nextLink": after} if after else {}
    return {"value": [relationship(number) for number in numbers], **link, **other}


def http_date(moment: datetime) -> str:
    """A moment in the form of an HTTP header."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
