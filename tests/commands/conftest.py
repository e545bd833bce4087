"""A shell to give commands in, and an office that is already set up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store.desk import Desk
from store.message import Message, msg
from store.operator import Operator
from store.work import Tables
from tests.commands.shell import CONTOSO, FABRIKAM, TENANT, Shell
from tests.conftest import OPERATOR, TODAY

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
