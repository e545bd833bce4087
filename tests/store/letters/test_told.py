"""Reminders, requests for a new consent, and the letter for the file: of what, and when not."""

from __future__ import annotations

from datetime import date

import pytest

from store.actions import consent, offers, renewing
from store.actions.letters import Copy, copies, ending, letter_for
from store.actions.renewing import Step
from store.desk import Desk
from store.errors import BadInput, NotAllowed
from store.model import roles
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.offer import Kind
from store.model.outgoing import What
from store.model.subscription import Subscription
from tests.conftest import TODAY
from tests.store.actions.stories import PURCHASE_LINK, TRIAL_LINK, add, own, state
from tests.store.letters.telling import FULL, customer, related, told
from tests.store.model.samples import granular_link


def names(copy: Copy) -> list[str]:
    """The roles that a letter names."""
    return [name for name in roles.ROLES.values() if f"- {name}" in copy.text]


# -- the offer -----------------------------------------------------------------------------------


def test_a_granular_letter_lists_the_roles_that_its_link_asks_for(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.set_own_link(partner, key, own())
    related(partner, key)
    copy = told(partner, What.OFFER, key)
    assert set(names(copy)) == set(map(roles.role_name, FULL))
    assert "- Domain Name Administrator: adds and verifies domains" in copy.text
    assert "global administrators can do" not in copy.text


def test_roles_that_nobody_knows_are_not_guessed(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.set_own_link(partner, key, own())
    copy = told(partner, What.OFFER, key)
    assert names(copy) == []
    assert "The page behind the link lists the exact roles" in copy.text
    assert "Full administration" not in copy.text


def test_a_role_without_words_of_ours_is_named_all_the_same(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.set_own_link(partner, key, own())
    related(partner, key, roles=["b0f54661-2d74-4c50-afa3-1ec803f12efe", "x" * 8])
    text = told(partner, What.OFFER, key).text
    assert "- Billing Administrator\n- xxxxxxxx\n" in text


def test_the_letter_that_is_sent_is_the_one_that_is_copied(partner: Desk) -> None:
    one, two = add(partner, "Contoso", language="de"), add(partner, "Fabrikam")
    offers.set_own_link(partner, two, own())
    for key in (one, two):
        (shown,) = copies(partner.view, Kind.DELEGATED, [customer(partner, key)], "en", TODAY)
        assert told(partner, What.OFFER, key) == shown


def test_an_offer_without_a_link_is_no_letter_to_send(partner: Desk) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(BadInput, match="Contoso: there is no link to give yet"):
        told(partner, What.OFFER, key, Kind.TRIAL)


def test_a_trial_lists_what_is_offered(partner: Desk) -> None:
    offers.set_offer(
        partner, Kind.TRIAL, link=TRIAL_LINK, summary_id="S-7",
        subscriptions=[Subscription("Microsoft 365 E3", 25)],
    )  # fmt: skip
    text = told(partner, What.OFFER, add(partner, "Contoso"), Kind.TRIAL).text
    assert "What we offer\n\n- Microsoft 365 E3: 25 licences\n" in text
    assert "(Summary ID): S-7" in text


# -- the reminder --------------------------------------------------------------------------------


def test_a_reminder_has_the_day_the_link_and_the_last_day(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=20))
    copy = told(partner, What.REMINDER, key)
    assert copy.subject == "Reminder: Adatum Cloud Services is waiting for your answer"
    assert "On 22 November 2026 we sent you a request" in copy.text
    assert "Please answer by 30 January 2027" in copy.text
    assert copy.letter.link == granular_link()


def test_a_reminder_is_written_the_same_on_every_day(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    one = told(partner, What.REMINDER, key)
    later = date(2027, 2, 19)
    assert one == letter_for(
        partner.view, What.REMINDER, customer(partner, key), Kind.DELEGATED, "en", later
    )


def test_a_reminder_of_a_trial_says_what_was_offered_then(partner: Desk) -> None:
    offers.set_offer(
        partner, Kind.TRIAL, link=TRIAL_LINK, summary_id="S-7",
        subscriptions=[Subscription("Microsoft 365 E3", 25)],
    )  # fmt: skip
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.TRIAL, How.MAILED)
    offers.set_offer(
        partner, Kind.TRIAL, summary_id="S-8", subscriptions=[Subscription("Other", 1)]
    )
    text = told(partner, What.REMINDER, key, Kind.TRIAL).text
    assert "an invitation to try Microsoft cloud services" in text
    assert "- Microsoft 365 E3: 25 licences" in text
    assert "(Summary ID): S-7" in text


def test_a_reminder_offers_nothing_that_was_not_offered_then(partner: Desk) -> None:
    offers.set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.TRIAL, How.MAILED)
    more = {"summary_id": "S-8", "subscriptions": [Subscription("Other", 1)]}
    offers.set_offer(partner, Kind.TRIAL, **more)
    assert "- Other: 1 licence" in told(partner, What.REMINDER, key, Kind.TRIAL).text
    offers.set_offer(partner, Kind.TRIAL, link=f"{TRIAL_LINK}7")
    text = told(partner, What.REMINDER, key, Kind.TRIAL).text
    assert "Other" not in text and "S-8" not in text, "that is behind another link"


def test_who_got_nothing_is_reminded_of_nothing(partner: Desk) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(NotAllowed, match="Contoso did not get the Delegated") as refused:
        told(partner, What.REMINDER, key)
    assert str(refused.value.todo) == "Send the offer first."
    offers.set_own_link(partner, key, own())
    with pytest.raises(NotAllowed, match="did not get"):
        told(partner, What.REMINDER, key)


@pytest.mark.parametrize("answer", [Answer.GRANTED, Answer.DECLINED, Answer.ELSEWHERE])
def test_who_has_answered_is_not_reminded(partner: Desk, answer: Answer) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    assert told(partner, What.REMINDER, key)
    consent.record(partner, [key], answer)
    with pytest.raises(NotAllowed, match="Contoso has answered the Delegated"):
        told(partner, What.REMINDER, key)


def test_who_granted_it_by_another_link_is_not_said_to_be_silent(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own())
    consent.record(partner, [key], Answer.GRANTED)
    assert state(partner, key) is State.ACTIVE
    with pytest.raises(NotAllowed, match="Contoso has answered the Delegated"):
        told(partner, What.REMINDER, key)


def test_who_granted_it_with_a_trial_is_not_said_to_be_silent(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    offers.set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    offers.give(partner, [key], Kind.TRIAL, How.COPIED)
    assert told(partner, What.REMINDER, key)
    consent.record(partner, [key], Answer.GRANTED)
    with pytest.raises(NotAllowed, match="Contoso has answered the Delegated"):
        told(partner, What.REMINDER, key)


def test_the_plain_offer_is_reminded_of_beside_a_named_one(partner: Desk) -> None:
    key = add(partner, "Contoso")
    for name, count in (("", 5), ("Large", 500)):
        offers.set_offer(
            partner, Kind.PURCHASE, name=name, link=PURCHASE_LINK, delegation=False,
            subscriptions=[Subscription("E3", count)],
        )  # fmt: skip
        offers.give(partner, [key], Kind.PURCHASE, How.COPIED, offer=name)
    for name, count in (("", 5), ("large", 500)):
        text = told(partner, What.REMINDER, key, Kind.PURCHASE, offer=name).text
        assert f"- E3: {count} licences" in text


def test_a_link_that_lapsed_is_not_reminded_of(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(made=89))
    assert told(partner, What.REMINDER, key)
    with pytest.raises(NotAllowed, match="The link that Contoso got can no longer be answered"):
        letter_for(
            partner.view, What.REMINDER, customer(partner, key), Kind.DELEGATED, "en",
            TODAY.replace(day=23),
        )  # fmt: skip


# -- a new consent -------------------------------------------------------------------------------


def test_a_renewal_names_the_end_and_asks_with_a_new_link(partner: Desk) -> None:
    key = add(partner, "Contoso", language="fr")
    related(partner, key, status="active", ends="2026-12-24", auto_extend=False)
    with pytest.raises(BadInput, match="Contoso has no link yet for a new consent") as refused:
        told(partner, What.RENEWAL, key)
    assert "partnerdesk offer give Contoso --link" in str(refused.value.todo)
    offers.set_own_link(partner, key, own(2))
    copy = told(partner, What.RENEWAL, key)
    assert copy.subject.startswith("Notre accès prend fin le 24 décembre 2026")
    assert "Le dernier jour de cet accès est le 24 décembre 2026." in copy.text
    assert copy.letter.link == granular_link(2)


def test_who_gave_no_access_that_ends_is_asked_for_no_new_one(partner: Desk) -> None:
    key = add(partner, "Contoso")
    with pytest.raises(NotAllowed, match="gave no access that ends"):
        told(partner, What.RENEWAL, key)
    related(partner, key, status="active", ends="2026-12-24", auto_extend=True)
    with pytest.raises(NotAllowed, match="The access of Contoso lasts"):
        told(partner, What.RENEWAL, key)
    related(partner, key, 2, status="expired", ends="2026-01-01")
    with pytest.raises(NotAllowed, match="The access of Contoso lasts"):
        told(partner, What.RENEWAL, key)


def test_an_access_that_is_over_is_not_said_to_end(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, status="expired", ends="2026-11-12", auto_extend=False)
    offers.set_own_link(partner, key, own(2))
    copy = told(partner, What.RENEWAL, key)
    assert copy.subject.startswith("Our access ended on 12 November 2026: ")
    assert "That access ended on 12 November 2026." in copy.text
    assert "no gap" not in copy.text


def test_a_renewal_names_the_end_that_the_plan_names(partner: Desk) -> None:
    key = add(partner, "Contoso")
    related(partner, key, 1, status="active", ends="2026-12-01", roles=list(FULL[:1]))
    related(partner, key, 2, status="active", ends="2027-03-01")
    related(partner, key, 3, status="activating", ends="2026-11-25")
    plan = renewing.plan(partner.view, TODAY, None, [key])
    assert {one.name: one.step for one in plan} == {
        "Relationship 1": Step.NOTHING, "Relationship 2": Step.SWITCH_ON,
    }  # fmt: skip
    assert plan == renewing.plan(partner.view, TODAY), "of one customer as of all"
    found = ending(partner.view, customer(partner, key), TODAY)
    assert found == (date(2027, 3, 1), False), "the first is replaced, the third is not there yet"


def test_an_access_that_was_recorded_by_hand_is_renewed_too(partner: Desk) -> None:
    key = add(partner, "Contoso")
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED, own=own(days=10))
    consent.record(partner, [key], Answer.GRANTED)
    offers.set_own_link(partner, key, own(2))
    text = told(partner, What.RENEWAL, key).text
    assert "The last day of that access is 2 December 2026." in text
