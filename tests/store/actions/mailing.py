"""What stories of a run begin with: a mail server, and twelve customers who can be written to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.actions.outbox import Account
from store.actions.stages import letters_of
from store.desk import Desk
from store.model.outgoing import Stage
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import account_at, furnished
from tests.post_office import PostOffice, post_office

CUSTOMERS = 12


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    furnished(tmp_path / "store", CUSTOMERS)
    return tmp_path / "store"


@pytest.fixture
def office(folder: Path) -> Iterator[Desk]:
    with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
        yield desk


@pytest.fixture
def account(post: PostOffice) -> Account:
    return account_at(post, reply_to="answers@adatum.example")


def stages(desk: Desk) -> list[Stage]:
    """Where each letter of the outbox stands."""
    return [letter.stage for letter in letters_of(desk.view)]
