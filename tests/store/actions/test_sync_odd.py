"""What a sync meets that nobody expects: what vanished, what is there twice, another partner."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta

import pytest

from store.actions import customers, offers, relationships
from store.actions import partner as partner_actions
from store.actions.consent import record as answer
from store.actions.invitations import asked_with, links_at_hand
from store.actions.planner import Step
from store.actions.sync import Synced, says_more, skew_note, sync
from store.actions.undo import undo
from store.desk import Desk
from store.errors import Conflict, DeskError, NotAllowed
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.offer import Kind
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE, CREATED
from tests.conftest import TODAY
from tests.microsoft import (
    CONTOSO,
    FABRIKAM,
    TAILSPIN,
    graph_of,
    practice_cloud,
    practice_partner,
)
from tests.store.actions.links import HOST, Hooked, carry_out, key_of, office, plan, record

WINGTIP = "55555555-2222-4333-8444-555555555555"


@pytest.fixture
def cloud() -> Practice:
    """A practice cloud with a relationship of Fabrikam, so that its list is never empty."""
    made = practice_cloud()
    made.add_relationship(name="other", tenant=FABRIKAM, status=ACTIVE)
    return made


@pytest.fixture
def partner(desk: Desk) -> Desk:
    return office(desk)


async def synced(desk: Desk, cloud: Practice, **options: object) -> Synced:
    async with graph_of(cloud, **options) as graph:
        return await sync(desk, graph, host=HOST)


async def given(desk: Desk, cloud: Practice, name: str) -> str:
    """Makes a customer's link and gives it; returns the relationship."""
    async with graph_of(cloud) as graph:
        made = await carry_out(desk, graph, record(desk, name))
    offers.give(desk, [key_of(desk, name)], Kind.DELEGATED, How.MAILED)
    return made[0].link.rpartition("/")[2]


def state_of(desk: Desk, name: str) -> State:
    return desk.view.state(key_of(desk, name), desk.today())


# -- what vanished -----------------------------------------------------------------------------


async def test_a_refusal_that_was_noted_stands_when_its_link_is_forgotten(
    partner: Desk, cloud: Practice
) -> None:
    relationship = await given(partner, cloud, "Contoso")
    answer(partner, [key_of(partner, "Contoso")], Answer.DECLINED)
    await synced(partner, cloud)
    cloud.forget(cloud.relationship(relationship))
    assert (await synced(partner, cloud)).counts["gone"] == 1
    assert state_of(partner, "Contoso") is State.DECLINED


async def test_an_access_that_had_ended_is_no_riddle_when_it_is_forgotten(
    partner: Desk, cloud: Practice
) -> None:
    relationship = await given(partner, cloud, "Contoso")
    cloud.approve(relationship, tenant=CONTOSO)
    cloud.clock.advance(timedelta(minutes=5))
    await synced(partner, cloud)
    cloud.forget(cloud.relationship(relationship))
    partner.today = lambda: TODAY.replace(year=TODAY.year + 3)  # and nobody synced meanwhile
    assert (await synced(partner, cloud)).counts["gone"] == 1
    assert state_of(partner, "Contoso") is State.EXPIRED


async def test_a_link_that_is_listed_again_is_waited_for_again(
    partner: Desk, cloud: Practice
) -> None:
    relationship = await given(partner, cloud, "Contoso")
    kept = cloud.relationship(relationship)
    cloud.forget(kept)
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.LAPSED
    cloud.relationships[kept.id] = kept
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.WAITING


async def test_what_is_missing_and_cannot_be_looked_up_is_not_gone(
    partner: Desk, cloud: Practice
) -> None:
    relationship = await given(partner, cloud, "Contoso")
    await synced(partner, cloud)
    cloud.forget(cloud.relationship(relationship))
    cloud.rename(CONTOSO, "Contoso Holding")
    cloud.faults.add(Fault("POST", "batch", kind="lost", times=100))
    found = await synced(partner, cloud)
    assert found.problems and partner.view.synced.whole is False
    assert not found.counts["gone"]
    assert state_of(partner, "Contoso") is State.WAITING


# -- what is there twice ---------------------------------------------------------------------------


