"""Everything that the practice cloud answers is of the type that Microsoft's metadata declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from store.practice import rules
from store.practice.calls.passwords import METHOD as PASSWORD_METHOD
from store.practice.cloud import ADMIN_AGENTS
from store.practice.graph import WAYS
from tests.practice.caller import (
    ANNA,
    CONTOSO,
    MOMENT,
    OMAR,
    ROLES,
    C,
    Client,
    R,
    access,
    asking,
    container,
    draft,
)
from tests.practice.csdl import Types, error_wrongs, readable

TYPES = Types(Path(__file__).with_name("v1.0-delegated-admin.csdl"))
RESET = "users/{}/authentication/methods/{}/resetPassword"
UNTYPED = {
    "me/sendmail",
    "organization",
    "users/{}/authentication/operations/{}",
    "users/{}/memberof",
    "users/{}/transitivememberof",
    "users/{}/ownedobjects",
}
"""What the extract of the metadata declares no type for."""


class Judge:
    """Asks, and judges every answer; `seen` are the ways that were gone."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: set[tuple[str, str]] = set()
        self.wrongs: list[str] = []

    async def __call__(
        self, method: str, path: str, kind: str, *keys: str, body: Any = None, **options: Any
    ) -> Any:
        """One call. `kind` is the declared type, `""` for an answer without a body."""
        answer = await self.client(method, path.format(*keys), body, **options)
        self.seen.add((method, path.lower()))
        if answer.status_code >= 400:
            self.wrongs.append(f"{method} {path}: {answer.status_code} {answer.text}")
            return {}
        if not kind:
            if answer.content not in (b"", b"{}"):
                self.wrongs.append(f"{method} {path}: a body {answer.text}")
            return answer
        found = answer.json()
        context = found.pop("@odata.context", "")
        assert context.startswith("https://localhost:8443/v1.0/$metadata#")
        if kind.startswith("Collection("):
            assert set(found) <= {"value", "@odata.count", "@odata.nextLink"}
            self._judge(kind, found["value"], method, path)
            for one in found["value"]:
                self._whole(kind[11:-1], one, path)
            return found["value"]
        self._judge(kind, found, method, path)
        self._whole(kind, found, path)
        return found

    def _judge(self, kind: str, value: Any, method: str, path: str) -> None:
        self.wrongs += [f"{method} {path} {wrong}" for wrong in TYPES.wrongs(kind, value)]

    def _whole(self, kind: str, value: Any, path: str) -> None:
        missing = TYPES.required(kind) - set(value)
        self.wrongs += [f"{path}: {name} is missing" for name in missing]


@pytest.fixture
async def judge() -> Any:
    async with asking() as client:
        yield Judge(client)


async def test_a_tour_through_everything_is_as_declared(judge: Judge) -> None:
    await relationships(judge)
    await people(judge)
    await customers_tenant(judge)
    assert judge.wrongs == []
    known = {(way.method, "/".join(way.parts)) for ways in WAYS.values() for way in ways}
    left = {way for way in known - judge.seen if way[1] not in UNTYPED}
    assert left == set()


