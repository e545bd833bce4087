"""What stories of making links share: who is there, a plan, and waiting for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import customers, lookup, members
from store.actions import partner as partners
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from tests.conftest import OPERATOR
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, practice_cloud, practice_partner
from tests.tui.driver import Driver
from tui.screens.make import MakeScreen


@pytest.fixture
def cloud() -> Practice:
    """A practice cloud that shows at once what was changed."""
    made = practice_cloud()
    made.delay = timedelta(0)
    return made


@pytest.fixture
def beside(cloud: Practice) -> Rehearsal:
    return Rehearsal(lambda: cloud)


@pytest.fixture
def partner(desk: Desk) -> Desk:
    """The practice partner with three customers; the Microsoft ID of Tailspin is not known."""
    practice_partner(desk)
    partners.set_fields(desk, {"operators": f"{OPERATOR.login}={ANNA}", "flow": "overview"})
    members.add(desk, ANNA, "Anna Lindqvist")
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", "")):
        fields = {"name": name, "domain": f"{name.lower()}.example", "microsoft_id": tenant}
        customers.add(desk, fields)
    return desk


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
