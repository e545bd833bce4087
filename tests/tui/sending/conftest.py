"""What stories of sending share: a mail server, and a partner with customers to write to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.actions import customers
from store.desk import Desk
from tests.post_office import PostOffice, post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server on this host that takes everything."""
    with post_office() as opened:
        yield opened


@pytest.fixture
def partner(partner: Desk) -> Desk:
    """The worldwide partner with three customers: English, French, and one without an address."""
    for name, language, contact in (
        ("Contoso", "en", "it@contoso.example"),
        ("Lefèvre", "fr", "info@lefevre.example"),
        ("Tailspin", "en", ""),
    ):
        customers.add(partner, {"name": name, "language": language, "contact": contact})
    return partner