async def relationships(judge: Judge) -> None:
    it, many = "graph.delegatedAdminRelationship", "Collection(graph.delegatedAdminRelationship)"
    cloud = judge.client.practice
    made = await judge("POST", R, it, body=draft(accessDetails=access(rules.GLOBAL, *ROLES)))
    key = made["id"]
    one = f"{R}/{{}}"
    changed = await judge(
        "PATCH", one, it, key, body={"duration": "P30D"}, headers={"If-Match": made["@odata.etag"]}
    )
    assert changed["duration"] == "P30D"
    ask, asked = f"{one}/requests", "graph.delegatedAdminRelationshipRequest"
    request = await judge("POST", ask, asked, key, body={"action": "lockForApproval"})
    await judge("GET", ask, f"Collection({asked})", key)
    await judge("GET", f"{ask}/{{}}", asked, key, request["id"])
    await judge("GET", one, it, key)
    cloud.approve(key, tenant=CONTOSO)
    await judge("GET", one, it, key)
    await assignments(judge, key)
    etag = (await judge("GET", one, it, key))["@odata.etag"]
    less = {"accessDetails": access(*ROLES)}
    await judge("PATCH", one, "", key, body=less, headers={"If-Match": etag})
    doing, done = f"{one}/operations", "graph.delegatedAdminRelationshipOperation"
    prefer = {"Prefer": "include-unknown-enum-members"}
    for headers in ({}, prefer):
        found = await judge("GET", doing, f"Collection({done})", key, headers=headers)
        for operation in found:
            assert readable(operation["data"])
            await judge("GET", f"{doing}/{{}}", done, key, operation["id"], headers=headers)
    cloud.add_relationship(name="indirect", tenant=CONTOSO, reseller=True)
    for number, status in enumerate(
        "created approvalPending approved activating active expiring expired "
        "terminationRequested terminating terminated".split()
    ):
        cloud.delay = MOMENT  # so that they stay as they are
        cloud.add_relationship(name=f"seeded {number}", tenant=CONTOSO, status=status)
    assert {row["status"] for row in await judge("GET", R, many)} >= {"expiring", "terminated"}
    customer = "graph.delegatedAdminCustomer"
    await judge("GET", C, f"Collection({customer})")
    await judge("GET", f"{C}/{{}}", customer, CONTOSO)
    portal = "Collection(graph.delegatedAdminServiceManagementDetail)"
    await judge("GET", f"{C}/{{}}/serviceManagementDetails", portal, CONTOSO)
    other = await judge("POST", R, it, body=draft("to be deleted"))
    await judge("DELETE", one, "", other["id"], headers={"If-Match": other["@odata.etag"]})


async def assignments(judge: Judge, key: str) -> None:
    it = "graph.delegatedAdminAccessAssignment"
    many, one = f"{R}/{{}}/accessAssignments", f"{R}/{{}}/accessAssignments/{{}}"
    group = judge.client.practice.group(ADMIN_AGENTS).id
    body = {"accessContainer": container(group), "accessDetails": access(*ROLES)}
    made = await judge("POST", many, it, key, body=body)
    found = await judge("GET", one, it, key, made["id"])
    less = {"accessDetails": access(rules.USER)}
    match = {"If-Match": found["@odata.etag"]}
    await judge("PATCH", one, "", key, made["id"], body=less, headers=match)
    match = {"If-Match": (await judge("GET", one, it, key, made["id"]))["@odata.etag"]}
    await judge("PATCH", one, it, key, made["id"], body=less, headers=match)
    await judge("DELETE", one, "", key, made["id"], headers=match)
    await judge("GET", many, f"Collection({it})", key)


async def people(judge: Judge) -> None:
    group, user = "graph.group", "graph.user"
    body = {
        "displayName": "Limited administration",
        "mailNickname": "limited",
        "mailEnabled": False,
        "securityEnabled": True,
    }
    key = (await judge("POST", "groups", group, body=body))["id"]
    await judge("GET", "groups", f"Collection({group})")
    await judge("GET", "groups/{}", group, key)
    await judge("PATCH", "groups/{}", "", key, body={"description": "Those who reset"})
    omar = (await judge("GET", "users/{}", user, OMAR))["id"]
    ref = {"@odata.id": f"https://localhost:8443/v1.0/directoryObjects/{omar}"}
    await judge("POST", "groups/{}/members/$ref", "", key, body=ref)
    await judge("GET", "groups/{}/members", "Collection(graph.directoryObject)", key)
    await judge("DELETE", "groups/{}/members/{}/$ref", "", key, omar)
    await judge("POST", "groups/{}/members/$ref", "", key, body=ref)
    await judge("DELETE", "groups/{}/members/{}", "", key, omar)
    await judge("DELETE", "groups/{}", "", key)
    await judge("GET", "me", user)
    await judge("GET", "users", f"Collection({user})")
    everything = "accountEnabled,createdDateTime,mailNickname,usageLocation,userType,id"
    await judge("GET", "users", f"Collection({user})", select=everything)
    (contract, *_) = await judge("GET", "contracts", "Collection(graph.contract)")
    await judge("GET", "contracts/{}", "graph.contract", contract["id"])


