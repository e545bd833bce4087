"""Stories of our groups: chosen, joined, left and assigned, while others work and things fail."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from store.actions import assigning, customers, groups, groups_read, members, membership
from store.actions.sync import sync
from store.desk import Desk
from store.errors import (
    BadInput,
    Conflict,
    GraphForbidden,
    GraphRefused,
    NoConnection,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
)
from store.graph.client import Graph
from store.message import Message, msg
from store.model.access import Level, Member
from store.model.group import drifts, level_at_microsoft
from store.model.roles import DIRECTORY_READERS, PASSWORD_ADMINISTRATOR, Preset, preset_roles
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE
from tests.microsoft import ANNA, CONTOSO, FABRIKAM, graph_of, practice_cloud, practice_partner

ZOE = "zoe@adatum.example"
FULL, LIMITED, NONE = Level.FULL, Level.LIMITED, Level.NONE
FULL_ROLES = preset_roles(Preset.FULL).roles
LIMITED_ROLES = (PASSWORD_ADMINISTRATOR, DIRECTORY_READERS)


@pytest.fixture
def cloud() -> Practice:
    cloud = practice_cloud()
    cloud.add_member(ZOE, "Zoé Martin", admin_agent=False)
    return cloud


@pytest.fixture
async def partner(desk: Desk, cloud: Practice) -> Desk:
    """Zoé is a user here; Partner Center's own groups stand for the two levels."""
    practice_partner(desk)
    members.add(desk, ANNA, "Anna Lindqvist")
    members.add(desk, ZOE, "Zoé Martin")
    async with graph_of(cloud) as graph:
        await groups.choose(desk, graph, FULL, "AdminAgents")
        await groups.choose(desk, graph, LIMITED, "HelpdeskAgents")
    members.set_access(desk, member(desk, ANNA).id, access=True, level=FULL)
    return desk


def member(desk: Desk, upn: str = ZOE) -> Member:
    found = desk.view.member(upn)
    assert found
    return found


def id_of(cloud: Practice, upn: str = ZOE) -> str:
    found = cloud.partner.user(upn)
    assert found
    return found.id


def is_in(cloud: Practice, group: str, upn: str = ZOE) -> bool:
    return id_of(cloud, upn) in cloud.group(group).members


def recorded(desk: Desk, level: Level) -> list[str]:
    group = desk.view.group(level)
    assert group
    return [entry.upn for entry in group.members]


async def give(desk: Desk, cloud: Practice, level: Level, **more: Any) -> str:
    async with graph_of(cloud) as graph:
        receipt = await membership.administer(desk, graph, member(desk).id, level, **more)
    return " ".join(map(str, (receipt.message, *receipt.notes)))


def as_microsoft_says(desk: Desk, cloud: Practice) -> bool:
    """Whether the groups recorded here hold exactly whom they hold at Microsoft."""
    return all(
        sorted(entry.id for entry in group.members) == sorted(cloud.group(group.name).members)
        for group in desk.view.groups
    )


# -- giving and taking ----------------------------------------------------------------------------


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


# -- when things fail ------------------------------------------------------------------------------


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


# -- which groups ----------------------------------------------------------------------------------


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


# -- assigning -------------------------------------------------------------------------------------


@pytest.fixture
async def agreed(partner: Desk, cloud: Practice) -> Desk:
    """Contoso and Fabrikam have accepted everything."""
    for name, tenant in (("Contoso", CONTOSO), ("Fabrikam", FABRIKAM)):
        customers.add(partner, {"name": name, "microsoft_id": tenant})
        cloud.add_relationship(name=name.lower(), tenant=tenant, status=ACTIVE, roles=FULL_ROLES)
    async with graph_of(cloud) as graph:
        await sync(partner, graph)
    return partner


def at(cloud: Practice, name: str) -> Any:
    return next(it for it in cloud.relationships.values() if it.name == name)


def assigned(cloud: Practice, name: str) -> list[tuple[str, ...]]:
    found = at(cloud, name).assignments.values()
    return [one.roles for one in found if one.status in ("pending", "active")]


async def run(desk: Desk, graph: Graph, level: Level) -> tuple[list[assigning.Assigned], Any]:
    group, plan = assigning.assigning_plan(desk.view, level)
    made = assigning.Run(desk, graph, group)
    return await made.assign(plan), made.ended


async def test_assigned_once_and_counted_once_it_is_active(agreed: Desk, cloud: Practice) -> None:
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
        assert [one.done for one in done] == [True, True] and ended is None
        assert assigned(cloud, "contoso") == [LIMITED_ROLES]
        assert assigning.reach(agreed.view, LIMITED) == 0
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
        assert assigning.reach(agreed.view, LIMITED) == 2
        assert await run(agreed, graph, LIMITED) == ([], None)


async def test_somebody_else_was_quicker_with_the_same_roles(agreed: Desk, cloud: Practice) -> None:
    helpdesk = cloud.group("HelpdeskAgents").id
    async with graph_of(cloud) as graph:
        await graph.assign(at(cloud, "contoso").id, helpdesk, LIMITED_ROLES)
        done, _ = await run(agreed, graph, LIMITED)
    assert [one.done for one in done] == [True, True]
    assert len(assigned(cloud, "contoso")) == 1


