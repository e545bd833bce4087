"""Who administers at Microsoft, from the keyboard: settings, groups, assignments, both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest

from store.actions import customers, members
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.access import Level, Member
from store.model.roles import Preset, preset_roles
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE, PENDING
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, TAILSPIN, practice_cloud, practice_partner
from tests.tui.driver import Driver, at_the_desk
from tui.screens.assign import AssignScreen
from tui.screens.users import MemberTable

ZOE = "zoe@adatum.example"
FULL_ROLES = preset_roles(Preset.FULL).roles


@pytest.fixture
def cloud() -> Practice:
    """Zoé is in the tenant and in no group; Contoso and Fabrikam have accepted everything."""
    cloud = practice_cloud()
    cloud.delay = timedelta(0)
    cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    for tenant, name in ((CONTOSO, "first"), (FABRIKAM, "second")):
        cloud.add_relationship(name=name, tenant=tenant, status=ACTIVE, roles=FULL_ROLES)
    return cloud


@pytest.fixture
def rehearsal(cloud: Practice) -> Rehearsal:
    return Rehearsal(lambda: cloud)


@pytest.fixture
def office(desk: Desk) -> Iterator[Desk]:
    """The practice partner with its customers and two users; Anna is at the keyboard."""
    from store.actions import partner

    practice_partner(desk)
    partner.set_fields(desk, {"operators": f"anna={ANNA}"})
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", TAILSPIN)):
        customers.add(desk, {"name": name, "microsoft_id": tenant})
    members.add(desk, ANNA, "Anna Lindqvist")
    members.add(desk, ZOE, "Zoé Martin")
    return desk


def zoe(desk: Desk) -> Member:
    found = desk.view.member(ZOE)
    assert found
    return found


async def use_own_groups(operator: Driver) -> None:
    """Lets Partner Center's own groups stand for the two levels."""
    await operator.press("3", "g")
    await operator.at("groups")
    for _ in range(2):
        await operator.press("enter")
        await operator.at("pick")
        await operator.press("enter")
        await operator.hears("stands for")
        await operator.at("groups")
        await operator.press("down")


async def open_zoe(operator: Driver) -> None:
    await operator.press("3")
    await operator.at("users")
    await operator.press("end", "enter")
    await operator.at("member")


