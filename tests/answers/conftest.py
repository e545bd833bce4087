"""A partner with a customer who got the offer, and a folder for mails."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions import customers, offers
from store.desk import Desk
from store.model.invitation import How
from store.model.offer import Kind
from tests.answers.mails import letter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    made = tmp_path / "mail"
    made.mkdir()
    return made


@pytest.fixture
def waiting(partner: Desk) -> Desk:
    """The desk with Contoso, whose offer was sent and given, and Fabrikam, who got nothing."""
    fields = {"name": "Contoso Ltd", "domain": "contoso.com", "contact": "it@contoso.com"}
    customers.add(partner, fields)
    customers.add(partner, {"name": "Fabrikam", "contact": "info@fabrikam.fr"})
    (contoso, *_) = partner.view.customers_by("domain", "contoso.com")
    offers.give(partner, [contoso], Kind.DELEGATED, How.MAILED, language="en")
    (invitation,) = partner.view.invitations(contoso)
    letter(partner, contoso, invitation=invitation.id)
    return partner
