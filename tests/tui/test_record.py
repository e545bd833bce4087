"""The letter for the customer's file, from the customer's screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions import consent, customers
from store.desk import Desk
from store.model.consent import Answer
from tests.tui.driver import at_the_desk


@pytest.fixture
def file_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the operator works."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_the_letter_for_the_file_is_read_in_the_customers_language_and_saved(
    partner: Desk, file_in: Path
) -> None:
    customers.add(partner, {"name": "Lefèvre", "language": "fr", "contact": "info@lefevre.example"})
    (key,) = partner.view.customers
    async with at_the_desk(partner) as operator:
        await operator.press("1", "enter")
        await operator.at("customer")
        await operator.press("F")
        await operator.hears("Lefèvre gave us no access: there is nothing to put on file.")
        consent.record(partner, [key], Answer.GRANTED)
        await operator.press("F")
        await operator.at("record")
        await operator.sees("Letter for the file", "Lefèvre")
        await operator.press("s")
        await operator.sees("Save as")
        await operator.press("down", "down", "enter")
        await operator.sees("record-lefèvre.html")
        await operator.press("enter")
        await operator.until(lambda: (file_in / "record-lefèvre.html").exists())
        saved = (file_in / "record-lefèvre.html").read_text(encoding="utf-8")
        assert '<html lang="fr">' in saved
        assert "Lefèvre" in saved
        await operator.press("M")
        await operator.at("send")
        await operator.press("e")
        await operator.hears("This letter has no link.")
        await operator.press("escape")
        await operator.at("record")
        consent.record(partner, [key], Answer.ENDED)
        await operator.sees("Lefèvre gave us no access")
        await operator.press("y")
        await operator.hears("Error: Copy: Nothing is chosen in the list.")
