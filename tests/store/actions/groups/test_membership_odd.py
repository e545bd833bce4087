"""Stories of levels at Microsoft when things fail, and of what is recorded then."""

from __future__ import annotations

import asyncio

import pytest

from store.actions import assigning, groups_read, members, membership
from store.actions.sync import sync
from store.desk import Desk
from store.errors import (
    Conflict,
    GraphForbidden,
    GraphRefused,
    NoConnection,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
)
from store.message import Message, msg
from store.model.group import drifts, level_at_microsoft
from store.practice.cloud import Practice
from store.practice.faults import Fault
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
    recorded,
)


async def test_a_refused_first_step_changes_nothing_here(partner: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", r"members/\$ref", status=403))
    with pytest.raises(GraphForbidden) as refused:
        await give(partner, cloud, LIMITED)
    assert "role-assignable" in str(refused.value)
    assert member(partner).granted is NONE
    assert as_microsoft_says(partner, cloud)


async def test_a_refused_second_step_leaves_here_what_it_is_there(
    partner: Desk, cloud: Practice
) -> None:
    await give(partner, cloud, LIMITED)
    cloud.faults.add(Fault("DELETE", r"members/", status=403))
    with pytest.raises(GraphForbidden):
        await give(partner, cloud, FULL)
    assert is_in(cloud, "AdminAgents") and is_in(cloud, "HelpdeskAgents")
    assert as_microsoft_says(partner, cloud)
    assert member(partner).granted is FULL, "in both groups, Full counts"
    assert [one.what for one in drifts(partner.view.groups, partner.view.members)] == ["both"]
    await give(partner, cloud, FULL)  # again: only what is missing
    assert not drifts(partner.view.groups, partner.view.members)


async def test_drift_that_was_there_before_a_refusal_stays_shown(
    partner: Desk, cloud: Practice
) -> None:
    cloud.group("HelpdeskAgents").members[id_of(cloud)] = None
    cloud.faults.add(Fault("POST", r"members/\$ref", status=403))
    with pytest.raises(GraphForbidden):
        await give(partner, cloud, FULL)
    assert member(partner).granted is NONE
    assert [one.what for one in drifts(partner.view.groups, partner.view.members)] == ["level"]


async def test_lost_answers_are_looked_up(partner: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", r"members/\$ref", kind="lost", after=True))
    cloud.faults.add(Fault("DELETE", r"members/", kind="lost", after=True))
    await give(partner, cloud, LIMITED)
    await give(partner, cloud, FULL)
    assert is_in(cloud, "AdminAgents") and not is_in(cloud, "HelpdeskAgents")
    assert member(partner).granted is FULL


async def test_a_line_that_breaks_in_the_middle_marks_nothing_that_is_not_known(
    partner: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", r"members/\$ref", kind="lost", times=50))
    cloud.faults.add(Fault("GET", "members", kind="lost", skip=2, times=50))
    before = partner.view.groups
    with pytest.raises((NoConnection, OutcomeUnknown)):
        await give(partner, cloud, LIMITED)
    assert partner.view.groups == before
    assert member(partner).granted is NONE


async def test_half_a_list_of_members_is_no_list(partner: Desk, cloud: Practice) -> None:
    for number in range(5):
        user = cloud.add_member(f"u{number}@adatum.example", f"U{number}", admin_agent=False)
        cloud.group("HelpdeskAgents").members[user] = None
    async with graph_of(cloud) as graph:
        await sync(partner, graph)
        assert len(recorded(partner, LIMITED)) == 5
        cloud.page_limit = 2
        cloud.faults.add(Fault("GET", r"members.*skip[tT]oken", kind="lost", times=50))
        found = await sync(partner, graph)
    assert "HelpdeskAgents" in " ".join(map(str, found.problems))
    assert len(recorded(partner, LIMITED)) == 5


async def test_a_group_that_cannot_be_read_is_left_all_the_same(
    partner: Desk, cloud: Practice
) -> None:
    await give(partner, cloud, LIMITED)
    helpdesk = cloud.group("HelpdeskAgents").id
    cloud.faults.add(Fault("GET", f"{helpdesk}/members", status=403))
    await give(partner, cloud, FULL)
    assert not is_in(cloud, "HelpdeskAgents")
    assert as_microsoft_says(partner, cloud)


async def test_a_sync_remembers_accounts_and_so_sees_another_name(
    partner: Desk, cloud: Practice
) -> None:
    members.set_access(partner, member(partner).id, access=True, level=LIMITED)
    user = cloud.partner.user(ZOE)
    assert user
    cloud.group("HelpdeskAgents").members[user.id] = None
    async with graph_of(cloud) as graph:
        await sync(partner, graph)
        user.upn = "zoe.martin@adatum.example"
        await sync(partner, graph)
    assert [one.what for one in drifts(partner.view.groups, partner.view.members)] == ["renamed"]
    members.edit(partner, member(partner).id, {"upn": user.upn})
    assert not drifts(partner.view.groups, partner.view.members)


async def test_a_deleted_group_is_said_and_gives_nobody_anything(
    partner: Desk, cloud: Practice
) -> None:
    await give(partner, cloud, LIMITED)
    del cloud.partner.groups[cloud.group("HelpdeskAgents").id]
    async with graph_of(cloud) as graph:
        assert not (await sync(partner, graph)).problems
    found = [one.what for one in drifts(partner.view.groups, partner.view.members)]
    assert found == ["group-gone", "level"]
    with pytest.raises(NotAllowed, match="no longer there"):
        assigning.assigning_plan(partner.view, LIMITED)
    with pytest.raises(NotFound, match="no longer there"):
        await give(partner, cloud, LIMITED)
    await give(partner, cloud, FULL)  # the other level is no worse for it
    assert is_in(cloud, "AdminAgents")
    assert member(partner).granted is FULL


async def test_a_dynamic_group_refuses_in_words(partner: Desk, cloud: Practice) -> None:
    cloud.group("HelpdeskAgents").types = ["DynamicMembership"]
    with pytest.raises(GraphRefused, match="follow a rule"):
        await give(partner, cloud, LIMITED)
    assert member(partner).granted is NONE


async def test_a_form_that_is_too_old_changes_nothing_at_microsoft(
    partner: Desk, cloud: Practice
) -> None:
    rev = member(partner).rev
    members.set_access(partner, member(partner).id, access=True, level=LIMITED)
    cloud.log.clear()
    with pytest.raises(Conflict):
        await give(partner, cloud, FULL, rev=rev)
    assert not cloud.log


async def test_a_user_who_was_removed_here_meanwhile_is_still_recorded_in_the_group(
    partner: Desk, cloud: Practice
) -> None:
    key = member(partner).id

    def told(said: Message) -> None:
        if str(said).startswith("Adding"):
            members.remove(partner, key)

    await give(partner, cloud, LIMITED, told=told)
    assert recorded(partner, LIMITED) == [ZOE]
    assert [one.what for one in drifts(partner.view.groups, partner.view.members)] == ["stranger"]


async def test_two_operators_at_once_end_with_what_microsoft_says(
    partner: Desk, cloud: Practice
) -> None:
    await asyncio.gather(
        give(partner, cloud, LIMITED), give(partner, cloud, FULL), return_exceptions=True
    )
    assert as_microsoft_says(partner, cloud)
    here, there = member(partner), level_at_microsoft(partner.view.groups, member(partner))
    drift = drifts(partner.view.groups, partner.view.members)
    assert here.granted is there or [one.what for one in drift] == ["level"]


async def test_an_older_reading_does_not_replace_a_newer_one(
    partner: Desk, cloud: Practice
) -> None:
    from store.actions.learned import Learned
    from store.work import Tables

    async with graph_of(cloud) as graph:
        old = await groups_read.read_groups(partner.view, graph)
        await asyncio.sleep(0.002)  # readings are told apart by milliseconds
        await membership.administer(partner, graph, member(partner).id, LIMITED)

    def work(tables: Tables) -> Message:
        groups_read.take_in_groups(tables, Learned(members=old.members, asked=old.asked))
        return msg("late")

    partner.transaction("test", work)
    assert recorded(partner, LIMITED) == [ZOE]
