"""The operator records what a customer answered, on the day it came."""

from __future__ import annotations

import pytest

from store.actions import customers
from store.actions.consent import record
from store.actions.offers import give, set_offer, set_own_link
from store.desk import Desk
from store.errors import BadInput
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.offer import Kind
from tests.conftest import TODAY
from tests.store.actions.stories import TRIAL_LINK, add, contents, own, state
from tests.store.model.samples import ago, granular_link


def offered(desk: Desk, *kinds: Kind, name: str = "Contoso") -> int:
    """A customer that was given some kinds of offer, ten days ago."""
    key = add(desk, name)
    desk.today = lambda: ago(10)
    for kind in kinds:
        if kind is not Kind.DELEGATED and not desk.view.offer(kind).link:
            set_offer(desk, kind, link=TRIAL_LINK)
        give(desk, [key], kind, How.COPIED)
    desk.today = lambda: TODAY
    return key


def whats(desk: Desk, key: int) -> list[list[str]]:
    """The events of a customer's invitations, by what they are."""
    return [[event.what for event in found.events] for found in desk.view.invitations(key)]


@pytest.mark.parametrize(
    ("answer", "kind", "reached"),
    [
        (Answer.GRANTED, Kind.DELEGATED, State.ACTIVE),
        (Answer.DECLINED, Kind.DELEGATED, State.DECLINED),
        (Answer.ELSEWHERE, Kind.DELEGATED, State.ELSEWHERE),
        (Answer.WITHOUT, Kind.TRIAL, State.WITHOUT),
        (Answer.WITHOUT, Kind.PURCHASE, State.WITHOUT),
        (Answer.GRANTED, Kind.TRIAL, State.ACTIVE),
    ],
)
def test_an_answer_goes_to_the_invitation_that_it_answers(
    partner: Desk, answer: Answer, kind: Kind, reached: State
) -> None:
    key = offered(partner, kind)
    assert state(partner, key) is State.WAITING
    receipt = record(partner, [key], answer, on=ago(4), note=" She called.\nTwice. ")
    assert str(receipt.message).startswith("Recorded for Contoso: ")
    assert [str(note) for note in receipt.notes] == ["Note: a line break became a space."]
    (invitation,) = partner.view.invitations(key)
    event = invitation.events[-1]
    assert (event.what, event.answer, event.on) == ("answered", answer.value, ago(4))
    assert (event.note, event.by) == ("She called. Twice.", "anna")
    assert state(partner, key) is reached
    assert partner.view.consent(key, TODAY).since == ago(4)


def test_an_access_that_was_granted_can_end(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    record(partner, [key], Answer.GRANTED, on=ago(9))
    record(partner, [key], Answer.ENDED, on=ago(2), note="moved away")
    assert state(partner, key) is State.TERMINATED
    assert whats(partner, key) == [["given", "answered", "ended"]]
    (invitation,) = partner.view.invitations(key)
    assert (invitation.events[-1].answer, invitation.events[-1].note) == ("", "moved away")


def test_without_a_day_an_answer_came_today(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    record(partner, [key], Answer.GRANTED)
    assert partner.view.consent(key, TODAY).since == TODAY


def test_a_granular_grant_ends_after_its_days(partner: Desk) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=40))
    record(partner, [key], Answer.GRANTED)
    assert partner.view.consent(key, TODAY).ends == ago(-40)
    assert partner.view.state(key, ago(-10)) is State.EXPIRING
    assert partner.view.state(key, ago(-41)) is State.EXPIRED


def test_one_answer_for_several_customers_is_recorded_for_all(partner: Desk) -> None:
    keys = [offered(partner, Kind.DELEGATED, name=name) for name in ("Contoso", "Fabrikam")]
    receipt = record(partner, [*keys, keys[0]], Answer.GRANTED)
    assert str(receipt.message) == "Recorded for 2 customers: granted."
    assert [state(partner, key) for key in keys] == [State.ACTIVE, State.ACTIVE]
    assert whats(partner, keys[0]) == [["given", "answered"]]


# -- which invitation -------------------------------------------------------------------------


def test_declined_closes_every_offer_that_is_still_waiting(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED, Kind.TRIAL)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    assert len(partner.view.invitations(key)) == 3
    record(partner, [key], Answer.DECLINED)
    assert whats(partner, key) == [["given", "answered"]] * 3
    assert state(partner, key) is State.DECLINED


