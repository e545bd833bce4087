"""Recording an answer: the screen offers those that can be, and no other."""

from __future__ import annotations

import pytest

from store.actions import customers
from store.actions.offers import give, set_offer
from store.desk import Desk
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.offer import Kind
from tests.conftest import TODAY
from tests.store.actions.stories import PURCHASE_LINK, TRIAL_LINK
from tests.tui.driver import at_the_desk


def given(desk: Desk, name: str, kind: Kind, *, delegation: bool) -> int:
    """A customer that was given a trial or a purchase."""
    customers.add(desk, {"name": name})
    (key,) = desk.view.customers_by("name", name)
    link = TRIAL_LINK if kind is Kind.TRIAL else PURCHASE_LINK
    set_offer(desk, kind, link=link, delegation=delegation)
    give(desk, [key], kind, How.COPIED)
    return key


async def test_a_trial_that_asked_for_no_delegation_is_taken_with_enter(partner: Desk) -> None:
    key = given(partner, "Contoso", Kind.TRIAL, delegation=False)
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.sees("What did Contoso answer?", "Took it: the trial or the purchase")
        assert "Without delegation" not in operator.on_screen
        assert "Ended" not in operator.on_screen
        await operator.press("t", "enter")
        await operator.hears("Recorded for Contoso: took it.")
    (invitation,) = partner.view.invitations(key)
    assert invitation.events[-1].answer == Answer.TOOK
    assert partner.view.state(key, TODAY) is State.NOT_OFFERED


async def test_of_several_it_says_which_answer_is_not_of_all(partner: Desk) -> None:
    given(partner, "Contoso", Kind.TRIAL, delegation=True)
    given(partner, "Fabrikam", Kind.PURCHASE, delegation=False)
    async with at_the_desk(partner, size=(120, 36)) as operator:
        await operator.press("tab", "asterisk", "a")
        await operator.at("answer")
        await operator.sees(
            "What did 2 customers answer?",
            "Not took it: Contoso was given no trial invitation or purchase offer without",
            "Not without delegation: Fabrikam was given no trial invitation or purchase offer with",
        )
        assert "Without delegation:" not in operator.on_screen
        await operator.press("d", "enter")
        await operator.hears("Recorded for 2 customers: declined.")


async def test_what_was_taken_without_delegation_asked_for_it(partner: Desk) -> None:
    key = given(partner, "Contoso", Kind.PURCHASE, delegation=True)
    async with at_the_desk(partner, size=(60, 15)) as operator:
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.sees("Without delegation")
        assert "Took it" not in operator.on_screen
        await operator.press("w", "enter")
        await operator.hears("Recorded for Contoso: without delegation.")
    assert partner.view.state(key, TODAY) is State.WITHOUT


async def test_no_enter_records_what_was_not_chosen(partner: Desk) -> None:
    key = given(partner, "Contoso", Kind.DELEGATED, delegation=True)
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.sees("g  Granted", "d  Declined", "A letter chooses, enter records.")
        await operator.press("enter")
        await operator.hears("Choose first what was answered")
        await operator.press("tab", "enter")
        await operator.hears("Choose first what was answered")
        assert partner.view.state(key, TODAY) is State.WAITING
        await operator.press("g")
        await operator.hears("enter records: granted.")
        await operator.press("enter")
        await operator.hears("Recorded for Contoso: granted.")


@pytest.mark.parametrize("words", ["atelier", "and", "agd", "amg", "azd", "aegg"])
async def test_words_that_were_typed_for_another_screen_record_nothing(
    partner: Desk, words: str
) -> None:
    key = given(partner, "Contoso", Kind.DELEGATED, delegation=True)
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "enter")
        await operator.at("customer")

        await operator.burst("slash", *words, "enter", "enter")
        await operator.hears("Choose first what was answered")
        assert partner.view.state(key, TODAY) is State.WAITING
        # Whoever made sense of that goes on with the arrows.
        await operator.press("d")
        await operator.hears("More than one letter came")
        await operator.press("down", "enter")
        await operator.hears("Recorded for Contoso: granted.")


async def test_a_yes_to_a_classic_link_is_doubted_where_it_counts(partner: Desk) -> None:
    given(partner, "Contoso", Kind.DELEGATED, delegation=True)
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "a", "g", "enter")
        await operator.hears("Recorded for Contoso: granted.")
        caveat = "! Microsoft gives no new access by a classic link since 2023: check in Partner"
        await operator.press("enter")
        await operator.at("customer")
        await operator.sees("active", caveat)
