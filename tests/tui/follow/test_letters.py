"""Follow-up: the letters that its rows ask for, and the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from store.actions import customers
from store.actions.offers import set_offer
from store.desk import Desk
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from tests.conftest import TODAY
from tests.post_office import post_office
from tests.tui.driver import at_the_desk
from tests.tui.follow.story import add, follow_up, give, letter
from tests.tui.sending.story import settings
from tui import language
from tui.screens.follow_up import FollowUpScreen
from tui.screens.send import SendScreen
from tui.widgets.follow_rows import Lane
from tui.widgets.post_table import PostTable


async def test_r_opens_the_reminder_to_the_marked(partner: Desk) -> None:
    keys = add(partner, "Contoso", "Fabrikam", "Tailspin")
    for key in keys:
        customers.edit(partner, key, {"contact": f"it{key}@contoso.example"})
    give(partner, keys, days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 3")
        await operator.press("space", "space", "r")
        await operator.at("send")
        await operator.sees("reminder", "Contoso", "Fabrikam")
        screen = cast(SendScreen, operator.app.screen)
        assert (screen.what, screen.kind, screen.customers) == (
            What.REMINDER, Kind.DELEGATED, keys[:2],
        )  # fmt: skip
        await operator.press("escape")
        await operator.at("follow-up")
        await operator.sees("2 marked, 0 hidden.")


async def test_different_letters_are_chosen_one_after_the_other(partner: Desk) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    give(partner, [contoso], days=10)
    give(partner, [fabrikam], days=9, kind=Kind.TRIAL)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 2")
        await operator.press("asterisk", "r")
        await operator.at("choose")
        await operator.sees(
            "The marked get different letters. Which first?",
            "reminder, Delegated administration offer: 1", "reminder, Trial invitation: 1",
        )  # fmt: skip
        await operator.press("down", "enter")
        await operator.at("send")
        screen = cast(SendScreen, operator.app.screen)
        assert (screen.kind, screen.customers) == (Kind.TRIAL, [fabrikam])


async def test_o_opens_the_outbox(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.press("O")
        await operator.at("outbox")
        await operator.press("escape")
        await operator.at("follow-up")


async def test_a_reads_the_answers(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.press("A")
        await operator.at("answers")
        await operator.press("escape")
        await operator.at("follow-up")


async def test_of_several_trial_invitations_the_right_one_is_reminded_of(partner: Desk) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    give(partner, [contoso], days=10, kind=Kind.TRIAL, offer="schools")
    give(partner, [fabrikam], days=9, kind=Kind.TRIAL, offer="clinics")
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 2")
        await operator.press("asterisk", "r")
        await operator.at("choose")
        await operator.sees("reminder, Trial invitation “clinics”: 1")
        await operator.press("down", "enter")
        await operator.at("send")
        screen = cast(SendScreen, operator.app.screen)
        assert (screen.offer, screen.customers) == ("clinics", [fabrikam])


async def test_who_was_reminded_loses_the_mark_and_the_next_comes_under_the_cursor(
    partner: Desk,
) -> None:
    keys = add(partner, "Contoso", "Fabrikam", "Tailspin")
    for key in keys:
        customers.edit(partner, key, {"contact": f"it{key}@contoso.example"})
    give(partner, keys, days=10)
    set_offer(partner, Kind.TRIAL, link="https://portal.office.com/partner/trial")
    give(partner, keys[:1], days=9, kind=Kind.TRIAL)
    with post_office() as office:
        async with at_the_desk(partner, mail=settings(office)) as operator:
            await follow_up(operator)
            await operator.sees("due 4")
            await operator.press("asterisk", "r")
            await operator.at("choose")
            await operator.press("enter")
            await operator.at("send")
            await operator.sees("Follow-up › Send letters › reminder", "3 letters would be sent")
            await operator.press("ctrl+s")
            await operator.at("confirm")
            await operator.press("y")
            await operator.hears("All were accepted.")
            await operator.press("escape")
            await operator.at("follow-up")
            # The trial's reminder to one of them was not sent yet: it is marked still.
            await operator.sees("due 1", "waiting 3", "1 marked, 0 hidden.")
            assert cast(FollowUpScreen, operator.app.screen).table.cursor == 0
    assert sorted(office.to) == [f"it{key}@contoso.example" for key in keys]


async def test_keys_that_come_with_the_first_look_are_for_its_rows(partner: Desk) -> None:
    keys = add(partner, "Contoso", "Fabrikam")
    give(partner, keys, days=10)
    async with at_the_desk(partner) as operator:
        await operator.burst("4", "down", "n", *"exporO", "enter")
        await operator.hears("Kept a note about Fabrikam.")
    (note,) = partner.view.touches(keys[1])
    assert note.note == "exporO"


async def test_extending_the_marked_needs_one_that_ends(partner: Desk) -> None:
    give(partner, add(partner, "Contoso"), days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 1")
        await operator.press("space", "e")
        await operator.hears("No access of the marked ones ends within 90 days.")
        await operator.press("escape", "e")
        await operator.hears("No access that the list shows ends within 90 days.")


@pytest.mark.parametrize("spoken", ["en", "fr"])
async def test_on_the_narrowest_screen_it_is_said_what_to_do(partner: Desk, spoken: str) -> None:
    language.install(spoken)
    give(partner, add(partner, "Contoso"), days=10)
    async with at_the_desk(partner, (60, 15)) as operator:
        await operator.press("4")
        await operator.at("follow-up")
        await operator.sees("r reminds" if spoken == "en" else "r relance")


async def test_a_letter_went_on_the_day_of_the_desks_own_calendar(partner: Desk) -> None:
    (contoso,) = add(partner, "Contoso")
    give(partner, [contoso], days=10)
    yesterday = TODAY - timedelta(1)
    # As after "Days pass": the clock that stamps changes is of another day.
    letter(partner, contoso, Stage.SENT, on=TODAY - timedelta(30), on_day=yesterday)
    async with at_the_desk(partner, (140, 36)) as operator:
        await follow_up(operator)
        await operator.sees(
            "waiting 1", f"{yesterday.isoformat()} nothing until day 21",
            f"{yesterday.isoformat()}  Delegated administration",
        )  # fmt: skip


async def test_whose_letter_came_back_is_marked_and_dealt_with_by_a_later_one(
    partner: Desk,
) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    for key in (contoso, fabrikam):
        customers.edit(partner, key, {"contact": "it@contoso.example"})
    give(partner, [contoso, fabrikam], days=0)
    letter(partner, contoso, Stage.REFUSED, what=What.OFFER, code="550 5.1.1",
           why={"text": "No such user here."}, todo={"text": "Correct it."})  # fmt: skip
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("Contoso    ", "! its letter came back", "nothing until day 7", "due 1")
        await operator.press("O")
        await operator.at("outbox")
        await operator.sees("Correct it.")
        letter(partner, contoso, Stage.UNKNOWN)
        letter(partner, contoso, Stage.SENT)
        await operator.until(lambda: "Correct it." not in operator.on_screen)
        table = operator.app.screen.query_one(PostTable)
        assert [row.stage for row in table.rows] == [Stage.UNKNOWN, Stage.SENT, Stage.REFUSED]
        await operator.press("escape")
        await operator.at("follow-up")


async def test_a_letter_that_came_back_stands_first_and_either_row_is_left_alone(
    partner: Desk,
) -> None:
    contoso, fabrikam = add(partner, "Contoso", "Fabrikam")
    customers.edit(partner, contoso, {"contact": "it@contoso.example"})
    give(partner, [fabrikam], days=30)
    give(partner, [contoso], days=0)
    letter(partner, contoso, Stage.REFUSED, what=What.OFFER, code="550 5.1.1",
           why={"text": "No such user here."}, todo={"text": "Correct it."})  # fmt: skip
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("[all 3]", "due 2", "outbox 1")
        rows = cast(FollowUpScreen, operator.app.screen).table.rows
        assert [row.customer for row in rows] == [contoso, contoso, fabrikam]
        place = next(at for at, row in enumerate(rows) if row.lane is Lane.LETTERS)
        await operator.press(*("down",) * place, "z")
        await operator.at("choose")
        await operator.press("enter")
        await operator.sees("snoozed 1")
    assert partner.view.touches(contoso)[0].until == TODAY + timedelta(7)


async def test_two_offers_of_one_customer_are_told_apart(partner: Desk) -> None:
    (contoso,) = add(partner, "Contoso")
    give(partner, [contoso], days=10)
    give(partner, [contoso], days=10, kind=Kind.TRIAL)
    async with at_the_desk(partner, (120, 36)) as operator:
        await follow_up(operator)
        await operator.sees("Contoso · Delegate", "Contoso · Trial in")
        await operator.press("slash", *"trial", "enter")
        await operator.sees("Trial invitation: Given on")


async def test_what_was_said_on_the_telephone_stands_below_the_list(partner: Desk) -> None:
    give(partner, add(partner, "Contoso"), days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("due 1")
        await operator.press("p", *"call", "space", *"back", "enter")
        await operator.sees(f"{TODAY.isoformat()}, phoned: call back")


async def test_the_footer_names_first_what_is_used_most(partner: Desk) -> None:
    (contoso,) = add(partner, "Contoso")
    give(partner, [contoso], days=10)
    async with at_the_desk(partner) as operator:
        await follow_up(operator)
        await operator.sees("r Remind  A Answers  e Extend  a Answer  p Phoned")
