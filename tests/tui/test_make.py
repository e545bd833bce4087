"""Making links: the plan as it changes, the relationships, the letters that carry the links."""

from __future__ import annotations

import asyncio

import pytest

from store.actions import customers, members, preparing, templates
from store.actions import partner as partners
from store.actions.practice import Rehearsal
from store.actions.preparing import Plan
from store.desk import Desk
from store.errors import NotFound
from store.message import Message, msg
from store.model.access import Level
from store.model.consent import State
from store.model.offer import Kind
from store.model.roles import DIRECTORY_READERS, PRESET_PRICES, USER_ADMINISTRATOR, Preset
from store.model.template import Template
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import PENDING
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.faults import count
from tests.hostile import PAYLOADS
from tests.microsoft import ANNA, CONTOSO, practice_partner
from tests.tui.driver import at_the_desk
from tests.tui.making import beside, cloud, key_of, make, partner, plan_for_all

__all__ = ["beside", "cloud", "partner"]


async def test_from_marked_customers_to_letters_with_their_links(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await plan_for_all(operator)
        await operator.sees("3 would be made, 0 refused.", "Contoso", "whoever acc")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Make 3 relationships at Microsoft?", "730 days",
                            "u cannot undo it", "ends by itself after 90 days")  # fmt: skip
        await operator.press("enter")  # which is No
        await operator.at("make")
        assert not cloud.relationships
        await make(operator)
        await operator.hears("3 links are ready. o opens the offers")
        await operator.sees("3 ready, 0 refused, 0 to go on with.")
        assert {it.status for it in cloud.relationships.values()} == {PENDING}
        assert len(cloud.relationships) == 3

        # The letters carry each customer's own link and its last day.
        await operator.press("o")
        await operator.at("offer")
        await operator.sees("text 1 of 3", "Contoso")
        await operator.press("l")
        link = partner.view.invitations(key_of(partner, "Contoso"))[0].link
        await operator.until(lambda: operator.app.clipboard == link)
        assert link.rpartition("/")[2] in cloud.relationships
        await operator.at("give")
        await operator.press("enter")
        await operator.hears("as given to Contoso")
        await operator.press("pagedown", "pagedown")
        await operator.sees("19 February 2027")
        consent = partner.view.consent(key_of(partner, "Contoso"), TODAY)
        assert (consent.state, consent.day) == (State.WAITING, 1)
        (invitation,) = partner.view.invitations(key_of(partner, "Contoso"))
        assert invitation.link == link
        # Back in the list, those with links of their own and no letter yet are marked.
        await operator.press("escape")
        await operator.at("overview")
        assert operator.app.session.marked == {
            key_of(partner, "Fabrikam"), key_of(partner, "Tailspin"),
        }  # fmt: skip


