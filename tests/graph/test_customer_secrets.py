"""Passwords on their way to Microsoft: in the request that arrives, and nowhere else."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from store.errors import DeskError, GraphOutcomeUnknown, GraphRefused
from store.graph.asking import Answer, Ask, Effect
from store.graph.body import Body, without
from store.graph.customer_tenant import CustomerTenant
from store.graph.endpoints import Endpoint
from store.model.partner import Cloud
from store.secret import DOTS, Secret
from tests.graph.contoso import NINA
from tests.graph.fake import Clock, Fake, Refused, Reply, Tokens

CANARY = 'Canary-7f3d-"öß€\\-pass'
USER = "88888888-2222-4333-8444-555555555555"
MADE = {"id": USER, "userPrincipalName": NINA.upn, "displayName": NINA.name}


@asynccontextmanager
async def tenant_of(
    fake: Fake, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[CustomerTenant]:
    endpoint = Endpoint(Cloud.WORLDWIDE, "https://login.example", fake.address)
    async with CustomerTenant(endpoint, Tokens(), waits=clock, transport=transport) as opened:
        yield opened


def everything(error: BaseException) -> str:
    """All that anybody could print of an error: its words, its frames, their variables."""
    seen, waiting, found = set(), [error], []
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        shown = traceback.TracebackException.from_exception(one, capture_locals=True)
        shown.stack = traceback.StackSummary.from_list(
            [frame for frame in shown.stack if "/tests/" not in frame.filename]
        )
        found += [*shown.format(), repr(vars(one))]
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "".join(found)


def is_hidden(text: str) -> bool:
    return not any(part in text for part in ("Canary", "7f3d", "pass\\"))


async def test_the_password_arrives_as_it_was_typed(fake: Fake, clock: Clock) -> None:
    fake.will(Reply(201, MADE), Reply(202, {}, {"Location": _operation()}), DONE, Reply(204))
    async with tenant_of(fake, clock) as tenant:
        made = await tenant.create_user(NINA, Secret(CANARY))
        assert is_hidden(repr(made))
        await tenant.reset_password(USER, Secret(CANARY), change=True)
        await tenant.reset_password(USER, Secret(CANARY), change=False)
    create, reset, _, put = fake.heard
    assert create.body["passwordProfile"]["password"] == CANARY
    assert reset.body == {"newPassword": CANARY}
    assert put.body["passwordProfile"]["password"] == CANARY
    for heard in (create, reset, put):
        assert heard.headers["content-type"] == "application/json"
        assert int(heard.headers["content-length"]) > 0
        assert "transfer-encoding" not in heard.headers


def _operation() -> str:
    return f"/v1.0/users/{USER}/authentication/operations/y"


DONE = Reply(200, {"id": "y", "status": "succeeded"})


def test_nothing_that_is_printed_of_a_request_holds_it() -> None:
    body = {"passwordProfile": {"password": Secret(CANARY)}, "list": [Secret(CANARY)]}
    ask = Ask("POST", "/users", (), Effect.ONCE, body)
    content = Body(body)
    request = httpx.Request("POST", "https://x.example", content=content, headers=content.headers)
    shown = [repr(ask), repr(content), repr(request), repr(vars(request)), repr(request.headers)]
    shown += [repr(vars(request.stream)), repr(Answer(200, {}, {}))]
    assert is_hidden("".join(shown)) and DOTS in repr(ask)
    with pytest.raises(httpx.RequestNotRead):
        _ = request.content


def test_what_an_answer_repeats_of_it_is_dots() -> None:
    said = {"error": {"message": f"The password {CANARY} is weak.", "codes": [CANARY, 7]}}
    shown = without({"newPassword": Secret(CANARY)}, said)
    assert shown == {"error": {"message": f"The password {DOTS} is weak.", "codes": [DOTS, 7]}}
    assert without({"newPassword": Secret("")}, said) == said
    assert without(None, said) is said


async def test_a_refusal_that_repeats_the_password_is_shown_without_it(
    fake: Fake, clock: Clock
) -> None:
    words = "x" * 290 + f" {CANARY} is too weak a password"
    fake.will(Refused(400, "Request_BadRequest", words))
    async with tenant_of(fake, clock) as tenant:
        with pytest.raises(GraphRefused) as refused:
            await tenant.create_user(NINA, Secret(CANARY))
    assert is_hidden(everything(refused.value))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {}, cut=0),
        Reply(200, {"a": "b" * 999}, cut=200),
        Reply(200, MADE, cut=90, hang=True),
    ],
)
async def test_a_cut_shows_no_frame_in_which_it_stands(
    fake: Fake, clock: Clock, reply: Reply
) -> None:
    clock.writing = 0.2
    fake.will(reply)
    async with tenant_of(fake, clock) as tenant:
        with pytest.raises(GraphOutcomeUnknown) as lost:
            await tenant.reset_password(USER, Secret(CANARY), change=False)
    assert is_hidden(everything(lost.value))


class Broken(httpx.AsyncBaseTransport):
    """A transport with a bug, in whose frames the request stands."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.sent = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        sent = b"".join([piece async for piece in request.stream])
        assert CANARY in json.loads(sent)["passwordProfile"]["password"]
        try:
            raise ValueError(sent[:3])
        except ValueError as cause:
            self.sent.set()
            if self.error is None:
                await asyncio.Event().wait()
            raise self.error or cause from cause


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("a bug"),
        ExceptionGroup("bugs", [ValueError("one")]),
        httpx.ReadError("cut"),
        KeyboardInterrupt(),
    ],
)
async def test_a_bug_below_us_shows_no_frame_in_which_it_stands(
    fake: Fake, clock: Clock, error: BaseException
) -> None:
    async with tenant_of(fake, clock, Broken(error)) as tenant:
        with pytest.raises((Exception, KeyboardInterrupt)) as raised:
            await tenant.reset_password(USER, Secret(CANARY), change=False)
    shown = everything(raised.value)
    assert is_hidden(shown) and "_sent" in shown


