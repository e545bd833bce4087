"""What stories of our groups on the screen share."""

from __future__ import annotations

from store.desk import Desk
from store.model.access import Member
from store.model.roles import Preset, preset_roles
from tests.tui.driver import Driver

ZOE = "zoe@adatum.example"
FULL_ROLES = preset_roles(Preset.FULL).roles


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
