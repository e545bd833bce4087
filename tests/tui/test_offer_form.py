"""Saying what a trial invitation or a purchase offer is for: the form, and the steps around it."""

from __future__ import annotations

from store.actions import customers
from store.actions import partner as partners
from store.actions.offers import set_offer
from store.desk import Desk
from store.model.offer import Kind
from store.model.subscription import Subscription
from tests.tui.driver import Driver, at_the_desk

LINK = "https://admin.microsoft.com/Commerce/Purchase.aspx?offerId=1"


async def at_the_form(operator: Driver, downs: int) -> None:
    """Chooses an offer of Build your business, and opens its form."""
    await operator.press("t")
    await operator.at("choose")
    await operator.press(*("down",) * downs, "enter")
    await operator.at("business")
    await operator.press("home", "down", "enter")
    await operator.at("offer-form")


async def test_a_purchase_offer_is_filled_in_line_by_line(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    async with at_the_desk(partner) as operator:
        await operator.press("t")
        await operator.at("choose")
        await operator.sees("Another trial invitation…", "Another purchase offer…")
        await operator.press("escape")
        await at_the_form(operator, 3)
        await operator.sees("Purchase offer", "Trials and purchase offers", "Summary ID")
        await operator.type("Paris La Défense")
        await operator.press("tab")
        await operator.type("fran")
        await operator.sees("France (FR)")
        await operator.press("right", "enter")
        await operator.type("Microsoft 365 E3")
        await operator.press("tab")
        await operator.type("50")
        await operator.press("ctrl+n")
        await operator.type("Power BI Pro")
        await operator.press("tab")
        await operator.type("many")
        await operator.press("ctrl+s")
        await operator.hears("many is not a number of licences.")
        await operator.press("ctrl+u")
        await operator.type("5")
        await operator.press("enter", "tab")
        await operator.type(LINK)
        await operator.press("enter")
        await operator.type("P-77")
        await operator.press("enter")
        await operator.at("business")
        await operator.hears("Saved the Purchase offer.")
        await operator.sees("Summary ID P-77: 50 × Microsoft 365 E3", "0 granted, 0 without")
    offer = partner.view.offer(Kind.PURCHASE)
    assert (offer.office, offer.location, offer.link) == ("Paris La Défense", "FR", LINK)
    assert offer.subscriptions == (
        Subscription("Microsoft 365 E3", 50),
        Subscription("Power BI Pro", 5),
    )
    assert offer.delegation


async def test_a_trial_is_for_one_subscription_with_the_usual_licences(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 1)
        await operator.sees("create a trial invitation", "25")
        await operator.press("ctrl+n")
        await operator.hears("A trial invitation is for one subscription.")
        await operator.press("tab", "tab")
        await operator.type("Microsoft 365 E3")
        await operator.press("ctrl+s")
        await operator.at("business")
        await operator.sees("its link is missing: enter pastes it")
    (one,) = partner.view.offer(Kind.TRIAL).subscriptions
    assert one == Subscription("Microsoft 365 E3", 25)


async def test_lines_are_taken_away_and_added(partner: Desk) -> None:
    set_offer(
        partner,
        Kind.PURCHASE,
        subscriptions=[Subscription("A", 1), Subscription("B", 2), Subscription("C", 3)],
    )
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press("ctrl+d")
        await operator.hears("Go to the line of a subscription first.")
        await operator.press("tab", "tab", "tab", "tab", "ctrl+d")
        # The next one stands where B was, and is typed in.
        await operator.type("D")
        await operator.press("ctrl+n", "tab")
        await operator.type("7")
        await operator.press("ctrl+s")
        await operator.hears("Subscription is missing.")
        await operator.type("E")
        await operator.press("ctrl+s")
        await operator.at("business")
    assert [one.label for one in partner.view.offer(Kind.PURCHASE).subscriptions] == [
        "1 × A",
        "3 × D",
        "7 × E",
    ]


async def test_what_is_wrong_is_gone_to_below_lines_that_are_empty(partner: Desk) -> None:
    set_offer(partner, Kind.PURCHASE, subscriptions=[Subscription("A", 1), Subscription("B", 2)])
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press("tab", "tab", "ctrl+u", "tab", "ctrl+u")  # the line of A, emptied
        await operator.press("tab", "tab", "ctrl+u")
        await operator.type("0")
        await operator.press("tab", "ctrl+s")
        await operator.hears("B: 0 licences are not offered.")
        await operator.press("ctrl+u")
        await operator.type("9")
        await operator.press("ctrl+s")
        await operator.at("business")
    assert [one.label for one in partner.view.offer(Kind.PURCHASE).subscriptions] == ["9 × B"]


async def test_taking_a_line_away_is_a_change_that_is_asked_about(partner: Desk) -> None:
    kept = (Subscription("A", 1), Subscription("B", 2))
    set_offer(partner, Kind.PURCHASE, subscriptions=kept)
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press("ctrl+n", "escape")  # a line with nothing in it is none
        await operator.at("business")
        await operator.press("home", "down", "enter")
        await operator.at("offer-form")
        await operator.press(*("tab",) * 4, "ctrl+d", "escape")
        await operator.at("confirm")
        await operator.sees("Leave without saving")
        await operator.press("y")
        await operator.at("business")
    assert partner.view.offer(Kind.PURCHASE).subscriptions == kept


async def test_a_country_is_chosen_from_a_list_that_typing_narrows(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press("ctrl+l")
        await operator.at("pick")
        await operator.sees("Afghanistan", "AF")
        await operator.type("swit")
        await operator.sees("Switzerland", "CH")
        await operator.press("enter")
        await operator.at("offer-form")
        await operator.sees("Switzerland")
        await operator.press("ctrl+s")
        await operator.at("business")
    assert partner.view.offer(Kind.PURCHASE).location == "CH"


async def test_a_country_that_is_none_is_refused_in_its_field(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press("tab")
        await operator.type("Atlantis")
        await operator.press("ctrl+s")
        await operator.hears("Atlantis is no country code.")
        assert partner.view.offer(Kind.PURCHASE).id == 0


async def test_a_partner_that_is_not_certified_cannot_ask_for_delegation(partner: Desk) -> None:
    partners.set_fields(partner, {"certified": "no"})
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press(*("tab",) * 4)
        await operator.sees("‹ No ›", "Only partners who are certified")
        await operator.press("space", "shift+tab", "shift+tab")
        await operator.type("A")
        await operator.press("tab")
        await operator.type("1")
        await operator.press("ctrl+s")
        await operator.at("business")
    assert not partner.view.offer(Kind.PURCHASE).delegation


async def test_both_versions_are_shown_when_somebody_else_saved_meanwhile(partner: Desk) -> None:
    set_offer(partner, Kind.PURCHASE, office="Paris", subscriptions=[Subscription("A", 1)])
    async with at_the_desk(partner) as operator:
        await at_the_form(operator, 3)
        await operator.press("end")
        await operator.type(" 1")
        set_offer(partner, Kind.PURCHASE, office="Lyon", subscriptions=[Subscription("A", 9)])
        await operator.press("ctrl+s")
        await operator.at("choose")
        await operator.sees("yours: Paris 1", "theirs: Lyon", "yours: 1 × A", "theirs: 9 × A")
        await operator.press("enter")
        await operator.at("business")
    offer = partner.view.offer(Kind.PURCHASE)
    assert offer.office == "Paris 1"
    assert offer.subscriptions == (Subscription("A", 1),)


async def test_another_offer_of_a_kind_gets_a_name_and_is_worked_with(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    async with at_the_desk(partner) as operator:
        await operator.press("t")
        await operator.at("choose")
        await operator.press("down", "down", "enter")
        await operator.at("ask")
        await operator.type("Voice")
        await operator.press("enter")
        await operator.at("offer-form")
        await operator.sees("Trial invitation “Voice”")
        await operator.press("tab", "tab")
        await operator.type("Teams Phone")
        await operator.press("ctrl+s")
        await operator.at("business")
        await operator.hears("Saved the Trial invitation “Voice”.")
        await operator.sees("Trial invitation “Voice”", "its link is missing")
        await operator.press("t")
        await operator.at("choose")
        await operator.sees("Trial invitation “Voice”")
        await operator.press("escape")
    assert partner.view.offer(Kind.TRIAL).id == 0
    assert partner.view.offer(Kind.TRIAL, "Voice").subscriptions[0].name == "Teams Phone"