async def test_of_two_tenants_with_one_domain_the_first_is_the_customer(
    partner: Desk, cloud: Practice
) -> None:
    for tenant in (TAILSPIN, WINGTIP):
        cloud.customers.pop(tenant, None)
        cloud.add_customer(tenant, f"Tailspin {tenant[0]}", "tailspin.example")
    await synced(partner, cloud)
    first = partner.view.customer(key_of(partner, "Tailspin"))
    assert first and first.microsoft_id == TAILSPIN
    rows = list(partner.view.customers.values())
    assert [row["name"] for row in rows if row["microsoft_id"] == WINGTIP] == ["Tailspin 5"]
    assert [row["name"] for row in rows if row["domain"] == "tailspin.example"] == ["Tailspin"]


async def test_no_two_customers_come_in_with_one_domain(partner: Desk, cloud: Practice) -> None:
    cloud.add_customer(WINGTIP, "Wingtip", "contoso.example")
    await synced(partner, cloud)
    domains = {row["name"]: row["domain"] for row in partner.view.customers.values()}
    assert (domains["Contoso"], domains["Wingtip"]) == ("contoso.example", "")


# -- what is on its way ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Contoso", "Tailspin"])
async def test_a_draft_that_is_being_made_here_was_made_here(
    partner: Desk, cloud: Practice, name: str
) -> None:
    cloud.faults.add(Fault("POST", "requests$", kind="lost", times=100))
    async with graph_of(cloud) as graph:
        await carry_out(partner, graph, record(partner, name))
    await synced(partner, cloud)
    found = relationships.of_customer(partner.view, key_of(partner, name))
    assert [(one.relationship.status, one.remarks) for one in found] == [(CREATED, ())]
    listed = relationships.listed(partner.view)
    assert [one.remarks for one in listed if one.customer == name] == [()]


async def test_what_was_not_ended_is_not_recorded_as_ended(partner: Desk, cloud: Practice) -> None:
    relationship = cloud.add_relationship(name="by-hand", tenant=CONTOSO, status=ACTIVE)
    await synced(partner, cloud)
    cloud.relationship(relationship).status = "quarantined"
    told: list[str] = []
    stop = partner.listen(lambda change: told.append("changed"))
    key = partner.view.relationships_by_id(relationship)[0]
    async with graph_of(cloud) as graph:
        with pytest.raises(NotAllowed):
            await relationships.terminate(partner, graph, key, "by-hand")
    stop()
    assert told
    from store.actions.history import newest_first

    assert str(next(newest_first(partner.path)).what) == "by-hand is quarantined at Microsoft."


# -- another partner, another cloud -----------------------------------------------------------


async def test_what_was_read_for_another_partner_is_not_taken_in(
    partner: Desk, cloud: Practice
) -> None:
    async def another() -> None:
        partner_actions.set_fields(partner, {"tenant": WINGTIP})

    hooked = Hooked(cloud, 1, after=another)
    with pytest.raises(NotAllowed, match="meanwhile"):
        await synced(partner, cloud, transport=hooked)
    assert hooked.calls > 1
    assert not partner.view.tables.table("relationships")
    assert partner.view.synced.whole is None


async def test_where_there_are_no_granular_relationships_only_contracts_are_asked_for(
    partner: Desk, cloud: Practice
) -> None:
    partner_actions.set_fields(partner, {"cloud": "21vianet"})
    cloud.add_customer(WINGTIP, "Wingtip", "wingtip.example")
    found = await synced(partner, cloud)
    assert not found.problems
    assert key_of(partner, "Wingtip")
    assert not [call.path for call in cloud.log if "delegatedAdmin" in call.path]


async def test_a_link_that_was_made_for_another_partner_stands_in_no_letter(
    partner: Desk, cloud: Practice
) -> None:
    async with graph_of(cloud) as graph:
        await carry_out(partner, graph, record(partner, "Contoso"))
        key, offer = key_of(partner, "Contoso"), partner.view.offer(Kind.DELEGATED)
        assert asked_with(partner.view, key, offer, TODAY).invitation
        assert links_at_hand(partner.view, TODAY).ready == 1
        partner_actions.set_fields(partner, {"tenant": WINGTIP})
    assert not asked_with(partner.view, key, offer, TODAY).invitation
    assert links_at_hand(partner.view, TODAY).ready == 0
    with pytest.raises(DeskError, match="no link"):
        offers.give(partner, [key], Kind.DELEGATED, How.MAILED)
    assert [line.step for line in plan(partner, "Contoso").lines] == [Step.MAKE]
    cloud.partner.id = WINGTIP  # the tenant was mistyped before: Microsoft lists it for this one
    await synced(partner, cloud)
    assert asked_with(partner.view, key, offer, TODAY).invitation


