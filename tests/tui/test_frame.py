"""The frame of every screen: keys, help, palette, breadcrumbs, sizes, journal, partner."""

import pytest
from textual.command import CommandPalette
from textual.content import Content
from textual.widgets import Static

from store.actions import customers, demo
from store.actions import partner as partner_actions
from store.desk import Desk
from tests.tui.driver import at_the_desk
from tui import bindings, language
from tui.bindings import SCREENS
from tui.screens.dialog import Dialog
from tui.screens.help import HelpScreen
from tui.screens.keyed import Keyed
from tui.situation import Situation
from tui.widgets.frame import KeyBar, trail
from tui.widgets.row_table import Column, widths


def every_screen() -> list[type[Keyed]]:  # type: ignore[type-arg]
    """All classes of screens that have keys of their own."""
    import importlib
    import pkgutil

    from tui import screens

    for module in pkgutil.walk_packages(screens.__path__, "tui.screens."):
        importlib.import_module(module.name)
    found: list[type[Keyed]] = []  # type: ignore[type-arg]
    waiting = [Keyed]
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__name__ not in (
            "Keyed",
            "DeskScreen",
            "Dialog",
            "CustomerListScreen",
            "PlanScreen",
        ):
            found.append(cls)
    return found


def test_no_key_means_two_things() -> None:
    assert list(bindings.clashes()) == []


def test_every_action_of_a_screen_is_there() -> None:
    for cls in every_screen():
        if cls.__name__ == "FormScreen":
            continue
        for action in bindings.actions_on(cls.KEYS):
            assert hasattr(cls, f"do_{action.id.replace('-', '_')}"), (cls, action.id)


def test_every_screen_of_the_registry_has_a_class() -> None:
    there = {cls.KEYS for cls in every_screen()}
    assert set(bindings.SCREENS) - {bindings.EVERYWHERE} <= there


@pytest.mark.parametrize("spoken", ["en", "fr"])
async def test_the_key_bar_fits_and_says_how_to_get_help(desk: Desk, spoken: str) -> None:
    language.install(spoken)
    demo.fill(desk, customers=120, seed=1, language=spoken)
    async with at_the_desk(desk) as operator:
        for keys in ("1", "2", "3", "5"):
            await operator.press(keys)
            bar = operator.app.screen.query_one(KeyBar)
            assert bar.render().cell_length <= 78
            assert bar.render().plain.startswith("? ")


def test_keys_that_do_nothing_now_give_way_to_those_that_do() -> None:
    from tui.widgets.frame import fitting

    nothing, sending = Situation(), Situation(sending=True, chosen=1)
    names = [action.id for action, _ in fitting("send", nothing, 40)]
    assert names == ["help", "send-now", "pace", "outbox"]
    assert [it.id for it, _ in fitting("send", sending, 40)][:3] == ["help", "send-now", "pause"]
    # All of them where there is room, in their order, whether they do anything or not.
    every = bindings.footer_of("send")
    assert [it for it, _ in fitting("send", nothing, 200)] == every
    assert not dict(fitting("send", nothing, 200))[every[2]]


