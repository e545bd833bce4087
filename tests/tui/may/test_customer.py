"""The customer's screen: what may be done on its behalf, its portals, what was done."""

from __future__ import annotations

import pytest

from store.actions import partner as partner_actions
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.message import Message, msg
from store.model.act import Deed, Outcome
from store.work import Tables
from tests.microsoft import CONTOSO
from tests.tui.driver import at_the_desk
from tests.tui.may.story import ZOE, number, open_customer
from tui import language
from tui.bindings import by_id
from tui.screens.keyed import Keyed

TALL = (100, 50)


async def test_tasks_stand_with_their_keys_and_answers(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, TALL, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        await operator.sees("On the customer's behalf, as anna@adatum.example")
        await operator.sees("n  Add a user        yes", "p  Reset a password  yes")
        await operator.sees("D  Add a domain      yes", "Manage mobile devices: no.")
        await operator.sees("Mobile Device Management for Office 365 is not supported.")
        await operator.sees("Use instead: the Intune Administrator role")
        assert "w says what would mend it" not in operator.on_screen


async def test_a_limited_member_reads_why_and_no_key_fires(
    office: Desk, rehearsal: Rehearsal
) -> None:
    partner_actions.set_fields(office, {"operators": f"anna={ZOE}"})
    async with at_the_desk(office, TALL, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        await operator.sees("n  Add a user        no   Limited administration does not cover")
        await operator.sees("p  Reset a password  yes", "w says what would mend it")
        before = office.view.seq
        for key, name in (("n", "Add user"), ("D", "Domain")):
            await operator.press(key)
            await operator.hears(f"{name}: Limited administration does not cover")
            await operator.hears("Give zoe@adatum.example Full administration")
            await operator.at("customer")
        assert office.view.seq == before


async def test_whoever_may_gets_to_the_forms(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        for key, form in (("n", "act-user"), ("p", "act-reset"), ("D", "act-domain")):
            await operator.press(key)
            await operator.at(form)
            await operator.sees("On behalf of Contoso")
            await operator.press("escape")
            await operator.at("customer")


async def test_without_an_offer_all_three_say_the_same_once(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, TALL, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Tailspin")
        await operator.sees("no   Delegated administration was not offered to this customer.")
        assert operator.on_screen.count("Delegated administration was not offered") == 1
        assert operator.on_screen.count("no   for the same reason") == 2


async def test_whoever_is_not_signed_in_reads_that(office: Desk) -> None:
    async with at_the_desk(office, TALL) as operator:
        await open_customer(operator, "Contoso", signed_in=False)
        await operator.sees("n  Add a user        yes")
        await operator.press("n")
        await operator.until(lambda: "Add user: " in operator.last_said)
        await operator.at("customer")


@pytest.mark.parametrize("task", ["add-user", "reset-password", "add-domain"])
async def test_each_task_says_why_not_in_the_help_too(
    office: Desk, rehearsal: Rehearsal, task: str
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Tailspin")
        action = by_id("customer", task)
        screen = operator.app.screen
        assert action and isinstance(screen, Keyed)
        assert "was not offered" in str(action.why_not(screen.situation()))


# -- portals ---------------------------------------------------------------------------------------


async def test_portals_are_microsofts_where_it_lists_them(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, TALL, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        await operator.sees("Admin portals of this customer", "As Microsoft lists them")
        await operator.press("y")
        await operator.at("choose")
        await operator.sees("https://", CONTOSO)
        await operator.press("end", "enter")
        await operator.at("customer")
        await operator.until(lambda: "/portal/" in operator.app.clipboard)
        assert CONTOSO in operator.app.clipboard


async def test_portals_are_built_where_nobody_is_asked(office: Desk) -> None:
    async with at_the_desk(office, TALL) as operator:
        await open_customer(operator, "Contoso", signed_in=False)
        await operator.sees("Microsoft Entra", "Built from the cloud and the Microsoft ID")
        assert operator.on_screen.count(CONTOSO) > 2


# -- what was done ---------------------------------------------------------------------------------


def done(desk: Desk, customer: int, deed: Deed, outcome: Outcome, target: str, at: str) -> None:
    def record(tables: Tables) -> Message:
        tables.acts.insert(
            {
                "customer": customer, "deed": deed.value, "target": target, "at": at,
                "outcome": outcome.value, "by": "anna@adatum.example",
                "why": msg("The answer was lost.").to_json(),
                "todo": msg("Look for {upn} first.", upn=target).to_json(), "tenant": CONTOSO,
            }
        )  # fmt: skip
        return msg("Recorded.")

    desk.transaction("act.end", record)


async def test_what_was_done_stands_newest_first_with_its_outcome(
    office: Desk, rehearsal: Rehearsal
) -> None:
    key = number(office, "Contoso")
    async with at_the_desk(office, TALL, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        await operator.sees("What was done on its behalf", "Nothing yet.")
        done(office, key, Deed.ADD_USER, Outcome.DONE, "one@contoso.example", "2026-11-20T09:00")
        await operator.sees("Add a user  one@contoso.example  done")
        done(office, key, Deed.RESET_PASSWORD, Outcome.BEGUN, "[/]two", "2026-11-21T09:00")
        await operator.sees("Reset a password  [/]two  begun, its end is not known")
        await operator.sees("The answer was lost.", "Look for [/]two first.")
        assert operator.on_screen.index("[/]two") < operator.on_screen.index("one@contoso")
        for place in range(14):
            done(office, key, Deed.ADD_DOMAIN, Outcome.REFUSED, f"d{place}.example", "2026-11-22")
        await operator.press("end")
        await operator.sees("4 earlier ones are in the journal.")


async def test_what_became_of_it_is_found_out_by_a_key(office: Desk, rehearsal: Rehearsal) -> None:
    key, cloud = number(office, "Contoso"), rehearsal.practice
    async with at_the_desk(office, TALL, rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        await operator.press("f")
        await operator.hears("Find out: Everything that was done here has a known end.")
        domain = next(iter(cloud.customers[CONTOSO].domains))
        done(office, key, Deed.ADD_DOMAIN, Outcome.BEGUN, domain, "2026-11-20T09:00:00Z")
        await operator.sees(f"Add a domain  {domain}  begun", "f finds out")
        await operator.press("f")
        await operator.until(lambda: "Done: " in operator.last_said)
        assert [act.outcome for act in office.view.acts(key)] == [Outcome.DONE]
        await operator.sees(f"Add a domain  {domain}  done")


async def test_the_screen_holds_in_french_on_the_least_terminal(
    office: Desk, rehearsal: Rehearsal
) -> None:
    language.install("fr")
    async with at_the_desk(office, (60, 15), rehearsal=rehearsal) as operator:
        await open_customer(operator, "Contoso")
        await operator.press("w")
        await operator.at("may")
        await operator.sees("Anna Lindqvist")
        lines = operator.on_screen.split("\n")
        assert all(len(line) <= 60 for line in lines)
