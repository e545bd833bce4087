"""Resetting a password: administrators, typed passwords, lost answers, refusals of Microsoft's."""

from __future__ import annotations

from datetime import timedelta

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.act import Outcome
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.tui.acting.story import (
    CONTOSO,
    customer,
    deeds,
    end_consent,
    opened,
    shown_password,
    users,
)
from tests.tui.driver import Driver, at_the_desk
from tui.screens.act.reset import ResetPassword
from tui.widgets.secret import SecretField

BO, ADMIN = "bo@contoso.example", "admin@contoso.example"


async def chosen(operator: Driver, office: Desk, name: str) -> None:
    """Opens the screen, and chooses whom it is about."""
    await opened(operator, ResetPassword(customer(office)))
    await operator.type(name)
    await operator.press("enter")
    await operator.sees("Roles there:")


async def test_an_administrators_name_has_to_be_typed(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await chosen(operator, office, "global")
        await operator.sees("Global Administrator", "You may reset this password.")
        await operator.press("ctrl+s")
        await operator.at("name")
        await operator.sees(
            "On behalf of Contoso", f"Reset the password of {ADMIN}", f"Type {ADMIN} to go on."
        )
        await operator.type("bo@contoso.example")
        await operator.press("enter")
        await operator.hears(f"{BO} is not {ADMIN}.")
        await operator.press("escape")
        await operator.hears("Nothing was changed.")
        assert deeds(office) == []
        await operator.press("ctrl+s")
        await operator.at("name")
        await operator.type(ADMIN)
        await operator.press("enter")
        await operator.at("shown")
        assert users(cloud)[ADMIN].password == shown_password(operator)


async def test_a_typed_password_is_taken_once_and_need_not_be_changed(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await chosen(operator, office, "bo")
        await operator.press("right", "tab", "right", "tab")
        field = operator.app.focused
        assert isinstance(field, SecretField)
        await operator.type("weak")
        await operator.sees("Type it", "••••")
        assert "weak" not in operator.on_screen
        await operator.press("ctrl+s")
        await operator.hears("A password has 8 to 256 characters.")
        assert field.value == ""
        assert deeds(office) == []
        await operator.type("Canary-4711-typed")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("It stays until the user or an administrator changes it.")
        assert shown_password(operator) == "Canary-4711-typed" == users(cloud)[BO].password
        assert not users(cloud)[BO].must_change
    assert "Canary" not in "".join(operator.app.said)


async def test_a_lost_answer_that_is_looked_up_is_done(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await chosen(operator, office, "bo")
        cloud.clock.advance(timedelta(minutes=1))  # Microsoft dates a password by the second
        cloud.faults.add(Fault("POST", "/resetPassword", kind="lost", after=True))
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Done:", "The answer was lost, so it was looked up.")
        assert users(cloud)[BO].password == shown_password(operator)
        assert deeds(office)[-1].outcome is Outcome.DONE


async def test_a_lost_answer_that_nothing_tells_more_of_is_unknown_and_not_to_be_repeated(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await chosen(operator, office, "bo")
        cloud.faults.add(Fault("POST", "/resetPassword", kind="lost"))
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Unknown, do not repeat it:", "find-out", "this is the password; keep")
        shown_password(operator)
        assert deeds(office)[-1].outcome is Outcome.UNKNOWN


async def test_a_consent_that_ended_between_opening_and_pressing_is_said(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await chosen(operator, office, "bo")
        end_consent(cloud)
        before = users(cloud)[BO].password
        await operator.press("ctrl+s")
        await operator.sees("Refused:", "The consent of Contoso ended on ", "make a new offer")
        assert users(cloud)[BO].password == before
        # What was read is taken in, and from now on the key says so itself.
        await operator.sees("You may not reset this password: The access was ended")
        asked = len(cloud.log)
        await operator.press("ctrl+s")
        await operator.hears("Error: Reset: ")
        assert len(cloud.log) == asked


async def test_nobody_there_consented_to_the_app(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    cloud.app.consents.pop(CONTOSO)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, ResetPassword(customer(office)))
        await operator.hears("Nobody at Contoso has consented to our app yet.")
        assert "adminconsent" in operator.last_said
