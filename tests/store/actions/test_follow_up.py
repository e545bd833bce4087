"""Stories of following up: who is due, what was done, and what needs attention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.actions import customers, follow_up, offers, renewing
from store.actions.consent import record
from store.actions.follow_up import Need
from store.actions.taking_in import event_of, made_ready
from store.actions.undo import undo
from store.desk import Desk
from store.errors import BadInput, Conflict
from store.graph import facts
from store.message import Message, msg
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from store.model.relationship import PENDING, Relationship
from store.model.touch import Did
from store.view import View
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.store.actions.stories import TRIAL_LINK, add, own
from tests.store.model.samples import ago


class Calendar:
    """The desk's day, which a story turns."""

    def __init__(self) -> None:
        self.today = TODAY

    def __call__(self) -> date:
        return self.today

    def pass_days(self, days: int) -> date:
        self.today += timedelta(days=days)
        return self.today


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def desk(tmp_path: Path, calendar: Calendar) -> Any:
    with Desk(tmp_path / "store", OPERATOR, today=calendar, poll=0.02).open() as opened:
        yield opened


def give(desk: Desk, *keys: int) -> None:
    offers.give(desk, keys, Kind.DELEGATED, How.COPIED)


def due(view: View, today: date) -> list[int]:
    return [one.customer for one in follow_up.waiting(view, today) if one.due]


def post(desk: Desk, customer: int, stage: Stage, **fields: object) -> int:
    """Puts a letter into the outbox."""

    def work(tables: Tables) -> Message:
        made = {
            "customer": customer, "what": What.REMINDER.value, "kind": "delegated",
            "to": "it@contoso.com", "stage": stage.value, "message_id": "<a@adatum.example>",
            "at": f"{tables.today.isoformat()}T10:00:00Z",
        }  # fmt: skip
        tables.outbox.insert({**made, **fields})
        return msg("Posted.")

    return desk.transaction("test", work).before[0][1]


def test_those_who_are_due_come_first_and_of_these_who_waits_longest(
    partner: Desk, calendar: Calendar
) -> None:
    give(partner, add(partner, "Contoso"))
    calendar.pass_days(3)
    give(partner, add(partner, "Fabrikam"))
    calendar.pass_days(17)
    give(partner, add(partner, "Tailspin"))
    follow_up.phoned(partner, [1])
    found = follow_up.waiting(partner.view, calendar.pass_days(0))
    assert [(one.customer, one.day, one.due) for one in found] == [
        (2, 18, True), (1, 21, False), (3, 1, False),
    ]  # fmt: skip


def test_a_reminder_by_other_means_quietens_until_the_next_age(
    partner: Desk, calendar: Calendar
) -> None:
    give(partner, add(partner, "Contoso"), add(partner, "Fabrikam"))
    assert due(partner.view, calendar.pass_days(6)) == [1, 2]
    receipt = follow_up.reminded(partner, [1])
    assert str(receipt.message) == "Recorded that Contoso was reminded."
    assert due(partner.view, calendar.today) == [2]
    assert due(partner.view, calendar.pass_days(14)) == [1, 2]


def test_a_reminder_out_of_the_outbox_does_the_same(partner: Desk, calendar: Calendar) -> None:
    give(partner, add(partner, "Contoso"))
    calendar.pass_days(6)
    post(partner, 1, Stage.SENT)
    assert due(partner.view, calendar.today) == []
    (found,) = follow_up.waiting(partner.view, calendar.today)
    assert found.last == calendar.today


def test_a_snooze_ends_by_itself_and_can_be_undone(partner: Desk, calendar: Calendar) -> None:
    give(partner, add(partner, "Contoso"))
    calendar.pass_days(6)
    until = calendar.today + timedelta(days=7)
    receipt = follow_up.snooze(partner, [1], until, "On holiday")
    assert str(receipt.message) == f"Left Contoso alone until {until}."
    assert due(partner.view, calendar.today) == []
    undo(partner, receipt)
    assert due(partner.view, calendar.today) == [1]
    follow_up.snooze(partner, [1], until)
    assert due(partner.view, calendar.pass_days(7)) == []
    assert due(partner.view, calendar.pass_days(1)) == [1]


def test_several_are_one_transaction_all_or_none(partner: Desk) -> None:
    keys = [add(partner, name) for name in ("Contoso", "Fabrikam")]
    seq = partner.view.seq
    receipt = follow_up.noted(partner, [*keys, keys[0]], "Rang twice")
    assert str(receipt.message) == "Kept a note about 2 customers."
    assert partner.view.seq == seq + 1
    assert [[t.what for t in partner.view.touches(key)] for key in keys] == [[Did.NOTED]] * 2
    with pytest.raises(BadInput, match="Customer 99"):
        follow_up.phoned(partner, [keys[0], 99])
    assert partner.view.seq == seq + 1


