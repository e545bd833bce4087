"""A shell beside a practice cloud that listens, with Full and Limited at work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.practice.cloud import Practice
from tests.commands.act.story import FULL_ROLES, LIMITED_ROLES, OMAR, as_whom
from tests.commands.shell import Shell
from tests.commands.signed_in import practice_office
from tests.microsoft import ANNA, CONTOSO, hurried


@pytest.fixture
def cloud(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """Anna has Full administration, Omar Limited; Contoso consented; all of it was synced."""
    hurried(monkeypatch)
    with practice_office(shell) as cloud:
        omar = cloud.add_member(OMAR, "Omar Haddad", admin_agent=False)
        full, limited = cloud.group("AdminAgents"), cloud.group("HelpdeskAgents")
        limited.members[omar] = None
        cloud.add_relationship(
            name="Adatum_Contoso",
            tenant=CONTOSO,
            roles=FULL_ROLES,
            assignments={full.id: FULL_ROLES, limited.id: LIMITED_ROLES},
        )
        shell(f"users add {ANNA} 'Anna Lindqvist'")
        shell(f"users add {OMAR} 'Omar Haddad'")
        shell(f"users set {ANNA} --access yes --level full")
        shell(f"users set {OMAR} --access yes --level limited")
        as_whom(shell, cloud, ANNA)
        shell("groups use full AdminAgents")
        shell("groups use limited HelpdeskAgents")
        shell("sync")
        cloud.log.clear()
        yield cloud
