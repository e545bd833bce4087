"""Relationships are made: killed at every call, by two at once, with everything else going on.

Whatever happens, the practice cloud has one relationship for a customer, and the desk its link.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from store.actions import abandoning, customers, offers, preparing
from store.actions import partner as partners
from store.actions.making import Made, Outcome, Run
from store.actions.offers import OwnLink
from store.desk import Desk
from store.errors import GraphForbidden, NoConnection
from store.model.consent import State
from store.model.invitation import How
from store.model.offer import Kind
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import CREATED, PENDING
from tests.conftest import TODAY
from tests.microsoft import CONTOSO, FABRIKAM, graph_of, practice_cloud
from tests.store.actions.links import (
    HOST,
    Hooked,
    carry_out,
    key_of,
    killed,
    office,
    plan,
    record,
)
from tests.store.actions.test_preparing import as_other

_CALLS = 4
"""How many calls a relationship takes: create, finalise, and looking until it is."""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return office(desk)


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


async def make(desk: Desk, cloud: Practice, *names: str) -> list[Made]:
    async with graph_of(cloud) as graph:
        return await carry_out(desk, graph, record(desk, *names))


def outcomes(made: list[Made]) -> list[str]:
    return [one.outcome.value for one in made]


def links_of(desk: Desk, name: str) -> list[str]:
    return [found.link for found in desk.view.invitations(key_of(desk, name))]


def is_whole(desk: Desk, cloud: Practice, *names: str) -> bool:
    """Whether both sides agree: one relationship that waits for each, and its link here."""
    there = {it.id: it.status for it in cloud.relationships.values()}
    here = [link.rpartition("/")[2] for name in names for link in links_of(desk, name)]
    return sorted(there) == sorted(here) and set(there.values()) == {PENDING}


async def until_ready(desk: Desk, cloud: Practice, *names: str) -> list[Made]:
    """Goes on with what was begun, as an operator does who tries again."""
    made = await make(desk, cloud, *names)
    if any(one.outcome is not Outcome.READY for one in made):
        made = await make(desk, cloud, *names)
    return made


# -- cut off ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("call", range(_CALLS))
async def test_killed_at_any_call_it_goes_on_and_makes_nothing_twice(
    desk: Desk, cloud: Practice, call: int, moment: str
) -> None:
    way = Hooked(cloud, call, **{moment: killed})
    recorded = record(desk, "Contoso")
    async with graph_of(cloud, transport=way) as graph:
        with pytest.raises(asyncio.CancelledError):
            await carry_out(desk, graph, recorded)
    assert len(cloud.relationships) <= 1
    made = await make(desk, cloud, "Contoso")
    assert outcomes(made) == ["ready"]
    assert is_whole(desk, cloud, "Contoso")
    assert links_of(desk, "Contoso") == [made[0].link]


@pytest.mark.parametrize("kind", ["lost", "cut", "half", "html"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", ["Relationships$", "requests$"])
async def test_a_lost_or_ruined_answer_ends_in_one_relationship(
    desk: Desk, cloud: Practice, call: str, after: bool, kind: str
) -> None:
    cloud.faults.add(Fault("POST", call, kind=kind, after=after))
    assert outcomes(await until_ready(desk, cloud, "Contoso")) == ["ready"]
    assert is_whole(desk, cloud, "Contoso")


async def test_many_that_were_begun_are_looked_for_in_one_list(desk: Desk, cloud: Practice) -> None:
    names = [f"Customer {number}" for number in range(12)]
    for name in names:
        customers.add(desk, {"name": name})
    recorded = record(desk, *names)
    cloud.faults.add(Fault("POST", "Relationships$", kind="lost", after=True, times=100))
    cloud.faults.add(Fault("GET", "displayName", kind="lost", times=1000))
    async with graph_of(cloud) as graph:
        made = await carry_out(desk, graph, recorded)
    assert set(outcomes(made)) == {"unknown"}
    assert len(cloud.relationships) == 12
    cloud.faults.clear()
    cloud.log.clear()
    assert outcomes(await make(desk, cloud, *names)) == ["ready"] * 12
    assert len(cloud.relationships) == 12
    assert not any("displayName" in call.path for call in cloud.log)


async def test_half_a_list_of_what_was_made_makes_nothing(desk: Desk, cloud: Practice) -> None:
    names = [f"Customer {number}" for number in range(12)]
    for name in names:
        customers.add(desk, {"name": name})
    record(desk, *names)
    cloud.add_relationship(name="one")
    cloud.add_relationship(name="two")
    cloud.page_limit = 1
    cloud.faults.add(Fault("GET", "skip[tT]oken", kind="lost", times=100))
    with pytest.raises(NoConnection, match="could not be read what was made already"):
        await make(desk, cloud, *names)
    assert len(cloud.relationships) == 2


async def test_who_stops_leaves_the_rest_to_go_on_with(desk: Desk, cloud: Practice) -> None:
    names = [f"Customer {number}" for number in range(9)]
    for name in names:
        customers.add(desk, {"name": name})
    recorded = record(desk, *names)
    async with graph_of(cloud) as graph:
        run = Run(desk, graph, host=HOST, told=lambda made: run.stop())
        made = await run.make(recorded.invitations, fresh=recorded.fresh)
    ready = outcomes(made).count("ready")
    assert 1 <= ready <= 4  # those that were under way
    assert len(cloud.relationships) == ready
    assert outcomes(made).count("left") == 9 - ready
    again = plan(desk, *names)
    assert [line.step.value for line in again.todo] == ["continue"] * (9 - ready)
    assert outcomes(await make(desk, cloud, *names)) == ["ready"] * (9 - ready)
    assert is_whole(desk, cloud, *names)


async def test_finalising_that_takes_long_is_gone_on_with(desk: Desk, cloud: Practice) -> None:
    cloud.delay = timedelta(minutes=10)
    made = await make(desk, cloud, "Contoso")
    assert outcomes(made) == ["unknown"]
    assert "has not finalised" in str(made[0].said)
    cloud.delay = timedelta(0)
    # It is on its way: asking for it once more is refused, and that is no error.
    assert outcomes(await until_ready(desk, cloud, "Contoso")) == ["ready"]
    assert is_whole(desk, cloud, "Contoso")


async def test_who_may_not_asks_only_once_or_so(desk: Desk, cloud: Practice) -> None:
    names = [f"Customer {number}" for number in range(20)]
    for name in names:
        customers.add(desk, {"name": name})
    recorded = record(desk, *names)
    cloud.add_member("zoe@adatum.example", "Zoé", admin_agent=False)
    async with graph_of(cloud, "zoe@adatum.example") as graph:
        run = Run(desk, graph, host=HOST)
        made = await run.make(recorded.invitations, fresh=recorded.fresh)
    assert isinstance(run.ended, GraphForbidden)
    assert outcomes(made).count("refused") <= 4
    assert sum(call.method == "POST" for call in cloud.log) <= 4
    assert outcomes(await make(desk, cloud, *names)) == ["ready"] * 20


# -- others are at work, too -----------------------------------------------------------------------


async def test_two_operators_at_once_make_one_relationship_each(
    desk: Desk, cloud: Practice
) -> None:
    with as_other(desk) as other:
        ours, theirs = record(desk), record(other)
        assert ours.invitations == theirs.invitations
        async with graph_of(cloud) as one, graph_of(cloud) as two:
            made = await asyncio.gather(carry_out(desk, one, ours), carry_out(other, two, theirs))
        desk.refresh()
        assert [outcomes(each) for each in made] == [["ready"] * 3] * 2
    assert is_whole(desk, cloud, "Contoso", "Fabrikam", "Tailspin")


async def meanwhile(
    desk: Desk, cloud: Practice, call: int, happens: Callable[[], Awaitable[object]]
) -> Made:
    """Makes Contoso's; something happens right after one of the calls was answered."""
    recorded = record(desk, "Contoso")
    async with graph_of(cloud, transport=Hooked(cloud, call, after=happens)) as graph:
        return (await carry_out(desk, graph, recorded))[0]


