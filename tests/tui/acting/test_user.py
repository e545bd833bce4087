"""Adding a user at a customer's, on the screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from store.actions.acting import why_not_undone
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.act import Deed, Outcome
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.tui.acting.story import (
    ANNA,
    ZOE,
    at_the_keyboard,
    customer,
    deeds,
    end_consent,
    opened,
    shown_password,
    users,
)
from tests.tui.driver import Driver, at_the_desk
from tui.added import still_undone
from tui.screens.act.user import AddUser
from tui.screens.customer import CustomerScreen

NINA = "nina@contoso.example"


async def form(operator: Driver, office: Desk) -> None:
    """Opens the form, and waits until it knows the customer's domains."""
    await opened(operator, AddUser(customer(office)))
    await operator.sees("On behalf of Contoso", "‹ contoso.example ›")


async def nina(operator: Driver, office: Desk) -> None:
    """Fills in the form for Nina."""
    await form(operator, office)
    await operator.type("Nina Nowak")
    await operator.press("tab")
    await operator.type("nina")


async def test_full_adds_a_user_whose_password_is_shown_once(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.sees("can be deleted from here for 24 hours")
        await operator.press("tab", "tab")
        await operator.type("pl")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees(
            "On behalf of Contoso", "Done: Added nina@contoso.example at Contoso.",
            "Another one has to be chosen at the next sign-in.", "u deletes the user again",
        )  # fmt: skip
        password = shown_password(operator)
        made = users(cloud)[NINA]
        assert (made.password, made.name, made.more["usageLocation"]) == (
            password,
            "Nina Nowak",
            "PL",
        )
        assert made.must_change
        (deed,) = deeds(office)
        assert (deed.deed, deed.outcome, deed.by) == (Deed.ADD_USER, Outcome.DONE, ANNA)
        assert deed.target == NINA
        picture = operator.app.export_screenshot()
        assert password not in picture
        assert "•••" in picture
        assert password in operator.on_screen
        await operator.press("v")
        await operator.hears("A password stands on no plain text")
        await operator.press("escape")
        await operator.until(lambda: password not in operator.on_screen)
    assert password not in "".join(operator.app.said)
    journal = b"".join(file.read_bytes() for file in Path(office.path).iterdir() if file.is_file())
    assert password.encode() not in journal
    assert NINA.encode() in journal


async def test_a_user_added_by_mistake_is_deleted_again_once_its_name_is_typed(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.press("ctrl+s")
        await operator.at("shown")
        password = shown_password(operator)
        await operator.press("u")
        await operator.at("name")
        await operator.press("escape")
        await operator.hears("Nothing was deleted.")
        assert NINA in users(cloud)
        await operator.press("u")
        await operator.at("name")
        await operator.sees("On behalf of Contoso", f"Type {NINA} to go on.")
        await operator.type(NINA)
        await operator.press("enter")
        await operator.sees(f"Done: Deleted {NINA} at Contoso again.", "restore it for 30 days")
        assert NINA not in users(cloud)
        assert password not in operator.on_screen
        assert not operator.app.screen.query_one("#its-label").display
        assert [deed.deed for deed in deeds(office)] == [Deed.ADD_USER, Deed.DELETE_USER]
        await operator.press("u")
        await operator.hears("was deleted again already")
        await operator.press("y")
        await operator.hears("The password is no longer here.")


async def test_limited_cannot_add_a_user(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    at_the_keyboard(office, ZOE)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.press("ctrl+s")
        await operator.hears("Error: Add: ")
        assert "Full administration" in operator.last_said
        assert NINA not in users(cloud)
        assert deeds(office) == []


async def test_a_name_that_is_taken_is_refused_and_everything_typed_is_still_there(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await form(operator, office)
        await operator.type("Another Bo")
        await operator.press("tab")
        await operator.type("bo")
        await operator.press("ctrl+s")
        await operator.sees(
            "Refused: The user name bo@contoso.example is taken at Contoso.", "Another Bo"
        )
        assert deeds(office)[-1].outcome is Outcome.REFUSED


async def test_what_was_typed_badly_is_said_where_it_was_typed(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await form(operator, office)
        await operator.press("ctrl+s")
        await operator.hears("The name is missing.")
        await operator.type("Nina Nowak")
        await operator.press("tab")
        await operator.type("nina@elsewhere.example")
        await operator.press("ctrl+s")
        await operator.sees("Refused: elsewhere.example is no verified domain of Contoso.")
        await operator.press("tab", "tab")
        await operator.type("XX")
        await operator.press("ctrl+s")
        await operator.hears("XX is no country code.")
        assert operator.app.screen.focused is not None
        assert NINA not in users(cloud)


async def test_a_typed_password_that_the_tenant_bans_is_refused(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.press("tab", "tab", "tab", "right", "tab")
        await operator.type("Contoso-2026-go")
        cloud.customers[next(iter(cloud.customers))].banned.add("contoso")
        await operator.press("ctrl+s")
        await operator.sees("Refused:", "password")
        assert "Contoso-2026-go" not in operator.on_screen
        assert deeds(office)[-1].outcome is Outcome.REFUSED


async def test_a_lost_answer_is_looked_up_by_the_name(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        cloud.faults.add(Fault("POST", "/users$", kind="lost", after=True))
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Done:", "The answer was lost, so it was looked up.")
        assert users(cloud)[NINA].password == shown_password(operator)


async def test_a_lost_answer_that_shows_nobody_is_unknown(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        cloud.faults.add(Fault("POST", "/users$", kind="lost"))
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.sees("Unknown, do not repeat it:", "find-out")
        assert deeds(office)[-1].outcome is Outcome.UNKNOWN
        await operator.press("u")
        await operator.hears("It is not known that nina@contoso.example was added from here.")


async def test_a_consent_that_ended_between_opening_and_pressing_is_said(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        end_consent(cloud)
        cloud.clock.advance(timedelta(minutes=1))
        await operator.press("ctrl+s")
        await operator.sees("Refused: The consent of Contoso ended on ", "make a new offer")
        assert NINA not in users(cloud)
        assert deeds(office)[-1].outcome is Outcome.REFUSED


async def test_leaving_what_was_typed_asks(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.press("escape")
        await operator.at("confirm")
        await operator.sees("Leave without doing it?")
        await operator.press("n")
        await operator.at("act-user")
        await operator.press("escape", "y")
        await operator.at("business")
        assert deeds(office) == []


async def test_the_key_pressed_twice_at_once_adds_one_user(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.burst("ctrl+s", "ctrl+s", "ctrl+s")
        await operator.at("shown")
        shown_password(operator)
        assert len(deeds(office)) == 1
        asked = [call.path for call in cloud.log if call.method == "POST"]
        assert sum(path.endswith("/users") for path in asked) == 1


async def test_everything_else_waits_until_it_has_ended(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        cloud.faults.add(Fault("POST", "/users$", delay=2))  # esc comes while it is being done
        await operator.burst("ctrl+s", "escape")
        await operator.at("shown")
        assert [deed.outcome for deed in deeds(office)] == [Outcome.DONE]


async def test_a_user_added_by_mistake_is_deleted_from_the_customer_s_screen_for_a_day(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, (100, 60), rehearsal=rehearsal) as operator:
        await operator.until(lambda: operator.app.session.microsoft.account)
        operator.app.push_screen(CustomerScreen(customer(office)))
        await operator.at("customer")
        await operator.press("U")
        await operator.hears("Undo user: Nobody was added here in the last 24 hours")
        await operator.press("n")
        await operator.at("act-user")
        await operator.sees("‹ contoso.example ›", "The key for that is U, on the customer's")
        await operator.type("Nina Nowak")
        await operator.press("tab")
        await operator.type("nina")
        await operator.press("ctrl+s")
        await operator.at("shown")
        await operator.press("escape")
        await operator.at("customer")
        await operator.sees("U deletes it again, until ")
        await operator.press("u")
        await operator.hears("U deletes a user that was added")
        await operator.press("U")
        await operator.at("choose")
        await operator.sees("Which user was added by mistake?", NINA)
        await operator.press("enter")
        await operator.at("name")
        await operator.type(NINA)
        await operator.press("enter")
        await operator.hears(f"Done: Deleted {NINA} at Contoso again.")
        assert NINA not in users(cloud)
        await operator.until(lambda: "U deletes it again" not in operator.on_screen)
        await operator.press("U")
        await operator.hears("Nobody was added here")


async def test_what_can_be_undone_is_the_same_for_all_as_for_each(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.press("ctrl+s")
        await operator.at("shown")
    (deed,) = deeds(office)
    begun = datetime.fromisoformat(deed.at)
    for hours in (0, 23.99, 24, 24.01):
        now = begun + timedelta(hours=hours)
        alone = why_not_undone(office.view, deed.id, now) is None
        assert list(still_undone(deeds(office), now)) == ([deed] if alone else [])


async def test_a_typed_password_does_not_take_away_what_is_said_of_another_field(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await nina(operator, office)
        await operator.press("tab", "tab")
        await operator.type("XX")
        await operator.press("tab", "right", "tab")
        await operator.type("Quite-long-2026-go")
        await operator.press("ctrl+s")
        await operator.hears("XX is no country code.")
        await operator.pilot.pause()
        assert "XX is no country code." in operator.on_screen
        assert "Quite-long-2026-go" not in operator.on_screen
        await operator.press("backspace", "backspace", "P", "L", "ctrl+s")
        await operator.at("shown")
        assert users(cloud)[NINA].password == "Quite-long-2026-go"
