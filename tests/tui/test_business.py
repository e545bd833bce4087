"""Build your business: from an empty store to a recorded answer, step by step."""

import pytest

from store.actions import customers
from store.actions import partner as partners
from store.desk import Desk
from store.model.consent import State
from tests.tui.driver import at_the_desk
from tui import text
from tui.screens.dialogs import Confirm


async def test_from_an_empty_store_to_a_recorded_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
    async with at_the_desk(desk) as operator:
        # An empty store asks first who we are.
        await operator.sees("Partner", "Welcome", "0 customers")
        await operator.type("Adatum")
        await operator.press("tab")
        await operator.type("11111111-2222-4333-8444-555555555555")
        await operator.press("tab", "tab")
        await operator.type("Anna")
        await operator.press("tab")
        await operator.type("anna@adatum.example")
        await operator.press("ctrl+s")
        await operator.at("business")
        await operator.hears("Saved the partner Adatum.")

        # The empty list says which key fixes it.
        await operator.sees("No customers yet. n adds one")
        await operator.press("n")
        await operator.at("form")
        await operator.type("Contoso")
        await operator.press("tab")
        await operator.type("contoso.com")
        await operator.press("ctrl+s")
        await operator.at("business")
        await operator.sees("1 Choose the offer", "0 of 1 customers were offered", "Contoso")

        # Read and copy the text, then say who got it; links of their own would take a sign-in.
        await operator.press("down", "enter")
        await operator.at("offer")
        await operator.sees("written to nobody yet")
        await operator.press("y")
        await operator.at("choose")
        await operator.sees("Is Adatum certified to offer delegated administration?")
        assert "Sent to your terminal" in operator.last_said
        assert "Adatum asks to administer" in operator.app.clipboard
        await operator.press("enter")
        await operator.at("give")
        await operator.sees("Who got it?", "0 customers marked", "Contoso")
        await operator.press("enter")
        await operator.hears("Nobody is marked")
        await operator.press("space")
        await operator.sees("1 customer marked")
        await operator.press("enter")
        await operator.hears("Recorded the Delegated administration offer as given to Contoso.")
        await operator.press("escape")
        await operator.at("business")
        await operator.sees("1 of 1 customers were offered", "copied at", "waiting, day 1")

        # See who answered, and record it.
        await operator.press("down", "down", "enter")
        await operator.sees("[waiting 1]")
        await operator.press("a")
        await operator.at("answer")
        await operator.sees("What did Contoso answer?")
        await operator.press("g", "enter")
        await operator.hears("Recorded for Contoso: granted. u undoes it.")
        assert desk.view.state(1, desk.today()) is State.ACTIVE
        await operator.press("escape")
        await operator.sees("1 granted, 0 waiting")


async def test_a_partner_that_is_not_certified_is_told_so(partner: Desk) -> None:
    from store.actions import partner as actions

    actions.set_fields(partner, {"certified": "no"})
    async with at_the_desk(partner) as operator:
        await operator.press("o")
        await operator.hears("only available for Microsoft Cloud partners who are certified")
        assert operator.app.screen.KEYS == "business"


async def test_a_customers_own_link_is_the_one_its_letter_uses(partner: Desk) -> None:
    from store.actions import customers

    customers.add(partner, {"name": "Contoso", "language": "fr"})
    link = (
        "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/"
        "granularAdminRelationships/5d027261-d21f-4aa9-b7db-7fa1f56fb163-"
        "8777b240-c6f0-4469-9e98-a3205431b836"
    )
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "o")
        await operator.at("offer")
        await operator.sees("Since 2023 Microsoft gives no new access", "Français", "Contoso")
        await operator.press("e")
        await operator.at("form")
        await operator.type("https://evil.example/AdminPortal")
        await operator.press("ctrl+s")
        await operator.hears("its host is not one of this partner's cloud")
        assert partner.view.invitations(1) == ()
        await operator.press("ctrl+u")
        await operator.type(link)
        await operator.press("ctrl+s")
        await operator.at("offer")
        await operator.hears("Kept the link of Contoso")
        # Day 1 is today, so the 90th day is 89 days on.
        await operator.press("l")
        await operator.until(lambda: operator.app.clipboard == link)
        await operator.at("give")
        await operator.press("enter")
        await operator.hears("as given to Contoso")
        (invitation,) = partner.view.invitations(1)
        assert invitation.link == link
        assert invitation.granular
        await operator.press("pagedown", "down", "down", "down")
        await operator.sees("19 février 2027")


