"""Where one of us may act: w on an active user."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from store.actions import customers
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.message import Message, msg
from store.work import Tables
from tests.conftest import TODAY
from tests.tui.driver import Driver, at_the_desk
from tests.tui.may.story import answers
from tui.screens.may.where import MayWhere


async def ask(operator: Driver, *moves: str) -> None:
    await operator.press("3")
    await operator.at("users")
    await operator.press(*moves, "w")
    await operator.at("may")


async def test_customers_are_rows_with_counts_above(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator, "end")
        await operator.sees("Active users › Zoé Martin › Where they may act")
        await operator.sees("User: 0 yes · Password: 1 yes · Domain: 0 yes")
        assert answers(operator, "Contoso") == ["no", "yes", "no"]
        assert answers(operator, "Fabrikam") == ["no", "no", "no"]
        await operator.press("right", "down")
        await operator.sees("No. zoe@adatum.example may not do this at Fabrikam: Reset a password.")
        await operator.sees("fails   Group")


async def test_the_list_is_filtered_while_one_types(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator)
        await operator.sees("Tailspin")
        await operator.press("slash", *"tail", "enter")
        await operator.sees("Filter “tail”: 1. esc ends it.", "Offered")
        assert "Contoso" not in operator.on_screen
        await operator.press("o")
        await operator.at("customer")
        await operator.sees("Build your business › Tailspin")
        await operator.press("escape")
        await operator.at("may")
        await operator.press("escape")
        await operator.sees("Contoso")
        await operator.press("escape")
        await operator.at("users")


async def test_archived_customers_are_left_out_and_new_ones_come_in(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator)
        await operator.sees("Tailspin")
        customers.archive(office, [3])
        await operator.until(lambda: "Tailspin" not in operator.on_screen)
        customers.add(office, {"name": "Woodgrove"})
        await operator.sees("Woodgrove")


async def test_very_many_customers_are_worked_out_beside_the_keys(
    office: Desk, rehearsal: Rehearsal
) -> None:
    def fill(tables: object) -> object:
        from store.actions.customers import blank
        from store.message import msg

        rows = ({**blank(), "name": f"Adatum {place:04}"} for place in range(2_500))
        tables.customers.insert_multiple(rows)  # type: ignore[attr-defined]
        return msg("Many.")

    office.transaction("test", fill)  # type: ignore[arg-type]
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator)
        await operator.press("end", "home", "right")
        screen = operator.app.screen
        assert isinstance(screen, MayWhere)
        await operator.until(lambda: len(screen.answers) == 2_503 and screen.progress is None)
        await operator.press("slash", *"contoso", "enter")
        assert answers(operator, "Contoso") == ["yes", "yes", "yes"]


async def test_what_is_on_the_screen_is_there_as_plain_text(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator)
        await operator.sees("Yes. anna@adatum.example may do this at Contoso: Add a user.")
        screen = operator.app.screen
        assert isinstance(screen, MayWhere)
        plain = screen.plain_text()
        assert "Tailspin" in plain
        assert "holds   Consent               " in plain


async def test_another_day_is_another_answer(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator)
        await operator.until(lambda: answers(operator, "Contoso") == ["yes", "yes", "yes"])
        office.today = lambda: TODAY + timedelta(days=3_000)
        operator.app.watch_calendar()
        await operator.until(lambda: "yes" not in answers(operator, "Contoso"))


async def test_answers_come_in_only_between_two_looks_at_them(
    office: Desk, rehearsal: Rehearsal
) -> None:
    def many(tables: Tables) -> Message:
        for number in range(3_000):
            tables.customers.insert(customers.blank() | {"name": f"Customer {number}"})
        return msg("Many.")

    office.transaction("many", many)
    switched = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        async with at_the_desk(office, rehearsal=rehearsal) as operator:
            await ask(operator)
            screen = operator.app.screen
            assert isinstance(screen, MayWhere)
            screen.answers = {}
            screen._read()
            while len(screen.answers) < len(office.view.customers):
                there = len(screen.answers)
                assert all(len(screen.answers) == there for _ in range(20_000)), "beside our back"
                await asyncio.sleep(0)
    finally:
        sys.setswitchinterval(switched)
