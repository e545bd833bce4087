"""Who is due: the days that count, what was said to them since, and snoozes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from store.model.follow_up import AGES, Waiting, waiting_in
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.model.outgoing import Outgoing, Stage, What
from store.model.touch import Did, Touch
from tests.conftest import TODAY
from tests.store.model.samples import ago, event, granular_link, invitation


def classic(*given: int, **fields: Any) -> Invitation:
    """A classic offer, given so many days ago."""
    return invitation(*(event("given", ago(days)) for days in given), **fields)


def granular(given: int, made: int | None = None, **fields: Any) -> Invitation:
    """A link of its own, made and given so many days ago."""
    return classic(
        given, link=granular_link(), granular=True, made=ago(given if made is None else made),
        **fields,
    )  # fmt: skip


def touch(what: Did, days: int, until: date | None = None) -> Touch:
    return Touch(1, 1, what.value, ago(days), until)


def letter(days: int, what: What = What.REMINDER, stage: Stage = Stage.SENT) -> Outgoing:
    at = f"{ago(days).isoformat()}T10:00:00Z"
    return Outgoing(1, 1, what.value, "it@contoso.com", stage, at=at)


def one(invited: Invitation, *done: Touch | Outgoing, today: date = TODAY) -> Waiting:
    touches = [it for it in done if isinstance(it, Touch)]
    letters = [it for it in done if isinstance(it, Outgoing)]
    (found,) = waiting_in([invited], touches, letters, today)
    return found


@pytest.mark.parametrize(
    ("days", "age", "due"),
    [(0, 0, False), (5, 0, False), (6, 7, True), (19, 7, True), (20, 21, True), (58, 21, True),
     (59, 60, True), (78, 60, True), (79, 80, True), (500, 80, True)],
)  # fmt: skip
def test_an_age_is_reached_on_its_day_where_the_day_of_the_giving_is_the_first(
    days: int, age: int, due: bool
) -> None:
    found = one(classic(days))
    assert (found.day, found.age, found.due) == (days + 1, age, due)
    assert (found.answer_by, found.lapses_on) == (None, None), "a classic link waits for ever"


@pytest.mark.parametrize("given", [date(2028, 2, 1), date(2027, 2, 1), date(2026, 12, 31)])
def test_days_are_counted_over_the_ends_of_months_and_leap_days(given: date) -> None:
    invited = invitation(
        event("given", given), link=granular_link(), granular=True, made=given
    )  # fmt: skip
    for age in AGES:
        on = given + timedelta(days=age - 1)
        assert one(invited, today=on).age == age
        assert one(invited, today=on - timedelta(days=1)).age < age
    last = given + timedelta(days=89)
    assert one(invited, today=last).answer_by == last
    assert waiting_in([invited], (), (), last + timedelta(days=1)) == []


def test_a_link_has_a_last_day_and_lapses_on_the_next() -> None:
    found = one(granular(89))
    assert (found.day, found.answer_by, found.lapses_on) == (90, TODAY, ago(-1))
    assert found.lapses_within(0, TODAY)
    assert waiting_in([granular(90)], (), (), TODAY) == []


def test_a_link_that_was_given_late_still_gets_its_last_call() -> None:
    assert not one(granular(given=3, made=78)).due, "its day 79"
    found = one(granular(given=4, made=79))
    assert (found.day, found.age, found.due) == (5, 80, True)
    assert not one(granular(given=0, made=85)).due, "they were spoken to after its day 80"


@pytest.mark.parametrize(
    ("said", "due"),
    [
        (touch(Did.REMINDED, 0), False),
        (touch(Did.PHONED, 13), False),
        (touch(Did.PHONED, 16), False),
        (touch(Did.PHONED, 17), True),
        (touch(Did.NOTED, 0), True),
        (letter(0), False),
        (letter(16), False),
        (letter(17), True),
        (letter(99)._replace(on=ago(13)), False),
        (letter(13)._replace(on=ago(17)), True),
        (letter(0, stage=Stage.UNKNOWN), True),
        (letter(0, stage=Stage.QUEUED), True),
        (letter(0, what=What.RECORD), True),
    ],
    ids=str,
)
def test_whoever_was_spoken_to_since_the_age_was_reached_is_not_due(
    said: Touch | Outgoing, due: bool
) -> None:
    assert one(classic(19), said).due is due, "it is day 20, and day 7 was 13 days ago"


def test_whoever_was_reminded_just_before_an_age_is_due_at_the_next_one() -> None:
    reminded = touch(Did.REMINDED, 1)
    assert not one(classic(6), reminded).due, "on day 7, after a word on day 6"
    assert one(classic(20), touch(Did.REMINDED, 15)).due, "on day 21"
    assert one(classic(6), touch(Did.REMINDED, 4)).due, "a word on day 3 is too long ago"


@pytest.mark.parametrize(
    ("days", "heard", "later"),
    [(0, None, 7), (5, None, 7), (5, 1, 21), (5, 3, 7), (6, None, 21), (77, 0, 0), (79, None, 0)],
)
def test_the_next_age_is_the_next_day_on_which_they_are_due(
    days: int, heard: int | None, later: int
) -> None:
    said = [] if heard is None else [touch(Did.PHONED, heard)]
    found = one(classic(days), *said)
    assert found.next_age == later
    if later:
        then = TODAY + timedelta(days=later - found.day)
        assert one(classic(days), *said, today=then).due


def test_only_a_link_given_on_its_first_day_has_the_days_of_the_waiting() -> None:
    assert one(granular(5)).is_whole
    assert not one(granular(5, made=9)).is_whole
    assert not one(classic(5)).is_whole


def test_whoever_was_phoned_on_day_7_is_due_again_on_day_21_and_not_before() -> None:
    phoned = touch(Did.PHONED, 14)
    assert not one(classic(19), touch(Did.PHONED, 13)).due
    assert one(classic(20), phoned).due
    assert one(classic(20), phoned).last == ago(14)


@pytest.mark.parametrize(("until", "due"), [(-1, False), (0, False), (1, True)])
def test_a_snooze_holds_on_its_last_day_too(until: int, due: bool) -> None:
    found = one(classic(20), touch(Did.SNOOZED, 5, ago(until)))
    assert found.due is due
    assert found.snoozed_until == (None if due else ago(until))


def test_the_last_snooze_counts_even_if_it_is_the_shorter_one() -> None:
    long, short = touch(Did.SNOOZED, 3, ago(-30)), touch(Did.SNOOZED, 2, ago(1))
    assert one(classic(20), long, short).due
    assert not one(classic(20), short, long).due


def test_a_new_giving_starts_anew() -> None:
    before = [touch(Did.PHONED, 30), touch(Did.SNOOZED, 30, ago(-30))]
    found = one(classic(60, 6), *before)
    assert (found.since, found.day, found.age, found.due) == (ago(6), 7, 7, True)
    assert (found.last, found.snoozed_until) == (None, None)


@pytest.mark.parametrize(
    "answer",
    [
        event("answered", ago(1), answer="granted"),
        event("answered", ago(1), answer="declined"),
        event("answered", ago(1), answer="elsewhere"),
        event("ended", ago(1)),
        event("reported", ago(1), status="active"),
        event("reported", ago(1), status="lapsed"),
    ],
    ids=lambda answer: str(answer["what"]) + str(answer.get("answer", "")),
)
def test_an_answer_ends_the_waiting(answer: dict[str, Any]) -> None:
    assert waiting_in([invitation(event("given", ago(30)), answer)], (), (), TODAY) == []


def test_what_was_given_before_an_access_was_granted_is_answered_by_it() -> None:
    granted = invitation(event("answered", ago(10), answer="granted"), id=2)
    assert waiting_in([classic(30), granted], (), (), TODAY) == []


def test_a_new_consent_that_was_asked_for_later_is_waited_for() -> None:
    granted = invitation(event("answered", ago(300), answer="granted"), id=2)
    (found,) = waiting_in([granted, granular(7)], (), (), TODAY)
    assert found.due


def test_of_each_kind_the_last_one_is_waited_for() -> None:
    trial = classic(8, kind="trial", id=3, delegation=False)
    found = waiting_in([classic(30, id=1), classic(2, id=2), trial], (), (), TODAY)
    assert [(it.invitation, it.kind) for it in found] == [(2, Kind.DELEGATED), (3, Kind.TRIAL)]


def test_two_purchase_offers_are_waited_for_side_by_side() -> None:
    offers = [
        classic(9 - n, kind="purchase", id=n + 1, offer=name, delegation=False)
        for n, name in enumerate(["Small", "Large", "small"])
    ]
    granted = invitation(event("answered", ago(1), answer="granted"), id=9)
    found = waiting_in(
        [*offers, granted], (), [letter(0)._replace(kind=Kind.PURCHASE, invitation=2)], TODAY
    )
    assert {it.offer: (it.invitation, it.due) for it in found} == {
        "Large": (2, False), "small": (3, True),
    }, "that access was granted answers no offer without delegation"  # fmt: skip


def test_a_reminder_about_one_kind_is_none_about_another() -> None:
    trial = classic(20, kind="trial", id=2)
    found = waiting_in([classic(20), trial], (), [letter(0)], TODAY)
    assert {it.kind: it.due for it in found} == {Kind.DELEGATED: False, Kind.TRIAL: True}


def test_a_link_that_was_given_to_nobody_is_not_waited_for() -> None:
    assert waiting_in([invitation(link=granular_link(), granular=True)], (), (), TODAY) == []


def test_what_only_microsoft_says_waits_since_its_link_was_made() -> None:
    reported = event("reported", ago(9), status="approvalPending")
    found = one(invitation(reported, link=granular_link(), granular=True, made=ago(9)))
    assert (found.since, found.day, found.due) == (ago(9), 10, True)


@pytest.mark.parametrize("odd", ["", "2026-99-99", "9999-12-31", None, 7])
def test_dates_that_a_hand_put_there_do_no_harm(odd: object) -> None:
    invited = Invitation.from_document(
        1, {"customer": 1, "granular": True, "made": odd, "events": [{"what": "given", "on": odd}]}
    )
    touches = [Touch.from_document(1, {"what": "snoozed", "on": odd, "until": odd})]
    for found in waiting_in([invited], touches, (), TODAY):
        assert found.day >= 1
