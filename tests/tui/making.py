"""What stories of making links share: a plan, and waiting for it."""

from __future__ import annotations

from store.actions import lookup
from store.desk import Desk
from tests.tui.driver import Driver
from tui.screens.make import MakeScreen


def key_of(desk: Desk, name: str) -> int:
    return lookup.customer(desk.view, name).id


async def plan_for_all(operator: Driver) -> MakeScreen:
    """Marks everybody and opens the plan."""
    if len(operator.app.session.marked) < operator.desk.view.customer_count:
        await operator.press("asterisk")
    await operator.press("m")
    await operator.at("make")
    screen = operator.app.screen
    assert isinstance(screen, MakeScreen)
    await operator.until(lambda: screen.plan)
    return screen


async def make(operator: Driver) -> None:
    """Says yes to the plan."""
    await operator.press("ctrl+s")
    await operator.at("confirm")
    await operator.press("y")
    await operator.at("make")


async def settled(operator: Driver) -> None:
    """Waits until everything has ended and the plan is made again."""
    screen = operator.app.screen
    assert isinstance(screen, MakeScreen)
    await operator.until(lambda: not screen.is_making and screen.results)
    await operator.sees("to go on with.")
