"""What goes wrong between a desk and Microsoft, at calls that fit, on a real wire.

`Mischief` stands in front of the practice cloud and ruins answers; `Detour` leads requests of the
real client to where nobody, or somebody else, listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx

Change = Callable[[Any], Any]
"""Takes the JSON of an answer, returns another; it may change the one it was given."""


class Where(NamedTuple):
    """Calls of one kind: a method, and a regular expression for the path with its query."""

    method: str
    path: str

    def fits(self, method: str, path: str) -> bool:
        return method == self.method and re.search(self.path, path) is not None


class Trip(NamedTuple):
    """Something that goes wrong, `times` times, after letting `skip` calls pass.

    With `after` the call is carried out first. `kind` says what happens then:

    - `answer`: `status`, `headers` and `body` (JSON, or bytes) come instead;
    - `lost`, `head`, `body`: the line breaks before, in the head, in the body of the answer;
    - `half`: half of the answer, as if that were all;
    - `drip`: the answer comes byte by byte, and never ends; `silent`: it never begins;
    - `change`: the answer's JSON is what `change` makes of it;
    - `later`: the answer, as it was, comes once `until` is set;
    - `refused`, `stranger`, `hung up`, `mute`: the request never gets to the practice cloud.
    """

    kind: str = "answer"
    status: int = 0
    headers: Mapping[str, str] = {}
    body: Any = None
    change: Change | None = None
    until: threading.Event | None = None
    after: bool = False
    times: int = 1
    skip: int = 0

    @property
    def is_detour(self) -> bool:
        """Whether it happens on the way there."""
        return self.kind in DETOURS

    @property
    def takes_time(self) -> bool:
        """Whether somebody has to wait for it until patience ends."""
        return self.kind in ("drip", "silent", "mute")


DETOURS = ("refused", "stranger", "hung up", "mute")


class Trips:
    """What is still to go wrong; `met` counts how often something did."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: list[tuple[Where, Trip]] = []
        self.met = 0

    def add(self, where: Where, trip: Trip) -> None:
        self._coming.append((where, trip))

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()

    def take(self, method: str, path: str, *, detours: bool) -> Trip | None:
        """The first trip of this sort that a call meets."""
        with self._lock:
            for place, (where, trip) in enumerate(self._coming):
                if trip.is_detour is not detours or not where.fits(method, path):
                    continue
                if trip.skip:
                    self._coming[place] = (where, trip._replace(skip=trip.skip - 1))
                    continue
                if trip.times > 1:
                    self._coming[place] = (where, trip._replace(times=trip.times - 1))
                else:
                    del self._coming[place]
                self.met += 1
                return trip
        return None


# -- in front of the practice cloud -------------------------------------------------------------


class Mischief:
    """An ASGI app that lets another one answer, and ruins that.

    `app` may be exchanged between calls. `heard` sees each call before and after it is carried out.
    """

    def __init__(self, app: Any = None) -> None:
        self.app = app
        self.trips = Trips()
        self.heard: Callable[[str, str, bool], None] = lambda method, path, done: None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        query = unquote(scope["query_string"].decode())
        path = f"{scope['path']}?{query}".rstrip("?")
        trip = self.trips.take(scope["method"], path, detours=False)
        self.heard(scope["method"], path, False)
        if trip is None:
            kept = _Kept()
            await self.app(scope, receive, kept)
            self.heard(scope["method"], path, True)
            await kept.pass_on(send)
            return
        kept = _Kept()
        if trip.after or trip.kind in ("change", "body", "half", "later"):
            await self.app(scope, receive, kept)
        await _ruined(trip, kept, receive, send)


class _Kept:
    """An answer that is held back."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = b""

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.content += message.get("body", b"")

    async def pass_on(self, send: Any, promised: int | None = None) -> None:
        length = len(self.content) if promised is None else promised
        headers = [(n, v) for n, v in self.headers if n.lower() != b"content-length"]
        if self.status != 204:
            headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        more = length > len(self.content)
        await send({"type": "http.response.body", "body": self.content, "more_body": more})


async def _ruined(trip: Trip, kept: _Kept, receive: Any, send: Any) -> None:
    match trip.kind:
        case "lost":
            raise ConnectionResetError
        case "head":
            send.__self__.transport.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
            raise ConnectionResetError
        case "body":
            whole = len(kept.content)
            kept.content = kept.content[: whole // 2]
            await kept.pass_on(send, whole)
            raise ConnectionResetError
        case "half":
            kept.content = kept.content[: len(kept.content) // 2]
            await kept.pass_on(send)
        case "later":
            assert trip.until is not None
            await asyncio.to_thread(trip.until.wait)
            await kept.pass_on(send)
        case "silent":
            await _until_gone(receive)
        case "drip":
            await _drip(kept, receive, send)
        case "change":
            assert trip.change is not None
            kept.content = json.dumps(trip.change(json.loads(kept.content))).encode()
            await kept.pass_on(send)
        case _:
            kept.status = trip.status or kept.status
            kept.headers = [(n.lower().encode(), v.encode()) for n, v in trip.headers.items()]
            if not any(name == b"content-type" for name, _ in kept.headers):
                kept.headers.append((b"content-type", b"application/json"))
            raw = isinstance(trip.body, bytes)
            kept.content = trip.body if raw else json.dumps(trip.body).encode()
            await kept.pass_on(send)


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drip(kept: _Kept, receive: Any, send: Any) -> None:
    """A byte every now and then, until whoever waits has gone."""
    content, kept.content = kept.content or b"{}", b""
    await kept.pass_on(send, 1_000_000)
    gone = asyncio.ensure_future(_until_gone(receive))
    for place in range(1_000_000):
        piece = content[place : place + 1] or b" "
        with contextlib.suppress(RuntimeError):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.wait([gone], timeout=0.02)
        if gone.done():
            raise ConnectionResetError


# -- on the way there --------------------------------------------------------------------------


class Detour(httpx.AsyncBaseTransport):
    """The real transport; what meets a detour goes to another port of this host."""

    def __init__(self, inner: httpx.AsyncBaseTransport, trips: Trips, ports: dict[str, int]):
        self._inner = inner
        self._trips = trips
        self._ports = ports

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.raw_path.decode())
        trip = self._trips.take(request.method, path, detours=True)
        if trip:
            request.url = request.url.copy_with(port=self._ports[trip.kind])
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextlib.contextmanager
def nobody() -> Iterator[dict[str, int]]:
    """Ports by the detour that leads there, but for `stranger`."""
    with socket.socket() as closed, _listening() as mute, _listening() as rude:
        closed.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_hang_up, args=(rude,), daemon=True)
        thread.start()
        yield {
            "refused": closed.getsockname()[1],
            "mute": mute.getsockname()[1],
            "hung up": rude.getsockname()[1],
        }
        rude.shutdown(socket.SHUT_RDWR)
        thread.join()


def _listening() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(128)
    return made


def _hang_up(rude: socket.socket) -> None:
    """Speaks no TLS with anybody."""
    with contextlib.suppress(OSError):
        while True:
            came, _ = rude.accept()
            with came:
                came.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