@pytest.mark.parametrize("call", range(_CALLS))
async def test_what_is_abandoned_while_it_is_made_is_gone_or_whole(
    desk: Desk, cloud: Practice, call: int
) -> None:
    async def abandoned() -> None:
        async with graph_of(cloud) as graph:
            await abandoning.abandon(desk, graph, [key_of(desk, "Contoso")])

    made = await meanwhile(desk, cloud, call, abandoned)
    if made.outcome is Outcome.READY:
        assert is_whole(desk, cloud, "Contoso")
    else:
        assert not cloud.relationships
        assert not desk.view.invitations(key_of(desk, "Contoso"))


async def test_what_is_abandoned_before_it_was_created_is_deleted_again(
    desk: Desk, cloud: Practice
) -> None:
    async def forgotten() -> None:
        async with graph_of(cloud) as graph:
            given = await abandoning.abandon(desk, graph, [key_of(desk, "Contoso")])
            assert given[0].done, given

    recorded = record(desk, "Contoso")
    way = Hooked(cloud, 0, before=forgotten)
    async with graph_of(cloud, transport=way) as graph:
        (made,) = await carry_out(desk, graph, recorded)
    assert made.outcome is Outcome.REFUSED
    assert "Somebody abandoned" in str(made.said)
    assert not cloud.relationships


async def test_a_customer_that_is_archived_meanwhile_is_not_begun_with(
    desk: Desk, cloud: Practice
) -> None:
    recorded = record(desk, "Contoso", "Fabrikam")
    customers.archive(desk, [key_of(desk, "Contoso")])
    async with graph_of(cloud) as graph:
        made = await carry_out(desk, graph, recorded)
    assert outcomes(made) == ["refused", "ready"]
    assert [it.tenant for it in cloud.relationships.values()] == [FABRIKAM]


