"""What stories of the outbox begin with: five customers, and a plan of letters to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.actions.outbox import Account, Security, Way
from store.actions.posting import Line, Posting
from store.actions.posting import plan as plan_of
from store.actions.stages import letters_of
from store.desk import Desk
from store.message import Message, msg
from store.model.outgoing import Outgoing, Stage, What
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import SENDER, furnished

ACCOUNT = Account(
    Way.SMTP, SENDER, "Anna Lindqvist", host="127.0.0.1", port=25, security=Security.NONE
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    """Five customers with an address and a language of their own."""
    furnished(tmp_path / "store", 5)
    with Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY).open() as desk:
        yield desk


def plan(desk: Desk, what: What = What.OFFER, account: Account | None = ACCOUNT) -> Posting:
    return plan_of(
        desk.view, desk.operator, what, list(desk.view.customers), language="en",
        today=desk.today(), account=account,
    )  # fmt: skip


def line(posting: Posting, key: int) -> Line:
    (found,) = [one for one in posting.lines if one.customer == key]
    return found


def change(desk: Desk, key: int, **fields: str) -> None:
    def work(tables: Tables) -> Message:
        tables.customers.update(fields, doc_ids=[key])
        return msg("Changed past the door.")

    desk.transaction("test", work)


def put(desk: Desk, stage: Stage, *keys: int) -> None:
    def work(tables: Tables) -> Message:
        tables.outbox.update({"stage": stage.value}, doc_ids=list(keys))
        return msg("Put.")

    desk.transaction("test", work)


def letters(desk: Desk) -> list[Outgoing]:
    return letters_of(desk.view)
