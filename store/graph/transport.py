"""Sends one request and brings its answer: the token, waits, repeats, and errors in words."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx

from store.errors import DeskError, GraphOutcomeUnknown, NoConnection
from store.graph import network
from store.graph.asking import DELETED_AT_HOME, Answer, Ask, Effect
from store.graph.bearer import Bearer, Keyring, TokenSource
from store.graph.body import Body, bare, secrets_in, without
from store.graph.endpoints import Endpoint
from store.graph.refusals import ROWS, Row, Said, refusal, said_in
from store.graph.waits import (
    LONGEST_WAIT,
    TRIES,
    Waits,
    backoff,
    busy,
    cut_off,
    failed,
    skew,
    told_to_wait,
    too_busy,
)
from store.message import Message, msg

__all__ = ["TokenSource", "Wire"]

VERSION = "/v1.0"
BUSY = (429, 503)
"""Sent back before anything was done."""
FAILED = (500, 502, 504)
"""Something went wrong in the middle: it may have been done."""
_NOT_LET_OUT = (407, 511)
"""What a proxy says before it lets anything through."""
_ONCE = (Effect.ONCE, Effect.UNSEEN)
_LARGEST = 64 * 1024 * 1024
_SKEWED = timedelta(minutes=2)
_CONNECTING = 15.0


class _Tries:
    """How one request fares."""

    def __init__(self) -> None:
        self.made = 0
        self.lost = False  # an answer was lost: it may have been done
        self.signed_anew = False


class Wire:
    """Microsoft Graph as requests and answers.

    `skew` is how far Microsoft's clock is ahead of this host's, `None` while that is not more than
    two minutes. A wait that Microsoft asks for holds for every request that has not begun. `rows`
    is the table of what refusals mean, `deleted` fits the only addresses that may be deleted.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        token: TokenSource,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        verify: ssl.SSLContext | bool = True,
        waits: Waits | None = None,
        on_wait: Callable[[Message], None] | None = None,
        rows: Sequence[Row] = ROWS,
        deleted: re.Pattern[str] = DELETED_AT_HOME,
    ) -> None:
        self.endpoint = endpoint
        self.waits = waits or Waits()
        self.skew: timedelta | None = None
        self.keys = Keyring(token, self.waits)
        self._on_wait = on_wait or (lambda said: None)
        self._http = network.new_client(endpoint, transport=transport, verify=verify)
        self._rows = rows
        self._deleted = deleted
        self._quiet_until = 0.0
        self._reached = False

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def ask(self, asked: Ask) -> Answer:
        """The answer to a request; refusals and faults are raised as a `DeskError`.

        A change whose answer was lost raises `GraphOutcomeUnknown`.
        """
        if asked.is_forbidden(self._deleted):
            raise ValueError(asked.named)
        tries = _Tries()
        try:
            while True:
                answer = await self._try(asked, tries)
                if answer is not None:
                    return answer
        except DeskError as error:
            if not tries.lost or asked.effect is Effect.READS:
                raise
            raise outcome_unknown(error) from None

    async def pause(self, seconds: float, said: Message) -> None:
        """Waits, and says why."""
        self._on_wait(said)
        await self.waits.sleep(seconds)

    def hold(self, seconds: float) -> None:
        """Begins no request for so long, since Microsoft asked for it."""
        if seconds > 0:
            self._quiet_until = max(self._quiet_until, self.waits.now() + seconds)
            self._on_wait(busy(seconds))

    async def _try(self, asked: Ask, tries: _Tries) -> Answer | None:
        """One try; `None` when there is to be another."""
        while (left := self._quiet_until - self.waits.now()) > 0:
            await self.waits.sleep(left)
        bearer = await self.keys.bearer(asked.scopes)
        try:
            response, content = await self._sent(asked, bearer)
        except (httpx.HTTPError, OSError) as error:
            tries.made += 1
            sent = network.was_sent(error)
            tries.lost = tries.lost or sent
            if not self._may_go_on(asked, tries, sent):
                raise await network.no_connection(error, self.endpoint) from None
            wait = backoff(tries.made, self.waits)
            await self.pause(wait, cut_off(wait))
            return None
        self._reached = True
        self._notice_clock(response.headers)
        status = response.status_code
        if status == 401 and not tries.signed_anew:
            bearer.refused = tries.signed_anew = True
            return None
        tries.made += 1
        if 200 <= status < 300:
            return Answer(status, self._body(content, tries), response.headers)
        if status in BUSY:
            told = told_to_wait(response.headers, self.waits)
            if asked.effect is Effect.UNSEEN and status != 429 and told is None:
                # Perhaps it is a gateway's, which lost the answer of whoever had done it.
                tries.lost = True
                raise too_busy(told)
            if tries.made >= TRIES or (told or 0) > LONGEST_WAIT:
                raise too_busy(told)
            self.hold(backoff(tries.made, self.waits) if told is None else told)
            return None
        if status in FAILED:
            tries.lost = True
            if self._may_go_on(asked, tries, sent=True):
                wait = backoff(tries.made, self.waits)
                await self.pause(wait, failed(wait))
                return None
        refused = self._refused(asked, status, response.headers, content)
        if (
            asked.effect is Effect.UNSEEN
            and isinstance(refused, NoConnection)
            and (status >= 400 and status not in _NOT_LET_OUT)
        ):
            tries.lost = True  # a proxy's page, perhaps in place of the answer to what was done
        content = b""  # it may repeat what was sent, and this frame is part of the traceback
        raise refused

    def _may_go_on(self, asked: Ask, tries: _Tries, sent: bool) -> bool:
        """Whether to repeat after a lost connection.

        What was never reached is told at once: nobody wants to wait for five times no network.
        """
        if tries.made >= TRIES:
            return False
        return asked.effect not in _ONCE if sent else self._reached

    async def _sent(self, asked: Ask, bearer: Bearer) -> tuple[httpx.Response, bytes]:
        """The answer; an error on the way to it has no frames in which a secret could be read."""
        try:
            return await self._send(asked, bearer)
        except BaseException as error:
            if secrets_in(asked.body):
                raise bare(error) from error.__cause__
            raise

    async def _send(self, asked: Ask, bearer: Bearer) -> tuple[httpx.Response, bytes]:
        body = Body(asked.body)
        headers = {"Prefer": "include-unknown-enum-members", **body.headers}
        if asked.etag:
            headers["If-Match"] = asked.etag
        limit = self.waits.reading if asked.effect is Effect.READS else self.waits.writing
        request = self._http.build_request(
            asked.method,
            self.endpoint.graph + VERSION + asked.path,
            content=None if asked.body is None else body,
            headers=headers,
            timeout=httpx.Timeout(limit, connect=min(limit / 3, _CONNECTING), pool=None),
            extensions={"trace": (made := network.Connecting())},
        )
        async with asyncio.timeout(limit):  # httpx's own begins anew with every byte
            async with made:
                response = await self._http.send(request, auth=bearer, stream=True)
            try:
                pieces, length = [], 0
                async for piece in response.aiter_bytes():
                    pieces.append(piece)
                    length += len(piece)
                    if length > _LARGEST:
                        raise httpx.DecodingError("more than anybody would send")
            finally:
                await response.aclose()
        return response, bearer.masked(b"".join(pieces))

    def _body(self, content: bytes, tries: _Tries) -> dict[str, Any]:
        if not content:
            return {}
        body = _object(content)
        if body is None:
            tries.lost = True
            raise not_graph()
        return body

    def _refused(
        self, asked: Ask, status: int, headers: Mapping[str, str], content: bytes
    ) -> DeskError:
        said = said_in(without(asked.body, _object(content)), headers)
        if status < 400 or status in _NOT_LET_OUT:
            return not_graph()
        if said is None and content and status != 401 and status < 500:
            return not_graph()
        said = said or Said(request_id=headers.get("request-id", ""))
        return refusal(status, asked.named, said, self._rows)

    def _notice_clock(self, headers: Mapping[str, str]) -> None:
        ahead = skew(headers, self.waits)
        if ahead is not None:
            self.skew = ahead if abs(ahead) > _SKEWED else None


def outcome_unknown(error: DeskError) -> GraphOutcomeUnknown:
    """The error for a change whose answer was lost to `error`."""
    return GraphOutcomeUnknown(
        msg("It may have been done, but the answer was lost: {error}", error=error.what),
        last=error,
        todo=msg(
            "Bring in what is there before you try again: {command}", command="partnerdesk sync"
        ),
    )


def not_graph() -> NoConnection:
    """The error for an answer that is not in Graph's form: a page, half a document."""
    return NoConnection(
        msg("What answered is not Microsoft Graph, or its answer broke off."),
        todo=msg("A proxy or a login page of your network may be in between: look at HTTPS_PROXY."),
    )


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