def test_what_a_note_says_is_cleaned_and_an_empty_one_is_none(partner: Desk) -> None:
    key = add(partner, "Contoso")
    receipt = follow_up.noted(partner, [key], "one\ntwo")
    assert [str(note) for note in receipt.notes] == ["Note: a line break became a space."]
    (touch,) = partner.view.touches(key)
    assert (touch.note, touch.by, touch.on) == ("one two", "anna", TODAY)
    for empty in ("", "  ", "\u200b"):
        with pytest.raises(BadInput, match="empty"):
            follow_up.noted(partner, [key], empty)
    with pytest.raises(BadInput, match="control character"):
        follow_up.noted(partner, [key], "a\x1bb")
    with pytest.raises(BadInput, match="Nobody"):
        follow_up.phoned(partner, [])


@pytest.mark.parametrize("days", [-1, 366, 10_000])
def test_nobody_is_left_alone_until_yesterday_or_for_years(partner: Desk, days: int) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(BadInput, match="Nobody is left alone"):
        follow_up.snooze(partner, [key], ago(-days))


def test_who_was_added_and_then_noted_stays(partner: Desk) -> None:
    receipt = customers.add(partner, {"name": "Contoso"})
    follow_up.noted(partner, [1], "Rang twice")
    with pytest.raises(Conflict):
        undo(partner, receipt)
    assert partner.view.customer(1)


def test_an_archived_customer_is_not_waited_for(partner: Desk, calendar: Calendar) -> None:
    give(partner, add(partner, "Contoso"))
    customers.archive(partner, [1])
    calendar.pass_days(6)
    assert follow_up.waiting(partner.view, calendar.today) == []
    assert follow_up.attention(partner.view, calendar.today, 90) == []


def test_what_an_archived_customer_granted_may_end(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=20))
    record(partner, [key], Answer.GRANTED)
    assert len(renewing.plan(partner.view, TODAY)) == 1
    customers.archive(partner, [key])
    assert renewing.plan(partner.view, TODAY) == []


# -- what needs attention -----------------------------------------------------------------------


def needs(desk: Desk, today: date, days: int = 30, sending: bool = False) -> list[tuple[Need, str]]:
    found = follow_up.attention(desk.view, today, days, lambda: sending)
    return [(one.need, one.label) for one in found]


def test_nothing_needs_attention_until_something_does(partner: Desk, calendar: Calendar) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=365))
    assert needs(partner, calendar.today) == []
    assert needs(partner, calendar.pass_days(5)) == []
    assert needs(partner, calendar.pass_days(1)) == [(Need.DUE, "Contoso")]
    follow_up.phoned(partner, [key])
    assert needs(partner, calendar.today) == []
    assert needs(partner, calendar.today, days=82) == []
    assert needs(partner, calendar.today, days=83) == [(Need.LAPSING, "Contoso")]
    snoozed = follow_up.snooze(partner, [key], calendar.today)
    assert needs(partner, calendar.today, days=83) == [], "they are left alone for today"
    undo(partner, snoozed)
    record(partner, [key], Answer.GRANTED)
    assert needs(partner, calendar.pass_days(300)) == []
    assert needs(partner, calendar.pass_days(35)) == [(Need.EXPIRING, "Contoso")]
    assert "ask for a new consent" in str(
        follow_up.attention(partner.view, calendar.today, 30)[0].said
    )


def test_an_access_for_which_a_new_consent_was_asked_is_named_in_its_last_week(
    partner: Desk, calendar: Calendar
) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=40))
    record(partner, [key], Answer.GRANTED)
    assert needs(partner, calendar.pass_days(9), days=7) == []
    assert needs(partner, calendar.pass_days(1), days=7) == [(Need.EXPIRING, "Contoso")], (
        "it is the last safe day to ask, 30 days before the end"
    )
    calendar.pass_days(2)
    trial = {"link": TRIAL_LINK, "delegation": False}
    offers.set_offer(partner, Kind.TRIAL, **trial)
    offers.give(partner, [key], Kind.TRIAL, How.COPIED)
    assert needs(partner, calendar.today) == [(Need.EXPIRING, "Contoso")], "a trial asks for none"
    again = own(2)._replace(made=calendar.today)
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=again)
    assert needs(partner, calendar.today) == []
    assert needs(partner, calendar.pass_days(6)) == [(Need.DUE, "Contoso")] * 2
    calendar.pass_days(15)
    assert (Need.EXPIRING, "Contoso") in needs(partner, calendar.today)