async def test_the_links_are_those_of_the_cloud_that_made_them(desk: Desk, cloud: Practice) -> None:
    async def partner_changes() -> None:
        await asyncio.to_thread(partners.set_fields, desk, {"cloud": "worldwide"})

    made = await meanwhile(desk, cloud, 1, partner_changes)
    assert made.link.startswith(f"https://{HOST}/")
    assert is_whole(desk, cloud, "Contoso")


async def test_nothing_is_begun_as_a_partner_that_is_another_by_now(
    desk: Desk, cloud: Practice
) -> None:
    before = desk.view.partner
    partners.set_fields(desk, {"tenant": FABRIKAM})
    recorded = record(desk, "Contoso")
    async with graph_of(cloud) as graph:  # signed in as before
        run = Run(desk, graph, host=HOST, partner=before)
        made = await run.make(recorded.invitations, fresh=recorded.fresh)
    assert outcomes(made) == ["left"]
    assert str(made[0].said) == "The partner was changed meanwhile."
    assert not cloud.relationships


async def test_a_customer_that_accepted_before_the_desk_knew_its_link(
    desk: Desk, cloud: Practice
) -> None:
    way = Hooked(cloud, 1, after=killed)  # finalised, and nobody heard of it
    recorded = record(desk, "Contoso")
    async with graph_of(cloud, transport=way) as graph:
        with pytest.raises(asyncio.CancelledError):
            await carry_out(desk, graph, recorded)
    cloud.clock.advance(timedelta(minutes=1))
    (made,) = cloud.relationships
    cloud.approve(made, tenant=CONTOSO)
    cloud.clock.advance(timedelta(minutes=5))
    (found,) = await make(desk, cloud, "Contoso")
    assert (found.outcome, str(found.said)) == (
        Outcome.READY,
        "Microsoft says it is active already.",
    )
    assert desk.view.state(key_of(desk, "Contoso"), TODAY) is State.ACTIVE


async def test_one_that_ended_before_the_desk_knew_its_link_is_no_link(
    desk: Desk, cloud: Practice
) -> None:
    recorded = record(desk, "Contoso")
    (line,) = desk.view.invitations(key_of(desk, "Contoso"))
    assert line.preparing
    cloud.add_relationship(name=line.preparing.name, tenant=CONTOSO, status="terminated")
    async with graph_of(cloud) as graph:
        (made,) = await Run(desk, graph, host=HOST).make(recorded.invitations)
    assert (made.outcome, str(made.said)) == (
        Outcome.REFUSED,
        "Microsoft says it is ended already.",
    )
    assert plan(desk, "Contoso").lines[0].step is preparing.Step.MAKE


async def test_a_relationship_of_the_same_name_for_somebody_else_is_not_taken(
    desk: Desk, cloud: Practice
) -> None:
    recorded = record(desk, "Contoso")
    preparing_now = desk.view.invitations(key_of(desk, "Contoso"))[0].preparing
    assert preparing_now
    cloud.add_relationship(name=preparing_now.name, tenant=FABRIKAM, status=CREATED)
    async with graph_of(cloud) as graph:
        (made,) = await carry_out(desk, graph, recorded)
    assert made.outcome is Outcome.REFUSED
    assert "Another relationship is called" in str(made.said)
    assert links_of(desk, "Contoso") == [""]


async def test_a_link_that_was_pasted_by_hand_is_kept_once(desk: Desk, cloud: Practice) -> None:
    way = Hooked(cloud, 1, after=killed)
    recorded = record(desk, "Contoso")
    async with graph_of(cloud, transport=way) as graph:
        with pytest.raises(asyncio.CancelledError):
            await carry_out(desk, graph, recorded)
    cloud.clock.advance(timedelta(minutes=1))
    (made,) = cloud.relationships
    link = f"https://{HOST}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/{made}"
    offers.set_own_link(desk, key_of(desk, "Contoso"), OwnLink(link, TODAY, 730))
    assert outcomes(await make(desk, cloud, "Contoso")) == ["ready"]
    assert links_of(desk, "Contoso") == [link]
    assert preparing.all_under_way(desk.view) == []


# -- and then --------------------------------------------------------------------------------------


async def test_what_is_given_afterwards_is_the_link_that_was_made(
    desk: Desk, cloud: Practice
) -> None:
    (made,) = await make(desk, cloud, "Contoso")
    key = key_of(desk, "Contoso")
    offers.give(desk, [key], Kind.DELEGATED, How.MAILED)
    consent = desk.view.consent(key, TODAY)
    assert (consent.state, consent.day) == (State.WAITING, 1)
    assert consent.answer_by == TODAY + timedelta(days=89)
    assert links_of(desk, "Contoso") == [made.link]
