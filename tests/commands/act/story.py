"""What stories of `partnerdesk act` share."""

from __future__ import annotations

import asyncio

from store.actions.connection import Purpose
from store.model.roles import DIRECTORY_READERS, PASSWORD_ADMINISTRATOR, Preset, preset_roles
from store.practice.cloud import Practice
from store.practice.tenants import User
from tests.commands.shell import Shell
from tests.commands.signed_in import sign_in
from tests.microsoft import CONTOSO

OMAR = "omar@adatum.example"
FULL_ROLES = preset_roles(Preset.FULL).roles
LIMITED_ROLES = (PASSWORD_ADMINISTRATOR, DIRECTORY_READERS)


def as_whom(shell: Shell, cloud: Practice, upn: str) -> None:
    """Lets somebody else of ours be signed in."""
    asyncio.run(sign_in(shell, cloud, upn, tuple(Purpose)))


def user(cloud: Practice, alias: str) -> User:
    """Somebody at Contoso's, by the practice cloud."""
    found = cloud.customers[CONTOSO].user(f"{alias}@contoso.example")
    assert found, alias
    return found


def writes(cloud: Practice) -> list[str]:
    """What changed anything at Microsoft; tokens do not."""
    return [
        f"{call.method} {call.path}"
        for call in cloud.log
        if call.method != "GET" and "/oauth2/" not in call.path
    ]