async def test_somebody_who_breaks_off_leaves_no_frame_in_which_it_stands(
    fake: Fake, clock: Clock
) -> None:
    transport = Broken(None)
    async with tenant_of(fake, clock, transport) as tenant:
        task = asyncio.create_task(tenant.reset_password(USER, Secret(CANARY), change=False))
        await transport.sent.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as broken:
            await task
    assert is_hidden(everything(broken.value))


async def test_once_it_is_sent_nothing_alive_holds_it_but_who_typed_it(
    fake: Fake, clock: Clock
) -> None:
    fake.will(Reply(204))
    async with tenant_of(fake, clock) as tenant:
        await tenant.reset_password(USER, Secret(CANARY + "x"), change=False)
        fake.heard.clear()
        gc.collect()
        held = [
            one
            for one in gc.get_objects()
            if isinstance(one, dict | list | tuple | set)
            for value in (one.values() if isinstance(one, dict) else one)
            if isinstance(value, str | bytes | bytearray) and _has(value)
        ]
    assert held == []


def _has(value: str | bytes | bytearray) -> bool:
    wanted = CANARY + "x"
    if isinstance(value, str):
        return value == wanted
    return json.dumps(wanted).encode() in value


async def test_no_log_at_any_level_holds_it(
    fake: Fake, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "asyncio", "msal"):
        caplog.set_level(logging.DEBUG, logger=name)
    asyncio.get_running_loop().set_debug(True)
    asyncio.get_running_loop().slow_callback_duration = 0.0
    fake.will(
        Reply(201, MADE), Reply(204), Reply(200, {}, cut=0), Refused(400, "x", f"{CANARY} no")
    )
    async with tenant_of(fake, clock) as tenant:
        await tenant.create_user(NINA, Secret(CANARY))
        for _ in range(3):
            try:
                await tenant.reset_password(USER, Secret(CANARY), change=False)
            except DeskError as error:
                logging.getLogger("desk").exception("%r", error, exc_info=error)
    asyncio.get_running_loop().set_debug(False)
    assert "/users" in caplog.text and is_hidden(caplog.text)