async def test_all_of_it_in_one_burst_of_keys(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await operator.burst("m", "ctrl+s", "y")
        await operator.hears("1 link is ready.")
        assert [it.tenant for it in cloud.relationships.values()] == [CONTOSO]


async def test_an_answer_waits_for_its_question_while_the_plan_is_being_made(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        go_on, planned = asyncio.Event(), screen.planned

        async def later() -> Plan:
            await go_on.wait()
            return await planned()

        screen.planned = later  # type: ignore[method-assign]
        await operator.burst("ctrl+s", "y")
        await operator.sees("The plan is being made…")
        for _ in range(20):
            await operator.pilot.pause()
        go_on.set()
        await operator.hears("3 links are ready.")
        assert len(cloud.relationships) == 3


async def test_the_choices_change_the_plan_and_say_their_price(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, (120, 36), rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        for preset in (*Preset, Preset.FULL):
            await operator.sees(PRESET_PRICES[preset][:60])
            assert screen.form.preset is preset
            await operator.press("right")
            if preset is Preset.LIMITED_LITERAL:
                await operator.sees("Roles as Microsoft names them", "one role at least")
                await operator.press("right")
        # Extending itself is refused with Global Administrator, at once and with the reason.
        await operator.press("tab", "tab", "right")
        await operator.hears("Microsoft extends no relationship that holds Global Administrator.")
        assert not screen.form.extends
        await operator.press("shift+tab", "shift+tab", "left", "tab", "tab", "right")
        assert screen.form.extends
        await operator.press("shift+tab", "shift+tab", "right")  # to Global Administrator
        await operator.hears("Microsoft extends no relationship that holds Global Administrator.")
        assert not screen.form.extends
        # How long, and what it is called, with an example.
        await operator.press("tab")
        await operator.sees("From 1 to 730 days.")
        await operator.press("ctrl+u", *"9999")
        await operator.sees("A relationship lasts from 1 to 730 days.")
        await operator.press("ctrl+s")
        await operator.hears("A relationship lasts from 1 to 730 days.")
        assert operator.app.screen.KEYS == "make"
        await operator.press("ctrl+u", *"90", "tab", "tab", "ctrl+u")
        await operator.type("GDAP-{domain}")
        await operator.sees("as in GDAP-contoso-example_")
        assert screen.plan
        await operator.until(lambda: screen.plan and screen.plan.template.days == 90)
        assert not cloud.relationships


async def test_roles_of_ones_choice_are_completed_as_they_are_typed(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await plan_for_all(operator)
        await operator.press("left")
        await operator.sees("Roles as Microsoft names them")
        await operator.press("tab", *"user a", "right", *", direc", "right")
        await operator.sees("User Administrator, Directory Readers", "3 would be made")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("They ask for: User Administrator, Directory Readers; 730 days.")
        await operator.press("y")
        await operator.hears("3 links are ready.")
    assert {it.roles for it in cloud.relationships.values()} == {
        (USER_ADMINISTRATOR, DIRECTORY_READERS)
    }


async def test_a_role_that_is_none_is_said_and_nothing_is_made(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await plan_for_all(operator)
        await operator.press("left", "tab", *"boss")
        await operator.sees("No role is called boss.")
        await operator.press("ctrl+s")
        await operator.hears("No role is called boss.")
        assert not cloud.relationships


async def test_choices_are_kept_as_an_offer_with_a_name(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        await operator.press("right", "right")
        await operator.press("ctrl+n")
        await operator.at("ask")
        await operator.type("Helpdesk")
        await operator.press("enter")
        await operator.hears("Saved the offer Helpdesk.")
        kept = templates.named(partner.view, "helpdesk").template
        assert kept == Template(preset=Preset.LIMITED.value)
        await operator.sees("‹ Helpdesk ›")
        assert screen.form.offer == "Helpdesk"

        await operator.press("ctrl+n")
        await operator.at("ask")
        await operator.press("escape")
        await operator.at("make")
        await operator.press("escape")
        # The next time it is chosen there, and fills in the rest.
        screen = await plan_for_all(operator)
        assert screen.form.preset is Preset.FULL
        await operator.press("right")
        await operator.sees("‹ Helpdesk ›", "Limited, with the list of users")
        assert screen.form.preset is Preset.LIMITED


async def test_another_offer_is_replaced_only_where_that_is_meant(
    partner: Desk, beside: Rehearsal
) -> None:
    templates.save(partner, "Helpdesk", Template(preset=Preset.LIMITED.value))
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await plan_for_all(operator)
        for answer, preset in (("n", Preset.LIMITED), ("y", Preset.FULL)):
            await operator.press("ctrl+n")
            await operator.at("ask")
            await operator.press("ctrl+u", *"helpdesk", "enter")
            await operator.at("confirm")
            await operator.sees("Replace the offer Helpdesk?")
            await operator.press(answer)
            await operator.at("make")
            await operator.pilot.pause()
            if answer == "y":
                await operator.hears("Saved the offer Helpdesk.")
            assert templates.named(partner.view, "Helpdesk").template.preset == preset
    with pytest.raises(NotFound):
        templates.named(partner.view, "nobody's")


async def test_from_a_letter_and_from_a_customer(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await operator.press("o")
        await operator.at("offer")
        await operator.press("m")
        await operator.at("make")
        await make(operator)
        await operator.hears("1 link is ready.")
        await operator.press("o")
        await operator.at("offer")
        link = partner.view.invitations(key_of(partner, "Contoso"))[0].link
        assert operator.app.screen.shown.letter.link == link  # type: ignore[attr-defined]
        await operator.press("escape", "down", "enter")
        await operator.at("customer")
        await operator.press("m")
        await operator.at("make")
        await operator.sees("1 would be made, 0 refused.", "Fabrikam")


async def test_the_guided_page_has_a_step_for_it(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await operator.press("2")
        await operator.sees("2 Make links", "enter shows the plan")
        await operator.press("down", "enter")
        await operator.at("make")  # nobody is marked: everybody who was given nothing
        await operator.sees("3 would be made, 0 refused.")
        await make(operator)
        await operator.hears("3 links are ready.")
        await operator.press("escape")
        await operator.sees("3 ready to be given")
        member = partner.view.member(ANNA)
        assert member
        members.set_access(partner, member.id, access=True, level=Level.FULL)
        # A trial invitation has no link of a customer's own.
        operator.app.session.kind = Kind.TRIAL
        operator.app.screen.refresh_view()  # type: ignore[attr-defined]
        await operator.sees("2 Say what is offered", "3 Read and copy the text")
        await operator.press("m")
        await operator.hears("for the delegated administration offer")


async def test_without_a_sign_in_it_says_what_is_missing(partner: Desk) -> None:
    async with at_the_desk(partner) as operator:
        await operator.press("m")
        await operator.hears("Make links:")
        assert operator.app.screen.KEYS == "overview"


async def test_another_operators_change_is_in_the_plan(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    async with at_the_desk(partner, rehearsal=beside) as operator:
        await plan_for_all(operator)
        await operator.sees("3 would be made")
        customers.archive(partner, [key_of(partner, "Contoso")])
        await operator.sees("2 would be made, 1 refused.", "It is archived.")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_at_every_size_plan_and_choices_are_seen(
    partner: Desk, beside: Rehearsal, size: tuple[int, int]
) -> None:
    async with at_the_desk(partner, size, rehearsal=beside) as operator:
        await plan_for_all(operator)
        await operator.sees("Full, by the least roles", "3 would be made, 0 refused.", "Contoso",
                            "Fabrikam", "ctrl+s Make")  # fmt: skip


async def test_hostile_names_stay_names(desk: Desk, cloud: Practice, beside: Rehearsal) -> None:
    practice_partner(desk)
    partners.set_fields(desk, {"operators": f"{OPERATOR.login}={ANNA}", "flow": "overview"})
    names = [name.encode(errors="replace").decode() for name in PAYLOADS]

    def work(tables: Tables) -> Message:
        for name in names:
            tables.customers.insert({"name": name})
            tables.offers.insert({"kind": "delegated", "name": name, "template": {}})
        return msg("Written past the door.")

    desk.transaction("test", work)
    async with at_the_desk(desk, (120, 36), rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        for _ in range(4):
            await operator.press("right")
        await operator.press("tab", "tab", "tab", "tab", "tab")
        for _ in names:
            await operator.press("down")
        assert "\x1b" not in operator.on_screen
        await make(operator)
        await operator.until(lambda: not screen.is_making)
    assert len(cloud.relationships) == len(names)


async def test_very_many_marked_customers_stay_usable(
    partner: Desk, cloud: Practice, beside: Rehearsal
) -> None:
    many = count(300, 1_000)

    def work(tables: Tables) -> Message:
        tables.customers.insert_multiple({"name": f"Customer {it}"} for it in range(many - 3))
        return msg("Many came.")

    partner.transaction("test", work)
    cloud.faults.add(Fault("POST", "Relationships$", delay=0.2, times=many))  # not done in no time
    async with at_the_desk(partner, rehearsal=beside) as operator:
        screen = await plan_for_all(operator)
        await operator.sees(f"{many:,} would be made, 0 refused.")
        await operator.press("right", "right")
        await operator.until(
            lambda: screen.plan and screen.plan.template.preset == Preset.LIMITED.value
        )
        await make(operator)
        await operator.until(lambda: len(screen.results) >= 5)
        await operator.press("down", "down")  # keys are heard meanwhile
        assert screen.is_making and screen.table.cursor == 2
        await operator.press("escape")
        await operator.until(lambda: not screen.is_making)
        await operator.sees("to go on with.")
        kept = len(preparing.all_under_way(partner.view))
        assert kept == many - len(cloud.relationships) > 0
