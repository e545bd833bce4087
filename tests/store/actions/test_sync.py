"""Stories of an offer that becomes a relationship, and of what a sync makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions import (
    making,
    offers,
    preparing,
    relationships,
)
from store.actions.consent import record
from store.desk import Desk
from store.errors import BadInput, NoConnection
from store.model.consent import Answer, State
from store.model.invitation import How
from store.model.offer import Kind
from store.model.roles import Preset
from store.model.template import Template
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE
from tests.conftest import TODAY
from tests.microsoft import (
    CONTOSO,
    FABRIKAM,
    TAILSPIN,
    graph_of,
    practice_cloud,
    practice_partner,
)
from tests.store.actions.syncing import accepted, key_of, prepare, state_of, synced, three_customers


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


@pytest.fixture
def partner(desk: Desk) -> Desk:
    three_customers(desk)
    return desk


async def test_from_an_offer_to_an_active_consent(partner: Desk, cloud: Practice) -> None:
    async with graph_of(cloud) as graph:
        made = (await prepare(partner, graph, "Contoso"))[0]
    assert made.outcome is making.Outcome.READY, made
    assert state_of(partner, "Contoso") is State.NOT_OFFERED  # nobody has got the link yet

    assert not (await synced(partner, cloud)).problems
    assert state_of(partner, "Contoso") is State.NOT_OFFERED
    offers.give(partner, [key_of(partner, "Contoso")], Kind.DELEGATED, How.MAILED)
    given = partner.view.invitations(key_of(partner, "Contoso"))
    assert [invitation.link for invitation in given] == [made.link]
    assert state_of(partner, "Contoso") is State.WAITING

    relationship = made.link.rpartition("/")[2]
    cloud.approve(relationship, tenant=CONTOSO)
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.GRANTED
    cloud.clock.advance(timedelta(minutes=5))
    assert "1 consent moved" in str((await synced(partner, cloud)).receipt.message)
    assert state_of(partner, "Contoso") is State.ACTIVE
    consent = partner.view.consent(key_of(partner, "Contoso"), TODAY)
    assert consent.ends == TODAY + timedelta(days=730)
    again = await synced(partner, cloud)
    assert "nothing new" in str(again.receipt.message)


async def test_a_customer_gets_one_relationship_however_often_it_is_asked_for(
    partner: Desk, cloud: Practice
) -> None:
    async with graph_of(cloud) as graph:
        await prepare(partner, graph, "Contoso", "Fabrikam")
        plan = preparing.plan(
            partner.view, partner.operator, [key_of(partner, "Contoso")], Template(), TODAY
        )
    assert [line.step for line in plan.lines] == [preparing.Step.REFUSED]
    assert len(cloud.relationships) == 2


async def test_a_lost_answer_is_looked_up_and_nothing_is_made_twice(
    partner: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", r"Relationships$", kind="lost", after=True))
    async with graph_of(cloud) as graph:
        made = await prepare(partner, graph, "Contoso")
    assert made[0].outcome is making.Outcome.READY
    assert len(cloud.relationships) == 1


async def test_what_was_cut_off_goes_on_where_it_was(partner: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", r"Relationships$", kind="lost", after=True))
    cloud.faults.add(Fault("GET", "displayName", kind="lost", times=20))
    async with graph_of(cloud) as graph:
        made = await prepare(partner, graph, "Contoso")
        assert made[0].outcome is making.Outcome.UNKNOWN
        cloud.faults.clear()
        again = await prepare(partner, graph, "Contoso")
    assert again[0].outcome is making.Outcome.READY
    assert again[0].name == made[0].name
    assert len(cloud.relationships) == 1


async def test_a_refused_customer_does_not_keep_the_others(partner: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", r"Relationships$", status=400, code="badRequest"))
    async with graph_of(cloud) as graph:
        made = await prepare(partner, graph, "Contoso", "Fabrikam", "Tailspin")
    assert sorted(one.outcome for one in made) == ["ready", "ready", "refused"]


async def test_no_connection_ends_the_run_and_leaves_the_rest_for_later(
    partner: Desk, cloud: Practice
) -> None:
    cloud.faults.add(Fault("POST", "requests$", kind="lost", times=100))
    cloud.faults.add(Fault("GET", "", kind="lost", times=1000))
    async with graph_of(cloud) as graph:
        made = await prepare(partner, graph, "Contoso")
        assert made[0].outcome in (making.Outcome.LEFT, making.Outcome.UNKNOWN)
        cloud.faults.clear()
        assert (await prepare(partner, graph, "Contoso"))[0].outcome is making.Outcome.READY
    assert len(cloud.relationships) == 1


async def test_a_sync_finishes_what_a_crash_left_behind(partner: Desk, cloud: Practice) -> None:
    cloud.faults.add(Fault("POST", "requests$", kind="lost", after=True))
    cloud.faults.add(Fault("GET", "", kind="lost", times=1000))
    async with graph_of(cloud) as graph:
        await prepare(partner, graph, "Contoso")
    cloud.faults.clear()
    await synced(partner, cloud)
    invitation = partner.view.invitations(key_of(partner, "Contoso"))[0]
    assert invitation.granular and not invitation.preparing
    assert preparing.under_way(partner.view, key_of(partner, "Contoso")) is None


def test_a_relationship_with_global_administrator_cannot_extend_itself(partner: Desk) -> None:
    template = Template(preset=Preset.FULL_LITERAL, auto_extend=True)
    with pytest.raises(BadInput) as refused:
        preparing.plan(partner.view, partner.operator, [1], template, TODAY)
    assert "extends no relationship" in str(refused.value)
    assert refused.value.field == "auto_extend"


# -- what a sync finds -------------------------------------------------------------------------


async def test_customers_and_contracts_come_in(desk: Desk, cloud: Practice) -> None:
    practice_partner(desk)
    cloud.add_customer("55555555-2222-4333-8444-555555555555", "Wingtip", "wingtip.example")
    cloud.add_relationship(name="old", tenant=CONTOSO, status=ACTIVE)
    await synced(desk, cloud)
    assert {row["name"] for row in desk.view.customers.values()} == {"Contoso", "Wingtip"}
    assert desk.view.customer(key_of(desk, "Wingtip")).domain == "wingtip.example"  # type: ignore[union-attr]
    assert state_of(desk, "Contoso") is State.ACTIVE
    assert state_of(desk, "Wingtip") is State.NOT_OFFERED


async def test_a_relationship_that_nobody_made_here_says_so(partner: Desk, cloud: Practice) -> None:
    cloud.add_relationship(name="by-hand", tenant=CONTOSO, status=ACTIVE)
    await synced(partner, cloud)
    found = relationships.of_customer(partner.view, key_of(partner, "Contoso"))
    assert [remark.what for remark in found[0].remarks] == ["not-made-here"]


async def test_an_unexpected_tenant_is_shown_at_both_customers(
    partner: Desk, cloud: Practice
) -> None:
    async with graph_of(cloud) as graph:
        made = (await prepare(partner, graph, "Tailspin"))[0]  # its Microsoft ID is not known
    offers.give(partner, [key_of(partner, "Tailspin")], Kind.DELEGATED, How.MAILED)
    cloud.approve(made.link.rpartition("/")[2], tenant=FABRIKAM)
    cloud.clock.advance(timedelta(minutes=5))
    await synced(partner, cloud)
    assert state_of(partner, "Tailspin") is State.ELSEWHERE
    assert state_of(partner, "Fabrikam") is State.ACTIVE
    found = relationships.of_customer(partner.view, key_of(partner, "Fabrikam"))
    listed = relationships.listed(partner.view)
    assert [one.customer for one in listed] == ["Fabrikam"]
    assert "Tailspin" in str(listed[0].remarks[0].said)
    assert found[0].relationship.name == made.name


async def test_a_customer_without_a_microsoft_id_is_recognised_when_it_accepts(
    partner: Desk, cloud: Practice
) -> None:
    await accepted(partner, cloud, "Tailspin", TAILSPIN)
    await synced(partner, cloud)
    assert partner.view.customer(key_of(partner, "Tailspin")).microsoft_id == TAILSPIN  # type: ignore[union-attr]
    assert state_of(partner, "Tailspin") is State.ACTIVE


async def test_a_renamed_customer_keeps_our_name_and_shows_its_own(
    partner: Desk, cloud: Practice
) -> None:
    await accepted(partner, cloud, "Contoso", CONTOSO)
    cloud.rename(CONTOSO, "Contoso Holding")
    assert "another name" in str((await synced(partner, cloud)).receipt.message)
    customer = partner.view.customer(key_of(partner, "Contoso"))
    assert customer and (customer.name, customer.microsoft_name) == ("Contoso", "Contoso Holding")
    found = relationships.of_customer(partner.view, customer.id)
    assert "renamed" in [remark.what for remark in found[0].remarks]


async def test_a_superseded_link_that_can_still_be_accepted_is_shown(
    partner: Desk, cloud: Practice
) -> None:
    earlier = cloud.clock.now() - timedelta(days=3)
    cloud.add_relationship(name="first", tenant=CONTOSO, status="approvalPending", created=earlier)
    await accepted(partner, cloud, "Fabrikam", FABRIKAM)
    cloud.add_relationship(name="second", tenant=CONTOSO, status=ACTIVE)
    await synced(partner, cloud)
    found = relationships.of_customer(partner.view, key_of(partner, "Contoso"))
    first = next(one for one in found if one.relationship.name == "first")
    assert "superseded" in [remark.what for remark in first.remarks]


async def test_a_status_never_seen_is_shown_as_it_is(partner: Desk, cloud: Practice) -> None:
    relationship = await accepted(partner, cloud, "Contoso", CONTOSO)
    cloud.relationship(relationship).status = "quarantined"
    await synced(partner, cloud)
    consent = partner.view.consent(key_of(partner, "Contoso"), TODAY)
    assert (consent.state, consent.reported) == (State.UNKNOWN, "quarantined")


async def test_a_note_that_the_customer_declined_stands_while_microsoft_waits(
    partner: Desk, cloud: Practice
) -> None:
    async with graph_of(cloud) as graph:
        made = (await prepare(partner, graph, "Contoso"))[0]
    offers.give(partner, [key_of(partner, "Contoso")], Kind.DELEGATED, How.MAILED)
    record(partner, [key_of(partner, "Contoso")], Answer.DECLINED)
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.DECLINED
    cloud.approve(made.link.rpartition("/")[2], tenant=CONTOSO)
    cloud.clock.advance(timedelta(minutes=5))
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.ACTIVE


async def test_what_was_recorded_by_hand_gives_way_to_what_microsoft_says(
    partner: Desk, cloud: Practice
) -> None:
    async with graph_of(cloud) as graph:
        await prepare(partner, graph, "Contoso")
    offers.give(partner, [key_of(partner, "Contoso")], Kind.DELEGATED, How.MAILED)
    record(partner, [key_of(partner, "Contoso")], Answer.GRANTED)
    assert state_of(partner, "Contoso") is State.ACTIVE
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.WAITING


async def test_the_end_follows(partner: Desk, cloud: Practice) -> None:
    relationship = await accepted(partner, cloud, "Contoso", CONTOSO)
    await synced(partner, cloud)
    cloud.customer_terminates(relationship)
    cloud.clock.advance(timedelta(minutes=5))
    await synced(partner, cloud)
    assert state_of(partner, "Contoso") is State.TERMINATED


async def test_a_failed_sync_changes_nothing(partner: Desk, cloud: Practice) -> None:
    await accepted(partner, cloud, "Contoso", CONTOSO)
    before = partner.view.seq
    cloud.faults.add(Fault("GET", "Relationships", kind="lost", times=100))
    with pytest.raises(NoConnection):
        await synced(partner, cloud)
    assert partner.view.seq == before


async def test_half_a_list_marks_nothing_as_gone(partner: Desk, cloud: Practice) -> None:
    for number in range(5):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE)
    await synced(partner, cloud)
    cloud.page_limit = 2
    cloud.faults.add(Fault("GET", "skip[tT]oken", kind="lost", times=100))
    found = await synced(partner, cloud)
    assert found.problems
    assert not found.counts["gone"]
    assert partner.view.synced.whole is False
    assert state_of(partner, "Contoso") is State.ACTIVE


async def test_an_empty_list_for_no_admin_agent_marks_nothing_as_gone(
    partner: Desk, cloud: Practice
) -> None:
    await accepted(partner, cloud, "Contoso", CONTOSO)
    await synced(partner, cloud)
    cloud.group("AdminAgents").members.clear()
    found = await synced(partner, cloud)
    assert "AdminAgents" in " ".join(map(str, found.problems))
    assert state_of(partner, "Contoso") is State.ACTIVE


async def test_what_microsoft_no_longer_lists_is_shown_so(partner: Desk, cloud: Practice) -> None:
    relationship = await accepted(partner, cloud, "Contoso", CONTOSO)
    cloud.add_relationship(name="other", tenant=FABRIKAM, status=ACTIVE)
    await synced(partner, cloud)
    cloud.forget(cloud.relationship(relationship))
    assert (await synced(partner, cloud)).counts["gone"] == 1
    consent = partner.view.consent(key_of(partner, "Contoso"), TODAY)
    assert (consent.state, consent.reported) == (State.UNKNOWN, "gone")


async def test_a_later_sync_asks_only_for_the_assignments_of_what_moved(
    partner: Desk, cloud: Practice
) -> None:
    for number in range(5):
        cloud.add_relationship(name=f"r{number}", tenant=CONTOSO, status=ACTIVE)
    await synced(partner, cloud)
    assert any("accessAssignments" in call.path or "batch" in call.path for call in cloud.log)
    cloud.log.clear()
    await synced(partner, cloud)
    assert not any("accessAssignments" in c.path or "batch" in c.path for c in cloud.log)
