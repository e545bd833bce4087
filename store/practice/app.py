"""The practice cloud as a web application: Graph, sign-in and the customer's page."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from store.practice import admin_consent, approval, dns, oauth, signin
from store.practice.batch import batch, checked
from store.practice.cloud import Call, Practice
from store.practice.exchange import JSON, Answer, Asked, Refused, envelope
from store.practice.faults import Fault
from store.practice.graph import answered, identified
from store.practice.hurdles import Hurdles
from store.practice.size import Sized

_GRAPH = "/v1.0/"
_PROXY = (
    "<!DOCTYPE html><html><head><title>Proxy</title></head>"
    "<body><h1>Access denied</h1><p>Sign in to the network first.</p></body></html>"
)
_BROKEN = "The practice cloud broke the connection."


class _App(Starlette):
    """Graph, and beside it Starlette with the rest.

    Graph stands outside: Starlette would answer with 500 where a connection is to break.
    """

    def __init__(self, practice: Practice) -> None:
        super().__init__(routes=routes(practice))
        self._graph = _Graph(practice)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_GRAPH):
            request = Request(scope, receive)
            answer = await self._graph.answer(request)
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def asgi(practice: Practice) -> ASGIApp:
    """The application."""
    return Sized(practice, Hurdles(practice, _App(practice)))


def routes(practice: Practice) -> list[BaseRoute]:
    """Everything beside Graph: sign-in and the customer's page."""
    return [
        *approval.routes(practice),
        *admin_consent.routes(practice),
        *dns.routes(practice),
        *signin.routes(practice),
        *oauth.routes(practice),
    ]


class _Graph:
    """Everything under /v1.0."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def answer(self, request: Request) -> Response:
        """One call: what is done, what goes wrong with it, and how it is written."""
        asked, token = await _asked(request)
        practice = self._practice
        query = request.url.query
        with practice.lock:
            fault = practice.faults.take(asked.method, f"{request.url.path}?{query}".rstrip("?"))
        if fault and fault.delay and not fault.after:
            await _wait(request, fault.delay)
        with practice.lock:
            given = self._given(asked, token, fault)
            self._note(asked.method, f"{request.url.path}?{query}".rstrip("?"), given, token)
        if fault and fault.delay and fault.after:
            await _wait(request, fault.delay)
        response = self._written(given, asked)
        return _ruined(response, fault) if fault else response

    def _note(self, method: str, path: str, given: Answer, token: str) -> None:
        practice = self._practice
        caller = practice.caller(token)
        member = practice.partner.users.get(caller.user or "") if caller else None
        now = practice.clock.now()
        practice.note(Call(method, path, given.status, now, member.upn if member else ""))

    def _given(self, asked: Asked, token: str, fault: Fault | None) -> Answer:
        practice = self._practice
        if fault is None:
            return self._done(asked, token)
        if fault.after or not (fault.status or fault.kind):
            given = self._done(asked, token)
            return _faulty(practice, asked, fault) if fault.status else given
        return _faulty(practice, asked, fault)

    def _done(self, asked: Asked, token: str) -> Answer:
        practice = self._practice
        if asked.path.lower() != "$batch":
            return answered(practice, token, asked)

        def one(inner: Asked) -> Answer:
            path = f"{_GRAPH}{inner.path}"
            fault = practice.faults.take(inner.method, path)
            if fault and fault.status:
                if fault.after:
                    answered(practice, token, inner)
                given = _faulty(practice, inner, fault)
            else:
                given = answered(practice, token, inner, check=checked)
            self._note(inner.method, path, given, token)
            return given

        def whole() -> Answer:
            identified(practice, token)
            if asked.method != "POST":
                raise Refused(405, "Request_BadRequest", "A batch is posted.")
            return batch(asked, one)

        return answered(practice, token, asked, instead=whole)

    def _written(self, given: Answer, asked: Asked) -> Response:
        headers = {
            "request-id": str(uuid.uuid4()),
            "Date": format_datetime(self._practice.clock.now(), usegmt=True),
            **given.headers,
        }
        if "client-request-id" in asked.headers:
            headers["client-request-id"] = asked.headers["client-request-id"]
        if given.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="practice"'
        if isinstance(given.body, str | bytes):
            return Response(given.body, given.status, headers)
        if given.body is None:
            return Response(None, given.status, headers)
        headers.setdefault("Content-Type", JSON)
        headers["OData-Version"] = "4.0"
        error = given.body.get("error")
        if isinstance(error, dict) and "innerError" in error:
            headers["request-id"] = error["innerError"]["request-id"]
        return Response(json.dumps(given.body, ensure_ascii=False), given.status, headers)


async def _asked(request: Request) -> tuple[Asked, str]:
    raw = await request.body()
    body: Any = None
    if raw and request.headers.get("content-type", "").partition(";")[0].strip() == "text/plain":
        body = raw
    elif raw:
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = ""  # no object, whatever it is: refused where one is needed
    headers = {name.lower(): value for name, value in request.headers.items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    base = f"{request.url.scheme}://{headers.get('host') or request.url.netloc}"
    asked = Asked(
        request.method,
        str(request.scope["path"]).removeprefix(_GRAPH).strip("/"),
        dict(request.query_params),
        headers,
        body,
        base,
    )
    return asked, token.strip() if scheme.lower() == "bearer" else ""


# -- what goes wrong --------------------------------------------------------------------------


def _faulty(practice: Practice, asked: Asked, fault: Fault) -> Answer:
    headers: Mapping[str, str] = (
        {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    )
    status = fault.status or 200
    if fault.body is not None:
        return Answer(status, fault.body, headers)
    if fault.kind or status < 400:
        return Answer(status, {}, headers)
    request = str(uuid.uuid4())
    made = envelope(
        status,
        fault.code or _CODES.get(status, "UnknownError"),
        fault.message or "Something went wrong.",
        now=practice.clock.now(),
        request=request,
        client=asked.headers.get("client-request-id", request),
    )
    return made._replace(headers=headers)


_CODES = {
    400: "BadRequest",
    401: "InvalidAuthenticationToken",
    403: "Authorization_RequestDenied",
    404: "Request_ResourceNotFound",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


async def _wait(request: Request, seconds: float) -> None:
    """Waits, at most until whoever asks has gone away."""
    try:
        await asyncio.wait_for(request.receive(), seconds)
    except TimeoutError:
        return


def _ruined(response: Response, fault: Fault) -> Response:
    """What is left of an answer; `ConnectionResetError` is a lost line."""
    match fault.kind:
        case "html":
            return Response(_PROXY, fault.status or 200, media_type="text/html")
        case "half":
            half = bytes(response.body)[: len(response.body) // 2]
            kept = {"Content-Type": response.headers.get("content-type", "")}
            return Response(half, response.status_code, kept)
        case "lost":
            raise ConnectionResetError(_BROKEN)
        case "cut":
            return _Cut(response)
        case _:
            return response


class _Cut(Response):
    """An answer that promises more than comes before the connection breaks."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code, dict(whole.headers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise ConnectionResetError(_BROKEN)
