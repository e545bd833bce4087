"""How much may be sent to the practice cloud at once."""

from __future__ import annotations

import json
import uuid

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.practice.cloud import Call, Practice
from store.practice.exchange import JSON, envelope

LARGEST = 4_000_000
"""Bytes of a body; Graph takes no more of one request either."""


class Sized:
    """An application that is given whole bodies, and none that is too large to be kept."""

    def __init__(self, practice: Practice, app: ASGIApp) -> None:
        self._practice = practice
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # whoever sent it has gone
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > LARGEST:
                await self._refused(scope)(scope, receive, send)
                return
        read = False

        async def again() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, again, send)

    def _refused(self, scope: Scope) -> Response:
        request = str(uuid.uuid4())
        with self._practice.lock:
            now = self._practice.clock.now()
            self._practice.note(Call(scope["method"], scope["path"], 413, now))
        said = envelope(
            413,
            "RequestEntityTooLarge",
            f"The request is larger than {LARGEST} bytes.",
            now=now,
            request=request,
            client=request,
        )
        # What is still coming is not read, so nothing else can come this way.
        return Response(
            json.dumps(said.body),
            413,
            {"Content-Type": JSON, "request-id": request, "Connection": "close"},
        )
