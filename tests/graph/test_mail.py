"""A letter out of the signed-in mailbox: the same bytes, once, and every no in words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from store.actions.carriers import ByGraph
from store.actions.connection import Connection
from store.errors import (
    DeskError,
    GraphForbidden,
    GraphOutcomeUnknown,
    GraphRefused,
    NoConnection,
    TooBusy,
)
from store.mail.delivery import Came, Delivery, Parcel
from store.practice.faults import Fault
from tests.microsoft import ANNA, graph_of, practice_cloud

LETTER = (
    f"From: Anna <{ANNA}>\r\nTo: it@contoso.example\r\nSubject: =?utf-8?b?w6k=?=\r\n"
    "Message-ID: <1@adatum.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHi.\r\n"
).encode()
SEND = r"/me/sendMail"


async def test_it_is_accepted_as_it_was_and_kept_by_the_practice_cloud() -> None:
    cloud = practice_cloud()
    async with graph_of(cloud) as graph:
        assert await graph.send_mail(LETTER) == 202
    (mail,) = cloud.mailbox
    assert (mail.sender, mail.to, mail.content) == (ANNA, ("it@contoso.example",), LETTER)


@pytest.mark.parametrize(
    ("letter", "error", "said"),
    [
        (
            LETTER.replace(ANNA.encode(), b"boss@adatum.example"),
            GraphForbidden,
            "from that address",
        ),
        (LETTER.replace(b"To: it@contoso.example\r\n", b""), GraphRefused, "the recipient"),
        (b"\xff\xfe", GraphRefused, ""),
    ],
)
async def test_what_the_mailbox_does_not_take_is_said(
    letter: bytes, error: type[DeskError], said: str
) -> None:
    cloud = practice_cloud()
    async with graph_of(cloud) as graph:
        with pytest.raises(error) as refused:
            await graph.send_mail(letter)
    assert said in str(refused.value)
    assert cloud.mailbox == []


async def test_busy_before_anything_was_done_waits_and_sends_once() -> None:
    cloud = practice_cloud()
    cloud.faults.add(Fault("POST", SEND, status=429, retry_after=7, times=2))
    cloud.faults.add(Fault("POST", SEND, status=503, retry_after=3))
    async with graph_of(cloud) as graph:
        assert await graph.send_mail(LETTER) == 202
    assert len(cloud.mailbox) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", SEND, status=503, after=True),
        Fault("POST", SEND, status=504, after=True),
        Fault("POST", SEND, status=500, after=True),
        Fault("POST", SEND, status=502, after=True),
        Fault("POST", SEND, kind="lost", after=True),
        Fault("POST", SEND, kind="html", after=True),
        Fault("POST", SEND, status=503),
        Fault("POST", SEND, status=403, body="<html>blocked</html>", after=True),
        Fault("POST", SEND, kind="cut", after=True),
    ],
)
async def test_a_lost_answer_is_a_doubt_and_never_a_second_letter(fault: Fault) -> None:
    cloud = practice_cloud()
    cloud.faults.add(fault)
    async with graph_of(cloud) as graph:
        with pytest.raises(GraphOutcomeUnknown):
            await graph.send_mail(LETTER)
    assert len(cloud.mailbox) == fault.after


async def test_a_wait_that_is_too_long_is_no_doubt() -> None:
    cloud = practice_cloud()
    cloud.faults.add(Fault("POST", SEND, status=429, retry_after=86_400))
    async with graph_of(cloud) as graph:
        with pytest.raises(TooBusy):
            await graph.send_mail(LETTER)
    assert cloud.mailbox == []


async def test_a_letter_that_is_too_large_is_said() -> None:
    cloud = practice_cloud()
    async with graph_of(cloud) as graph:
        with pytest.raises((GraphRefused, NoConnection)):
            await graph.send_mail(LETTER + b"x" * 4_000_000)
    assert cloud.mailbox == []


async def test_a_token_that_is_refused_once_is_had_anew_and_the_letter_goes_once() -> None:
    cloud = practice_cloud()
    cloud.faults.add(Fault("POST", SEND, status=401, code="InvalidAuthenticationToken"))
    async with graph_of(cloud) as graph:
        assert await graph.send_mail(LETTER) == 202
    assert len(cloud.mailbox) == 1


async def test_a_token_that_is_refused_again_and_again_is_no_doubt() -> None:
    cloud = practice_cloud()
    fault = Fault("POST", SEND, status=401, code="InvalidAuthenticationToken", times=9)
    cloud.faults.add(fault)
    async with graph_of(cloud) as graph:
        with pytest.raises(DeskError) as refused:
            await graph.send_mail(LETTER)
    assert not isinstance(refused.value, GraphOutcomeUnknown)
    assert cloud.mailbox == []


@pytest.mark.parametrize("status", [407, 511])
async def test_a_proxy_that_lets_nothing_out_leaves_no_doubt(status: int) -> None:
    cloud = practice_cloud()
    cloud.faults.add(Fault("POST", SEND, status=status, body="<html>log in</html>"))
    async with graph_of(cloud) as graph:
        with pytest.raises(NoConnection):
            await graph.send_mail(LETTER)
    assert cloud.mailbox == []


@pytest.mark.parametrize("status", [200, 204])
async def test_only_202_counts_as_accepted(status: int) -> None:
    cloud = practice_cloud()
    cloud.faults.add(Fault("POST", SEND, status=status))
    carrier = ByGraph(cast("Connection", SimpleNamespace(graph=lambda: graph_of(cloud))))
    came: list[Delivery] = []
    parcel = Parcel(1, LETTER, ANNA, "it@contoso.example")
    await carrier.carry([parcel, parcel], lambda: True, came.append)
    await carrier.close()
    assert [one.came for one in came] == [Came.UNKNOWN, Came.ACCEPTED]
