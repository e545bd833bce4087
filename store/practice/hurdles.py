"""What goes wrong, and what is noted, where people and programs sign in and customers answer."""

from __future__ import annotations

import asyncio

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.practice.cloud import Call, Practice
from store.practice.faults import Fault

_GRAPH = "/v1.0/"
"""Graph minds its own faults and notes its own calls."""
_PROXY = "<!doctype html><title>Proxy</title><h1>Access denied</h1>"


class Hurdles:
    """The whole application, with the faults of everything that is not Graph.

    A fault's `kind` breaks a connection by `ConnectionResetError`, which stands for a lost line
    in process, and which `Listener` makes one.
    """

    def __init__(self, practice: Practice, app: ASGIApp) -> None:
        self._practice = practice
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_GRAPH):
            await self._app(scope, receive, send)
            return
        with self._practice.lock:
            fault = self._practice.faults.take(scope["method"], scope["path"])
        begun = False

        async def noted(message: Message) -> None:
            """Notes the call before anybody can have seen the answer."""
            nonlocal begun
            if not begun:
                begun = True
                self._note(scope, message["status"])
            await send(message)

        try:
            if fault:
                await self._hindered(fault, scope, receive, noted)
            else:
                await self._app(scope, receive, noted)
        finally:
            if not begun:
                self._note(scope, 0)

    def _note(self, scope: Scope, status: int) -> None:
        with self._practice.lock:
            now = self._practice.clock.now()
            self._practice.note(Call(scope["method"], scope["path"], status, now))

    async def _hindered(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        answer = _made(fault)
        if fault.after or not (fault.status or fault.kind):
            kept = _Kept()
            await self._app(scope, receive, kept)
            answer = kept.answer() if not fault.status else answer
        if fault.kind == "lost":
            raise ConnectionResetError("The practice cloud broke the connection.")
        if fault.kind == "html":
            answer = HTMLResponse(_PROXY, answer.status_code)
        body = bytes(answer.body)
        if fault.kind == "half":
            answer = Response(body[: len(body) // 2], answer.status_code)
        if fault.kind != "cut":
            await answer(scope, receive, send)
            return
        start = {"status": answer.status_code, "headers": answer.raw_headers}
        await send({"type": "http.response.start", **start})
        half = {"body": body[: len(body) // 2], "more_body": True}
        await send({"type": "http.response.body", **half})
        raise ConnectionResetError("The practice cloud broke the connection.")


class _Kept:
    """An answer that is held back."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], message["headers"]
        else:
            self._body += message.get("body", b"")

    def answer(self) -> Response:
        made = Response(self._body, self._status)
        made.raw_headers = self._headers
        return made


def _made(fault: Fault) -> Response:
    """The answer that a fault brings with it."""
    status = fault.status or 200
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if isinstance(fault.body, str | bytes):
        return Response(fault.body, status, headers)
    body = fault.body
    if body is None:
        body = {
            "error": fault.code or "temporarily_unavailable",
            "error_description": fault.message or "Something went wrong.",
        }
    return JSONResponse(body, status, headers)
