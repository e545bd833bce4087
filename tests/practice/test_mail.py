"""Sending by the practice cloud: what its own checks of a message refuse."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.practice.caller import ANNA, CONTOSO, Client, asking

GOOD = f"From: {ANNA}\r\nTo: it@contoso.com\r\nSubject: Hi\r\n\r\nHello\r\n".encode()


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


async def sent(
    client: Client, body: bytes, kind: str = "text/plain", token: str = ""
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token or client.token}", "Content-Type": kind}
    return await client.http.post("/v1.0/me/sendMail", content=body, headers=headers)


async def test_a_whole_message_in_base64_is_taken_and_kept(anna: Client) -> None:
    answer = await sent(anna, base64.b64encode(GOOD))
    assert (answer.status_code, answer.content) == (202, b"")
    (mail,) = anna.practice.mailbox
    assert (mail.sender, mail.content) == (ANNA, GOOD)
    assert mail.at == anna.practice.clock.now()


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (GOOD, "text/plain", 400, "ErrorMimeContentInvalidBase64String"),
        (base64.b64encode(GOOD), "application/json", 400, "BadRequest"),
        (b'{"message": {}}', "application/json", 400, "BadRequest"),
        (base64.b64encode(b"From: x\r\n\r\nHi"), "text/plain", 400, "ErrorInvalidRecipients"),
        (base64.b64encode(GOOD.replace(ANNA.encode(), b"b@x.example")), "text/plain", 403,
         "ErrorSendAsDenied"),
        (b"", "text/plain", 400, "BadRequest"),
    ],
)  # fmt: skip
async def test_anything_else_is_refused_in_microsofts_words(
    anna: Client, body: bytes, kind: str, status: int, code: str
) -> None:
    answer = await sent(anna, body, kind)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert anna.practice.mailbox == []


async def test_it_takes_the_permission_a_person_and_the_own_tenant(anna: Client) -> None:
    tokens = anna.practice.tokens
    body = base64.b64encode(GOOD)
    assert (await sent(anna, body, token=tokens.for_member(ANNA, ["User.Read"]))).status_code == 403
    app = tokens.issue(None, anna.practice.partner.id, ["Mail.Send"])
    assert (await sent(anna, body, token=app)).status_code == 400
    there = tokens.for_member(ANNA, ["Mail.Send"], CONTOSO)
    assert (await sent(anna, body, token=there)).status_code == 404
    assert anna.practice.mailbox == []
