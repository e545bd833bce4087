"""Resetting a password at a customer's, on the screen."""

from __future__ import annotations

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.act import Outcome
from store.practice.cloud import Practice
from tests.tui.acting.story import (
    ZOE,
    at_the_keyboard,
    customer,
    deeds,
    opened,
    shown_password,
    users,
)
from tests.tui.driver import at_the_desk
from tui.screens.act.reset import ResetPassword

BO = "bo@contoso.example"


async def test_limited_resets_the_password_of_an_ordinary_user(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    at_the_keyboard(office, ZOE)
    before = users(cloud)[BO].password
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, ResetPassword(customer(office)))
        await operator.sees("On behalf of Contoso", "Ada Lindgren", "Global Admin")
        await operator.press(*"bo")
        await operator.sees("Bo Andersson")
        await operator.until(lambda: "Ada Lindgren" not in operator.on_screen)
        await operator.press("enter")
        await operator.sees(
            "Roles there: none.", "You may reset this password.", "This cannot be taken back"
        )
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Done: Reset the password of bo@contoso.example at Contoso.", BO)
        password = shown_password(operator)
        assert users(cloud)[BO].password == password != before
        (deed,) = deeds(office)
        assert (deed.outcome, deed.by, deed.target) == (Outcome.DONE, ZOE, BO)
        await operator.press("escape")
        await operator.until(lambda: password not in operator.on_screen)
    assert password not in "".join(operator.app.said)


async def test_limited_is_refused_for_an_administrator_before_anything_is_sent(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    at_the_keyboard(office, ZOE)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, ResetPassword(customer(office)))
        await operator.press(*"global")
        await operator.sees("Global Admin")
        await operator.until(lambda: "Ada Lindgren" not in operator.on_screen)
        await operator.press("enter")
        await operator.sees("Roles there: Global Administrator.", "You may not reset this password")
        assert "New password" not in operator.on_screen
        asked = len(cloud.log)
        await operator.press("tab", "ctrl+s")
        await operator.hears("Error: Reset: ")
        assert "Global Administrator" in operator.last_said
        assert len(cloud.log) == asked
        assert deeds(office) == []


async def test_nobody_is_chosen_nothing_is_reset(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, ResetPassword(customer(office)))
        await operator.sees("Ada Lindgren")
        await operator.press("ctrl+s")
        await operator.hears("Nobody is chosen yet.")
        await operator.press(*"nobody")
        await operator.sees("Nobody there is called so.")
        await operator.press("enter")
        await operator.hears("Nobody there is called so.")
