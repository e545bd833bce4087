"""G1 in a batch: each answer in it counts by itself."""

from __future__ import annotations

import pytest

from store.practice.faults import Fault
from store.practice.relationships import ACTIVE
from store.view import RELATIONSHIPS
from tests.faults.mishaps import FOR_EVER
from tests.faults.test_microsoft_wire import wrong_at_last
from tests.faults.town import Town
from tests.faults.truth import ADVENTURE

WAITS = (None, 0, 1, 3600, "Sun, 22 Nov 2026 09:00:30 GMT", "soon")
FAULTS = [
    *(Fault(status=status, retry_after=wait) for status in (429, 503, 504) for wait in WAITS),
    *(Fault(status=status) for status in (400, 401, 403, 404, 405, 409, 412, 500)),
    *(Fault(status=status, times=FOR_EVER) for status in (401, 403, 429, 500, 503)),
    *(Fault(status=200, body=body) for body in (None, {}, {"value": None}, {"value": [7]}, [])),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_one_answer_of_a_batch(town: Town, fault: Fault) -> None:
    """What was not read of one relationship stays as it was; the others are read."""
    group = town.cloud.group("HelpdeskAgents").id
    for number in range(30):
        town.cloud.add_relationship(
            name=f"r{number}", tenant=ADVENTURE, status=ACTIVE, assignments={group: ("role",)}
        )
    town.cloud.faults.add(fault._replace(path="accessAssignments", skip=7))
    await town.make()
    assert await town.sync() is None
    assert town.wrong() == []
    rows = town.desk.view.tables.table(RELATIONSHIPS).values()
    read = [row for row in rows if row["name"].startswith("r") and row.get("assignments")]
    assert 7 <= len(read) <= 30 and (len(read) == 30 or town.problems)
    town.cloud.faults.clear()
    assert await wrong_at_last(town) == []