# -- the mark of a sync ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "worth"),
    [
        ({"at": "2026-11-22T09:00:58Z"}, False),
        ({"at": "2026-11-22T09:01:00Z"}, True),
        ({"whole": False}, True),
        ({"tenant": WINGTIP}, True),
    ],
)
def test_a_sync_without_news_is_marked_once_a_minute(later: dict[str, object], worth: bool) -> None:
    mark = {"at": "2026-11-22T09:00:08Z", "whole": True, "tenant": CONTOSO}
    assert says_more({**mark, **later}, {**mark, "rev": 7}) is worth


async def test_a_watch_for_hours_does_not_fill_the_journal(partner: Desk, cloud: Practice) -> None:
    await synced(partner, cloud)
    began = datetime.now(UTC).replace(second=0, microsecond=0)
    before = partner.view.seq
    for _ in range(20):
        await synced(partner, cloud)
    minutes = (datetime.now(UTC) - began).total_seconds() // 60
    assert partner.view.seq - before <= minutes


# -- taking back ---------------------------------------------------------------------------------


async def test_what_microsoft_said_is_not_taken_back(partner: Desk, cloud: Practice) -> None:
    found = await synced(partner, cloud)
    before = partner.view.seq
    with pytest.raises(NotAllowed, match="Microsoft"):
        undo(partner, found.receipt)
    planned = record(partner, "Contoso")
    with pytest.raises(NotAllowed):
        undo(partner, planned.receipt)
    assert partner.view.seq == before + 1


async def test_an_earlier_answer_is_not_taken_back_under_what_microsoft_said_since(
    partner: Desk, cloud: Practice
) -> None:
    relationship = await given(partner, cloud, "Contoso")
    noted = answer(partner, [key_of(partner, "Contoso")], Answer.DECLINED)
    cloud.approve(relationship, tenant=CONTOSO)
    cloud.clock.advance(timedelta(minutes=5))
    await synced(partner, cloud)
    with pytest.raises(Conflict, match="Contoso was changed since"):
        undo(partner, noted)
    assert state_of(partner, "Contoso") is State.ACTIVE


async def test_a_customer_that_has_a_relationship_stays(partner: Desk, cloud: Practice) -> None:
    added = customers.add(partner, {"name": "Wingtip", "microsoft_id": WINGTIP})
    cloud.add_customer(WINGTIP, "Wingtip", "wingtip.example", contract="")
    cloud.add_relationship(name="draft", tenant=WINGTIP, status=CREATED)
    await synced(partner, cloud)
    assert partner.view.relationships(key_of(partner, "Wingtip"))
    with pytest.raises(DeskError):
        undo(partner, added)
    assert key_of(partner, "Wingtip")


async def test_a_watch_of_a_partner_without_relationships_keeps_nothing_for_good(
    desk: Desk,
) -> None:
    practice_partner(desk)
    cloud = practice_cloud()
    async with graph_of(cloud) as graph:
        await sync(desk, graph)
        frozen = gc.get_freeze_count()
        await sync(desk, graph)
    assert gc.get_freeze_count() <= frozen  # what was frozen may be gone by now
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=10), "is 10 minutes behind"),
        (timedelta(minutes=-6), "is 6 minutes ahead of"),
        (timedelta(minutes=119), "is 119 minutes behind"),
        (timedelta(hours=2), "is 2 hours behind"),
        (timedelta(hours=-47), "is 47 hours ahead of"),
        (timedelta(days=30), "is 30 days behind"),
    ],
)
def test_clocks_that_are_apart_are_told_in_a_unit_that_suits(ahead: timedelta, said: str) -> None:
    assert said in str(skew_note(ahead))
