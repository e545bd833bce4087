"""Follow-up: who waits, in lanes, filtered, marked and opened."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from store.actions import follow_up as actions
from store.desk import Desk
from store.message import Message, msg
from store.model.outgoing import Stage
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.tui.driver import at_the_desk
from tests.tui.follow.story import add, follow_up, give, letter
from tui.widgets.follow_table import FollowTable


async def test_who_is_due_stands_first_with_what_to_do_about_it(partner: Desk) -> None:
    contoso, fabrikam, tailspin = add(partner, "Contoso", "Fabrikam", "Tailspin")
    give(partner, [contoso], days=3)
    give(partner, [fabrikam], days=8)
    give(partner, [tailspin], days=70, granular=True)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("[all 3]", "due 2", "waiting 1", "lapsing soon 1")
        table = operator.app.screen.query_one(FollowTable)
        assert [row.label for row in table.rows] == ["Tailspin", "Fabrikam", "Contoso"]
        last = (TODAY + timedelta(19)).isoformat()
        await operator.sees(
            "day 71/90", f"r reminds, by {last}", "nothing until day 7",
            f"the last day to answer is {last}",
        )  # fmt: skip
        await operator.press("down")
        await operator.sees("Fabrikam Given on 2026-11-14; it waits without a last day.")


async def test_lanes_are_the_filter_and_esc_goes_out_of_them_one_step_at_a_time(
    partner: Desk,
) -> None:
    keys = add(partner, "Contoso", "Contoso North", "Fabrikam")
    give(partner, keys[:2], days=8)
    give(partner, keys[2:], days=1)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.press("s")
        await operator.sees("[due 2]")
        await operator.until(lambda: "Fabrikam" not in operator.on_screen)
        await operator.press("slash", *"north", "enter")
        await operator.sees("Filter “north”: 1 of 2. esc ends it.")
        await operator.press("asterisk")
        await operator.sees("1 marked, 0 hidden.")
        await operator.press("escape")
        await operator.sees("[due 2]", "Contoso North", "1 marked, 0 hidden.")
        await operator.press("s")
        await operator.sees("[waiting 1]", "1 marked, 1 hidden.")
        await operator.press("escape")
        await operator.sees("[all 3]")
        await operator.press("escape")
        await operator.until(lambda: "marked" not in operator.on_screen)
        await operator.press("S", "S")
        await operator.sees("[due 2]")
        await operator.press("escape", "escape")
        await operator.at("business")


async def test_an_empty_list_says_where_to_go(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("Nobody waits for an answer, and no access ends within 90 days.",
                            "Offers are given in 1 or 2")  # fmt: skip
        await operator.press("r")
        await operator.hears("Nothing is chosen in the list.")


async def test_letters_in_doubt_and_refused_ones_are_said_until_somebody_dealt_with_them(
    partner: Desk,
) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    give(partner, [contoso, fabrikam], days=8)
    letter(partner, contoso, Stage.UNKNOWN)
    letter(partner, fabrikam, Stage.REFUSED, on=TODAY - timedelta(1), code="550",
           why={"text": "The mailbox is full."})  # fmt: skip
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees(
            "outbox 2", "1 letter may have gone or not; O shows it.", "O: did it arrive?",
            "refused", "O says why",
        )  # fmt: skip
        await operator.press("down")
        await operator.sees("Letter to it@contoso.example: refused. The mailbox is full.")
        await operator.press("r")
        await operator.hears("This is a letter already; O shows what became of it.")
        actions.phoned(partner, [fabrikam], "wrote down another address")
        await operator.sees("outbox 1")


async def test_the_customer_is_opened_with_letters_calls_and_notes_in_its_timeline(
    partner: Desk,
) -> None:
    (contoso,) = add(partner, "Contoso")
    give(partner, [contoso], days=25)
    letter(partner, contoso, Stage.SENT, on=TODAY - timedelta(20))
    actions.phoned(partner, [contoso], "Their auditor decides.")
    actions.snooze(partner, [contoso], TODAY + timedelta(7))
    async with at_the_desk(partner, (100, 50)) as operator:
        await follow_up(operator)
        await operator.sees("[all 1]", "snoozed 1", "nothing until 2026-11-29", "2026-11-22")
        await operator.press("o")
        await operator.at("customer")
        await operator.sees(
            "2026-10-28  Delegated administration offer  given  mailed  (anna)",
            "2026-11-02  Delegated administration offer  reminder: sent  it@contoso.example",
            "phoned  (anna)",
            "Their auditor decides.",
            "snoozed until 2026-11-29",
        )


async def test_where_there_is_room_the_customer_stands_beside_the_list(partner: Desk) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    give(partner, [contoso], days=8)
    give(partner, [fabrikam], days=7)
    actions.noted(partner, [fabrikam], "Their board decides.")
    async with at_the_desk(partner, (120, 36)) as operator:
        await follow_up(operator)
        await operator.sees("Given on 2026-11-14; it waits", "Who of us may act here")
        await operator.press("down")
        await operator.sees("Their board decides.")


async def test_names_are_shown_as_they_are_and_reach_the_terminal_harmless(partner: Desk) -> None:
    (key,) = add(partner, "[/] \x1b]52;c;QQ==\x07 [red]Evil[/red]")
    give(partner, [key], days=8)
    actions.noted(partner, [key], "a [/b] note")
    async with at_the_desk(partner, (120, 36)) as operator:
        await follow_up(operator)
        await operator.sees("[red]Evil[/red]", "a [/b] note")
        assert "\x1b" not in operator.on_screen
        await operator.press("p")
        await operator.at("ask")
        await operator.sees("[red]Evil[/red]")


async def test_a_journal_that_lies_about_letters_and_calls_breaks_nothing(partner: Desk) -> None:
    (key,) = add(partner, "Contoso")
    give(partner, [key], days=8)

    def work(tables: Tables) -> Message:
        for odd in (None, 7, [], {}, "[/]", "\x1b[2J", "9999-12-31"):
            tables.outbox.insert(
                {"customer": key, "what": odd, "to": odd, "stage": odd, "kind": odd, "at": odd}
            )
            tables.outbox.insert({"customer": key, "stage": "unknown", "why": odd, "at": odd})
            tables.touches.insert(
                {"customer": key, "what": odd, "on": odd, "until": odd, "at": odd}
            )
            tables.touches.insert({"customer": key, "what": "snoozed", "on": odd, "until": odd})
        return msg("Lied.")

    partner.transaction("test", work)
    async with at_the_desk(partner, (120, 36)) as operator:
        await follow_up(operator)
        await operator.sees("outbox 14", "Contoso", "in doubt")
        await operator.press("end", "enter")
        await operator.at("customer")
        assert "\x1b" not in operator.on_screen


async def test_ten_thousand_who_wait_are_listed_and_filtered(partner: Desk) -> None:
    keys = add(partner, *(f"Customer {number:05}" for number in range(10_000)))
    give(partner, keys, days=8)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("[all 10,000]", "due 10,000", "Customer 00000")
        await operator.press("end")
        await operator.sees("Customer 09999")
        await operator.press("slash", *"0777", "enter")
        await operator.sees("Filter “0777”: 11 of 10,000.")


async def test_what_changes_while_the_list_is_not_looked_at_is_there_when_it_is(
    partner: Desk,
) -> None:
    (contoso,) = add(partner, "Contoso")
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("Nobody waits")
        await operator.press("5")
        await operator.at("journal")
        give(partner, [contoso], days=8)
        await operator.press("4")
        await operator.at("follow-up")
        await operator.sees("[all 1]", "Contoso")


async def test_a_day_later_a_snooze_is_over(tmp_path: Path) -> None:
    days = [TODAY]
    with Desk(tmp_path / "store", OPERATOR, today=lambda: days[0], poll=0.02).open() as desk:
        from store.actions import partner

        partner.set_fields(desk, {"name": "Adatum", "certified": "yes"})
        (contoso,) = add(desk, "Contoso")
        give(desk, [contoso], days=8)
        actions.snooze(desk, [contoso], TODAY)
        async with at_the_desk(desk) as operator:
            await follow_up(operator)
            await operator.sees("snoozed 1")
            days[0] += timedelta(1)
            operator.app.watch_calendar()
            await operator.sees("due 1", "r reminds")