async def test_the_settings_tab_gives_a_level_at_microsoft(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.until(lambda: operator.app.session.microsoft.account)
        await open_zoe(operator)
        await operator.sees(
            "Microsoft: no group stands for a level yet; Save asks which.",
            "Save changes it at Microsoft too; u does not undo that.",
        )
        await operator.press("up", "space", "down", "down", "down", "space", "ctrl+s")
        await operator.at("pick")
        await operator.sees(
            "Which group stands for Limited administration?",
            "Partner Center's own: Limited administration",
            "create it at Microsoft",
        )
        await operator.press("enter")
        await operator.at("confirm")
        await operator.sees("Zoé Martin joins HelpdeskAgents", "u does not undo that.")
        assert not cloud.group("HelpdeskAgents").members, "nothing is done before Yes"
        await operator.press("y")
        await operator.at("users")
        await operator.hears("Zoé Martin is in HelpdeskAgents at Microsoft")
        assert "u undoes it" not in operator.last_said
    assert cloud.partner.user(ZOE).id in cloud.group("HelpdeskAgents").members  # type: ignore[union-attr]
    assert zoe(office).granted is Level.LIMITED


async def test_no_changes_nothing_on_either_side(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await open_zoe(operator)
        await operator.sees("Microsoft: in no group that stands for a level.")
        await operator.press("up", "space", "down", "down", "space", "ctrl+s")
        await operator.at("confirm")
        await operator.press("enter")
        await operator.hears("Nothing was changed.")
        await operator.at("member")
    assert len(cloud.group("AdminAgents").members) == 1
    assert zoe(office).granted is Level.NONE


async def test_not_connected_saves_only_here_and_says_so(office: Desk) -> None:
    async with at_the_desk(office) as operator:
        await open_zoe(operator)
        await operator.sees("Save records it here only.")
        await operator.press("up", "space", "down", "down", "space", "ctrl+s")
        await operator.at("users")
        await operator.hears("It is recorded here only, not at Microsoft.")
    assert zoe(office).granted is Level.FULL


async def test_drift_is_shown_and_save_without_a_change_mends_it(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    members.set_access(office, zoe(office).id, access=True, level=Level.LIMITED)
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await operator.press("3")
        await operator.at("users")
        await operator.sees("At Microsoft", "≠ no access")
        await operator.press("home", "end")
        await operator.hears("Limited administration here, no administrative access at Microsoft.")
        await operator.press("enter")
        await operator.at("member")
        await operator.sees("≠ Recorded here: Limited administration.")
        assert zoe(office).granted is Level.LIMITED, "shown, and not overwritten"
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.at("users")
        await operator.hears("Zoé Martin is in HelpdeskAgents at Microsoft")
        await operator.until(lambda: "≠ no access" not in operator.on_screen)


def at_microsoft(operator: Driver) -> list[str]:
    """What stands in the column of the users' list, by name."""
    table = operator.app.screen.query_one(MemberTable)
    return [table.row_cells(row)[-1] for row in range(table.row_count())]


async def test_the_users_list_shows_the_level_there_where_it_was_read(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    guest = cloud.add_member("gast@adatum.example", "Gast", admin_agent=False, guest=True)
    cloud.group("HelpdeskAgents").members[guest] = None
    members.add(office, "gast@adatum.example", "Gast")
    for upn, level in ((ANNA, Level.FULL), ("gast@adatum.example", Level.LIMITED)):
        found = office.view.member(upn)
        assert found
        members.set_access(office, found.id, access=True, level=level)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("3")
        await operator.at("users")
        assert at_microsoft(operator) == ["", "", ""], "nothing was read yet"
        await use_own_groups(operator)
        await operator.press("escape")
        await operator.at("users")
        assert at_microsoft(operator) == ["Full", "Limited ≠ guest", "no access"]
        await operator.sees("At Microsoft", "Limited ≠ guest")
        members.set_access(office, zoe(office).id, access=True, level=Level.LIMITED)
        await operator.until(lambda: at_microsoft(operator)[-1] == "≠ no access")


async def test_a_refusal_keeps_the_form_and_both_sides(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await open_zoe(operator)
        cloud.faults.add(Fault("POST", "members", status=403))
        await operator.press("up", "space", "down", "down", "space", "ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.hears("Microsoft does not let this account change or read that group.")
        await operator.at("member")
        assert zoe(office).granted is Level.NONE
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.at("users")
    assert zoe(office).granted is Level.FULL
    assert len(cloud.group("AdminAgents").members) == 2


async def test_a_sign_in_that_does_not_reach_that_far_is_offered_anew(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await open_zoe(operator)
        cloud.faults.add(Fault("POST", "members", status=401, times=5))
        await operator.press("up", "space", "down", "down", "space", "ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.sees("Sign in for it now?")
        await operator.press("n")
        await operator.at("member")
        await operator.sees("(•) Full administration")
    assert zoe(office).granted is Level.NONE
    assert len(cloud.group("AdminAgents").members) == 1


async def test_a_wrong_user_name_is_corrected_and_saved_with_the_level(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    members.edit(office, zoe(office).id, {"upn": "zoe.m@adatum.example"})
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await open_zoe(operator)
        await operator.sees("Microsoft knows no user of this name in our tenant.")
        await operator.press("up", "space", "down", "down", "space", "ctrl+t", "tab", "ctrl+u")
        await operator.type(ZOE)
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.press("y")
        await operator.at("users")
        await operator.hears("Zoé Martin is in AdminAgents at Microsoft")
    assert zoe(office).granted is Level.FULL


async def test_taking_oneself_out_of_admin_agents_says_what_that_means(
    office: Desk, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await operator.press("3")
        await operator.at("users")
        await operator.press("home", "enter")
        await operator.at("member")
        await operator.sees("≠ Recorded here: no administrative access.")
        await operator.press("ctrl+s")
        await operator.at("confirm")
        await operator.sees("Anna Lindqvist leaves AdminAgents", "That is you")


# -- the groups ------------------------------------------------------------------------------------


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


# -- assigning -------------------------------------------------------------------------------------


async def open_plan(operator: Driver, *, full: bool = True) -> None:
    await use_own_groups(operator)
    await operator.press("r")
    await operator.hears("Microsoft: 2 relationships that nobody made here")
    await operator.press("home" if full else "end", "a")
    await operator.at("assign")


async def test_the_plan_then_the_assignments_then_the_reach(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign, 0 to change", "Contoso", "Fabrikam")
        assert not any(it.assignments for it in cloud.relationships.values())
        await operator.press("ctrl+s")
        await operator.sees("2 assigned, 0 not, 0 not begun.")
        await operator.hears("Assigned. Microsoft needs a moment")
        for it in cloud.relationships.values():
            assert [set(a.roles) for a in it.assignments.values()] == [set(FULL_ROLES)]
        await operator.press("ctrl+s")
        await operator.hears("There is nothing to assign.")
        await operator.press("escape")
        await operator.at("groups")
        await operator.press("r")
        await operator.sees("2 customers")


async def test_one_refused_does_not_keep_the_other(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", status=400, message="no such role"))
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.press("ctrl+s")
        await operator.sees("1 assigned, 1 not, 0 not begun.", "not assigned")
        await operator.hears("Those not assigned stand first")
        await operator.press("down", "up")
        await operator.hears("The relationship does not hold every role")
    assert sum(bool(it.assignments) for it in cloud.relationships.values()) == 1


async def test_esc_stops_between_two_relationships(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    for number in range(12):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await use_own_groups(operator)
        await operator.press("r")
        await operator.hears("Microsoft: 14 relationships")
        await operator.press("home", "a")
        await operator.at("assign")
        await operator.sees("14 to assign")
        for _ in range(4):
            cloud.faults.add(Fault("POST", "accessAssignments", delay=0.3))
        await operator.press("ctrl+s", "escape")
        await operator.hears("Stopped. ctrl+s goes on with the rest.")
        begun = sum(bool(it.assignments) for it in cloud.relationships.values())
        assert begun < 14
        await operator.sees(f"{begun} assigned, 0 not, {14 - begun} not begun.")
        await operator.press("ctrl+s")
        await operator.hears("Assigned.")
    assert all(len(it.assignments) == 1 for it in cloud.relationships.values())


async def test_twice_ctrl_s_at_once_assigns_once(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign")
        asked = len(cloud.log)
        screen = cast(AssignScreen, operator.app.screen)
        await asyncio.gather(screen.action_do("assign-now"), screen.action_do("assign-now"))
        await operator.sees("2 assigned, 0 not, 0 not begun.")
        await operator.hears("Assigned. Microsoft needs a moment")
        assert "It is under way; esc stops." in operator.app.said
        posted = [call for call in cloud.log[asked:] if call.method == "POST"]
        assert len([call for call in posted if "accessAssignments" in call.path]) == 2


async def test_esc_right_after_ctrl_s_stops_it_and_leaves_nothing_half_seen(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await open_plan(operator)
        await operator.sees("2 to assign")
        await operator.burst("ctrl+s", "escape")
        await operator.until(lambda: "Stopping: what is under way" in " ".join(operator.app.said))
        await operator.sees("0 not, ")
        await operator.at("assign")


async def test_what_a_change_takes_away_is_said_before(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    helpdesk = cloud.group("HelpdeskAgents").id
    first = next(it for it in cloud.relationships.values() if it.name == "first")
    cloud.add_relationship(
        name="third", tenant=TAILSPIN, status=ACTIVE, roles=FULL_ROLES,
        assignments={helpdesk: FULL_ROLES},
    )  # fmt: skip
    del cloud.relationships[first.id]
    async with at_the_desk(office, (120, 36), rehearsal=rehearsal) as operator:
        await open_plan(operator, full=False)
        await operator.sees("1 to assign, 1 to change", "takes away User Administrator")
        await operator.press("end", "home")
        await operator.hears("Tailspin: change: takes away User Administrator")


# -- the demo's other side -------------------------------------------------------------------------


async def command(operator: Driver, name: str) -> None:
    await operator.press("colon")
    await operator.type(name)
    await operator.sees("practice")
    await operator.press("enter")


async def test_answering_as_the_customer(
    office: Desk, cloud: Practice, rehearsal: Rehearsal
) -> None:
    waits = cloud.add_relationship(name="waits", tenant=TAILSPIN, status=PENDING, roles=FULL_ROLES)
    anyone = cloud.add_relationship(name="anyone", status=PENDING, roles=FULL_ROLES)
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await command(operator, "Answer as the customer")
        await operator.at("pick")
        await operator.sees("Which one does its customer accept?", "Tailspin", "waits")
        await operator.press(*"waits", "enter")
        await operator.hears("Tailspin accepted waits. Press r to sync.")
        assert cloud.relationship(waits).approved_by
        await command(operator, "Answer as the customer")
        await operator.at("pick")
        await operator.press("enter")
        await operator.sees("anyone names no tenant. Who accepts it?")
        await operator.press(*"fabrikam", "enter")
        await operator.hears("Fabrikam accepted anyone. Press r to sync.")
        assert cloud.relationship(anyone).tenant == FABRIKAM
        await command(operator, "Answer as the customer")
        await operator.hears("Nothing waits for an answer")


async def test_days_pass_at_both_sides(office: Desk, cloud: Practice, rehearsal: Rehearsal) -> None:
    cloud.add_relationship(name="waits", tenant=TAILSPIN, status=PENDING, roles=FULL_ROLES)
    before = office.today()
    async with at_the_desk(office, rehearsal=rehearsal) as operator:
        await operator.press("r")
        await operator.hears("Microsoft: ")
        await command(operator, "Days pass")
        await operator.at("choose")
        await operator.press("end", "enter")
        await operator.hears("90 days have passed")
        assert office.today() == before + timedelta(days=90)
        await operator.press("r")
        await operator.hears("1 no longer listed")


async def test_only_a_demo_has_another_side(office: Desk) -> None:
    async with at_the_desk(office) as operator:
        await operator.press("colon")
        await operator.type("Days pass")
        await operator.sees("No matches found")