def test_granted_answers_the_latest_offer(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    record(partner, [key], Answer.GRANTED)
    assert whats(partner, key) == [["given"], ["given", "answered"]]
    consent = partner.view.consent(key, TODAY)
    assert consent.invitation is not None
    assert consent.invitation.link == granular_link()


def test_without_delegation_answers_the_trial_and_leaves_the_other_offer(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED, Kind.TRIAL)
    record(partner, [key], Answer.WITHOUT)
    assert whats(partner, key) == [["given"], ["given", "answered"]]
    assert state(partner, key) is State.WAITING


def test_an_answer_may_be_corrected(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    record(partner, [key], Answer.DECLINED)
    record(partner, [key], Answer.GRANTED)
    assert whats(partner, key) == [["given", "answered", "answered"]]
    assert state(partner, key) is State.ACTIVE


def test_an_answer_to_a_link_that_has_lapsed_is_recorded_with_it(partner: Desk) -> None:
    key = add(partner, "Contoso")
    partner.today = lambda: ago(100)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=100))
    partner.today = lambda: TODAY
    assert state(partner, key) is State.LAPSED
    record(partner, [key], Answer.GRANTED, on=ago(20))
    assert whats(partner, key) == [["given", "answered"]]
    assert state(partner, key) is State.ACTIVE


@pytest.mark.parametrize(
    ("answer", "reached"),
    [
        (Answer.GRANTED, State.ACTIVE),
        (Answer.DECLINED, State.DECLINED),
        (Answer.ELSEWHERE, State.ELSEWHERE),
    ],
)
def test_an_answer_of_a_customer_who_was_never_offered_makes_an_earlier_invitation(
    partner: Desk, answer: Answer, reached: State
) -> None:
    key = add(partner, "Contoso")
    record(partner, [key], answer, on=ago(400))
    (invitation,) = partner.view.invitations(key)
    assert [event.how for event in invitation.events] == ["earlier", ""]
    assert invitation.given == ago(400)
    assert (invitation.granular, invitation.kind) == (False, Kind.DELEGATED)
    assert state(partner, key) is reached


def test_a_link_that_was_only_pasted_does_not_take_the_answer(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own())
    record(partner, [key], Answer.GRANTED)
    draft, earlier = partner.view.invitations(key)
    assert draft.is_draft
    assert earlier.events[0].how == "earlier"


# -- twice, or late ---------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "reached"), [(365, State.ACTIVE), (15, State.EXPIRING)])
def test_a_grant_that_was_recorded_is_left_alone_the_second_time(
    partner: Desk, days: int, reached: State
) -> None:
    key = add(partner, "Contoso")
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=days))
    record(partner, [key], Answer.GRANTED)
    before, ends = contents(partner), partner.view.consent(key, TODAY).ends
    partner.today = lambda: ago(-3)
    receipt = record(partner, [key], Answer.GRANTED)
    said = "Contoso has granted it already, so nothing was recorded for it."
    assert (receipt.seq, str(receipt.message), receipt.notes) == (0, said, ())
    assert contents(partner) == before
    assert partner.view.consent(key, TODAY).ends == ends
    assert state(partner, key) is reached


def test_of_several_those_who_granted_already_are_said(partner: Desk) -> None:
    names = ("Contoso", "Fabrikam", "Woodgrove", "Northwind")
    keys = [offered(partner, Kind.DELEGATED, name=name) for name in names]
    record(partner, keys[:1], Answer.GRANTED)
    receipt = record(partner, keys[:2], Answer.GRANTED)
    assert str(receipt.message) == "Recorded for Fabrikam: granted."
    assert [str(note) for note in receipt.notes] == [
        "Contoso has granted it already, so nothing was recorded for it."
    ]
    receipt = record(partner, keys, Answer.GRANTED)
    assert str(receipt.message) == "Recorded for 2 customers: granted."
    (note,) = receipt.notes
    assert "2 customers have granted it already" in str(note)
    assert whats(partner, keys[0]) == [["given", "answered"]]


def test_an_access_that_goes_on_is_left_alone_beside_a_link_that_has_lapsed(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    record(partner, [key], Answer.GRANTED)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    partner.today = lambda: ago(-90)
    assert record(partner, [key], Answer.GRANTED).seq == 0


@pytest.mark.parametrize("ended", [True, False])
def test_a_link_that_is_used_up_is_not_granted_again(partner: Desk, ended: bool) -> None:
    key = add(partner, "Contoso")
    partner.today = lambda: ago(30)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=365 if ended else 20, made=30))
    record(partner, [key], Answer.GRANTED)
    partner.today = lambda: TODAY
    if ended:
        record(partner, [key], Answer.ENDED)
    assert state(partner, key) is (State.TERMINATED if ended else State.EXPIRED)
    said = "The access of Contoso has ended, and its link was for one answer. Make a new link"
    assert refused(partner, key, Answer.GRANTED, said) == "answer"
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(2))
    record(partner, [key], Answer.GRANTED)
    assert state(partner, key) is State.ACTIVE