async def test_somebody_else_was_quicker_with_other_roles(agreed: Desk, cloud: Practice) -> None:
    helpdesk = cloud.group("HelpdeskAgents").id
    async with graph_of(cloud) as graph:
        await graph.assign(at(cloud, "contoso").id, helpdesk, FULL_ROLES)
        cloud.clock.advance(timedelta(minutes=1))
        done, _ = await run(agreed, graph, LIMITED)
        failed = next(one for one in done if not one.done)
        assert "has an assignment in this relationship already" in str(failed.why)
        assert assigned(cloud, "contoso") == [FULL_ROLES], "nobody agreed to take roles away"
        _, plan = assigning.assigning_plan(agreed.view, LIMITED)
        assert sorted(line.step for line in plan) == ["change", "nothing"]
        done, _ = await run(agreed, graph, LIMITED)
    assert [one.done for one in done] == [True]
    assert assigned(cloud, "contoso") == [LIMITED_ROLES]


async def test_what_failed_at_microsoft_is_taken_away_and_assigned_anew(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.broken_groups.add(cloud.group("HelpdeskAgents").id)
    async with graph_of(cloud) as graph:
        await run(agreed, graph, LIMITED)
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
        assert assigning.reach(agreed.view, LIMITED) == 0
        _, plan = assigning.assigning_plan(agreed.view, LIMITED)
        assert [line.step for line in plan] == ["renew", "renew"]
        cloud.broken_groups.clear()
        done, _ = await run(agreed, graph, LIMITED)
        assert [one.done for one in done] == [True, True]
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
    assert assigning.reach(agreed.view, LIMITED) == 2


async def test_a_relationship_that_ended_meanwhile_does_not_keep_the_others(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.customer_terminates(at(cloud, "contoso").id)
    cloud.clock.advance(timedelta(minutes=1))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
    assert sorted(one.done for one in done) == [False, True] and ended is None
    failed = next(one for one in done if not one.done)
    assert failed.relationship.status == "terminated", "how it stands is recorded"


async def test_one_that_is_no_longer_there_does_not_keep_the_others(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.forget(at(cloud, "contoso"))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
    assert sorted(one.done for one in done) == [False, True] and ended is None


async def test_a_customer_that_forbids_it_does_not_keep_the_others(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", status=403))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
    assert sorted(one.done for one in done) == [False, True] and ended is None


async def test_forbidden_everywhere_ends_it_soon(agreed: Desk, cloud: Practice) -> None:
    for number in range(20):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES)
    cloud.faults.add(Fault("POST", "accessAssignments", status=403, times=100))
    async with graph_of(cloud) as graph:
        await sync(agreed, graph)
        _, ended = await run(agreed, graph, LIMITED)
    assert isinstance(ended, GraphForbidden)
    assert sum(call.method == "POST" for call in cloud.log) < 10


async def test_a_lost_answer_assigns_once(agreed: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "accessAssignments", kind="lost", after=True, times=2))
    async with graph_of(cloud) as graph:
        done, _ = await run(agreed, graph, LIMITED)
    assert [one.done for one in done] == [True, True]
    assert len(assigned(cloud, "contoso")) == len(assigned(cloud, "fabrikam")) == 1


async def test_what_could_not_be_read_back_is_learned_by_the_next_sync(
    agreed: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("GET", "", kind="lost", times=1000))
    async with graph_of(cloud) as graph:
        done, ended = await run(agreed, graph, LIMITED)
        assert not any(one.done for one in done)
        assert isinstance(ended, NoConnection) or all(one.why for one in done)
        cloud.faults.clear()
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
    assert len(assigned(cloud, "contoso")) == 1
    assert assigning.reach(agreed.view, LIMITED) == 2


async def test_half_a_list_of_assignments_is_no_list(agreed: Desk, cloud: Practice) -> None:
    admins = cloud.group("AdminAgents").id
    async with graph_of(cloud) as graph:
        await run(agreed, graph, FULL)
        cloud.clock.advance(timedelta(minutes=1))
        await sync(agreed, graph)
        cloud.page_limit = 1
        cloud.faults.add(Fault("GET", r"Assignments.*skip[tT]oken", kind="lost", times=100))
        done, _ = await run(agreed, graph, LIMITED)
        assert not any(one.done for one in done)
        kept = [agreed.view.relationship(one.relationship.key) for one in done]
        assert all(one and one.assigned(admins) for one in kept), "nothing counts as taken away"
        cloud.page_limit = 300
        cloud.faults.clear()
        await sync(agreed, graph)
    assert [line.step for line in assigning.assigning_plan(agreed.view, LIMITED)[1]] == [
        "nothing", "nothing",
    ]  # fmt: skip


async def test_stopping_begins_with_no_other(agreed: Desk, cloud: Practice) -> None:
    for number in range(20):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE, roles=FULL_ROLES)
    async with graph_of(cloud) as graph:
        await sync(agreed, graph)
        group, plan = assigning.assigning_plan(agreed.view, LIMITED)
        made = assigning.Run(agreed, graph, group, told=lambda one: made.stop())
        done = await made.assign(plan)
    assert 1 <= len(done) <= 4
    assert sum(bool(it.assignments) for it in cloud.relationships.values()) == len(done)


async def test_nobody_stands_for_a_level_nobody_chose(desk: Desk) -> None:
    practice_partner(desk)
    with pytest.raises(NotAllowed, match="No group stands for Full administration yet"):
        assigning.assigning_plan(desk.view, FULL)
    assert assigning.reach(desk.view, FULL) == 0
