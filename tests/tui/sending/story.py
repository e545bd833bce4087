"""What stories of sending share: the desk beside a mail server, and what became of letters."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from typing import Any

from store.actions import customers, lookup
from store.desk import Desk
from store.model.outgoing import Outgoing, Stage
from store.view import OUTBOX
from tests.post_office import Mail, PostOffice
from tests.tui.driver import Driver, at_the_desk
from tui.screens.send import SendScreen
from tui.settings import MailSettings

SENDER = "partners@adatum.example"


def settings(office: PostOffice, **more: Any) -> MailSettings:
    """The table `[mail]` for a mail server on this host."""
    given: dict[str, Any] = {
        "host": "127.0.0.1", "port": office.port, "security": "none", "auth": "none",
        "sender": SENDER, "pace": 0,
    }  # fmt: skip
    return MailSettings(**(given | more))


@asynccontextmanager
async def with_mail(
    desk: Desk, office: PostOffice, size: tuple[int, int] = (80, 24), **more: Any
) -> AsyncIterator[Driver]:
    """The desk, whose letters leave by a mail server."""
    async with at_the_desk(desk, size, mail=settings(office, **more)) as operator:
        yield operator


async def plan_for_all(operator: Driver) -> SendScreen:
    """Marks everybody in the list and opens the plan."""
    await operator.press("tab", "asterisk", "M")
    return await planned(operator)


async def planned(operator: Driver) -> SendScreen:
    """Waits until the plan is there, and the letter under the cursor."""
    await operator.at("send")
    screen = operator.app.screen
    assert isinstance(screen, SendScreen)
    await operator.until(lambda: screen.plan or screen.letters)
    return screen


async def send(operator: Driver) -> None:
    """Says yes to what the plan shows."""
    await operator.press("ctrl+s")
    await operator.at("confirm")
    await operator.press("y")
    await operator.at("send")


async def ended(operator: Driver) -> SendScreen:
    """Waits until everything has come to its end that was begun."""
    await operator.until(lambda: isinstance(operator.app.screen, SendScreen))
    screen = operator.app.screen
    assert isinstance(screen, SendScreen)
    await operator.until(lambda: screen.letters and not screen.is_sending)
    await operator.sees("still queued.")
    return screen


def more_customers(desk: Desk, count: int) -> None:
    """Adds customers who have an address: `it@a.example`, `it@b.example` and so on."""
    for letter in "abcdefghijklmnop"[:count]:
        fields = {"name": f"Firm {letter}", "contact": f"it@{letter}.example", "language": "en"}
        customers.add(desk, fields)


def key_of(desk: Desk, name: str) -> int:
    """The desk's number of a customer."""
    return lookup.customer(desk.view, name).id


def letters(desk: Desk) -> list[Outgoing]:
    """The outbox, oldest first."""
    rows = desk.view.tables.table(OUTBOX).items()
    return [Outgoing.from_document(*item) for item in sorted(rows)]


def stages(desk: Desk) -> dict[str, Stage]:
    """How far each letter is, by its address."""
    return {letter.to: letter.stage for letter in letters(desk)}


def parsed(mail: Mail) -> EmailMessage:
    """A mail as Python's own parser reads it."""
    found = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


class Gate:
    """A mood of a mail server that holds its answer to one address back until it is opened."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, address: str) -> str | None:
        if address == self.address:
            self.reached.set()
            assert self._open.wait(30)
        return None

    def open(self) -> None:
        """Lets it answer."""
        self._open.set()
