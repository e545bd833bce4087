"""What customers can answer to trials and purchases, with delegation and without."""

from __future__ import annotations

import pytest

from store.actions.answered import possible
from store.actions.consent import record
from store.actions.offers import give, set_offer, set_own_link
from store.desk import Desk
from store.errors import BadInput
from store.model.consent import Answer, State, consent_in
from store.model.invitation import How
from store.model.offer import Kind
from tests.conftest import TODAY
from tests.store.actions.stories import PURCHASE_LINK, TRIAL_LINK, add, own, state
from tests.store.model.samples import ago

PLAIN = {Kind.TRIAL: TRIAL_LINK, Kind.PURCHASE: PURCHASE_LINK}


def given(desk: Desk, kind: Kind, *, delegation: bool = True, name: str = "Contoso") -> int:
    """A customer that was given an offer of a kind ten days ago."""
    key = add(desk, name)
    give_more(desk, key, kind, delegation=delegation)
    return key


def give_more(desk: Desk, key: int, kind: Kind, *, delegation: bool = True) -> None:
    desk.today = lambda: ago(10)
    if kind is not Kind.DELEGATED:
        set_offer(desk, kind, link=PLAIN[kind], delegation=delegation)
    give(desk, [key], kind, How.MAILED)
    desk.today = lambda: TODAY


def said(desk: Desk, key: int) -> list[list[str]]:
    """What each invitation of a customer was answered."""
    return [[e.answer for e in i.events if e.answer] for i in desk.view.invitations(key)]


def answers_of(desk: Desk, key: int) -> list[Answer]:
    """What one customer can have answered, with no word on what it cannot."""
    can_be = possible(desk.view, [key], desk.today())
    assert not can_be.left_out
    return can_be.answers


@pytest.mark.parametrize("kind", list(PLAIN))
def test_what_asked_for_no_delegation_is_taken_and_gives_none(partner: Desk, kind: Kind) -> None:
    key = given(partner, kind, delegation=False)
    receipt = record(partner, [key], Answer.TOOK, on=ago(2))
    assert str(receipt.message) == "Recorded for Contoso: took it."
    (invitation,) = partner.view.invitations(key)
    assert invitation.events[-1].answer == "took"
    assert state(partner, key) is State.NOT_OFFERED
    # It waits for nothing more: giving the same again is a new invitation.
    assert consent_in(invitation, TODAY).state is State.WITHOUT
    give(partner, [key], kind, How.MAILED)
    assert len(partner.view.invitations(key)) == 2


def test_taking_a_trial_leaves_what_else_is_waited_for(partner: Desk) -> None:
    key = given(partner, Kind.DELEGATED)
    give_more(partner, key, Kind.TRIAL, delegation=False)
    give_more(partner, key, Kind.PURCHASE, delegation=False)
    record(partner, [key], Answer.DECLINED)
    give_more(partner, key, Kind.DELEGATED)
    record(partner, [key], Answer.TOOK)
    assert said(partner, key) == [["declined"], ["took"], ["took"], []]
    assert state(partner, key) is State.WAITING


def test_took_it_is_no_answer_to_an_offer_that_asked_for_delegation(partner: Desk) -> None:
    key = given(partner, Kind.TRIAL)
    with pytest.raises(BadInput, match="without delegation") as refused:
        record(partner, [key], Answer.TOOK)
    assert refused.value.field == "answer"
    assert "Record granted or without-delegation instead" in str(refused.value)
    assert said(partner, key) == [[]]


def test_of_what_asked_for_no_delegation_it_is_said_how_taking_it_is_recorded(
    partner: Desk,
) -> None:
    key = given(partner, Kind.PURCHASE, delegation=False)
    with pytest.raises(BadInput, match="record took instead") as refused:
        record(partner, [key], Answer.WITHOUT)
    assert "declined" not in str(refused.value)


def test_without_delegation_is_the_third_outcome_of_one_that_did(partner: Desk) -> None:
    key = given(partner, Kind.PURCHASE)
    record(partner, [key], Answer.WITHOUT)
    assert state(partner, key) is State.WITHOUT


def test_a_refused_trial_that_asked_for_no_delegation_is_no_refusal_of_delegation(
    partner: Desk,
) -> None:
    key = given(partner, Kind.TRIAL, delegation=False)
    record(partner, [key], Answer.DECLINED)
    assert said(partner, key) == [["declined"]]
    assert state(partner, key) is State.NOT_OFFERED