async def customers_tenant(judge: Judge) -> None:
    cloud, home = judge.client.practice, judge.client
    group = cloud.group(ADMIN_AGENTS).id
    cloud.add_relationship(
        name="all of it",
        tenant=CONTOSO,
        roles=(rules.GLOBAL,),
        assignments={group: (rules.GLOBAL,)},
    )
    judge.client = home.as_(ANNA, tenant=CONTOSO)
    user, domain = "graph.user", "graph.domain"
    body = {
        "accountEnabled": True,
        "displayName": "Nina Nowak",
        "mailNickname": "nina",
        "userPrincipalName": "nina@contoso.example",
        "usageLocation": "PL",
        "passwordProfile": {"password": "Wet-Paint-42", "forceChangePasswordNextSignIn": True},
    }
    key = (await judge("POST", "users", user, body=body))["id"]
    await judge("GET", "users", f"Collection({user})")
    await judge("PATCH", "users/{}", "", key, body={"jobTitle": "Painter"})
    assert (await judge("GET", "users/{}", user, key))["jobTitle"] == "Painter"
    await judge("POST", RESET, "", key, PASSWORD_METHOD, body={"newPassword": "Dry-Paint-42"})
    await judge("DELETE", "users/{}", "", key)
    gone = "directory/deletedItems"
    await judge("GET", f"{gone}/microsoft.graph.user", "Collection(graph.directoryObject)")
    await judge("GET", f"{gone}/{{}}", "graph.directoryObject", key)
    await judge("POST", f"{gone}/{{}}/restore", "graph.directoryObject", key)
    await judge("POST", "domains", domain, body={"id": "shop.contoso-group.example"})
    await judge("GET", "domains", f"Collection({domain})")
    name = "shop.contoso-group.example"
    await judge("GET", "domains/{}", domain, name)
    record = "Collection(graph.domainDnsRecord)"
    await judge("GET", "domains/{}/verificationDnsRecords", record, name)
    cloud.set_dns(CONTOSO, name)
    await judge("POST", "domains/{}/verify", domain, name)
    await judge("DELETE", "domains/{}", "", name)
    judge.client = home


async def test_every_refusal_comes_in_microsofts_envelope(judge: Judge) -> None:
    client = judge.client
    client.practice.partner.users[next(iter(client.practice.partner.users))].roles.clear()
    for method, path, body in (
        ("GET", "nothing", None),
        ("GET", f"{R}/nonsense", None),
        ("POST", R, {}),
        ("POST", "groups", {}),
        ("PUT", "users", {}),
        ("GET", "users/nobody", None),
        ("POST", "$batch", {}),
    ):
        answer = await client(method, path, body)
        assert answer.status_code >= 400
        assert error_wrongs(answer.json()) == [], (method, path)


def test_the_judge_sees_what_is_wrong() -> None:
    good = {"id": "x", "tenantId": "y", "displayName": None}
    kind = "graph.delegatedAdminCustomer"
    assert TYPES.wrongs(kind, good) == []
    for wrong in (
        good | {"tenantId": None},
        good | {"name": "not declared"},
        good | {"displayName": 7},
        good | {"@odata.etag": "strong"},
        good | {"@odata.type": "#microsoft.graph.user"},
    ):
        assert len(TYPES.wrongs(kind, wrong)) == 1
    status = "graph.delegatedAdminRelationshipStatus"
    assert TYPES.wrongs(status, "frozen") and not TYPES.wrongs(status, "active")
    assert TYPES.wrongs("Edm.Duration", "P") and not TYPES.wrongs("Edm.Duration", "P1DT2H")
