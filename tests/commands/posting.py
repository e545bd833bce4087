"""An office whose three customers all have an address, and a mail server beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.commands.conftest import configure
from tests.commands.shell import Shell
from tests.post_office import PostOffice, post_office

TO = ["it@contoso.com", "info@fabrikam.fr", "chef@immo.example"]
NAMES = "contoso.com fabrikam.fr immo.example"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


def mailing(port: int, *more: str) -> None:
    configure(
        "[mail]", 'host = "127.0.0.1"', f"port = {port}", 'security = "none"', 'auth = "none"',
        "pace = 0", *more,
    )  # fmt: skip


@pytest.fixture
def addressed(office: Shell, post: PostOffice) -> Shell:
    """The office whose three customers all have an address, and a mail server."""
    office("customers set fabrikam.fr contact=info@fabrikam.fr")
    office("customers set immo.example contact=chef@immo.example language=de")
    mailing(post.port)
    return office


def stages(shell: Shell) -> list[str]:
    return [letter["stage"] for letter in shell("outbox list --json").json()]