def test_a_refusal_is_of_the_delegation_as_long_as_that_waits(partner: Desk) -> None:
    key = given(partner, Kind.DELEGATED)
    give_more(partner, key, Kind.TRIAL, delegation=False)
    record(partner, [key], Answer.DECLINED)
    assert said(partner, key) == [["declined"], []]
    record(partner, [key], Answer.DECLINED)
    assert said(partner, key) == [["declined"], ["declined"]]


def test_a_consent_stands_when_a_later_trial_is_refused(partner: Desk) -> None:
    key = given(partner, Kind.DELEGATED)
    record(partner, [key], Answer.GRANTED, on=ago(9))
    give_more(partner, key, Kind.TRIAL, delegation=False)
    record(partner, [key], Answer.DECLINED)
    assert state(partner, key) is State.ACTIVE
    assert said(partner, key) == [["granted"], ["declined"]]


ALWAYS = [Answer.GRANTED, Answer.DECLINED, Answer.ELSEWHERE]


@pytest.mark.parametrize(
    ("kind", "delegation", "answers"),
    [
        (None, True, ALWAYS),
        (Kind.DELEGATED, True, ALWAYS),
        (Kind.TRIAL, True, [Answer.GRANTED, Answer.DECLINED, Answer.WITHOUT, Answer.ELSEWHERE]),
        (Kind.PURCHASE, True, [Answer.GRANTED, Answer.DECLINED, Answer.WITHOUT, Answer.ELSEWHERE]),
        # What they were given comes first; that they granted it otherwise can be, too.
        (Kind.TRIAL, False, [Answer.TOOK, Answer.DECLINED, Answer.GRANTED, Answer.ELSEWHERE]),
    ],
)
def test_the_answers_that_can_be_are_those_of_what_was_given(
    partner: Desk, kind: Kind | None, delegation: bool, answers: list[Answer]
) -> None:
    key = given(partner, kind, delegation=delegation) if kind else add(partner, "Contoso")
    assert answers_of(partner, key) == answers


def test_an_access_can_end_and_then_is_no_more(partner: Desk) -> None:
    key = given(partner, Kind.DELEGATED)
    record(partner, [key], Answer.GRANTED)
    assert answers_of(partner, key) == [*ALWAYS, Answer.ENDED]
    record(partner, [key], Answer.ENDED)
    assert answers_of(partner, key) == ALWAYS


def test_a_link_that_has_lapsed_was_answered_on_a_day_before(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_own_link(partner, key, own(made=89))
    give(partner, [key], Kind.DELEGATED, How.MAILED)
    partner.today = lambda: TODAY.replace(day=TODAY.day + 5)
    assert partner.view.state(key, partner.today()) is State.LAPSED
    assert answers_of(partner, key) == ALWAYS
    record(partner, [key], Answer.GRANTED, on=TODAY)
    assert state(partner, key) is State.ACTIVE


def test_of_several_customers_only_what_all_can_have_answered(partner: Desk) -> None:
    with_it = given(partner, Kind.TRIAL)
    without = given(partner, Kind.PURCHASE, delegation=False, name="Fabrikam")
    can_be = possible(partner.view, [with_it, without], TODAY)
    assert can_be.answers == ALWAYS
    assert [(answer, str(why)) for answer, why in can_be.left_out] == [
        (
            Answer.TOOK,
            "Contoso was given no trial invitation or purchase offer without delegation.",
        ),
        (
            Answer.WITHOUT,
            "Fabrikam was given no trial invitation or purchase offer with delegation.",
        ),
    ]
    assert Answer.WITHOUT in answers_of(partner, with_it)


def test_every_answer_that_can_be_can_be_recorded(partner: Desk) -> None:
    for number, (kind, delegation) in enumerate(
        (kind, delegation) for kind in Kind for delegation in (True, False)
        if delegation or kind is not Kind.DELEGATED
    ):  # fmt: skip
        sample = given(partner, kind, delegation=delegation, name=f"Sample {number}")
        for answer in answers_of(partner, sample):
            key = given(partner, kind, delegation=delegation, name=f"C{number} {answer}")
            record(partner, [key], answer)
            assert any(answer.value in answers for answers in said(partner, key))
