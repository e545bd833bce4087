"""What stories of who may act share."""

from __future__ import annotations

from store.desk import Desk
from store.model.roles import Preset, preset_roles
from tests.tui.driver import Driver

ZOE, LUC = "zoe@adatum.example", "luc@adatum.example"
FULL_ROLES = preset_roles(Preset.FULL).roles
"""The last two are those of Limited."""


def number(desk: Desk, name: str) -> int:
    """The number of a customer."""
    found = [key for key, row in desk.view.customers.items() if row["name"] == name]
    assert len(found) == 1
    return found[0]


async def open_customer(operator: Driver, name: str, *, signed_in: bool = True) -> None:
    """Opens a customer from the list, and waits until it is known who is signed in."""
    if signed_in:
        await operator.until(lambda: operator.app.session.microsoft.account)
    await operator.press("2", "slash", *name.lower(), "enter", "enter")
    await operator.at("customer")
    await operator.sees(name)


def answers(operator: Driver, name: str) -> list[str]:
    """The three answers of a row, as they stand on the screen."""
    line = next(line for line in operator.on_screen.split("\n") if name in line)
    return line.replace("›", " ").split()[-3:]
