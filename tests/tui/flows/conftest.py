"""What the flows share: a language, a mail server, a folder for answers, two customers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.actions import customers
from store.desk import Desk
from tests.post_office import PostOffice, post_office
from tui import language


@pytest.fixture(params=["en", "fr"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of the desk, and of the customers."""
    language.install(request.param)
    yield request.param
    language.install("en")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server on this host that takes everything."""
    with post_office() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the customers' answers come in."""
    made = tmp_path / "answers"
    made.mkdir()
    return made


@pytest.fixture
def partner(partner: Desk, spoken: str) -> Desk:
    """The worldwide partner with two customers who speak the language of the desk."""
    for name, domain in (("Contoso", "contoso.example"), ("Fabrikam", "fabrikam.example")):
        customers.add(
            partner,
            {"name": name, "domain": domain, "contact": f"it@{domain}", "language": spoken},
        )
    return partner