async def test_trial_and_purchase_need_a_member_with_access(partner: Desk) -> None:
    from store.actions import members
    from store.actions import partner as actions

    members.add(partner, "anna@adatum.example", "Anna")
    actions.set_fields(partner, {"operators": "anna=anna@adatum.example"})
    async with at_the_desk(partner) as operator:
        await operator.press("enter")
        await operator.at("choose")
        await operator.press("down", "enter")
        await operator.at("business")
        await operator.sees("Trial invitation")
        await operator.press("o")
        await operator.hears("Anna has no administrative access to companies you support")


async def test_a_link_that_was_kept_stands_in_its_form(desk: Desk) -> None:
    link = (
        "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/"
        "granularAdminRelationships/11111111-2222-4333-8444-555555555555-"
        "11111111-2222-4333-8444-555555555555"
    )
    partners.set_fields(desk, {"name": "Adatum", "tenant": "11111111-2222-4333-8444-555555555555"})
    customers.add(desk, {"name": "Contoso"})
    async with at_the_desk(desk, size=(120, 36)) as operator:
        await operator.press("tab", "m")
        await operator.hears(
            "l on the customer's page (enter) keeps a link made in Partner Center."
        )
        await operator.press("o")
        await operator.at("offer")
        await operator.sees("in Partner Center; then enter and l on the customer keep it")
        assert "offer prepare" not in operator.on_screen
        await operator.press("escape")
        await operator.at("business")
        await operator.press("enter")
        await operator.at("customer")
        await operator.press("l")
        await operator.at("form")
        await operator.type(link)
        await operator.press("tab", "tab")
        await operator.type("365")
        await operator.press("ctrl+s")
        await operator.at("customer")
        await operator.hears("Kept the link of Contoso")
        await operator.sees("Own link", "granularAdminRelationships/11111111")
        await operator.press("l")
        await operator.at("form")
        await operator.sees("dminRelationships", "365")
        await operator.press("ctrl+s")
        await operator.at("customer")
        await operator.hears("Nothing was changed.")


async def test_one_cursor_is_marked_and_that_of_a_choice_too(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    async with at_the_desk(partner) as operator:
        await operator.press("2")
        await operator.at("business")
        await operator.sees("›  1 Choose the offer", "   Contoso")
        await operator.press("tab")
        await operator.sees("   1 Choose the offer", "›  Contoso")
        operator.app.push_screen(Confirm(text.say("Really?")))
        await operator.at("confirm")
        await operator.sees("› No", "  Yes")
        await operator.press("down")
        await operator.sees("  No", "› Yes")


async def test_no_key_acts_on_a_customer_while_the_cursor_is_on_a_step(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    async with at_the_desk(partner) as operator:
        await operator.press("2")
        await operator.at("business")
        await operator.press("down")
        for key in ("a", "d", "e", "w", "y", "M", "space"):
            operator.app.said.clear()
            await operator.press(key)
            await operator.hears("tab goes to the list of customers.")
            assert operator.app.screen.KEYS == "business"
        assert not operator.app.session.marked
        assert not partner.view.customers[1].get("archived")
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.sees("What did Contoso answer?")
        await operator.press("escape")
        await operator.at("business")
        operator.app.said.clear()
        await operator.press("space", "shift+tab", "e")
        await operator.hears("The cursor is on no customer; tab goes to the list of customers.")
        await operator.press("a")
        await operator.at("answer")
