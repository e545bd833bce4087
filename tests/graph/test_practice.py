"""The client and the practice cloud, over a real socket: the tour, and faults on both sides."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import (
    Conflict,
    DeskError,
    GraphForbidden,
    GraphOutcomeUnknown,
    GraphRefused,
    NoConnection,
    TooBusy,
)
from store.graph.client import Graph, NewRelationship, Organization
from store.graph.endpoints import Endpoint
from store.graph.network import ssl_context
from store.graph.scopes import Scope
from store.model.partner import Cloud
from store.model.roles import (
    DIRECTORY_READERS,
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.serve import Served
from tests.microsoft import ANNA, CONTOSO, PARTNER, PatientWaits, practice_cloud

ROLES = (USER_ADMINISTRATOR, DIRECTORY_READERS)
NEW = NewRelationship("contoso_full_2026", 730, True, ROLES, CONTOSO, "Contoso")


class Quick(PatientWaits):
    """Waits that pass at once, and answers that must not take long."""

    reading = writing = 5.0


@pytest.fixture(scope="session")
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


@pytest.fixture
def served(cloud: Practice, certificate_folder: Path) -> Iterator[Served]:
    with Served(cloud, certificate_folder) as listening:
        yield listening


def opened(cloud: Practice, served: Served, upn: str = ANNA) -> Graph:
    """The client over the socket, as one of our users."""

    async def token(scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        return cloud.token(upn, scopes)

    endpoint = Endpoint(Cloud.PRACTICE, served.address, served.address, str(served.ca_file))
    verify = ssl_context("", endpoint)
    return Graph(endpoint, token, verify=verify, waits=Quick(cloud.clock))


@pytest.fixture
async def graph(cloud: Practice, served: Served) -> AsyncIterator[Graph]:
    async with opened(cloud, served) as client:
        yield client


async def test_a_relationship_lives_its_life(graph: Graph, cloud: Practice) -> None:
    cloud.lock_after = timedelta(seconds=5)
    draft = await graph.create(NEW)
    assert (draft.status, draft.days, draft.auto_extend) == ("created", 730, True)
    assert draft.roles == ROLES and draft.tenant == CONTOSO and draft.etag
    renamed = await graph.update(draft.id, draft.etag, name="contoso_full", auto_extend=False)
    assert renamed.name == "contoso_full" and not renamed.auto_extend
    with pytest.raises(Conflict) as raised:
        await graph.update(draft.id, draft.etag, name="stale")
    assert raised.value.theirs["name"] == "contoso_full"
    assert (await graph.finalize(draft.id)).action == "lockForApproval"
    waiting = await graph.settled(draft.id, {"approvalPending"})
    assert waiting.status == "approvalPending"
    assert [one.status for one in (await graph.requests(draft.id)).items] == ["succeeded"]
    cloud.approve(draft.id, tenant=CONTOSO)
    active = await graph.settled(draft.id, {"active"})
    assert active.status == "active" and active.activated and active.ends
    assert [one.name for one in (await graph.tenants()).items] == ["Contoso"]
    assert all(one.url for one in (await graph.portals(CONTOSO)).items)
    await graph.terminate(draft.id)
    assert (await graph.settled(draft.id, {"terminated"})).status == "terminated"


async def test_a_group_gets_roles_other_roles_and_none(graph: Graph, cloud: Practice) -> None:
    draft = await graph.create(NEW)
    await graph.finalize(draft.id)
    await graph.settled(draft.id, {"approvalPending"})
    cloud.approve(draft.id, tenant=CONTOSO)
    await graph.settled(draft.id, {"active"})
    group = await graph.create_group("Full administration", "May do everything")
    made = await graph.assign(draft.id, group.id, ROLES)
    assert made.status == "pending" and made.group == group.id
    with pytest.raises(GraphRefused, match="has an assignment"):
        await graph.assign(draft.id, group.id, ROLES)
    with pytest.raises(GraphRefused):
        await graph.assign(draft.id, group.id, (HELPDESK_ADMINISTRATOR,))
    cloud.clock.advance(timedelta(minutes=1))
    now = await graph.assignment(draft.id, made.id)
    assert now.status == "active"
    done = await graph.reassign(draft.id, made.id, now.etag, (DIRECTORY_READERS,))
    assert done.status == "succeeded"
    with pytest.raises(Conflict):
        await graph.unassign(draft.id, made.id, now.etag)
    now = await graph.assignment(draft.id, made.id)
    assert now.roles == (DIRECTORY_READERS,)
    assert [one.id for one in (await graph.operations(draft.id)).items] == [done.id]
    await graph.unassign(draft.id, made.id, now.etag)
    cloud.clock.advance(timedelta(minutes=1))
    assert [one.status for one in (await graph.assignments(draft.id)).items] == ["deleted"]


async def test_members_come_and_go_and_stay_users(graph: Graph, cloud: Practice) -> None:
    added = cloud.add_member("omar@adatum.example", "Omar Haddad", admin_agent=False)
    group = await graph.create_group("Limited", "")
    assert await graph.add_member(group.id, added) is True
    assert await graph.add_member(group.id, added) is False
    assert [one.upn for one in (await graph.members(group.id)).items] == ["omar@adatum.example"]
    assert await graph.remove_member(group.id, added) is True
    assert await graph.remove_member(group.id, added) is False
    assert (await graph.user("omar@adatum.example")).id == added
    assert [one.name for one in (await graph.users("Omar")).items] == ["Omar Haddad"]
    assert (await graph.me()).upn == ANNA
    found = await graph.organization()
    assert found == Organization(PARTNER, "Adatum Cloud Services", "adatum.example")
    named = await graph.group_named("AdminAgents")
    assert named is not None and named.security
    assert {one.name for one in (await graph.groups()).items} >= {"AdminAgents", "Limited"}


async def test_many_relationships_come_page_by_page(graph: Graph, cloud: Practice) -> None:
    cloud.page_limit = 50
    ids = [
        cloud.add_relationship(
            name=f"r{number}", tenant=CONTOSO, customer_name="Contoso", roles=ROLES, days=730
        )
        for number in range(220)
    ]
    found = await graph.relationships()
    assert found.whole and {one.id for one in found.items} == set(ids)
    lists = await graph.assignments_of(ids)
    assert all(listing == ((), True, None) for listing in lists.values())
    narrowed = await graph.relationships("status eq 'nothing'")
    assert narrowed.items == () and narrowed.whole
    named = await graph.relationship_named("R7")
    assert named is not None and named.name == "r7"


async def test_who_is_no_admin_agent_sees_nothing_and_may_nothing(
    cloud: Practice, served: Served
) -> None:
    cloud.add_relationship(name="r", tenant=CONTOSO, customer_name="Contoso", roles=ROLES, days=730)
    cloud.add_member("omar@adatum.example", "Omar Haddad", admin_agent=False)
    async with opened(cloud, served, "omar@adatum.example") as graph:
        assert (await graph.relationships()).items == ()
        with pytest.raises(GraphForbidden, match="Admin agent"):
            await graph.create(NEW)


async def test_refusals_of_the_cloud_are_in_words(graph: Graph) -> None:
    draft = await graph.create(NEW)
    with pytest.raises(GraphRefused, match="used already") as used:
        await graph.create(NEW)
    assert used.value.status == 409 and used.value.request_id
    with pytest.raises(GraphRefused, match="extend"):
        await graph.create(NEW._replace(name="other", roles=(GLOBAL_ADMINISTRATOR,)))
    with pytest.raises(GraphRefused):
        await graph.terminate(draft.id)
    with pytest.raises(GraphRefused, match="not any more"):
        await graph.relationship("00000000-0000-4000-8000-000000000000")
    await graph.delete(draft.id, draft.etag)
    with pytest.raises(GraphRefused, match="not any more"):
        await graph.relationship(draft.id)


# -- faults, and what was true on the other side ------------------------------------------------

FAULTS = {
    "429": Fault(status=429, retry_after=3),
    "429 by date": Fault(status=429, retry_after="Sun, 22 Nov 2026 09:00:09 GMT"),
    "429 for an hour": Fault(status=429, retry_after=3600),
    "503": Fault(status=503),
    "503 nonsense": Fault(status=503, retry_after="soon"),
    "503 for ever": Fault(status=503, times=9),
    "504": Fault(status=504),
    "504 after": Fault(status=504, after=True),
    "500 after": Fault(status=500, after=True),
    "401": Fault(status=401),
    "lost before": Fault(kind="lost"),
    "lost after": Fault(kind="lost", after=True),
    "cut after": Fault(kind="cut", after=True),
    "half after": Fault(kind="half", after=True),
    "html before": Fault(kind="html"),
    "html after": Fault(kind="html", after=True),
    "403": Fault(status=403),
}
REFUSED = (GraphRefused, TooBusy, NoConnection)


async def made(graph: Graph, new: NewRelationship) -> str:
    """The contract of a creation: it is there, it is not there, or it is to be looked up."""
    try:
        return (await graph.create(new)).id
    except GraphOutcomeUnknown:
        found = await graph.relationship_named(new.name)
        return found.id if found else ""
    except REFUSED:
        return ""


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_creation_is_known_on_both_sides(graph: Graph, cloud: Practice, fault: str) -> None:
    cloud.faults.add(FAULTS[fault]._replace(method="POST", path=r"/delegatedAdminRelationships$"))
    key = await made(graph, NEW)
    assert ([key] if key else []) == list(cloud.relationships)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_finalisation_is_known_on_both_sides(
    graph: Graph, cloud: Practice, fault: str
) -> None:
    draft = await graph.create(NEW)
    cloud.faults.add(FAULTS[fault]._replace(method="POST", path=r"/requests$"))
    try:
        await graph.finalize(draft.id)
        expected = "approvalPending"
    except GraphOutcomeUnknown:
        expected = (await graph.settled(draft.id, {"approvalPending"}, patience=30)).status
    except REFUSED:
        expected = "created"
    cloud.clock.advance(timedelta(minutes=1))
    assert cloud.relationship(draft.id).status == expected
    assert len(cloud.relationship(draft.id).requests) == (expected == "approvalPending")


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_change_of_a_draft_is_known_on_both_sides(
    graph: Graph, cloud: Practice, fault: str
) -> None:
    draft = await graph.create(NEW)
    cloud.faults.add(FAULTS[fault]._replace(method="PATCH"))
    try:
        assert (await graph.update(draft.id, draft.etag, name="new")).name == "new"
    except (GraphOutcomeUnknown, *REFUSED):  # what was done has been looked up
        assert cloud.relationship(draft.id).name == NEW.name
    else:
        assert cloud.relationship(draft.id).name == "new"


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_list_is_whole_or_says_that_it_is_not(
    graph: Graph, cloud: Practice, fault: str
) -> None:
    cloud.page_limit = 3
    ids = {
        cloud.add_relationship(
            name=f"r{number}", tenant=CONTOSO, customer_name="Contoso", roles=ROLES, days=730
        )
        for number in range(8)
    }
    cloud.faults.add(FAULTS[fault]._replace(method="GET", path="skip"))
    found = await graph.relationships()
    assert {one.id for one in found.items} <= ids
    assert found.whole is (len(found.items) == 8)
    assert found.whole is (found.why is None)


async def test_whatever_happens_to_many_creations_none_is_there_twice(
    graph: Graph, cloud: Practice
) -> None:
    chance = random.Random(4)
    known: dict[str, str] = {}
    for number in range(60):
        new = NEW._replace(name=f"customer_{number}")
        for fault in chance.sample(list(FAULTS.values()), chance.randrange(3)):
            cloud.faults.add(fault._replace(path=chance.choice(["", "Relationships$", "filter"])))
        try:
            known[new.name] = await made(graph, new)
        except DeskError:
            known[new.name] = "?"
        cloud.faults.clear()
    names = [one.name for one in cloud.relationships.values()]
    assert len(names) == len(set(names))
    there = {one.name: key for key, one in cloud.relationships.items()}
    assert {name: there.get(name, "") for name in known if known[name] != "?"} == {
        name: key for name, key in known.items() if key != "?"
    }
