"""Who may act at one customer, and why not: w on a customer."""

from __future__ import annotations

from store.actions import customers, members, partner
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.access import Level
from tests.tui.driver import Driver, at_the_desk
from tests.tui.may.story import LUC, ZOE, answers, number, open_customer
from tui.screens.member import MemberScreen
from tui.screens.offer import OfferScreen


async def ask(operator: Driver, name: str) -> None:
    await open_customer(operator, name)
    await operator.press("w")
    await operator.at("may")


async def test_members_are_rows_and_tasks_are_columns(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("User: 1 yes · Password: 2 yes · Domain: 1 yes")
        assert answers(operator, "Anna Lindqvist") == ["yes", "yes", "yes"]
        assert answers(operator, "Zoé Martin") == ["no", "yes", "no"]
        assert answers(operator, "Luc Bernard") == ["no", "no", "no"]
        await operator.sees("Yes. anna@adatum.example may do this at Contoso: Add a user.")
        await operator.press("down")
        await operator.sees("No. zoe@adatum.example may not do this at Contoso: Add a user.")
        await operator.sees("fails   Level", "Limited administration does not cover: Add a user.")
        await operator.press("right")
        await operator.sees("Yes. zoe@adatum.example may do this at Contoso: Reset a password.")
        await operator.press("left", "left")
        await operator.sees("may not do this at Contoso: Add a domain.")


async def test_it_opens_at_the_operator_and_at_what_it_may_not(
    office: Desk, rehearsal: Rehearsal
) -> None:
    partner.set_fields(office, {"operators": f"anna={ZOE}"})
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("No. zoe@adatum.example may not do this at Contoso: Add a user.")


async def test_what_mends_it_needs_no_new_consent_or_needs_one(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await ask(operator, "Fabrikam")
        await operator.sees("fails   Group", "→ Assign AdminAgents there", "Needs no new consent.")
        await operator.press("escape", "escape")
        await operator.at("business")
        await operator.press("escape")
        await ask(operator, "Tailspin")
        await operator.sees("fails   Offered", "→ Offer delegated administration to the customer.")
        await operator.sees("Needs the customer's consent.", "Not before something was offered.")


async def test_enter_goes_where_it_is_mended(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("Luc Bernard")
        await operator.press("enter")
        await operator.hears("Nothing is missing here.")
        await operator.press("end", "enter")
        await operator.at("member")
        await operator.hears("luc@adatum.example has no administrative access")
        screen = operator.app.screen
        assert isinstance(screen, MemberScreen)
        await operator.press("escape")
        await operator.at("may")
        await operator.press("escape", "escape", "escape")
        await ask(operator, "Fabrikam")
        await operator.sees("Group")
        await operator.press("enter")
        await operator.at("groups")
        await operator.hears("Assign AdminAgents there")
        await operator.press("escape", "escape", "escape", "escape")
        await ask(operator, "Tailspin")
        await operator.sees("Offered")
        await operator.press("enter")
        await operator.at("offer")
        assert isinstance(operator.app.screen, OfferScreen)


async def test_an_answer_follows_what_changes(office: Desk, rehearsal: Rehearsal) -> None:
    luc = office.view.member(LUC)
    assert luc
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("Luc Bernard")
        await operator.press("end")
        await operator.sees("fails   Administrative access")
        members.set_access(office, luc.id, access=True, level=Level.FULL)
        await operator.sees("fails   Group", "luc@adatum.example is in no group")


async def test_w_asks_from_the_list_too_and_o_opens_the_customer(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("tab", "w")
        await operator.at("may")
        await operator.sees("Build your business › Contoso › Who may act")
        await operator.press("o")
        await operator.at("customer")
        await operator.sees("Build your business › Contoso")
        await operator.press("n")
        await operator.at("act-user")
        await operator.sees("Build your business › Contoso › Add a user")
        await operator.press("escape")
        await operator.at("customer")
        await operator.press("w", "o")
        await operator.at("customer")
        await operator.press("escape")
        await operator.at("may")
        await operator.press("escape")
        await operator.at("business")


async def test_rows_are_filtered_by_name_and_by_answer(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("Luc Bernard")
        await operator.press("slash", *"luc", "enter")
        await operator.sees("Filter “luc”: 1. esc ends it.")
        assert "Zoé" not in operator.on_screen
        await operator.press("escape", "right", "s")
        await operator.sees("Only “yes” to Reset a password; esc shows all.", "Zoé Martin")
        assert "Luc" not in operator.on_screen
        await operator.press("s", "s")
        await operator.sees("Only “no” to Reset a password; esc shows all.", "Luc Bernard")
        assert "Zoé" not in operator.on_screen
        await operator.press("escape")
        await operator.sees("Zoé Martin")
        await operator.at("may")


async def test_names_are_shown_and_do_nothing(office: Desk, rehearsal: Rehearsal) -> None:
    members.add(office, "eve@adatum.example", "[@click=app.quit]Eve[/]")
    customers.edit(office, number(office, "Contoso"), {"name": "[/etc/passwd] [b]Contoso"})
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("[@click=app.quit]Eve[/]", "at [/etc/passwd] [b]Contoso: Add a user.")


async def test_on_the_least_terminal_what_fails_is_in_sight(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, (60, 15), rehearsal=rehearsal) as operator:
        await ask(operator, "Tailspin")
        await operator.sees("fails   Offered: Delegated administration was not offered")


async def test_the_chain_takes_every_line_that_the_rows_leave(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.sees("Luc Bernard")
        screen = operator.app.screen
        body = screen.query_one("#body").size.height
        await operator.until(
            lambda: (
                screen.query_one("#may").size.height == 4
                and screen.query_one("#links").size.height
                == body - 4 - screen.query_one("#counts").size.height
            )
        )


async def test_the_link_that_decides_is_in_sight_even_where_there_are_few_lines(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, (60, 15), rehearsal=rehearsal) as operator:
        await ask(operator, "Contoso")
        await operator.press("right")
        await operator.sees("Target:", "Holds for everybody, administrators too.")


async def test_it_opens_at_the_row_of_whoever_acts_and_goes_there_when_that_changes(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await operator.press("tab", "w")
        await operator.at("may")
        await operator.sees("Yes. anna@adatum.example may do this")
        partner.set_fields(office, {"operators": f"anna={ZOE}"})
        operator.app.session.microsoft.look()
        operator.app.screen.update_keys()
        await operator.sees("No. zoe@adatum.example may not do this at Contoso: Add a user.")
        await operator.press("escape")
        await operator.at("business")
        await operator.press("w")
        await operator.sees("No. zoe@adatum.example may not do this at Contoso: Add a user.")
