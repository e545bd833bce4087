"""Follow-up: calls, notes, snoozes and answers are recorded, and can be undone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from icalendar import Calendar

from store.desk import Desk
from store.model.consent import State
from store.model.touch import Did
from tests.conftest import TODAY
from tests.tui.driver import at_the_desk
from tests.tui.follow.story import add, follow_up, give
from tui.widgets.follow_table import FollowTable


async def test_a_call_is_recorded_with_its_note_and_u_takes_it_back(partner: Desk) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    give(partner, [contoso], days=10)
    give(partner, [fabrikam], days=8)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 2")
        await operator.press("p")
        await operator.at("ask")
        await operator.sees("Phoned: Contoso. What was said?")
        await operator.type("Call again on Monday.")
        await operator.press("enter")
        await operator.hears("u undoes it.")
        await operator.sees("due 1", "waiting 1")
        (touch,) = partner.view.touches(contoso)
        assert (touch.what, touch.on, touch.note) == (Did.PHONED, TODAY, "Call again on Monday.")
        under = operator.app.screen.query_one(FollowTable).under_cursor
        assert under
        assert under.label == "Fabrikam"  # the next one to call has come to where Contoso stood
        await operator.press("u")
        await operator.sees("due 2")
        assert not partner.view.touches(contoso)


async def test_esc_records_nothing_and_neither_does_an_empty_note(partner: Desk) -> None:
    keys = add(partner, "Contoso")
    give(partner, keys, days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        for wanted, answered in (("p", "escape"), ("n", "escape"), ("n", "enter"), ("z", "escape")):
            operator.app.said.clear()
            await operator.sees("due 1")
            await operator.press(wanted)
            await operator.at("choose" if wanted == "z" else "ask")
            await operator.press(answered)
            await operator.hears("Nothing was recorded.")
        assert not partner.view.touches(keys[0])


async def test_a_note_about_several_names_them_first(partner: Desk) -> None:
    keys = add(partner, *(f"Customer {number}" for number in range(1, 6)))
    give(partner, keys, days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 5")
        await operator.press("asterisk", "n")
        await operator.at("ask")
        await operator.sees("A note about Customer 1, Customer 2, Customer 3 and 2 more")
        await operator.type("On holiday until January")
        await operator.press("enter")
        await operator.until(lambda: all(partner.view.touches(key) for key in keys))
        await operator.until(lambda: "marked" not in operator.on_screen)


async def test_a_snooze_takes_days_or_a_day_and_says_what_is_none(partner: Desk) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    give(partner, [contoso], days=10)
    give(partner, [fabrikam], days=8)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 2")
        await operator.press("z")
        await operator.at("choose")
        await operator.sees("Leave alone: Contoso", "7 days, until 2026-11-29")
        await operator.press("down", "enter")
        await operator.sees("snoozed 1", "nothing until 2026-12-06")
        await operator.press("z")
        await operator.at("choose")
        await operator.sees("Leave alone: Fabrikam")
        await operator.press("end", "enter")
        await operator.at("ask")
        await operator.press(*("backspace",) * 10)
        await operator.type("next week")
        await operator.press("enter")
        await operator.hears("next week is not a date.")
        await operator.at("ask")
        await operator.press(*("backspace",) * 9)
        await operator.type("2026-11-24")
        await operator.press("enter")
        await operator.sees("snoozed 2", "nothing until 2026-11-24")
        assert partner.view.touches(fabrikam)[0].until == TODAY + timedelta(2)


async def test_an_answer_that_came_by_phone_is_recorded_from_the_list(partner: Desk) -> None:
    keys = add(partner, "Contoso")
    give(partner, keys, days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 1")
        await operator.press("a")
        await operator.at("answer")
        await operator.press("g", "enter")
        await operator.until(lambda: partner.view.state(keys[0], TODAY) is State.ACTIVE)
        await operator.sees("Nobody waits for an answer")


async def test_the_calendar_is_written_and_read_by_others(partner: Desk, tmp_path: Path) -> None:
    keys = add(partner, "Contoso", "Fabrikam")
    give(partner, keys, days=10, granular=True)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 2")
        await operator.press("x")
        await operator.at("ask")
        await operator.press(*("backspace",) * len("follow-up-2026-11-22.ics"))
        await operator.type(str(tmp_path / "due.ics"))
        await operator.press("enter")
        await operator.hears("Saved in")
    found = Calendar.from_ical((tmp_path / "due.ics").read_bytes())
    days = {event.decoded("dtstart") for event in found.walk("VEVENT")}
    assert days == {TODAY + timedelta(79)}