def test_letters_in_doubt_or_refused_are_named_until_they_were_dealt_with(
    partner: Desk, calendar: Calendar
) -> None:
    for name in ("Contoso", "Fabrikam", "Tailspin"):
        add(partner, name)
    why = msg("No such mailbox.").to_json()
    post(partner, 1, Stage.UNKNOWN)
    post(partner, 2, Stage.REFUSED, why=why, what=What.OFFER.value)
    post(partner, 3, Stage.SENDING)
    post(partner, 0, Stage.UNKNOWN, what=What.TEST.value)
    post(partner, 3, Stage.QUEUED)
    found = follow_up.attention(partner.view, calendar.today, 30, lambda: True)
    assert [(one.need, one.label) for one in found] == [
        (Need.DOUBTFUL, "Contoso"), (Need.REFUSED, "Fabrikam"),
    ]  # fmt: skip
    assert "<a@adatum.example>" in str(found[0].said)
    assert str(found[1].said) == "offer to it@contoso.com: No such mailbox."
    # While nobody is sending, what is *being sent* was left behind by a process that died.
    assert (Need.DOUBTFUL, "Tailspin") not in needs(partner, calendar.today, sending=True)
    assert (Need.DOUBTFUL, "Tailspin") in needs(partner, calendar.today)
    post(partner, 2, Stage.DROPPED)
    assert (Need.REFUSED, "Fabrikam") in needs(partner, calendar.today)
    post(partner, 2, Stage.SENT)
    assert (Need.REFUSED, "Fabrikam") not in needs(partner, calendar.today)


def test_a_refused_letter_is_dealt_with_by_a_call(partner: Desk, calendar: Calendar) -> None:
    add(partner, "Contoso")
    post(partner, 1, Stage.REFUSED, at="2026-11-22T10:00:00Z")
    assert needs(partner, calendar.today) == [(Need.REFUSED, "Contoso")]

    def called(tables: Tables) -> Message:
        tables.now = "2026-11-22T11:00:00Z"
        tables.touches.insert({"customer": 1, "what": "phoned", "at": tables.now})
        return msg("Called.")

    partner.transaction("test", called)
    assert needs(partner, calendar.today) == []


# -- very many ----------------------------------------------------------------------------------


def test_20_000_customers_are_told_apart(desk: Desk) -> None:
    many = 20_000

    def work(tables: Tables) -> Message:
        tables.customers.insert_multiple({"name": f"C{n}"} for n in range(many))
        tables.invitations.insert_multiple(
            {
                "customer": key,
                "kind": "delegated",
                "events": [
                    {"what": "given", "on": ago(key % 100).isoformat()},
                    *([{"what": "answered", "answer": "granted", "on": TODAY.isoformat()}]
                      if key % 2 else []),
                ],
            }
            for key in range(1, many + 1)
        )  # fmt: skip
        tables.touches.insert_multiple(
            {"customer": key, "what": "phoned", "on": TODAY.isoformat()}
            for key in range(4, many + 1, 4)
        )
        return msg("Many.")

    desk.transaction("test", work)
    found = follow_up.waiting(desk.view, TODAY)
    assert len(found) == many / 2
    assert all(one.customer % 2 == 0 for one in found)
    assert sum(one.due for one in found) == sum(
        key % 4 == 2 and key % 100 >= 6 for key in range(1, many + 1)
    )
    order = [(not one.due, one.since) for one in found]
    assert order == sorted(order)


def test_whoever_granted_after_the_offer_here_is_not_waited_for(
    partner: Desk, zone: Callable[[str], None]
) -> None:
    """In Tokyo it is the 22nd already while Microsoft still writes the 21st."""
    zone("JST-9")
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.MAILED)
    offers.give(partner, [key], Kind.DELEGATED, How.MAILED, own=own(1))

    def work(tables: Tables) -> Message:
        fact = facts.Relationship("1", "a", "active", activated="2026-11-21T23:30:00Z")
        granted = event_of(fact, tables)

        def answered(row: Any) -> None:
            row["events"] = [*row["events"], granted]

        tables.invitations.update(answered, doc_ids=[2])
        return msg("Read from Microsoft.")

    partner.transaction("test", work)
    assert partner.view.invitations(key)[-1].events[-1].on == TODAY
    assert follow_up.waiting(partner.view, TODAY) == []


@pytest.mark.parametrize(("where", "made"), [("EST+5", "2026-11-20"), ("JST-9", "2026-11-21")])
def test_the_90_days_of_a_link_begin_on_the_day_on_which_it_was_made_here(
    partner: Desk, zone: Callable[[str], None], where: str, made: str
) -> None:
    zone(where)
    fact = facts.Relationship("1", "a", PENDING, modified="2026-11-21T02:00:00Z")
    found = made_ready(fact, partner.view.partner, "admin.microsoft.com", TODAY)
    assert found["made"] == made
    row = {"status": PENDING, "created": fact.modified, "microsoft_id": "1"}
    assert str(Relationship.from_document(1, row).created) == made


def test_whoever_is_due_for_one_offer_is_not_reminded_of_another(
    partner: Desk, calendar: Calendar
) -> None:
    """A reminder without a name is of what was given last, whatever else is due."""
    key = add(partner, "Contoso")
    for name in ("Office", "Cloud"):
        offers.set_offer(partner, Kind.TRIAL, name=name, link=TRIAL_LINK)
    offers.give(partner, [key], Kind.TRIAL, How.MAILED, offer="Office")
    calendar.today = TODAY + timedelta(days=8)
    offers.give(partner, [key], Kind.TRIAL, How.MAILED, offer="Cloud")
    assert follow_up.due(partner.view, calendar.today, Kind.TRIAL, "office") == [key]
    assert follow_up.due(partner.view, calendar.today, Kind.TRIAL) == []