async def test_help_is_made_of_the_registry_and_says_why_not(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await operator.press("question_mark")
        await operator.at("read")
        await operator.sees("Keys: Build your business", "Type words to see only the rows")
        await operator.sees("Not now:", "Nothing is chosen in the list.")
        await operator.press("end")
        await operator.sees("Leave the desk to the shell", "whoever may write the store may act")
        await operator.press("escape")
        await operator.at("business")


async def test_a_key_that_does_nothing_now_says_why(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await operator.press("a")
        await operator.hears("Error: Answer: Nothing is chosen in the list.")
        await operator.press("u")
        await operator.hears("Undo: Nothing was changed here in this session.")


@pytest.mark.parametrize("door", ["colon", "ctrl+p"])
async def test_the_palette_finds_actions_by_name(partner: Desk, door: str) -> None:
    async with at_the_desk(partner) as operator:
        await operator.press(door)
        await operator.until(lambda: isinstance(operator.app.screen, CommandPalette))
        await operator.press(*"journal")
        await operator.sees("Go to the journal.")
        await operator.press("enter")
        await operator.at("journal")


async def test_ctrl_z_leaves_to_the_shell_from_forms_and_dialogs_too(
    partner: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_the_desk(partner) as operator:
        left: list[str] = []
        monkeypatch.setattr(
            operator.app,
            "action_suspend_process",
            lambda: left.append(operator.app.screen.KEYS),  # type: ignore[attr-defined]
        )
        for key, screen in (
            ("n", "form"),
            ("o", "offer"),
            ("t", "choose"),
            ("question_mark", "read"),
        ):
            await operator.press(key)
            await operator.at(screen)
            await operator.press("ctrl+z")
            await operator.until(lambda screen=screen: left[-1:] == [screen])
            await operator.press("escape")


async def test_escape_goes_one_step_and_never_quits(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    async with at_the_desk(partner) as operator:
        await operator.press("tab", "enter")
        await operator.at("customer")
        await operator.press("o")
        await operator.at("offer")
        await operator.press("escape")
        await operator.at("customer")
        await operator.press("escape")
        await operator.at("business")
        await operator.press("escape")
        await operator.hears("This is the home screen; q quits.")
        await operator.press("5", "q")
        await operator.at("business")
        await operator.press("q")
        await operator.until(lambda: operator.app.return_value == 0)


async def test_the_journal_shows_who_did_what_and_that_the_chain_holds(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    customers.add(partner, {"name": "Fabrikam"})
    async with at_the_desk(partner) as operator:
        await operator.press("5")
        await operator.sees("The chain holds: 4 lines", "Added Fabrikam.", "anna")
        await operator.press("slash", *"contoso")
        await operator.until(lambda: "Added Fabrikam." not in operator.on_screen)
        await operator.press("enter", "enter")
        await operator.at("read")
        await operator.sees("Change 3", "customers.add", "put customers 1", "jump1")


async def test_a_broken_chain_is_said(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    async with at_the_desk(partner) as operator:
        journal = partner.path / "journal.1.jsonl"
        data = bytearray(journal.read_bytes())
        data[40] ^= 1
        journal.write_bytes(data)
        await operator.press("5")
        await operator.sees("The chain is broken", "journal.1.jsonl, line 1")


async def test_the_partner_form_meets_another_operator(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await operator.press("comma")
        await operator.at("form")
        await operator.press("end")
        await operator.type(" SARL")
        partner_actions.set_fields(partner, {"name": "Adatum France"})
        await operator.press("ctrl+s")
        await operator.at("choose")
        await operator.sees("yours: Adatum Cloud Services SARL", "theirs: Adatum France")
        await operator.press("down", "enter")
        await operator.at("business")
        assert partner.view.partner.name == "Adatum France"


async def test_small_terminals_keep_one_pane_and_smaller_ones_say_so(desk: Desk) -> None:
    demo.fill(desk, customers=120, seed=1, language="en")
    async with at_the_desk(desk, size=(60, 15)) as operator:
        await operator.sees("Partner overview", "? Help")
        await operator.pilot.resize_terminal(52, 12)
        await operator.sees("The desk needs 60×15, this terminal has 52×12.")
        assert "? Help" not in operator.on_screen
        await operator.pilot.resize_terminal(80, 24)
        await operator.sees("Partner overview", "? Help")


def test_breadcrumbs_give_way_in_the_middle_and_never_at_the_end() -> None:
    crumbs = ["Dashboard", "Users", "Active users", "Zoé Martin"]
    assert trail(crumbs, 80) == "Dashboard › Users › Active users › Zoé Martin"
    assert trail(crumbs, 40) == "Dashboard › Users › … › Zoé Martin"
    assert trail(crumbs, 30) == "Dashboard › … › Zoé Martin"
    assert trail(crumbs, 20) == "… › Zoé Martin"
    assert trail(["Zoé Martin"], 3) == "Zoé Martin"


def test_columns_are_dropped_by_rank_before_any_is_squeezed() -> None:
    columns = (Column("a", 10, 1), Column("b", 10, 0, 1), Column("c", 10, 0, 2))
    assert widths(columns, 40) == (17, 10, 10)
    assert widths(columns, 30) == (18, 10, 0)
    assert widths(columns, 15) == (14, 0, 0)
    assert widths(columns, 5) == (10, 0, 0)


async def test_the_store_being_read_only_is_said_and_disables(partner: Desk) -> None:
    customers.add(partner, {"name": "Contoso"})
    journal = partner.path / "journal.1.jsonl"
    data = bytearray(journal.read_bytes())
    second = data.index(b"\n") + 40
    partner.close()
    data[second] ^= 1
    journal.write_bytes(data)
    with Desk(partner.path, partner.operator, today=partner.today).open() as damaged:
        async with at_the_desk(damaged) as operator:
            await operator.sees("READ-ONLY")
            await operator.hears("journal.1.jsonl is damaged at line 2")
            await operator.press("n")
            await operator.hears("New: The store is read-only")


def test_dialogs_are_dialogs() -> None:
    for cls in every_screen():
        if issubclass(cls, Dialog):
            assert cls.KEYS in bindings.DIALOGS, cls


async def test_no_line_of_the_help_is_broken_twice(desk: Desk) -> None:
    size = (60, 15)
    async with at_the_desk(desk, size) as operator:
        await operator.press("escape")
        for keys in SCREENS:
            operator.app.push_screen(HelpScreen(keys, Situation()))
            await operator.at("read")
            shown = operator.app.screen.query_one("#help Static", Static)
            assert isinstance(shown.content, Content)
            *rows, _about_copying = shown.content.split("\n")
            assert max(row.cell_length for row in rows) <= shown.size.width, keys
            await operator.press("escape")


async def test_what_was_said_long_ago_is_forgotten(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        screen = operator.app.screen
        assert isinstance(screen, Keyed)
        for number in range(1_200):
            screen.say("{raw}", raw=f"remark {number}")
        assert len(operator.app.said) == 1_000
        assert operator.app.said[0] == "remark 200"
        await operator.hears("remark 1199")
