"""A thousand letters out of the outbox, against a loop that composes and sends the same ones."""

from __future__ import annotations

import asyncio
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from store.actions import outbox
from store.actions.letters import letter_for
from store.actions.outbox import Account, Security, Way
from store.actions.sending import Run
from store.desk import Desk
from store.mail.message import mime, new_message_id
from store.model.offer import Kind
from store.model.outgoing import What
from tests.bench.result import Result
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import SENDER, furnished, queued

LETTERS, TIMES = 1_000, 5


def letters(folder: Path) -> list[Result]:
    """Both ways in turn, each time out of a store of its own."""
    ours, theirs = [], []
    with _server() as port:
        account = Account(
            Way.SMTP, SENDER, "Anna Lindqvist", pace=0, host="127.0.0.1", port=port,
            security=Security.NONE,
        )  # fmt: skip
        for number in range(TIMES):
            path = folder / f"letters{number}"
            furnished(path, LETTERS)
            with Desk(path, OPERATOR, today=lambda: TODAY).open() as desk:
                theirs.append(_loop(desk, port))
                ours.append(_sent(desk, account))
    return [
        Result(
            f"{LETTERS:,} letters sent out of the outbox",
            "an smtplib loop that composes the same ones, one connection",
            median(ours),
            median(theirs),
            "s",
            1.5,
        )
    ]


@contextmanager
def _server() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.post"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdin
        yield int(process.stdout.readline())
        process.stdin.close()


def _loop(desk: Desk, port: int) -> float:
    """What anybody would write: nothing is remembered, and a crash in it is a guess."""
    view = desk.view
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as wire:
        for key in view.customers:
            customer = view.customer(key)
            assert customer is not None
            copy = letter_for(view, What.OFFER, customer, Kind.DELEGATED, "en", TODAY)
            message = mime(
                copy, sender=("Anna Lindqvist", SENDER), to=customer.contact,
                message_id=new_message_id(SENDER), reference="PD-7K3QX9",
                date=datetime.now(UTC).astimezone(),
            )  # fmt: skip
            wire.sendmail(SENDER, [customer.contact], message)
    return time.perf_counter() - began


def _sent(desk: Desk, account: Account) -> float:
    """Sends what is queued, until the last answer is on disk."""
    ids = queued(desk, account).ids
    began = time.perf_counter()
    summary = asyncio.run(Run(desk, account).send(ids))
    taken = time.perf_counter() - began
    assert summary.sent == LETTERS, summary
    assert not outbox.queued(desk.view)
    return taken
