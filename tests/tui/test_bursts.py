"""Keys that come all at once, and keys pressed twice, do what they do one by one."""

import threading
from pathlib import Path

import pytest
from textual.events import Paste

from store.actions import customers, demo, members, partner
from store.desk import Desk
from store.journal.lock import Lock
from store.model.consent import State
from tests.conftest import TODAY
from tests.tui.driver import at_the_desk
from tui.screens.customer_form import CustomerForm
from tui.screens.dialogs import Choose


def three(desk: Desk) -> None:
    partner.set_fields(desk, {"name": "Adatum", "certified": "yes"})
    for name in ("Contoso", "Fabrikam", "Woodgrove"):
        customers.add(desk, {"name": name})


async def test_the_answer_is_the_one_that_the_keys_chose(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.burst("d", "ctrl+s")
        await operator.hears("Recorded for Contoso: declined.")
        assert desk.view.state(1, TODAY) is State.DECLINED


async def test_what_follows_a_tab_goes_into_the_next_field(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("n")
        await operator.at("form")
        await operator.burst(*"Litware", "tab", *"litware.com", "ctrl+s")
        await operator.hears("Added Litware.")
        assert desk.view.customers[4]["domain"] == "litware.com"


async def test_settings_are_saved_as_the_keys_left_them(desk: Desk) -> None:
    three(desk)
    members.add(desk, "zoe@adatum.example", "Zoe")
    async with at_the_desk(desk) as operator:
        await operator.press("3", "enter")
        await operator.at("member")
        await operator.burst("up", "enter", "down", "down", "down", "enter", "ctrl+s")
        await operator.at("users")
        assert desk.view.members[0].access


@pytest.mark.parametrize("keys", [("a",), ("x",), ("space", "space", "d"), ("t",)])
async def test_a_second_enter_finds_the_dialog_closed(
    desk: Desk, keys: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo.fill(desk, customers=40, seed=1, language="en")
    async with at_the_desk(desk) as operator:
        await operator.press("tab", *keys)
        await operator.until(lambda: operator.app.screen.is_modal)
        await operator.burst("enter", "enter", "enter")
        for _ in range(20):
            await operator.pilot.pause()
        assert operator.app.is_running
        assert operator.app.return_code is None


async def test_enter_twice_on_who_got_it_leaves_the_offer_open(desk: Desk) -> None:
    demo.fill(desk, customers=40, seed=1, language="en")
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "o")
        await operator.at("offer")
        await operator.press("w")
        await operator.at("give")
        await operator.burst("enter", "enter")
        await operator.hears("Recorded")
        await operator.at("offer")


async def test_saving_twice_saves_once(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("n")
        await operator.at("form")
        await operator.type("Litware")
        await operator.burst("ctrl+s", "ctrl+s")
        await operator.at("business")
        await operator.until(lambda: len(desk.view.customers) == 4)
        await operator.press("u")
        await operator.hears("Undone: Added Litware.")
        assert len(desk.view.customers) == 3


async def test_while_it_is_being_saved_a_second_save_says_so(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "e")
        await operator.at("form")
        form = operator.app.screen
        assert isinstance(form, CustomerForm)
        await operator.type(" Ltd")
        go_on, submit = threading.Event(), form.submit
        form.submit = lambda *given: (go_on.wait(10), submit(*given))[1]  # type: ignore[method-assign]
        await operator.press("ctrl+s", "ctrl+s")
        await operator.hears("It is being saved")
        go_on.set()
        await operator.at("business")
        await operator.hears("Changed")
        assert desk.view.seq == 6


async def test_help_above_a_form_that_was_saved_goes_and_the_form_with_it(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("n")
        await operator.at("form")
        await operator.type("Litware")
        await operator.burst("ctrl+s", "f1")
        await operator.until(lambda: len(desk.view.customers) == 4)
        await operator.press("escape")
        await operator.at("business")


async def test_leaving_with_changes_asks_and_no_comes_first(desk: Desk) -> None:
    three(desk)
    for leave in ("escape", "ctrl+q"):
        async with at_the_desk(desk) as operator:
            await operator.press("n")
            await operator.at("form")
            await operator.type("Litware")
            await operator.press(leave)
            await operator.at("confirm")
            await operator.press("enter")
            await operator.at("form")
            await operator.sees("Litware")
            await operator.press(leave)
            await operator.at("confirm")
            await operator.press("y")
            await operator.until(
                lambda app=operator.app: (
                    not isinstance(app.screen, Choose | CustomerForm) or not app.is_running
                )
            )
        assert len(desk.view.customers) == 3


async def test_a_terminal_that_was_too_small_gives_the_keys_back(desk: Desk) -> None:
    demo.fill(desk, customers=150, seed=1, language="en")
    async with at_the_desk(desk) as operator:
        await operator.press("slash", *"adatum")
        await operator.sees("Filter “adatum”")
        await operator.pilot.resize_terminal(80, 10)
        await operator.sees("60×15")
        seq = desk.view.seq
        await operator.press("d", "x", "enter")
        await operator.pilot.resize_terminal(80, 24)
        await operator.sees("Filter “adatum”")
        await operator.press("s", "backspace")
        await operator.sees("Filter “adatum”")
        assert desk.view.seq == seq
        assert operator.app.screen.focused is not None


async def test_a_question_is_not_answered_unseen(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "space", "space", "d")
        await operator.at("confirm")
        await operator.pilot.resize_terminal(40, 8)
        await operator.pilot.pause()
        await operator.press("y", "enter", "down", "enter")
        await operator.pilot.resize_terminal(80, 24)
        await operator.at("confirm")
        await operator.press("n")
        await operator.at("business")
        assert not any(row.get("archived") for row in desk.view.customers.values())


async def test_an_answer_that_is_refused_stays_on_the_screen(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "a")
        await operator.at("answer")
        await operator.press("g", "tab", "end", "backspace", "9", "tab")
        await operator.type("By phone")
        await operator.press("ctrl+s")
        await operator.hears("is in the future")
        await operator.at("answer")
        await operator.sees("By phone")
        await operator.press("escape")
        await operator.hears("Nothing was recorded.")


async def test_another_name_of_a_file_has_no_plan_yet(desk: Desk, tmp_path: object) -> None:
    three(desk)
    path = f"{tmp_path}/a.csv"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("Company name\nFrom A\n")
    async with at_the_desk(desk) as operator:
        await operator.press("i")
        await operator.at("import")
        await operator.type(path)
        await operator.press("enter")
        await operator.sees("1 to add")
        await operator.press("shift+tab", "end", "x")
        await operator.hears("Enter reads the file.")
        await operator.press("ctrl+s")
        await operator.hears("Name a file first")
        assert len(desk.view.customers) == 3


async def test_the_cursor_stays_on_its_user(desk: Desk) -> None:
    three(desk)
    members.add(desk, "luc@adatum.example", "Luc")
    members.add(desk, "zoe@adatum.example", "Zoe")
    async with at_the_desk(desk) as operator:
        await operator.press("3", "down")
        members.add(desk, "anna@adatum.example", "Anna")
        await operator.sees("Anna")
        await operator.press("d")
        await operator.sees("Take Zoe off the list?")
        await operator.press("n")


async def test_what_is_pasted_after_a_tab_goes_into_the_next_field(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("n")
        await operator.at("form")
        await operator.burst("A", "tab")
        operator.app.post_message(Paste("contoso.example"))
        await operator.burst("ctrl+s")
        await operator.hears("Added A.")
        assert desk.view.customers[4]["domain"] == "contoso.example"


async def test_nothing_else_is_done_while_it_is_being_saved(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "a")
        await operator.at("answer")
        lock = Lock(desk.path, 0o600, patience=5.0)
        with lock.held():
            await operator.press("g", "ctrl+s")
            await operator.press("escape")
            await operator.hears("It is being saved")
            await operator.at("answer")
        await operator.at("business")
        await operator.hears("Recorded for Contoso: granted.")
        await operator.press("u")
        await operator.hears("Undone: Recorded for Contoso: granted.")
        lock.close()


async def test_every_dialog_survives_the_smallest_terminal(desk: Desk) -> None:
    demo.fill(desk, customers=40, seed=1, language="en")
    for keys, name in (
        (("a",), "answer"),
        (("y",), "choose"),
        (("space", "space", "d"), "confirm"),
        (("x",), "ask"),
        (("question_mark",), "read"),
        (("t",), "choose"),
    ):
        async with at_the_desk(desk) as operator:
            await operator.press("tab", *keys)
            await operator.at(name)
            for size in ((7, 20), (6, 3), (1, 1), (80, 24)):
                await operator.pilot.resize_terminal(*size)
                await operator.pilot.pause()
            await operator.at(name)
            await operator.press("escape")
            await operator.at("business")


async def test_a_dialog_that_ends_under_help_goes_with_it_and_only_once(desk: Desk) -> None:
    three(desk)
    async with at_the_desk(desk) as operator:
        await operator.press("tab", "enter")
        await operator.at("customer")
        await operator.press("y")
        await operator.at("choose")
        dialog = operator.app.screen
        await operator.press("question_mark")
        await operator.at("read")
        dialog.dismiss(None)
        await operator.at("read")
        await operator.press("escape")
        await operator.at("customer")
        dialog.dismiss(None)
        await operator.pilot.pause()
        await operator.at("customer")
