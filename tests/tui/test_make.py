"""Making links: the plan as it changes, then the relationships, then the letters that carry them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import customers
from store.actions import partner as partners
from store.actions.practice import Rehearsal
from store.desk import Desk
from store.practice.cloud import Practice
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, practice_cloud, practice_partner
from tests.tui.driver import Driver, at_the_desk


@pytest.fixture
def cloud() -> Practice:
    made = practice_cloud()
    made.delay = timedelta(0)
    return made


@pytest.fixture
def partner(desk: Desk) -> Desk:
    practice_partner(desk)
    partners.set_fields(desk, {"operators": f"anna={ANNA}"})
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM), ("Tailspin", "")):
        fields = {"name": name, "domain": f"{name.lower()}.example", "microsoft_id": tenant}
        customers.add(desk, fields)
    return desk


def rehearsal(cloud: Practice) -> Rehearsal:
    return Rehearsal(lambda: cloud)


async def mark_all(operator: Driver) -> None:
    await operator.press("1", "asterisk")


async def test_from_marked_customers_to_letters_with_their_links(
    partner: Desk, cloud: Practice
) -> None:
    async with at_the_desk(partner, rehearsal=rehearsal(cloud)) as operator:
        await mark_all(operator)
        await operator.press("m")
        await operator.at("make")
        await operator.sees("3 would be made, 0 refused.", "Contoso", "make")
        print(operator.on_screen)
        await operator.press("ctrl+s")
        await operator.at("confirm")
        print(operator.on_screen)
        await operator.sees("Make 3 relationships at Microsoft?", "u cannot undo it")
        assert not cloud.relationships
        await operator.press("y")
        await operator.hears("3 links are ready.")
        await operator.sees("3 ready, 0 refused, 0 to go on with.")
        print(operator.on_screen)
        assert len(cloud.relationships) == 3
        await operator.press("o")
        await operator.at("offer")
        print(operator.on_screen)
