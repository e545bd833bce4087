"""Dashboard › Users › Active users › Edit › Settings, to Save."""

import pytest

from store.actions import members
from store.desk import Desk
from store.model.access import Level
from tests.tui.driver import at_the_desk


@pytest.fixture
def staffed(partner: Desk) -> Desk:
    """A partner with two users and no access yet."""
    members.add(partner, "zoe@adatum.example", "Zoé Martin")
    members.add(partner, "luc@adatum.example", "Luc Bernard")
    return partner


async def test_yes_and_a_level_and_save(staffed: Desk) -> None:
    async with at_the_desk(staffed) as operator:
        await operator.press("3")
        await operator.sees("Dashboard › Users › Active users", "Luc Bernard", "Zoé Martin")
        await operator.press("down", "e")
        await operator.at("member")
        await operator.sees(
            "Active users › Edit › Settings: Zoé Martin",
            "Assign administrative access to companies you support",
            "(•) No",
            "Full administration: this role has the same privileges as the global",
            "Opens 0 customers today.",
            "Mobile Device Management for Office 365 is not supported",
        )
        await operator.press("up", "space")
        await operator.sees("(•) Yes")
        await operator.press("ctrl+s")
        await operator.hears("With Yes, a level has to be chosen.")
        await operator.press("down", "down", "down", "space")
        await operator.sees("(•) Limited administration")
        assert not staffed.view.members[1].access, "nothing is written before Save"
        await operator.press("ctrl+s")
        await operator.at("users")
        await operator.hears("Zoé Martin has Limited administration.")
        zoe = staffed.view.member("zoe@adatum.example")
        assert zoe
        assert (zoe.access, zoe.level) == (True, Level.LIMITED)


async def test_the_save_button_saves_details_and_settings_at_once(staffed: Desk) -> None:
    async with at_the_desk(staffed) as operator:
        await operator.press("3", "enter")
        await operator.at("member")
        await operator.press("ctrl+t")
        await operator.press("end")
        await operator.type(" Junior")
        await operator.press("ctrl+t")
        await operator.press("up", "space", "down", "down", "space")
        await operator.sees("(•) Full administration")
        before = staffed.view.seq
        await operator.press("tab", "enter")
        await operator.at("users")
        luc = staffed.view.member("luc@adatum.example")
        assert luc
        assert (luc.name, luc.level) == ("Luc Bernard Junior", Level.FULL)
        assert staffed.view.seq == before + 1, "one change, one line of the journal"


async def test_leaving_with_changes_asks(staffed: Desk) -> None:
    async with at_the_desk(staffed) as operator:
        await operator.press("3", "e")
        await operator.at("member")
        await operator.press("escape")
        await operator.at("users")
        await operator.press("e")
        await operator.at("member")
        await operator.press("up", "space", "escape")
        await operator.at("confirm")
        await operator.sees("Leave without saving what you changed?")
        await operator.press("enter")
        await operator.at("member")
        await operator.press("escape")
        await operator.at("confirm")
        await operator.press("down", "enter")
        await operator.at("users")
        assert not any(member.access for member in staffed.view.members)


async def test_two_operators_one_form(staffed: Desk) -> None:
    async with at_the_desk(staffed) as operator:
        await operator.press("3", "e")
        await operator.at("member")
        await operator.press("up", "space", "down", "down", "space")
        luc = staffed.view.member("luc@adatum.example")
        assert luc
        members.set_access(staffed, luc.id, access=True, level=Level.LIMITED)
        await operator.press("ctrl+s")
        await operator.at("choose")
        await operator.sees(
            "Luc Bernard was changed by somebody else meanwhile.", "yours", "theirs"
        )
        await operator.press("enter")
        await operator.at("users")
        changed = staffed.view.member("luc@adatum.example")
        assert changed
        assert changed.level is Level.FULL


async def test_adding_and_removing_a_user(staffed: Desk) -> None:
    async with at_the_desk(staffed) as operator:
        await operator.press("3", "n")
        await operator.at("form")
        await operator.type("Mei Chen")
        await operator.press("enter")
        await operator.type("mei at adatum")
        await operator.press("enter")
        await operator.hears("is not a user principal name")
        await operator.press("ctrl+u")
        await operator.type("mei@adatum.example")
        await operator.press("enter")
        await operator.at("users")
        await operator.hears("Added Mei Chen.")
        await operator.press("home", "down", "d")
        await operator.at("confirm")
        await operator.sees("Take Mei Chen off the list?")
        await operator.press("y")
        await operator.hears("Removed Mei Chen.")
        await operator.press("u")
        await operator.hears("Undone: Removed Mei Chen.")
        assert staffed.view.member("mei@adatum.example")


async def test_what_limited_means_is_the_partners_setting(staffed: Desk) -> None:
    from store.actions import partner as actions

    actions.set_fields(staffed, {"limited": "helpdesk"})
    async with at_the_desk(staffed) as operator:
        await operator.press("3", "e")
        await operator.at("member")
        await operator.sees("helpdesk administrator")


async def test_up_goes_back_the_way_that_down_came(staffed: Desk) -> None:
    async with at_the_desk(staffed) as operator:

        def focused() -> str:
            found = operator.app.focused
            return (found.id or type(found).__name__) if found else ""

        await operator.press("3", "e")
        await operator.at("member")
        await operator.press("down")
        assert focused() == "save", "without access there is no level to go through"
        await operator.press("down")
        assert focused() == "save", "nothing is below it"
        await operator.press("up")
        assert focused() == "access"
        await operator.press("up", "space", "down", "down", "down", "j")
        assert focused() == "save"
        await operator.press("k")
        assert focused() == "level"
        await operator.press("up", "up")
        assert focused() == "access"
        await operator.press("up", "up", "up")
        await operator.press("down")
        assert focused() == "access"
        await operator.press("ctrl+t")
        assert focused() == "Input"
        await operator.press("down", "down")
        assert focused() == "save"
        await operator.press("up", "up", "end", *"jk")
        await operator.sees("Luc Bernardjk", "luc@adatum.example")
