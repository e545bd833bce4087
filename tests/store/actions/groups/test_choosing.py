"""Stories of choosing the group that stands for a level."""

from __future__ import annotations

import pytest

from store.actions import groups
from store.desk import Desk
from store.errors import (
    BadInput,
    NotFound,
)
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.microsoft import graph_of, practice_partner
from tests.store.actions.groups.story import FULL, LIMITED, NONE, recorded


async def test_candidates_know_partner_centers_own(desk: Desk, cloud: Practice) -> None:
    practice_partner(desk)
    cloud.add_group("Accounting")
    async with graph_of(cloud) as graph:
        found = await groups.candidates(desk.view, graph)
    assert [(one.group.name, one.usual) for one in found] == [
        ("AdminAgents", FULL), ("HelpdeskAgents", LIMITED), ("Accounting", NONE),
    ]  # fmt: skip


async def test_of_two_groups_called_adminagents_none_is_taken_for_the_real_one(
    desk: Desk, cloud: Practice
) -> None:
    practice_partner(desk)
    cloud.add_group("AdminAgents")
    async with graph_of(cloud) as graph:
        found = await groups.candidates(desk.view, graph)
        named = [one for one in found if one.group.name == "AdminAgents"]
        assert [(one.usual, one.twins) for one in named] == [(NONE, True), (NONE, True)]
        with pytest.raises(NotFound, match="2 groups are called AdminAgents"):
            await groups.choose(desk, graph, FULL, "AdminAgents")


async def test_a_group_that_somebody_else_made_is_not_taken_unseen(
    desk: Desk, cloud: Practice
) -> None:
    practice_partner(desk)
    eve = cloud.add_member("eve@adatum.example", "Eve", admin_agent=False)
    cloud.add_group("partnerdesk Full", [eve])
    async with graph_of(cloud) as graph:
        with pytest.raises(BadInput, match="already, with 1 member") as refused:
            await groups.create(desk, graph, FULL, "partnerdesk Full")
        assert cloud.group("partnerdesk Full").id in str(refused.value)
        assert desk.view.group(FULL) is None
        await groups.choose(desk, graph, FULL, cloud.group("partnerdesk Full").id)
        await groups.create(desk, graph, FULL, "partnerdesk Full")  # it is ours by now
    assert recorded(desk, FULL) == ["eve@adatum.example"]


async def test_a_group_whose_answer_was_lost_is_not_made_twice(desk: Desk, cloud: Practice) -> None:
    practice_partner(desk)
    cloud.faults.add(Fault("POST", "groups$", kind="lost", after=True))
    async with graph_of(cloud) as graph:
        await groups.create(desk, graph, LIMITED, "partnerdesk Limited")
    named = [g for g in cloud.partner.groups.values() if g.name == "partnerdesk Limited"]
    assert [g.id for g in named] == [desk.view.group(LIMITED).microsoft_id]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["", "   ", "x" * 300])
async def test_a_group_needs_a_name(desk: Desk, cloud: Practice, name: str) -> None:
    async with graph_of(cloud) as graph:
        with pytest.raises(BadInput):
            await groups.create(desk, graph, FULL, name)
    assert not any(call.method == "POST" for call in cloud.log)


async def test_one_group_stands_for_one_level(partner: Desk, cloud: Practice) -> None:
    async with graph_of(cloud) as graph:
        with pytest.raises(BadInput, match="stands for Full administration already"):
            await groups.choose(partner, graph, LIMITED, "AdminAgents")


async def test_another_group_for_a_level_says_what_stays_of_the_first(
    partner: Desk, cloud: Practice
) -> None:
    async with graph_of(cloud) as graph:
        receipt = await groups.create(partner, graph, FULL, "partnerdesk Full")
    assert "AdminAgents stays assigned" in str(receipt.notes[0])
