"""Giving a level at Microsoft from the keyboard: settings, drift, refusals."""

from __future__ import annotations

from store.actions import members
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.model.access import Level
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.microsoft import ANNA
from tests.tui.driver import Driver, at_the_desk
from tests.tui.groups.story import ZOE, open_zoe, use_own_groups, zoe
from tui.screens.users import MemberTable


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