def test_a_classic_link_may_be_granted_again_after_the_end(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    for answer in (Answer.GRANTED, Answer.ENDED, Answer.GRANTED):
        record(partner, [key], answer)
    assert state(partner, key) is State.ACTIVE


@pytest.mark.parametrize("answer", [Answer.GRANTED, Answer.ENDED])
def test_no_answer_came_before_the_one_that_is_recorded(partner: Desk, answer: Answer) -> None:
    key = offered(partner, Kind.DELEGATED)
    first = Answer.GRANTED if answer is Answer.ENDED else Answer.DECLINED
    record(partner, [key], first, on=ago(4))
    assert refused(partner, key, answer, "on 2026-11-18|is of 2026-11-18", on=ago(5)) == "on"
    record(partner, [key], answer, on=ago(4))


@pytest.mark.parametrize("answer", [Answer.GRANTED, Answer.ELSEWHERE])
def test_no_answer_came_after_the_last_day_for_it(partner: Desk, answer: Answer) -> None:
    key = add(partner, "Contoso")
    partner.today = lambda: ago(100)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=100))
    partner.today = lambda: TODAY
    said = f"Contoso could answer until {ago(11)}, and {ago(10)} is later"
    assert refused(partner, key, answer, said, on=ago(10)) == "on"
    record(partner, [key], answer, on=ago(11))


def test_that_a_customer_does_not_want_it_is_recorded_on_any_day(partner: Desk) -> None:
    key = add(partner, "Contoso")
    partner.today = lambda: ago(100)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=100))
    partner.today = lambda: TODAY
    record(partner, [key], Answer.DECLINED)
    assert state(partner, key) is State.DECLINED
    said = f"Contoso could answer until {ago(11)}, and {TODAY} is later"
    assert refused(partner, key, Answer.GRANTED, said) == "on"


def test_a_late_answer_goes_to_the_offer_that_is_still_open(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=89))
    partner.today = lambda: ago(-1)
    record(partner, [key], Answer.GRANTED)
    assert whats(partner, key) == [["given", "answered"], ["given"]]


# -- what is refused --------------------------------------------------------------------------


def refused(desk: Desk, key: int, answer: Answer, said: str, **more: object) -> str:
    """Records an answer that is refused; returns the field that is named."""
    before = contents(desk)
    with pytest.raises(BadInput, match=said) as refusal:
        record(desk, [key], answer, **more)  # type: ignore[arg-type]
    assert contents(desk) == before
    return refusal.value.field


@pytest.mark.parametrize("answer", Answer)
def test_no_answer_comes_from_the_future(partner: Desk, answer: Answer) -> None:
    key = offered(partner, Kind.TRIAL)
    if answer is Answer.ENDED:
        record(partner, [key], Answer.GRANTED)
    assert refused(partner, key, answer, "2026-11-23 is in the future", on=ago(-1)) == "on"


@pytest.mark.parametrize(
    "answer", [Answer.GRANTED, Answer.DECLINED, Answer.ELSEWHERE, Answer.WITHOUT]
)
def test_no_answer_came_before_the_offer(partner: Desk, answer: Answer) -> None:
    key = offered(partner, Kind.TRIAL)
    said = "Contoso got the offer on 2026-11-12, after 2026-11-11"
    assert refused(partner, key, answer, said, on=ago(11)) == "on"
    record(partner, [key], answer, on=ago(10))


@pytest.mark.parametrize("answer", [None, Answer.DECLINED, Answer.ELSEWHERE])
def test_nothing_ends_that_was_not_granted(partner: Desk, answer: Answer | None) -> None:
    key = offered(partner, Kind.DELEGATED)
    if answer:
        record(partner, [key], answer)
    assert refused(partner, key, Answer.ENDED, "no access that could end") == "answer"


def test_what_has_ended_does_not_end_again(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    record(partner, [key], Answer.GRANTED)
    record(partner, [key], Answer.ENDED)
    assert refused(partner, key, Answer.ENDED, "no access that could end") == "answer"


def test_a_customer_who_was_never_offered_has_nothing_that_could_end(partner: Desk) -> None:
    key = add(partner, "Contoso")
    assert refused(partner, key, Answer.ENDED, "no access that could end") == "answer"


def test_without_delegation_needs_a_trial_or_a_purchase(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    said = "no trial invitation or purchase offer with delegation"
    assert refused(partner, key, Answer.WITHOUT, said) == "answer"
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK, delegation=False)
    give(partner, [key], Kind.TRIAL, How.COPIED)
    assert refused(partner, key, Answer.WITHOUT, said) == "answer"


def test_a_bad_note_is_refused(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    assert refused(partner, key, Answer.GRANTED, "Note: ", note="a\x1bb") == "note"
    assert refused(partner, key, Answer.GRANTED, "4,001 characters", note="x" * 4_001) == "note"


def test_one_customer_who_cannot_have_answered_stops_the_recording_for_all(partner: Desk) -> None:
    good, bad = offered(partner, Kind.TRIAL), offered(partner, Kind.DELEGATED, name="Fabrikam")
    before = contents(partner)
    with pytest.raises(BadInput, match="Fabrikam"):
        record(partner, [good, bad], Answer.WITHOUT)
    with pytest.raises(BadInput, match="Customer 99 is no longer there"):
        record(partner, [good, 99], Answer.GRANTED)
    assert contents(partner) == before


def test_the_answer_of_an_archived_customer_can_still_be_recorded(partner: Desk) -> None:
    key = offered(partner, Kind.DELEGATED)
    customers.archive(partner, [key])
    record(partner, [key], Answer.DECLINED)
    assert state(partner, key) is State.DECLINED
