"""What was offered is kept with what was given: by name, and as it was on that day."""

from __future__ import annotations

from store.actions.letters import letter_for
from store.actions.offers import give, give_in, remove, set_offer
from store.actions.outcomes import outcomes
from store.desk import Desk
from store.message import Message, msg
from store.model.consent import Answer
from store.model.customer import Customer
from store.model.invitation import How, Invitation
from store.model.offer import Kind
from store.model.outgoing import What
from store.model.subscription import Subscription
from store.work import Tables
from tests.conftest import TODAY
from tests.store.actions.stories import PURCHASE_LINK, TRIAL_LINK, add
from tests.store.model.samples import ago

E3, PRO = Subscription("Microsoft 365 E3", 50), Subscription("Power BI Pro", 5)


def customer(desk: Desk, key: int) -> Customer:
    found = desk.view.customer(key)
    assert found
    return found


def only(desk: Desk, key: int) -> Invitation:
    (found,) = desk.view.invitations(key)
    return found


def purchase(desk: Desk, *offered: Subscription, name: str = "", summary_id: str = "P-1") -> None:
    set_offer(
        desk, Kind.PURCHASE, name=name, link=f"{PURCHASE_LINK}{len(name)}", summary_id=summary_id,
        office="Paris", location="FR", subscriptions=offered,
    )  # fmt: skip


def test_a_reminder_says_what_was_offered_even_when_the_offer_has_changed(partner: Desk) -> None:
    key = add(partner, "Contoso")
    partner.today = lambda: ago(10)
    purchase(partner, E3, PRO)
    give(partner, [key], Kind.PURCHASE, How.COPIED)
    partner.today = lambda: TODAY
    purchase(partner, Subscription("Dynamics 365", 3), summary_id="P-2")
    given = only(partner, key)
    assert (given.summary_id, given.office, given.location) == ("P-1", "Paris", "FR")
    assert given.subscriptions == (E3, PRO)
    now = partner.view.offer(Kind.PURCHASE)
    assert given.as_given(now).subscriptions == (E3, PRO)
    text = letter_for(
        partner.view, What.REMINDER, customer(partner, key), Kind.PURCHASE, "en", TODAY
    ).text
    assert "P-1" in text and "Microsoft 365 E3" in text
    assert "P-2" not in text and "Dynamics" not in text


def test_giving_the_same_again_keeps_what_it_is_for_now(partner: Desk) -> None:
    key = add(partner, "Contoso")
    purchase(partner, E3)
    give(partner, [key], Kind.PURCHASE, How.COPIED)
    purchase(partner, E3, PRO)
    give(partner, [key], Kind.PURCHASE, How.MAILED)
    assert only(partner, key).subscriptions == (E3, PRO)
    assert [event.how for event in only(partner, key).events] == ["copied", "mailed"]


def test_an_invitation_of_before_reads_like_the_offer_does_now(partner: Desk) -> None:
    key = add(partner, "Contoso")
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    give(partner, [key], Kind.TRIAL, How.COPIED)
    set_offer(partner, Kind.TRIAL, subscriptions=[E3], delegation=False)
    given = only(partner, key).as_given(partner.view.offer(Kind.TRIAL))
    assert given.subscriptions == (E3,)
    assert given.delegation  # what was asked for then


def test_two_offers_of_a_kind_are_two_invitations_even_with_one_link(partner: Desk) -> None:
    key = add(partner, "Contoso")
    for name in ("", "Voice"):
        set_offer(partner, Kind.TRIAL, name=name, link=TRIAL_LINK)
        give(partner, [key], Kind.TRIAL, How.COPIED, offer=name.upper())
    assert [found.offer for found in partner.view.invitations(key)] == ["", "Voice"]
    give(partner, [key], Kind.TRIAL, How.MAILED, offer="voice")
    assert [len(found.events) for found in partner.view.invitations(key)] == [1, 2]


def test_what_was_given_stays_when_its_offer_is_taken_away(partner: Desk) -> None:
    key = add(partner, "Contoso")
    purchase(partner, E3, name="Big")
    give(partner, [key], Kind.PURCHASE, How.COPIED, offer="Big")
    remove(partner, Kind.PURCHASE, "BIG")
    assert partner.view.offer(Kind.PURCHASE, "Big").id == 0
    assert only(partner, key).as_given(partner.view.offer(Kind.PURCHASE)).subscriptions == (E3,)


def test_what_went_out_is_recorded_whatever_the_rules_say_by_then(partner: Desk) -> None:
    from store.actions import partner as partners

    key = add(partner, "Contoso")
    purchase(partner, E3)
    partners.set_fields(partner, {"certified": "no"})
    made: list[int] = []

    def work(tables: Tables) -> Message:
        offer = tables.view.offer(Kind.PURCHASE)
        who = tables.view.customer(key)
        assert who
        made.append(give_in(tables, who, offer, How.MAILED, "fr"))
        return msg("{raw}", raw="given")

    partner.transaction("test.give", work)
    assert made == [only(partner, key).id]
    assert (only(partner, key).language, only(partner, key).subscriptions) == ("fr", (E3,))


def test_the_outcomes_of_one_offer_count_its_customers_alone(partner: Desk) -> None:
    from store.actions import consent, customers

    keys = [add(partner, name) for name in ("A", "B", "C", "D", "E", "F")]
    purchase(partner, E3)
    set_offer(partner, Kind.TRIAL, link=TRIAL_LINK)
    give(partner, keys[:5], Kind.PURCHASE, How.COPIED)
    give(partner, keys[5:], Kind.TRIAL, How.COPIED)
    purchase(partner, E3, name="Big")
    give(partner, keys[5:], Kind.PURCHASE, How.COPIED, offer="Big")
    consent.record(partner, keys[:1], Answer.GRANTED)
    consent.record(partner, keys[1:2], Answer.WITHOUT)
    consent.record(partner, keys[2:3], Answer.DECLINED)
    customers.archive(partner, keys[4:5])
    found = outcomes(partner.view, partner.view.offer(Kind.PURCHASE), TODAY)
    assert (found.given, found.granted, found.without, found.declined) == (4, 1, 1, 1)
    assert found.took == 2
    assert found.waiting == {keys[3]}
    assert outcomes(partner.view, partner.view.offer(Kind.PURCHASE, "big"), TODAY).waiting == {
        keys[5]
    }
