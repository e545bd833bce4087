"""What is said of letters before they go: dead links, broken templates, states, too early."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from store.actions import consent, offers, partner
from store.actions.posting import plan
from store.desk import Desk
from store.model.consent import Answer
from store.model.offer import Kind
from store.model.outgoing import What
from tests.conftest import TODAY
from tests.store.actions.five import office
from tests.store.actions.stories import own

__all__ = ["office"]


def said(desk: Desk, what: What = What.OFFER, templates: str = "", days: int = 0) -> str:
    posting = plan(
        desk.view, desk.operator, what, list(desk.view.customers), language="en",
        today=TODAY + timedelta(days=days), templates=templates,
    )  # fmt: skip
    return "\n".join(map(str, posting.remarks))


def test_a_reusable_link_that_gives_nothing_is_counted(office: Desk) -> None:
    assert "5 of these letters have the reusable link" in said(office)
    offers.set_own_link(office, 1, own(1))
    assert "4 of these letters have the reusable link" in said(office)
    partner.set_fields(office, {"cloud": "21vianet"})
    assert "reusable" not in said(office)
    assert "reusable" not in said(office, What.RECORD)


def test_a_broken_template_of_ones_own_is_named_once(office: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "en"
    folder.mkdir(parents=True)
    (folder / "delegated.txt").write_text("Subject: Hello\n\n{{ customer\n")
    found = said(office, templates=str(folder.parent))
    assert "en/delegated.txt, line 3" in found
    assert found.count("Our own letter is used.") == 1


def test_who_has_answered_already_and_who_was_just_asked_is_counted(office: Desk) -> None:
    offers.give(office, [1, 2, 3], Kind.DELEGATED, offers.How.COPIED)
    consent.record(office, [1], Answer.GRANTED)
    consent.record(office, [2], Answer.DECLINED)
    early = said(office)
    assert "1 of these customers is in the state “active” already." in early
    assert "1 of these customers is in the state “declined” already." in early
    assert "1 of these customers was given it less than 7 days ago." in early
    assert "given it less than 7 days ago" in said(office, What.REMINDER, days=5)
    later = said(office, days=6)
    assert "days ago" not in later
    assert "is in the state “waiting” already." in later
    assert "days ago" not in said(office, What.REMINDER, days=6)
    assert "waiting" not in said(office, What.REMINDER, days=6)


def test_all_that_is_missing_of_ourselves_is_named_and_where_to_say_it(office: Desk) -> None:
    partner.set_fields(office, {"contact": "", "mail": ""})
    posting = plan(office.view, office.operator, What.OFFER, [1], language="en", today=TODAY)
    why = str(posting.lines[0].why)
    assert "your own organisation: Contact, Mail." in why
    assert "partnerdesk partner set contact=… mail=…" in why
