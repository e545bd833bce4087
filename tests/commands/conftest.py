"""A shell to give commands in, an office that is set up, and a practice cloud that listens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import httpx
import pytest

from store.actions.connection import Connection
from store.desk import Desk
from store.message import Message, msg
from store.operator import Operator
from store.practice.serve import Served
from store.work import Tables
from tests.commands.shell import CONTOSO, FABRIKAM, TENANT, Shell
from tests.conftest import OPERATOR, TODAY
from tests.graph.signing import open_at
from tests.practice.door import ANNA, PARTNER
from tests.practice.listening import found_from
from tui import settings
from tui.access import access

Write = Callable[..., None]
WRITTEN = msg("Written past the door.")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Commands on a home where nothing was ever done, on the 22nd of November 2026."""
    monkeypatch.setenv("PARTNERDESK_OPERATOR", "anna")
    return Shell(capsys, monkeypatch)


@pytest.fixture
def partner(shell: Shell) -> Shell:
    """A home whose worldwide, certified partner is set."""
    shell(
        f"partner set name='Adatum Cloud Services' tenant={TENANT} certified=yes "
        "contact='Anna Lindqvist' mail=partners@adatum.example"
    )
    return shell


@pytest.fixture
def office(partner: Shell) -> Shell:
    """The partner with three customers, nobody of whom was offered anything."""
    partner(
        f"customers add 'Contoso Ltd' --domain contoso.com --microsoft-id {CONTOSO} --alias Toys "
        "--contact it@contoso.com --language en --tag vip --tag north"
    )
    partner(
        f"customers add 'Fabrikam SARL' --domain fabrikam.fr --microsoft-id {FABRIKAM} "
        "--language fr"
    )
    partner("customers add 'Fabrikam Immobilier' --domain immo.example")
    return partner


@pytest.fixture
def write(shell: Shell) -> Write:
    """Writes into the store past the door, as another program with bad intentions would."""

    def write(
        change: Callable[[Tables], object],
        operator: Operator = OPERATOR,
        why: Message = WRITTEN,
    ) -> None:
        def work(tables: Tables) -> Message:
            change(tables)
            return why

        with Desk(shell.store, operator, today=lambda: TODAY).open() as desk:
            desk.transaction("test", work)

    return write


# -- Microsoft's side -------------------------------------------------------------------------


def configure(*lines: str) -> None:
    """Writes the settings."""
    file = settings.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n")


@pytest.fixture
def practice(shell: Shell, served: Served) -> Shell:
    """A home whose partner lives in a practice cloud that listens; sign-ins go to a file."""
    shell(f"partner set name=Adatum tenant={PARTNER} cloud=practice certified=yes")
    found_from(shell.store, served)
    configure('token-cache = "file"')
    return shell


@pytest.fixture
def signed_in(practice: Shell, browser: httpx.Client) -> Shell:
    """That home, with Anna signed in for everything."""

    async def sign_in() -> None:
        from store.actions.connection import Purpose

        with Desk(practice.store, OPERATOR, today=lambda: TODAY).open() as desk:
            partner = desk.view.partner
        found = settings.load()
        way = Connection(partner, practice.store, access(found, os.environ))
        begun = await way.begin_browser(list(Purpose))
        ended = await asyncio.to_thread(open_at, browser, begun.address, ANNA)
        await way.paste_back(begun, ended)

    asyncio.run(sign_in())
    return practice
