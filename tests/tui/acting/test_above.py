"""What stands above a screen while something is done at a customer's, or is left too early."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual.events import Key
from textual.widgets import Input

from store.actions import customers
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from tests.tui.acting.story import customer, ended, opened, shown_password, users
from tests.tui.driver import Driver, at_the_desk
from tui.screens.act.list import AddFromFile
from tui.screens.act.user import AddUser

NINA = "nina@contoso.example"


async def filled_in(operator: Driver, office: Desk) -> None:
    """Opens the form for a user, and fills it in."""
    await opened(operator, AddUser(customer(office)))
    await operator.until(lambda: "are being read" not in operator.on_screen)
    await operator.type("Nina Nowak")
    await operator.press("tab")
    await operator.type("nina")


async def test_help_above_a_form_hides_no_password_and_leads_back_to_no_second_deed(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await filled_in(operator, office)
        await operator.burst("ctrl+s", "f1")
        await operator.at("shown")
        assert shown_password(operator) == users(cloud)[NINA].password
        await operator.press("escape")
        await operator.sees("Keys: Add a user")
        await operator.press("escape")
        await operator.at("business")


async def test_a_question_above_a_form_is_answered_still(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await filled_in(operator, office)
        await operator.burst("ctrl+s", "ctrl+q")
        await operator.at("shown")
        assert shown_password(operator) == users(cloud)[NINA].password
        await operator.press("escape")
        await operator.at("confirm")
        await operator.press("n")
        await operator.at("business")


async def test_the_frame_follows_a_customer_that_is_called_otherwise_meanwhile(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, AddUser(customer(office)))
        await operator.sees("On behalf of Contoso ")
        customers.edit(office, customer(office), {"name": "Contoso Wine"})
        await operator.sees("On behalf of Contoso Wine ")


async def test_leaving_while_a_user_is_deleted_again_is_asked_about(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await filled_in(operator, office)
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.press("u")
        await operator.at("name")
        await operator.type(NINA)
        await operator.burst("enter", "ctrl+q")
        await operator.at("confirm")
        await operator.press("n")
        await ended(operator)
        await operator.until(lambda: NINA not in users(cloud))


async def test_a_typed_password_outlives_a_user_name_that_is_taken(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, size=(120, 36), rehearsal=rehearsal) as operator:
        await opened(operator, AddUser(customer(office)))
        await operator.until(lambda: "are being read" not in operator.on_screen)
        await operator.type("Bo Berg")
        await operator.press("tab")
        await operator.type("bo")
        await operator.press("tab", "tab", "tab", "right", "tab")
        await operator.type("Canary-4711-typed")
        await operator.press("ctrl+s")
        await operator.sees("Refused: The user name bo@contoso.example is taken")
        await operator.press("shift+tab", "shift+tab", "shift+tab", "shift+tab")
        await operator.type("borg")
        await operator.press("ctrl+s")
        await operator.at("shown")
        assert users(cloud)["borg@contoso.example"].password == shown_password(operator)


async def test_a_plan_is_never_of_another_file_than_the_one_that_is_named(
    office: Desk, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Name,User name\nNina Nowak,nina@contoso.example\n", encoding="utf-8")
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        screen = AddFromFile(customer(office))
        await opened(operator, screen)
        await operator.type(str(file))
        field = screen.query_one("#path", Input)
        await field.action_submit()
        field.value = "another.csv"
        await operator.hears("Enter reads the file.")
        await operator.until(lambda: all(worker.is_finished for worker in screen.workers))
        assert screen.plan is None
        assert "nina" not in operator.on_screen


async def test_who_is_under_way_as_the_desk_is_left_keeps_the_password(
    office: Desk, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    file, kept = tmp_path / "people.csv", tmp_path / "passwords.csv"
    file.write_text("Name,User name\nNina Nowak,nina@contoso.example\n", encoding="utf-8")
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, AddFromFile(customer(office)))
        await operator.type(str(file))
        await operator.press("enter")
        await operator.hears("This is the plan.")
        await operator.type(str(kept))
        await operator.press("ctrl+s")
        await operator.at("name")
        await operator.type("Contoso")
        operator.app.post_message(Key("enter", None))  # not waited for: it may be over by then
        while not kept.exists():
            await asyncio.sleep(0)
        (under_way,) = (it for it in operator.app.workers if it.group == "act")
        under_way.cancel()
        await operator.until(lambda: under_way.is_finished)
    assert NINA in kept.read_text()
