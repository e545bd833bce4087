"""The field for a password and the place to read one: what they let out, and what they do not."""

from __future__ import annotations

import pytest
from textual import constants
from textual.events import Paste
from textual.message import Message
from textual.message_pump import MessagePump

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from tests.tui.acting.story import customer, opened, shown_password
from tests.tui.driver import Driver, at_the_desk
from tui.screens.act.reset import ResetPassword
from tui.screens.act.user import AddUser
from tui.widgets.secret import SecretField, SecretView

CANARY = "Canary-4711-typed"


async def typed(operator: Driver, office: Desk) -> SecretField:
    """A password that was typed into the form for a user."""
    await opened(operator, AddUser(customer(office)))
    await operator.sees("‹ contoso.example ›")
    await operator.press("tab", "tab", "tab", "tab", "right", "tab")
    field = operator.app.focused
    assert isinstance(field, SecretField)
    await operator.type(CANARY)
    return field


async def test_a_typed_password_is_neither_copied_nor_selected(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal, clipboard="osc52") as operator:
        field = await typed(operator, office)
        await operator.press("ctrl+shift+a", "shift+home", "ctrl+c", "ctrl+x")
        assert field.value == CANARY
        assert field.selected_text == ""
        assert operator.app.clipboard == ""
        assert CANARY not in operator.app.export_screenshot()
        assert CANARY not in repr(field)
        assert field.take().reveal() == CANARY
        assert field.value == ""


async def test_no_message_about_the_field_carries_what_it_holds(
    office: Desk, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    about: list[Message] = []
    send = MessagePump.post_message

    def overheard(self: MessagePump, message: Message) -> bool:
        about.append(message)
        return send(self, message)

    monkeypatch.setattr(MessagePump, "post_message", overheard)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        field = await typed(operator, office)
        await operator.press("x", "enter", "shift+tab", "tab")
        assert field.value == CANARY + "x"
    names = {type(message).__name__ for message in about}
    assert {"Edited", "Entered"} <= names
    for message in about:
        if not isinstance(message, Paste):  # that is how it came in
            assert CANARY not in "".join(map(str, vars(message).values()))


async def test_a_password_that_is_shown_is_dots_in_pictures_and_gone_when_the_desk_is_left(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await opened(operator, ResetPassword(customer(office)))
        await operator.type("bo")
        await operator.press("enter")
        await operator.sees("You may reset this password.")
        await operator.press("ctrl+s")
        await operator.at("shown")
        password = shown_password(operator)
        view = operator.app.screen.query_one(SecretView)
        assert not view.allow_select
        assert password not in operator.app.export_screenshot()
        assert password in operator.on_screen  # the picture alone has dots
        operator.app._suspend_signal()
        await operator.until(lambda: password not in operator.on_screen)
        await operator.press("y")
        await operator.hears("The password is no longer here.")


async def test_textuals_own_logs_are_off(office: Desk) -> None:
    async with at_the_desk(office):
        assert constants.LOG_FILE is None
        assert not constants.DEBUG
