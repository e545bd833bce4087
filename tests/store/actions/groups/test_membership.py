"""Stories of levels at Microsoft: who joins and leaves our groups, while others work."""

from __future__ import annotations

import pytest

from store.actions import members
from store.actions.sync import sync
from store.desk import Desk
from store.errors import (
    BadInput,
    NotFound,
)
from store.model.group import drifts
from store.practice.cloud import Practice
from tests.microsoft import graph_of
from tests.store.actions.groups.story import (
    FULL,
    LIMITED,
    NONE,
    ZOE,
    as_microsoft_says,
    give,
    id_of,
    is_in,
    member,
)


async def test_first_in_then_out_and_only_by_reference(partner: Desk, cloud: Practice) -> None:
    await give(partner, cloud, LIMITED)
    cloud.log.clear()
    said = await give(partner, cloud, FULL)
    assert said == "Zoé Martin is in AdminAgents at Microsoft: Full administration."
    writes = [call for call in cloud.log if call.method != "GET"]
    assert [call.method for call in writes] == ["POST", "DELETE"]
    assert all(call.path.endswith("/$ref") for call in writes)
    assert is_in(cloud, "AdminAgents") and not is_in(cloud, "HelpdeskAgents")
    assert member(partner).granted is FULL
    assert as_microsoft_says(partner, cloud)
    assert not drifts(partner.view.groups, partner.view.members)


async def test_what_is_so_already_is_left_alone(partner: Desk, cloud: Practice) -> None:
    cloud.group("HelpdeskAgents").members[id_of(cloud)] = None
    await give(partner, cloud, LIMITED)
    assert not [call for call in cloud.log if call.method == "DELETE"]
    assert not [call for call in cloud.log if call.method == "POST"]
    assert member(partner).granted is LIMITED


async def test_one_in_both_groups_ends_in_the_one_that_was_meant(
    partner: Desk, cloud: Practice
) -> None:
    for name in ("AdminAgents", "HelpdeskAgents"):
        cloud.group(name).members[id_of(cloud)] = None
    await give(partner, cloud, LIMITED)
    assert is_in(cloud, "HelpdeskAgents") and not is_in(cloud, "AdminAgents")
    assert not drifts(partner.view.groups, partner.view.members)


async def test_a_user_name_in_other_letters_is_the_same_user(
    partner: Desk, cloud: Practice
) -> None:
    members.edit(partner, member(partner).id, {"upn": "Zoe@ADATUM.example"})
    await give(partner, cloud, LIMITED)
    assert is_in(cloud, "HelpdeskAgents")
    assert not drifts(partner.view.groups, partner.view.members)


async def test_a_renamed_account_is_known_and_not_guessed_at(
    partner: Desk, cloud: Practice
) -> None:
    await give(partner, cloud, LIMITED)
    user = cloud.partner.user(ZOE)
    assert user
    user.upn = "zoe.martin@adatum.example"
    async with graph_of(cloud) as graph:
        await sync(partner, graph)
    assert [one.what for one in drifts(partner.view.groups, partner.view.members)] == ["renamed"]
    with pytest.raises(BadInput, match=r"is called zoe\.martin@adatum\.example at Microsoft"):
        await give(partner, cloud, FULL)
    await give(partner, cloud, NONE)  # taking away needs no name
    assert user.id not in cloud.group("HelpdeskAgents").members


async def test_a_name_that_went_to_another_account_gets_nothing_of_the_first_ones(
    partner: Desk, cloud: Practice
) -> None:
    await give(partner, cloud, LIMITED)
    first = cloud.partner.user(ZOE)
    assert first
    first.upn = "left@adatum.example"
    second = cloud.add_member(ZOE, "Another Zoé", admin_agent=False)
    with pytest.raises(BadInput, match="is called left@"):
        await give(partner, cloud, FULL)
    assert second not in cloud.group("AdminAgents").members
    cloud.group("AdminAgents").members[second] = None
    async with graph_of(cloud) as graph:
        await sync(partner, graph)
    found = drifts(partner.view.groups, partner.view.members)
    assert [one.what for one in found] == ["renamed", "another-account"]


async def test_a_blocked_account_is_let_in_and_said_to_be_blocked(
    partner: Desk, cloud: Practice
) -> None:
    user = cloud.partner.user(ZOE)
    assert user
    user.enabled = False
    assert "may not sign in" in await give(partner, cloud, LIMITED)
    assert [one.what for one in drifts(partner.view.groups, partner.view.members)] == ["blocked"]


async def test_a_guest_is_not_let_in_but_can_be_taken_out(partner: Desk, cloud: Practice) -> None:
    user = cloud.partner.user(ZOE)
    assert user
    user.guest = True
    with pytest.raises(BadInput, match="guest"):
        await give(partner, cloud, LIMITED)
    cloud.group("HelpdeskAgents").members[user.id] = None
    await give(partner, cloud, NONE)
    assert not is_in(cloud, "HelpdeskAgents")


async def test_nobody_of_this_name_gets_nothing_and_can_lose_it_here(
    partner: Desk, cloud: Practice
) -> None:
    members.set_access(partner, member(partner).id, access=True, level=LIMITED)
    cloud.partner.remove_user(cloud.partner.users[id_of(cloud)])
    with pytest.raises(NotFound, match="knows no user"):
        await give(partner, cloud, FULL)
    assert member(partner).granted is LIMITED
    assert "nobody of this name" in await give(partner, cloud, NONE)
    assert member(partner).granted is NONE
