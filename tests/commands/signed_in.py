"""A shell beside a practice cloud that listens, in which somebody has signed in for real."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from store.actions.connection import Connection, Purpose
from store.actions.practice import serving
from store.desk import Desk
from store.practice.cloud import Practice
from tests.commands.shell import Shell
from tests.conftest import OPERATOR, TODAY
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, PARTNER, practice_cloud
from tui import settings
from tui.access import access


@contextmanager
def practice_office(shell: Shell, who: str = ANNA) -> Iterator[Practice]:
    """The practice partner with three customers, and its cloud over TLS; `who` may write."""
    cloud = practice_cloud()
    cloud.delay = timedelta(0)
    config = settings.config_file(os.environ)
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('token-cache = "file"\n')
    shell(
        f"partner set name='Adatum Cloud Services' tenant={PARTNER} cloud=practice certified=yes "
        "contact='Anna Lindqvist' mail=partners@adatum.example"
    )
    shell(f"customers add Contoso --domain contoso.example --microsoft-id {CONTOSO}")
    shell(f"customers add Fabrikam --domain fabrikam.example --microsoft-id {FABRIKAM}")
    shell("customers add Tailspin --domain tailspin.example")
    with serving(cloud, shell.store, 0):
        asyncio.run(sign_in(shell, cloud, who))
        yield cloud


async def sign_in(
    shell: Shell, cloud: Practice, who: str, purposes: tuple[Purpose, ...] = (Purpose.WRITE,)
) -> None:
    """Signs in by a code, which `who` enters; the sign-in is kept as any other."""
    with Desk(shell.store, OPERATOR, today=lambda: TODAY).open() as desk:
        connection = Connection(desk.view.partner, desk.path, access(settings.load(), os.environ))
    begun = await connection.begin_device(purposes)
    cloud.tokens.grants.answer(begun.code, who)
    await connection.wait(begun)
