"""The letter for the customer's file: what is held, since when, by whom, and when there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store.actions import consent, members, offers
from store.desk import Desk
from store.errors import NotAllowed
from store.message import Message, msg
from store.model.access import Level
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from store.model.outgoing import What
from store.work import Tables
from tests.microsoft import CONTOSO, FABRIKAM
from tests.store.actions.stories import add, own
from tests.store.letters.telling import related, told
from tests.store.model.samples import ago


def test_the_letter_for_the_file_says_what_since_when_and_who(partner: Desk) -> None:
    key = add(partner, "Contoso")
    for name, level in (("Zoë", Level.LIMITED), ("Anna", Level.FULL), ("Max", Level.NONE)):
        receipt = members.add(partner, f"{len(name)}{level}@adatum.example", name)
        if level:
            members.set_access(partner, receipt.before[0][1], access=True, level=level)
    related(
        partner, key, status="active", activated="2026-01-05T10:00:00Z", ends="2028-01-05",
        auto_extend=True,
    )  # fmt: skip
    text = told(partner, What.RECORD, key).text
    assert "under the name Relationship 1, since 5 January 2026, until 5 January 2028" in text
    assert "extended by 180 days at a time" in text
    assert "Microsoft confirmed it to us on 21 November 2026." in text
    assert "- Anna: Full administration\n- Zoë: Limited administration\n" in text
    assert "Max" not in text
    assert "remove the roles" in text
    assert told(partner, What.RECORD, key).letter.gaps == ()


def test_that_nobody_may_act_is_not_said_without_a_word_where_nobody_knows(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, status="active", activated="2026-01-05T10:00:00Z")
    (remark,) = told(partner, What.RECORD, key).letter.remarks
    assert str(remark).startswith("No user of yours is on the desk, so the letter says that nobody")
    members.add(partner, "anna@adatum.example", "Anna")
    found = told(partner, What.RECORD, key)
    assert found.letter.remarks == () and "nobody of us is set up" in found.text


def test_the_day_microsoft_was_asked_is_that_of_the_desks_own_calendar(
    partner: Desk, zone: Callable[[str], None]
) -> None:
    zone("EST+5")
    key = add(partner, "Contoso")
    asked = {"at": "2026-11-22T02:00:00Z"}
    related(partner, key, synced=asked, status="active", activated="2026-01-05T10:00:00Z")
    text = told(partner, What.RECORD, key).text
    assert "Microsoft confirmed it to us on 21 November 2026." in text


def test_whoever_holds_nothing_there_is_not_said_to_be_able_to(partner: Desk) -> None:
    receipt = members.add(partner, "anna@adatum.example", "Anna")
    members.set_access(partner, receipt.before[0][1], access=True, level=Level.FULL)
    key = add(partner, "Contoso", microsoft_id=CONTOSO)
    related(partner, key, status="active", tenant=CONTOSO, etag="2")
    assert "- Anna: Full administration" in told(partner, What.RECORD, key).text, "for all we know"
    key = add(partner, "Fabrikam", microsoft_id=FABRIKAM)
    related(
        partner, key, 2, status="active", tenant=FABRIKAM, etag="2",
        assignments=[], assignments_of="1 2",
    )  # fmt: skip
    text = told(partner, What.RECORD, key).text
    assert "Anna: Full administration" not in text, "no group of ours was assigned there"
    assert "At present nobody of us is set up to use it." in text


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "activating"},
        {"status": "active", "ends": "2026-11-21"},
        {"status": "active", "gone": "2026-11-21"},
        {"status": "terminating"},
    ],
    ids=str,
)
def test_what_gives_no_access_today_is_not_said_to_be_held(
    partner: Desk, fields: dict[str, Any]
) -> None:
    key = add(partner, "Contoso")
    related(partner, key, **fields)
    with pytest.raises(NotAllowed, match="gave us no access"):
        told(partner, What.RECORD, key)


def test_an_end_that_was_recorded_since_the_last_sync_counts(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    consent.record(partner, [key], Answer.GRANTED)
    related(partner, key, status="active")
    assert told(partner, What.RECORD, key)
    consent.record(partner, [key], Answer.ENDED)
    with pytest.raises(NotAllowed, match="gave us no access"):
        told(partner, What.RECORD, key)


@pytest.mark.parametrize("synced", [{"whole": False}, {"tenant": "another"}], ids=str)
def test_what_microsoft_did_not_confirm_is_not_said_to_be(
    partner: Desk, synced: dict[str, Any]
) -> None:
    key = add(partner, "Contoso")
    related(partner, key, synced=synced, status="active")
    assert "Microsoft confirmed" not in told(partner, What.RECORD, key).text


def test_a_day_since_when_that_nobody_knows_is_not_made_up(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, status="active", created="2026-01-02T00:00:00Z")
    assert (
        "under the name Relationship 1, with these roles:" in told(partner, What.RECORD, key).text
    )


def test_a_classic_access_is_on_file_by_its_levels(partner: Desk) -> None:
    key = add(partner, "Contoso")
    consent.record(partner, [key], Answer.GRANTED, on=ago(10))
    text = told(partner, What.RECORD, key).text
    assert "Delegated administration, since 12 November 2026, until you or we end it." in text
    assert "what a password administrator can" in text
    assert "At present nobody of us is set up to use it." in text
    assert "Microsoft confirmed" not in text


def test_many_people_are_counted_after_the_first_dozen_for_it_is_one_page(partner: Desk) -> None:
    key = add(partner, "Contoso")
    consent.record(partner, [key], Answer.GRANTED)

    def work(tables: Tables) -> Message:
        for number in range(15):
            tables.members.insert(
                {"upn": f"u{number}@a.example", "name": f"U{number:02}", "access": True,
                 "level": "full"}
            )  # fmt: skip
        return msg("Many came.")

    partner.transaction("test", work)
    text = told(partner, What.RECORD, key).text
    assert text.count(": Full administration") == 12
    assert "- and 3 more of our people;" in text


def test_where_nobody_gave_access_there_is_nothing_to_file(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    with pytest.raises(NotAllowed, match="Contoso gave us no access") as refused:
        told(partner, What.RECORD, key)
    assert "partnerdesk consent record Contoso granted" in str(refused.value.todo)
