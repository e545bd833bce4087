"""The demo: what a Limited and a Full member of ours can do at a customer's, from its screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import demo
from store.actions.practice import Rehearsal, practice_of
from store.desk import Desk
from store.model.act import Deed, Outcome
from store.model.relationship import ACTIVE
from tests.tui.acting.story import ZOE, at_the_keyboard, ended, shown_password
from tests.tui.driver import Driver, at_the_desk


@pytest.fixture
def rehearsal(desk: Desk) -> Rehearsal:
    """A demo of 40 customers, whose practice cloud is quick."""
    demo.fill(desk, customers=40, seed=1, language="en")
    return Rehearsal(lambda: practice_of(desk.view, desk.today(), delay=timedelta(0)))


async def at_a_customer(operator: Driver, key: int) -> None:
    """Opens the screen of a customer, and waits until it is known who is signed in."""
    await operator.until(lambda: operator.app.session.microsoft.account)
    found = operator.desk.view.customer(key)
    assert found
    await operator.press("tab", "tab", "slash")
    await operator.type(found.name)
    await operator.press("enter", "enter")
    await operator.at("customer")


async def synced(operator: Driver) -> int:
    """Asks Microsoft how everything stands; returns a customer whose consent is in force."""
    await operator.until(lambda: operator.app.session.microsoft.account)
    await operator.press("r")
    await operator.until(lambda: operator.desk.view.synced.at)
    await operator.until(lambda: not operator.app.syncing.is_running)
    view = operator.desk.view
    return next(
        key for key in view.customers if any(it.status == ACTIVE for it in view.relationships(key))
    )


async def test_a_limited_member_at_a_customers(desk: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(desk, rehearsal=rehearsal) as operator:
        key = await synced(operator)
    at_the_keyboard(desk, ZOE)
    async with at_the_desk(desk, rehearsal=rehearsal) as operator:
        await at_a_customer(operator, key)
        await operator.press("n")
        await operator.hears("Error: Add user: ")
        assert "Limited administration" in operator.last_said
        await operator.press("p")
        await operator.at("act-reset")
        await operator.type("bo")
        await operator.press("enter")
        await operator.sees("You may reset this password.")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Done: Reset the password of bo@")
        shown_password(operator)
        await operator.press("escape")
        await operator.at("customer")
        await operator.press("p")
        await operator.at("act-reset")
        await operator.type("global")
        await operator.press("enter")
        await operator.sees("You may not reset this password:", "Global Administrator")
        await operator.press("ctrl+s")
        await operator.hears("Error: Reset: ")
        assert [(deed.deed, deed.outcome) for deed in desk.view.acts(key)] == [
            (Deed.RESET_PASSWORD, Outcome.DONE)
        ]


async def test_a_full_member_at_a_customers(desk: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(desk, rehearsal=rehearsal) as operator:
        key = await synced(operator)
        await at_a_customer(operator, key)
        await operator.press("n")
        await operator.at("act-user")
        await operator.until(lambda: "are being read" not in operator.on_screen)
        await operator.type("Nina Nowak")
        await operator.press("tab")
        await operator.type("nina")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Done: Added nina@")
        await operator.press("escape")
        await operator.at("customer")
        await operator.press("p")
        await operator.at("act-reset")
        await operator.type("nina")
        await operator.press("enter")
        await operator.sees("You may reset this password.")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.press("escape")
        await operator.at("customer")
        await operator.press("D")
        await operator.at("act-domain")
        await operator.sees("verified, the default")
        await operator.type("nowak.example")
        await operator.press("ctrl+s")
        await ended(operator)
        await operator.sees("Done: Added nowak.example")
        await operator.press("escape")
        await operator.at("customer")
        assert {(deed.deed, deed.outcome) for deed in desk.view.acts(key)} == {
            (deed, Outcome.DONE) for deed in (Deed.ADD_USER, Deed.RESET_PASSWORD, Deed.ADD_DOMAIN)
        }
