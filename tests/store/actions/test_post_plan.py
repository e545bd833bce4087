"""The plan of letters: who would be written to, and who is left out, and why."""

from __future__ import annotations

import pytest

from store.actions import (
    offers,
    outbox,
    partner,
    resolving,
)
from store.actions.outbox import Account, Security
from store.actions.posting import Fate
from store.desk import Desk
from store.errors import NotAllowed
from store.message import Message, msg
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from store.work import Tables
from tests.letters_office import SENDER
from tests.store.actions.five import ACCOUNT, change, letters, line, office, plan, put

__all__ = ["office"]


def test_a_plan_has_each_customer_in_its_own_language_and_changes_nothing(office: Desk) -> None:
    before = office.view.seq
    posting = plan(office)
    assert [one.language for one in posting.lines] == ["en", "fr", "de", "es", "zh-Hans"]
    assert all(one.fate is Fate.SEND and one.subject for one in posting.lines)
    assert posting.why_not is None
    assert office.view.seq == before


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"contact": ""}, "no contact address"),
        ({"contact": "it@c1.example, evil@x.example"}, "is not a mail address"),
        ({"contact": "it@c1.example\nBcc: evil@x.example"}, "is not a mail address"),
        ({"archived": "2026-01-01"}, "is archived"),
    ],
)
def test_whoever_cannot_be_written_to_is_refused_by_name_and_the_rest_goes_on(
    office: Desk, fields: dict[str, str], why: str
) -> None:
    change(office, 2, **fields)
    posting = plan(office)
    assert why in str(line(posting, 2).why)
    assert [one.customer for one in posting.to_send] == [1, 3, 4, 5]


def test_without_a_link_or_a_contact_of_ours_nothing_would_be_sent(office: Desk) -> None:
    partner.set_fields(office, {"mail": ""})
    assert not plan(office).to_send
    partner.set_fields(office, {"mail": SENDER, "tenant": ""})
    assert not plan(office).to_send


def test_a_partner_that_may_not_offer_sends_no_offer_but_the_letter_for_the_file(
    office: Desk,
) -> None:
    partner.set_fields(office, {"certified": "no"})
    assert "certified" in str(plan(office).forbidden)
    assert "certified" in str(plan(office, What.REMINDER).forbidden)
    assert plan(office, What.RECORD).forbidden is None
    with pytest.raises(NotAllowed):
        outbox.queue(office, plan(office), ACCOUNT)
    assert letters(office) == []


def test_there_is_nothing_to_remind_of_before_anything_was_given(office: Desk) -> None:
    posting = plan(office, What.REMINDER)
    assert posting.to_send == ()
    offers.give(office, [3], Kind.DELEGATED, offers.How.COPIED)
    assert [one.customer for one in plan(office, What.REMINDER).to_send] == [3]


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (None, "not set how letters are sent"),
        (ACCOUNT._replace(port=99_999), "99999 is no port"),
        (ACCOUNT._replace(sender="nobody"), "need an address"),
        (ACCOUNT._replace(reply_to="a, b"), "is not a mail address"),
        (ACCOUNT._replace(host=""), "which mail server"),
        (ACCOUNT._replace(host="smtp.example.com"), "in the open"),
        (ACCOUNT._replace(host="127.0.0.1.evil.example"), "in the open"),
    ],
)
def test_an_account_that_cannot_be_used_is_said_and_nothing_is_queued(
    office: Desk, account: Account | None, why: str
) -> None:
    posting = plan(office, account=account)
    assert why in str(posting.no_way)
    if account:
        with pytest.raises(NotAllowed):
            outbox.queue(office, plan(office), account)
    assert letters(office) == []


@pytest.mark.parametrize("security", list(Security))
def test_a_practice_store_sends_nothing_to_another_host(office: Desk, security: Security) -> None:
    partner.set_fields(office, {"cloud": "practice"})
    away = ACCOUNT._replace(host="smtp.example.com", security=security)
    assert "practice store" in str(plan(office, account=away).no_way)
    for host in ("127.0.0.1", "::1", "localhost", "LOCALHOST"):
        assert plan(office, account=ACCOUNT._replace(host=host)).no_way is None


def test_an_address_that_came_back_gets_no_other_letter_until_it_is_another_or_right_again(
    office: Desk,
) -> None:
    def refuse(code: str) -> None:
        def work(tables: Tables) -> Message:
            tables.outbox.update(
                {"stage": Stage.REFUSED.value, "code": code, "why": {"text": "No such user."}},
                doc_ids=[2],
            )
            return msg("It came back.")

        office.transaction("test", work)

    outbox.queue(office, plan(office), ACCOUNT)
    put(office, Stage.DROPPED, 1, 3, 4, 5)
    refuse("550 5.1.1")
    assert line(plan(office), 2).fate is Fate.REFUSED
    assert "comes back (550 5.1.1)" in str(line(plan(office), 2).why)
    refuse("552 5.2.2")  # a full mailbox may have room again
    assert line(plan(office), 2).fate is Fate.SEND
    refuse("5.1.1")
    resolving.drop(office, [2])
    assert line(plan(office), 2).fate is Fate.SEND
    refuse("5.1.1")
    change(office, 2, contact="other@c2.example")
    assert line(plan(office), 2).fate is Fate.SEND
