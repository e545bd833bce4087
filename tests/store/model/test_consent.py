"""Consent follows from the events of the invitations, and from the day."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from store.model.consent import (
    ANSWER_NAMES,
    NOT_OFFERED,
    STATE_NAMES,
    USABLE,
    Answer,
    Consent,
    State,
    classic_caveat,
    consent_in,
    consent_of,
    state_of,
)
from store.model.invitation import Invitation
from store.model.partner import Cloud
from tests.conftest import TODAY
from tests.store.model.samples import ago, event, granular_link, invitation, stored

GIVEN = event("given", ago(10))
OWN: dict[str, Any] = {"granular": True, "link": granular_link(), "made": ago(12)}


def granted(days_ago: int, **more: Any) -> dict[str, Any]:
    return event("answered", ago(days_ago), answer="granted", **more)


def reported(status: str, **more: Any) -> dict[str, Any]:
    return event("reported", ago(1), status=status, **more)


# One invitation for each state, in the order in which a customer shows the best of them.
ONE_OF_EACH: list[tuple[State, dict[str, Any]]] = [
    (State.ACTIVE, stored(GIVEN, granted(5))),
    (State.EXPIRING, stored(GIVEN, granted(5), **OWN, days=20)),
    (State.GRANTED, stored(GIVEN, reported("approved"))),
    (State.WAITING, stored(GIVEN)),
    (State.UNKNOWN, stored(GIVEN, reported("somethingNew"))),
    (State.ELSEWHERE, stored(GIVEN, event("answered", answer="elsewhere"))),
    (State.WITHOUT, stored(GIVEN, event("answered", answer="without-delegation"), kind="trial")),
    (State.DECLINED, stored(GIVEN, event("answered", answer="declined"))),
    (State.LAPSED, stored(GIVEN, **{**OWN, "made": ago(100)})),
    (State.EXPIRED, stored(GIVEN, granted(9), **OWN, days=3)),
    (State.TERMINATED, stored(GIVEN, granted(9), event("ended"))),
    (State.NOT_OFFERED, stored(**OWN)),
]


def of(*rows: dict[str, Any], today: date = TODAY) -> Consent:
    """The consent in some stored invitations; lists have to agree with it."""
    made = [
        invitation(*row["events"], **{**row, "id": number}) for number, row in enumerate(rows, 1)
    ]
    found = consent_of(made, today)
    assert state_of(rows, today) is found.state
    return found


# -- one invitation ---------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "row"), ONE_OF_EACH, ids=[str(s) for s, _ in ONE_OF_EACH])
def test_one_invitation_stands_where_its_last_event_put_it(
    state: State, row: dict[str, Any]
) -> None:
    found = of(row)
    assert found.state is state
    assert found.invitation is not None
    assert found.invitation.id == 1


def test_every_state_and_every_answer_has_a_name() -> None:
    assert [state for state, _ in ONE_OF_EACH] == list(State)
    assert set(STATE_NAMES) == set(State)
    assert set(ANSWER_NAMES) == set(Answer)


@pytest.mark.parametrize(("days", "day"), [(0, 1), (1, 2), (89, 90), (90, 91), (4_000, 4_001)])
def test_a_classic_offer_waits_without_limit(days: int, day: int) -> None:
    found = of(stored(event("given", ago(days))))
    assert found.state is State.WAITING
    assert found.day == day
    assert found.since == ago(days)
    assert found.answer_by is None


def test_giving_once_more_does_not_begin_the_count_again() -> None:
    found = of(stored(event("given", ago(20)), event("given", ago(3))))
    assert (found.state, found.day, found.since) == (State.WAITING, 21, ago(20))


@pytest.mark.parametrize(
    ("days", "state", "day"),
    [
        (0, State.WAITING, 1),
        (88, State.WAITING, 89),
        (89, State.WAITING, 90),
        (90, State.LAPSED, None),
        (91, State.LAPSED, None),
    ],
)
def test_a_granular_link_lapses_after_its_ninetieth_day(
    days: int, state: State, day: int | None
) -> None:
    found = of(stored(event("given", TODAY), **{**OWN, "made": ago(days)}))
    assert (found.state, found.day) == (state, day)
    if state is State.WAITING:
        assert found.answer_by == ago(days - 89)
    else:
        assert found.since == ago(days - 90)


def test_the_days_of_a_granular_link_count_from_the_day_it_was_made() -> None:
    found = of(stored(event("given", ago(2)), **{**OWN, "made": ago(30)}))
    assert (found.day, found.since, found.answer_by) == (31, ago(2), ago(-59))


def test_a_granular_link_of_unknown_age_has_no_deadline() -> None:
    found = of(stored(event("given", ago(200)), **{**OWN, "made": ""}))
    assert (found.state, found.day, found.answer_by) == (State.WAITING, 201, None)


def test_a_lapsed_link_that_was_accepted_after_all_counts() -> None:
    assert of(stored(GIVEN, granted(1), **{**OWN, "made": ago(200)})).state is State.ACTIVE


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (32, State.ACTIVE),
        (31, State.ACTIVE),
        (30, State.EXPIRING),
        (1, State.EXPIRING),
        (0, State.EXPIRING),
        (-1, State.EXPIRED),
        (-400, State.EXPIRED),
    ],
)
def test_an_access_is_expiring_thirty_days_before_it_ends(left: int, state: State) -> None:
    for found in (
        of(stored(GIVEN, granted(300), **OWN, days=300 + left)),
        of(stored(GIVEN, reported("active", until=ago(-left).isoformat()), **OWN)),
    ):
        assert found.state is state
        if state is State.EXPIRED:
            assert found.since == ago(-left - 1)  # the first day without it
        else:
            assert found.ends == ago(-left)


@pytest.mark.parametrize("left", [31, 30, 0, -1, -400])
def test_an_access_that_extends_itself_does_not_end(left: int) -> None:
    by_hand = stored(GIVEN, granted(300), **OWN, days=300 + left, auto_extend=True)
    by_microsoft = stored(
        GIVEN, reported("active", until=ago(-left).isoformat()), **OWN, auto_extend=True
    )
    for row in (by_hand, by_microsoft):
        found = of(row)
        assert (found.state, found.ends) == (State.ACTIVE, None)


def test_a_classic_access_does_not_end() -> None:
    found = of(stored(GIVEN, granted(4_000)))
    assert (found.state, found.since, found.ends) == (State.ACTIVE, ago(4_000), None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("created", State.NOT_OFFERED),
        ("approvalPending", State.WAITING),
        ("approved", State.GRANTED),
        ("activating", State.GRANTED),
        ("active", State.ACTIVE),
        ("expiring", State.EXPIRED),
        ("expired", State.EXPIRED),
        ("terminationRequested", State.TERMINATED),
        ("terminating", State.TERMINATED),
        ("terminated", State.TERMINATED),
    ],
)
def test_what_microsoft_reports_is_understood(status: str, state: State) -> None:
    found = of(stored(GIVEN, reported(status), **OWN))
    assert found.state is state
    assert found.reported == ""


@pytest.mark.parametrize("status", ["unknownFutureValue", "Active", "", "[b]x[/b]"])
def test_a_status_that_nobody_knows_is_shown_and_never_guessed(status: str) -> None:
    found = of(stored(GIVEN, granted(3), reported(status), **OWN, days=700))
    assert (found.state, found.reported, found.since) == (State.UNKNOWN, status, ago(1))


def test_a_link_that_microsoft_still_waits_for_lapses_too() -> None:
    row = stored(GIVEN, reported("approvalPending"), **{**OWN, "made": ago(90)})
    assert of(row).state is State.LAPSED


def test_an_event_of_another_kind_is_unknown() -> None:
    found = of(stored(GIVEN, event("frobnicated")))
    assert (found.state, found.reported) == (State.UNKNOWN, "frobnicated")


def test_an_answer_of_another_kind_is_unknown() -> None:
    assert of(stored(GIVEN, event("answered", answer="perhaps"))).state is State.UNKNOWN


# -- several invitations ----------------------------------------------------------------------


def test_a_customer_without_invitations_was_not_offered() -> None:
    assert of() == NOT_OFFERED
    assert of().invitation is None


def test_a_customer_shows_the_best_of_its_invitations() -> None:
    for (better, first), (worse, second) in permutations(ONE_OF_EACH, 2):
        if list(State).index(better) < list(State).index(worse):
            assert of(first, second).state is better
            assert of(second, first).state is better


def test_the_order_of_the_states_is_the_one_that_was_agreed() -> None:
    assert [state.value for state in State] == [
        "active",
        "expiring",
        "granted",
        "waiting",
        "unknown",
        "elsewhere",
        "without-delegation",
        "declined",
        "lapsed",
        "expired",
        "terminated",
        "not-offered",
    ]
    assert {State.ACTIVE, State.EXPIRING} == USABLE


def test_of_equals_the_later_invitation_speaks() -> None:
    found = of(stored(event("given", ago(9))), stored(event("given", ago(4))))
    assert found.invitation is not None
    assert (found.invitation.id, found.day) == (2, 5)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("shorter", "longer"),
    [
        (stored(GIVEN, granted(5), **OWN, days=100), stored(GIVEN, granted(5), **OWN, days=700)),
        (stored(GIVEN, granted(5), **OWN, days=100), stored(GIVEN, granted(9))),
        (stored(GIVEN, granted(5), **OWN, days=8), stored(GIVEN, granted(5), **OWN, days=20)),
    ],
)
def test_of_two_accesses_the_one_that_lasts_longer_speaks(
    shorter: dict[str, Any], longer: dict[str, Any], swapped: bool
) -> None:
    found = of(longer, shorter) if swapped else of(shorter, longer)
    assert found.invitation is not None
    assert found.invitation.id == (1 if swapped else 2)


def test_a_declined_customer_who_is_offered_again_is_waiting() -> None:
    declined = stored(GIVEN, event("answered", ago(5), answer="declined"))
    assert of(declined, stored(event("given", ago(1)))).state is State.WAITING


def test_a_customer_who_was_offered_again_while_active_stays_active() -> None:
    assert of(stored(GIVEN, granted(5)), stored(event("given", TODAY))).state is State.ACTIVE


@pytest.mark.parametrize("kind", ["trial", "purchase"])
def test_an_offer_that_did_not_ask_for_delegation_does_not_count(kind: str) -> None:
    without = stored(GIVEN, granted(3), kind=kind, delegation=False)
    assert of(without) == NOT_OFFERED
    assert of(without, stored(GIVEN)).state is State.WAITING
    assert of(stored(GIVEN, granted(3), kind=kind, delegation=True)).state is State.ACTIVE


def test_consent_changes_with_the_day_alone() -> None:
    row = stored(event("given", ago(0)), **{**OWN, "made": TODAY})
    assert of(row, today=ago(-89)).state is State.WAITING
    assert of(row, today=ago(-90)).state is State.LAPSED
    read = invitation(*row["events"], **row)
    assert consent_in(read, ago(-89)).day == 90
    assert consent_in(read, ago(-90)).since == ago(-90)


@pytest.mark.parametrize(
    ("row", "cloud", "warns"),
    [
        (stored(GIVEN, granted(5)), Cloud.WORLDWIDE, True),
        (stored(granted(5)), Cloud.WORLDWIDE, True),
        (stored(GIVEN, granted(5)), Cloud.CHINA, False),
        (stored(event("answered", date(2023, 12, 31), answer="granted")), Cloud.WORLDWIDE, False),
        (stored(GIVEN, granted(5), **OWN), Cloud.WORLDWIDE, False),
        (stored(GIVEN, reported("active")), Cloud.WORLDWIDE, False),
        (stored(GIVEN, event("answered", ago(5), answer="declined")), Cloud.WORLDWIDE, False),
    ],
)  # fmt: skip
def test_a_yes_to_a_classic_link_that_gives_nothing_any_more_is_doubted(
    row: dict[str, Any], cloud: Cloud, warns: bool
) -> None:
    consent = consent_in(Invitation.from_document(1, row), TODAY)
    said = classic_caveat(consent, cloud)
    assert (said is not None) is warns
    assert said is None or "check in Partner Center" in str(said)
