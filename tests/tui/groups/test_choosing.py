"""The groups that stand for the levels, from the keyboard."""

from __future__ import annotations

from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.access import Level
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.tui.driver import at_the_desk
from tests.tui.groups.story import use_own_groups


async def test_a_group_is_made_for_a_level(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("3", "g")
        await operator.at("groups")
        await operator.sees("none yet", "Microsoft advises against Admin agents")
        await operator.press("enter")
        await operator.at("pick")
        await operator.sees("AdminAgents", "Microsoft advises against Admin agents")
        await operator.press(*"create", "enter")
        await operator.hears("partnerdesk Full stands for Full administration.")
    assert not cloud.group("partnerdesk Full").members


async def test_a_second_enter_does_not_break_off_what_the_first_began(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("3", "g")
        await operator.at("groups")
        await operator.press("down", "enter")
        await operator.at("pick")
        await operator.type("partnerdesk")
        cloud.faults.add(Fault("POST", "groups", delay=0.3))
        await operator.press("enter")
        await operator.hears("Making the group")
        await operator.press("enter")
        await operator.hears("Microsoft is being asked about the groups; a moment.")
        await operator.press("escape")
        await operator.at("users")
        await operator.until(lambda: office.view.group(Level.LIMITED))
        await operator.hears("stands for")
    group = office.view.group(Level.LIMITED)
    assert group and group.microsoft_id == cloud.group(group.name).id


async def test_whoever_has_gone_elsewhere_is_not_asked_for_a_group_there(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("3", "g")
        await operator.at("groups")
        cloud.faults.add(Fault("GET", "groups", delay=0.3))
        await operator.press("enter", "5")
        await operator.at("journal")
        await operator.hears("No group was chosen.")
        await operator.at("journal")


async def test_nothing_fits_and_esc_chooses_none(office: Desk, rehearsal: Rehearsal) -> None:
    async with at_the_desk(office, (60, 15), rehearsal=rehearsal) as operator:
        await operator.press("3", "g")
        await operator.at("groups")
        await operator.press("enter")
        await operator.at("pick")
        await operator.press(*"xyz", "enter")
        await operator.hears("Nothing in the list is called so.")
        await operator.press("escape")
        await operator.at("groups")
        await operator.hears("No group was chosen.")
    assert not office.view.groups


async def test_who_is_in_a_group_and_what_is_odd_about_it(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    hostile = cloud.add_member(
        "eve@adatum.example", "[bold red]Eve[/]\x1b[31m\u202e", admin_agent=False
    )
    guest = cloud.add_member("gast@else.example", "Gast", admin_agent=False, guest=True)
    gone = cloud.add_member("bob@adatum.example", "Bob", admin_agent=False, enabled=False)
    cloud.group("HelpdeskAgents").members.update(dict.fromkeys((hostile, guest, gone)))
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await operator.sees("[bold red]Eve[/]", "≠ not listed here", "Gast", "≠ guest")
        assert "\x1b[31m" not in operator.on_screen


async def test_without_a_connection_what_was_read_is_shown_and_nothing_else(office: Desk) -> None:
    async with at_the_desk(office) as operator:
        await operator.press("3", "g")
        await operator.at("groups")
        await operator.sees("Full administration", "none yet")
        await operator.press("enter")
        await operator.hears("Choose: ")
        await operator.press("a")
        await operator.hears("Assign: ")
