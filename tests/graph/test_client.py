"""What goes over the wire for each thing that can be asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from store.errors import BadInput, Conflict, GraphRefused, NoConnection, NotFound
from store.graph.asking import Ask
from store.graph.client import Graph, NewRelationship, Organization
from store.graph.directory import READ as DIRECTORY
from store.graph.endpoints import Endpoint
from store.graph.facts import Contract, Group, Operation, Portal, Tenant
from store.graph.scopes import Scope
from store.model.partner import Cloud
from tests.graph.fake import (
    ROLE,
    TENANT,
    TOKEN,
    Clock,
    Fake,
    R,
    Refused,
    Reply,
    Tokens,
    relationship,
)

C = "/v1.0/tenantRelationships/delegatedAdminCustomers"
GROUP = "99999999-2222-4333-8444-555555555555"
USER = "88888888-2222-4333-8444-555555555555"
ROLES = {"unifiedRoles": [{"roleDefinitionId": ROLE}]}
FIELDS = "$select=id,displayName,userPrincipalName,accountEnabled,userType"


async def test_a_draft_is_made(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(201, relationship(1, status="created")))
    made = await graph.create(
        NewRelationship("contoso_full", 365, False, (ROLE,), TENANT, "Contoso")
    )
    assert made.id == "rel-1" and made.status == "created" and made.etag == 'W/"1"'
    assert fake.lines == [f"POST {R}"]
    assert fake.heard[0].body == {
        "displayName": "contoso_full",
        "duration": "P365D",
        "autoExtendDuration": "PT0S",
        "customer": {"tenantId": TENANT, "displayName": "Contoso"},
        "accessDetails": ROLES,
    }


async def test_a_draft_for_whoever_accepts_names_no_customer(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(201, relationship(1)))
    await graph.create(NewRelationship("any", 730, True, (ROLE,)))
    assert "customer" not in fake.heard[0].body
    assert fake.heard[0].body["autoExtendDuration"] == "P180D"


async def test_only_what_changes_is_sent(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(200, relationship(1, autoExtendDuration="PT0S"), {"ETag": 'W/"9"'}))
    found = await graph.update("rel-1", 'W/"1"', auto_extend=False)
    assert not found.auto_extend
    assert fake.lines == [f"PATCH {R}/rel-1"]
    assert fake.heard[0].body == {"autoExtendDuration": "PT0S"}
    assert fake.heard[0].headers["if-match"] == 'W/"1"'


async def test_the_etag_may_come_as_a_header(graph: Graph, fake: Fake) -> None:
    bare = relationship(1)
    del bare["@odata.etag"]
    fake.will(Reply(200, bare, {"ETag": 'W/"9"'}))
    assert (await graph.relationship("rel-1")).etag == 'W/"9"'


async def test_taking_global_administrator_out_is_waited_for(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    fake.will(
        Reply(
            202, {}, {"Location": f"{fake.address}{R}/rel-1/operations/op-1", "Retry-After": "10"}
        ),
        Reply(200, {"id": "op-1", "status": "running"}, {"Retry-After": "5"}),
        {"id": "op-1", "status": "succeeded"},
        relationship(1),
    )
    await graph.update("rel-1", 'W/"1"', roles=(ROLE,))
    assert clock.slept == [10.0, 5.0]
    assert fake.lines[1:] == [f"GET {R}/rel-1/operations/op-1"] * 2 + [f"GET {R}/rel-1"]


async def test_a_draft_is_deleted(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(204))
    await graph.delete("rel-1", 'W/"1"')
    assert fake.lines == [f"DELETE {R}/rel-1"] and fake.heard[0].headers["if-match"] == 'W/"1"'


async def test_requests_are_made_and_listed(graph: Graph, fake: Fake) -> None:
    request = {"id": "q", "action": "terminate", "status": "running"}
    fake.will(Reply(201, request), {"value": [request]})
    assert (await graph.terminate("rel-1")).status == "running"
    assert [one.action for one in (await graph.requests("rel-1")).items] == ["terminate"]
    assert fake.heard[0].body == {"action": "terminate"}
    assert fake.lines == [f"POST {R}/rel-1/requests", f"GET {R}/rel-1/requests?$top=300"]


async def test_roles_of_an_assignment_are_replaced(graph: Graph, fake: Fake, clock: Clock) -> None:
    location = f"/v1.0/tenantRelationships/x/{'rel-1'}/operations/op-9"
    fake.will(
        Reply(202, {}, {"Location": location, "Retry-After": "10"}),
        {
            "id": "op-9",
            "operationType": "delegatedAdminAccessAssignmentUpdate",
            "status": "notStarted",
        },
        {
            "id": "op-9",
            "operationType": "delegatedAdminAccessAssignmentUpdate",
            "status": "succeeded",
        },
    )
    done = await graph.reassign("rel-1", "a-1", 'W/"1"', (ROLE,))
    assert done == Operation("op-9", "delegatedAdminAccessAssignmentUpdate", "succeeded")
    assert fake.heard[0].body == {"accessDetails": ROLES} and clock.slept == [10.0, 4.0]


async def test_roles_that_already_are_so_need_no_waiting(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(200, {"id": "a-1"}))
    assert (await graph.reassign("rel-1", "a-1", 'W/"1"', (ROLE,))).status == "succeeded"
    assert len(fake.heard) == 1


async def test_an_operation_that_fails_is_an_error(graph: Graph, fake: Fake) -> None:
    fake.will(
        Reply(202, {}, {"Location": f"{fake.address}{R}/rel-1/operations/op-9"}),
        {"id": "op-9", "status": "failed", "data": '{"why":"group"}'},
    )
    with pytest.raises(GraphRefused, match="could not do it") as raised:
        await graph.reassign("rel-1", "a-1", 'W/"1"', (ROLE,))
    assert raised.value.said == '{"why":"group"}'


async def test_an_operation_without_end_is_left_running(
    graph: Graph, fake: Fake, clock: Clock
) -> None:
    fake.will(Reply(202, {}, {"Location": f"{fake.address}{R}/rel-1/operations/op-9"}))
    fake.answering = lambda heard: {"id": "op-9", "status": "running"}
    assert (await graph.reassign("rel-1", "a-1", 'W/"1"', (ROLE,))).status == "running"
    assert sum(clock.slept) < 180


async def test_an_operation_that_is_nowhere_is_under_way(graph: Graph, fake: Fake) -> None:
    fake.will(Reply(202, {}, {"Location": "https://evil.example/x"}))
    assert (await graph.reassign("rel-1", "a-1", 'W/"1"', (ROLE,))).status == "running"
    assert len(fake.heard) == 1


async def test_a_stale_assignment_is_shown_as_it_is(graph: Graph, fake: Fake) -> None:
    now = {"id": "a-1", "status": "active", "accessDetails": ROLES}
    fake.will(Refused(412), now, Refused(412), now, Refused(412), Refused(404))
    with pytest.raises(Conflict) as raised:
        await graph.reassign("rel-1", "a-1", 'W/"1"', ())
    assert raised.value.theirs["roles"] == (ROLE,)
    with pytest.raises(Conflict):
        await graph.unassign("rel-1", "a-1", 'W/"1"')
    with pytest.raises(GraphRefused, match="in the meantime"):
        await graph.unassign("rel-1", "a-1", 'W/"1"')


async def test_tenants_and_their_portals(graph: Graph, fake: Fake) -> None:
    fake.will(
        {"value": [{"id": TENANT, "tenantId": TENANT, "displayName": "Contoso"}]},
        {"value": [{"id": "Entra", "serviceName": "Entra", "serviceManagementUrl": "https://e"}]},
    )
    assert (await graph.tenants()).items == (Tenant(TENANT, "Contoso"),)
    assert (await graph.portals(TENANT)).items == (Portal("Entra", "Entra", "https://e"),)
    assert fake.lines == [
        f"GET {C}?$top=300",
        f"GET {C}/{TENANT}/serviceManagementDetails",
    ]


async def test_contracts(graph: Graph, fake: Fake, tokens: Tokens) -> None:
    found = {
        "id": "c",
        "contractType": "BreadthPartner",
        "customerId": TENANT.upper(),
        "defaultDomainName": "contoso.example",
        "displayName": "Contoso",
    }
    fake.will({"value": [found]})
    assert (await graph.contracts()).items == (
        Contract("c", "BreadthPartner", TENANT, "contoso.example", "Contoso"),
    )
    assert tokens.asked == [((Scope.DIRECTORY_READ,), False)]


# -- groups -----------------------------------------------------------------------------------


async def test_groups_are_found_by_name(graph: Graph, fake: Fake) -> None:
    agents = {"id": GROUP, "displayName": "AdminAgents", "securityEnabled": True, "groupTypes": []}
    fake.will({"value": [agents]}, {"value": []})
    found = await graph.groups("AdminAgents", "O'Neil's")
    assert found.whole and found.items == (Group(GROUP, "AdminAgents"),)
    assert fake.lines[0].endswith("&$filter=displayName eq 'AdminAgents'")
    assert fake.lines[1].endswith("&$filter=displayName eq 'O''Neil''s'")


async def test_two_groups_of_one_name_are_not_guessed_between(graph: Graph, fake: Fake) -> None:
    fake.will({"value": [{"id": "a", "displayName": "Full"}, {"id": "b", "displayName": "full"}]})
    with pytest.raises(NotFound, match="2 groups"):
        await graph.group_named("Full")
    fake.will({"value": [{"id": "a", "displayName": "Full", "securityEnabled": False}]})
    assert await graph.group_named("Full") is None


async def test_a_group_is_made(graph: Graph, fake: Fake, tokens: Tokens) -> None:
    fake.will(Reply(201, {"id": GROUP, "displayName": "partnerdesk Full"}))
    made = await graph.create_group("partnerdesk Full – été", "Those who may do everything")
    assert made.id == GROUP and made.security
    assert fake.heard[0].body["mailNickname"] == "partnerdeskFullt"
    assert fake.heard[0].body["securityEnabled"] is True
    assert fake.heard[0].body["mailEnabled"] is False
    assert tokens.asked == [((Scope.GROUPS_CREATE,), False)]


async def test_members_come_and_go_by_reference(graph: Graph, fake: Fake, tokens: Tokens) -> None:
    fake.will(Reply(204), Reply(204), {"value": [{"id": USER, "userType": "Guest"}]})
    assert await graph.add_member(GROUP, USER) is True
    assert await graph.remove_member(GROUP, USER) is True
    assert [one.guest for one in (await graph.members(GROUP)).items] == [True]
    assert fake.lines == [
        f"POST /v1.0/groups/{GROUP}/members/$ref",
        f"DELETE /v1.0/groups/{GROUP}/members/{USER}/$ref",
        f"GET /v1.0/groups/{GROUP}/members?$top=999&{FIELDS}",
    ]
    assert fake.heard[0].body == {
        "@odata.id": f"{fake.address}/v1.0/directoryObjects/{USER}",
    }
    assert [scopes for scopes, _ in tokens.asked] == [(Scope.GROUPS_WRITE,), DIRECTORY]


async def test_who_is_in_or_out_already_is_fine(graph: Graph, fake: Fake) -> None:
    words = "One or more added object references already exist for the following: 'members'."
    fake.will(Refused(400, "Request_BadRequest", words), Refused(404), Refused(400), Refused(404))
    assert await graph.add_member(GROUP, USER) is False
    assert await graph.remove_member(GROUP, USER) is False
    with pytest.raises(GraphRefused):
        await graph.add_member(GROUP, USER)
    with pytest.raises(GraphRefused):
        await graph.add_member(GROUP, USER)


DANGEROUS = [
    f"/groups/{GROUP}/members/{USER}",
    f"/groups/{GROUP}/members/{USER}/",
    f"/groups/{GROUP}/members/{USER}/$ref/",
    f"/groups/{GROUP}/members/{USER}?x=/$ref",
    f"/groups/{GROUP}",
    f"/users/{USER}",
    f"/directoryObjects/{USER}",
    "/tenantRelationships/delegatedAdminRelationships",
    "/tenantRelationships/delegatedAdminRelationships/",
    f"/groups/{GROUP}/members/a/b/$ref",
]


@pytest.mark.parametrize("path", DANGEROUS)
async def test_nothing_else_is_ever_deleted(graph: Graph, fake: Fake, path: str) -> None:
    with pytest.raises(ValueError):
        await graph._wire.ask(Ask("DELETE", path, DIRECTORY))
    assert fake.heard == []


Asking = Callable[[Graph, str], Awaitable[Any]]
BY_ID: dict[str, Asking] = {
    "relationship": lambda graph, key: graph.relationship(key),
    "delete": lambda graph, key: graph.delete(key, 'W/"1"'),
    "finalize": lambda graph, key: graph.finalize(key),
    "assignment": lambda graph, key: graph.assignment("rel-1", key),
    "assignments": lambda graph, key: graph.assignments_of([key]),
    "unassign": lambda graph, key: graph.unassign("rel-1", key, 'W/"1"'),
    "operation": lambda graph, key: graph.operation("rel-1", key),
    "portals": lambda graph, key: graph.portals(key),
    "group": lambda graph, key: graph.group(key),
    "members": lambda graph, key: graph.members(key),
    "add": lambda graph, key: graph.add_member(GROUP, key),
    "remove": lambda graph, key: graph.remove_member(GROUP, key),
    "remove from": lambda graph, key: graph.remove_member(key, USER),
    "user": lambda graph, key: graph.user(key),
}


@pytest.mark.parametrize("key", ["", "..", ".", "a/../../users", "a/b", "a?b", "a#b", "a b", "%2e"])
@pytest.mark.parametrize("what", BY_ID)
async def test_an_id_that_leads_elsewhere_is_refused(
    graph: Graph, fake: Fake, what: str, key: str
) -> None:
    with pytest.raises(BadInput):
        await BY_ID[what](graph, key)
    assert fake.heard == []


# -- users ------------------------------------------------------------------------------------


async def test_users(graph: Graph, fake: Fake, tokens: Tokens) -> None:
    omar = {"id": USER, "userPrincipalName": "omar@adatum.example", "displayName": "Omar"}
    fake.will({"value": [omar]}, {"value": []}, omar, omar, omar)
    assert [one.upn for one in (await graph.users()).items] == ["omar@adatum.example"]
    await graph.users("O'H & x")
    assert (await graph.user("omar@adatum.example")).name == "Omar"
    await graph.user("o#EXT#@adatum.example")
    assert (await graph.me()).id == USER
    assert fake.lines[1] == (
        f"GET /v1.0/users?$top=999&{FIELDS}&$filter=startswith(displayName,'O''H & x')"
        " or startswith(userPrincipalName,'O''H & x')"
    )
    assert fake.heard[3].path.startswith("/v1.0/users/o%23EXT%23@adatum.example?")
    assert tokens.asked[-1] == ((Scope.ME,), False)


ORGANIZATIONS: list[tuple[Any, Organization | None]] = [
    (
        {"value": [{"id": TENANT.upper(), "displayName": "Adatum", "verifiedDomains": [
            {"name": "old.example"}, {"name": "adatum.example", "isDefault": True}]}]},
        Organization(TENANT, "Adatum", "adatum.example"),
    ),
    (
        {"value": [{"id": TENANT, "verifiedDomains": [None, {"name": "first.example"}]}]},
        Organization(TENANT, "", "first.example"),
    ),
    ({"value": [{"id": TENANT, "verifiedDomains": "x"}]}, Organization(TENANT, "", "")),
    ({"value": []}, None),
    ({"value": ["x"]}, None),
    ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), ORGANIZATIONS)
async def test_the_tenant_that_one_is_in(
    graph: Graph, fake: Fake, body: Any, expected: Organization | None
) -> None:
    fake.will(body)
    if expected is None:
        with pytest.raises(NoConnection):
            await graph.organization()
    else:
        assert await graph.organization() == expected


# -- in process -------------------------------------------------------------------------------


async def test_an_app_in_the_same_process_answers_as_well(tokens: Tokens, clock: Clock) -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"])[b"authorization"].decode())
        if len(seen) == 2:
            raise ConnectionResetError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"id":"rel-1","status":"active"}'})

    endpoint = Endpoint(Cloud.PRACTICE, "https://localhost:8443", "https://localhost:8443")
    transport = httpx.ASGITransport(app=app)
    async with Graph(endpoint, tokens, transport=transport, waits=clock) as graph:
        assert (await graph.relationship("rel-1")).id == "rel-1"
        assert (await graph.relationship("rel-1")).id == "rel-1"
    assert seen == [f"Bearer {TOKEN}"] * 3 and clock.slept == [2.0]
