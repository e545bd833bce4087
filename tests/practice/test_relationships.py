"""Relationships on the practice cloud: from a draft to the end, over its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from store.errors import NotAllowed, NotFound
from store.practice import rules
from tests.practice.caller import (
    ANNA,
    CONTOSO,
    FABRIKAM,
    MOMENT,
    ROLES,
    START,
    C,
    Client,
    R,
    access,
    asking,
    draft,
)

DAY = timedelta(days=1)


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking(delay=MOMENT) as client:
        yield client


async def status(client: Client, key: str) -> str:
    return str((await client.get(f"{R}/{key}"))["status"])


async def lock(client: Client, key: str) -> None:
    await client("POST", f"{R}/{key}/requests", {"action": "lockForApproval"}, status=201)


# -- the road to active -----------------------------------------------------------------------


async def test_a_new_relationship_is_a_draft_with_an_etag_and_no_customer(anna: Client) -> None:
    answer = await anna("POST", R, draft(), status=201)
    made = answer.json()
    assert answer.headers["location"].endswith(f"/v1.0/{R}/{made['id']}")
    assert (made["status"], made["customer"]) == ("created", None)
    assert (made["activatedDateTime"], made["endDateTime"]) == (None, None)
    assert (made["duration"], made["autoExtendDuration"]) == ("P365D", "PT0S")
    assert made["@odata.etag"].startswith('W/"')
    assert len(made["id"]) == 73


async def test_finalising_takes_a_moment_and_so_does_becoming_active(anna: Client) -> None:
    key = (await anna.create())["id"]
    answer = await anna("POST", f"{R}/{key}/requests", {"action": "lockForApproval"}, status=201)
    asked = answer.json()
    assert asked["status"] == "created"
    assert await status(anna, key) == "created"
    anna.practice.clock.advance(MOMENT)
    assert await status(anna, key) == "approvalPending"
    assert (await anna.get(f"{R}/{key}/requests/{asked['id']}"))["status"] == "succeeded"
    anna.practice.approve(key, tenant=CONTOSO)
    assert await status(anna, key) == "approved"
    anna.practice.clock.advance(MOMENT / 2)
    assert await status(anna, key) == "activating"
    anna.practice.clock.advance(MOMENT / 2)
    found = await anna.get(f"{R}/{key}")
    assert found["status"] == "active"
    assert found["customer"] == {"tenantId": CONTOSO, "displayName": "Contoso"}
    began = datetime.fromisoformat(found["activatedDateTime"])
    assert began == START + 2 * MOMENT
    assert datetime.fromisoformat(found["endDateTime"]) == began + 365 * DAY


async def test_every_change_has_a_new_etag(anna: Client) -> None:
    key = (await anna.create())["id"]
    seen = [(await anna.get(f"{R}/{key}"))["@odata.etag"]]
    await lock(anna, key)
    for step in (MOMENT, MOMENT / 2, MOMENT / 2):
        anna.practice.clock.advance(step)
        seen.append((await anna.get(f"{R}/{key}"))["@odata.etag"])
        if len(seen) == 2:
            anna.practice.approve(key, tenant=CONTOSO)
            seen.append((await anna.get(f"{R}/{key}"))["@odata.etag"])
    assert len(set(seen)) == len(seen) == 5


async def test_a_draft_is_finalised_once_and_not_too_soon(anna: Client) -> None:
    anna.practice.lock_after = timedelta(seconds=5)
    key = (await anna.create())["id"]
    path, body = f"{R}/{key}/requests", {"action": "lockForApproval"}
    await anna("POST", path, body, status=405)
    anna.practice.clock.advance(timedelta(seconds=5))
    await anna("POST", path, body, status=201)
    await anna("POST", path, body, status=409)
    anna.practice.clock.advance(MOMENT)
    await anna("POST", path, body, status=400)
    assert len(await anna.all(path)) == 1


# -- how it ends ------------------------------------------------------------------------------


async def test_it_expires_at_its_end_and_is_forgotten_after_a_year(anna: Client) -> None:
    key = (await anna.active())["id"]
    anna.practice.clock.advance(365 * DAY)
    assert await status(anna, key) == "expiring"
    anna.practice.clock.advance(MOMENT)
    assert await status(anna, key) == "expired"
    await anna("POST", R, draft("Contoso_Full"), status=409)
    anna.practice.clock.advance(365 * DAY)
    await anna("GET", f"{R}/{key}", status=404)
    await anna.create("Contoso_Full")


async def test_one_that_extends_itself_goes_on_by_180_days(anna: Client) -> None:
    found = await anna.active(autoExtendDuration="P180D")
    anna.practice.clock.advance(365 * DAY)
    later = await anna.get(f"{R}/{found['id']}")
    assert later["status"] == "active"
    ends = [datetime.fromisoformat(one["endDateTime"]) for one in (found, later)]
    assert ends[1] - ends[0] == 180 * DAY
    headers = {"If-Match": later["@odata.etag"]}
    body = {"autoExtendDuration": "PT0S"}
    await anna("PATCH", f"{R}/{found['id']}", body, headers=headers, status=200)
    anna.practice.clock.advance(180 * DAY + MOMENT)
    assert await status(anna, found["id"]) == "expired"


async def test_a_request_that_nobody_answers_vanishes_after_ninety_days(anna: Client) -> None:
    key = (await anna.create())["id"]
    await lock(anna, key)
    anna.practice.clock.advance(90 * DAY)
    assert await status(anna, key) == "approvalPending"
    anna.practice.clock.advance(MOMENT)
    await anna("GET", f"{R}/{key}", status=404)


async def test_either_side_ends_an_active_one(anna: Client) -> None:
    ours = (await anna.active("ours"))["id"]
    theirs = (await anna.active("theirs"))["id"]
    await anna("POST", f"{R}/{ours}/requests", {"action": "terminate"}, status=201)
    anna.practice.customer_terminates(theirs)
    for key in (ours, theirs):
        assert await status(anna, key) == "terminationRequested"
    anna.practice.clock.advance(MOMENT / 2)
    assert await status(anna, ours) == "terminating"
    anna.practice.clock.advance(MOMENT / 2)
    assert [await status(anna, key) for key in (ours, theirs)] == ["terminated"] * 2
    asked = await anna.all(f"{R}/{ours}/requests")
    assert [(one["action"], one["status"]) for one in asked] == [
        ("lockForApproval", "succeeded"),
        ("terminate", "succeeded"),
    ]
    await anna("POST", f"{R}/{ours}/requests", {"action": "terminate"}, status=400)


async def test_a_long_leap_of_the_clock_does_everything_in_its_order(anna: Client) -> None:
    key = (await anna.create(duration="P1D"))["id"]
    await lock(anna, key)
    anna.practice.clock.advance(MOMENT)
    anna.practice.approve(key, tenant=CONTOSO)
    anna.practice.clock.advance(30 * DAY)
    found = await anna.get(f"{R}/{key}")
    assert found["status"] == "expired"
    assert datetime.fromisoformat(found["activatedDateTime"]) == START + 2 * MOMENT


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"displayName": ""},
        {"displayName": "x" * 51},
        {"displayName": "a<b"},
        {"displayName": "tab\tin it"},
        {"displayName": 7},
        {"duration": "P0D"},
        {"duration": "P731D"},
        {"duration": "P2Y"},
        {"duration": "PT36H"},
        {"duration": None},
        {"autoExtendDuration": "P90D"},
        {"autoExtendDuration": "P180D", "accessDetails": access(rules.GLOBAL)},
        {"accessDetails": access()},
        {"accessDetails": access("Global Administrator")},
        {"accessDetails": access(rules.USER, rules.USER.upper())},
        {"customer": {"displayName": "nobody"}},
        {"customer": "Contoso"},
        {"status": "active"},
    ],
)
async def test_a_draft_that_makes_no_sense_is_refused(anna: Client, wrong: dict[str, Any]) -> None:
    answer = await anna("POST", R, draft() | wrong, status=400)
    error = answer.json()["error"]
    assert error["code"] and error["message"]
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert await anna.all(R) == []


async def test_a_name_is_taken_by_any_relationship_of_any_customer(anna: Client) -> None:
    await anna.active("offer-1")
    await anna("POST", R, draft("OFFER-1"), status=409)
    other = await anna.create("offer-2")
    headers = {"If-Match": other["@odata.etag"]}
    await anna(
        "PATCH", f"{R}/{other['id']}", {"displayName": "offer-1"}, headers=headers, status=409
    )
    await anna("DELETE", f"{R}/{other['id']}", headers=headers, status=204)
    await anna.create("offer-2")


async def test_a_draft_can_be_changed_whole_or_not_at_all(anna: Client) -> None:
    made = await anna.create()
    path, headers = f"{R}/{made['id']}", {"If-Match": made["@odata.etag"]}
    wrong = {"displayName": "other", "duration": "P9999D"}
    await anna("PATCH", path, wrong, headers=headers, status=400)
    assert (await anna.get(path))["displayName"] == "contoso_full"
    right = {"displayName": "other", "duration": "P30D", "customer": {"tenantId": FABRIKAM}}
    changed = (await anna("PATCH", path, right, headers=headers, status=200)).json()
    assert (changed["displayName"], changed["duration"]) == ("other", "P30D")
    assert changed["customer"] == {"tenantId": FABRIKAM, "displayName": None}


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_without_the_present_etag_nothing_is_changed(anna: Client, method: str) -> None:
    made = await anna.create()
    path, body = f"{R}/{made['id']}", {"displayName": "mine"} if method == "PATCH" else None
    await anna(method, path, body, status=412)
    old = {"If-Match": made["@odata.etag"]}
    await anna("PATCH", path, {"displayName": "theirs"}, headers=old, status=200)
    await anna(method, path, body, headers=old, status=412)
    assert (await anna.get(path))["displayName"] == "theirs"


async def test_an_etag_is_of_one_relationship_and_no_other(anna: Client) -> None:
    one, other = await anna.create("one"), await anna.create("other")
    headers = {"If-Match": other["@odata.etag"]}
    await anna("DELETE", f"{R}/{one['id']}", headers=headers, status=412)


async def test_what_is_final_can_neither_be_changed_nor_deleted(anna: Client) -> None:
    key = (await anna.create())["id"]
    await lock(anna, key)
    anna.practice.clock.advance(MOMENT)
    headers = {"If-Match": (await anna.get(f"{R}/{key}"))["@odata.etag"]}
    await anna("PATCH", f"{R}/{key}", {"displayName": "x"}, headers=headers, status=400)
    await anna("DELETE", f"{R}/{key}", headers=headers, status=400)


async def test_global_administrator_can_be_taken_out_of_an_active_one(anna: Client) -> None:
    found = await anna.active(accessDetails=access(rules.GLOBAL, *ROLES))
    path, headers = f"{R}/{found['id']}", {"If-Match": found["@odata.etag"]}
    await anna("PATCH", path, {"autoExtendDuration": "P180D"}, headers=headers, status=400)
    await anna("PATCH", path, {"accessDetails": access(rules.USER)}, headers=headers, status=400)
    body = {"accessDetails": access(*ROLES)}
    answer = await anna("PATCH", path, body, headers=headers, status=202)
    await anna("PATCH", path, body, headers=headers, status=409)
    operation = answer.headers["location"]
    assert (await anna.get(operation))["status"] == "notStarted"
    anna.practice.clock.advance(MOMENT)
    assert (await anna.get(operation))["status"] == "succeeded"
    assert (await anna.get(operation))["operationType"] == "unknownFutureValue"
    prefer = {"Prefer": "include-unknown-enum-members"}
    named = await anna.get(operation, headers=prefer)
    assert named["operationType"] == "delegatedAdminRelationshipUpdate"
    assert (await anna.get(path))["accessDetails"] == access(*ROLES)


async def test_an_unknown_relationship_is_404_and_what_is_no_id_400(anna: Client) -> None:
    await anna("GET", f"{R}/{'0' * 8}-0000-4000-8000-{'0' * 12}-x", status=404)
    answer = await anna("GET", f"{R}/nonsense", status=400)
    assert "delegatedAdminRelationshipId is invalid" in answer.text


# -- the customer's side ----------------------------------------------------------------------


async def test_the_link_is_spent_once_accepted_and_only_for_whom_it_is(anna: Client) -> None:
    key = (await anna.create(customer={"tenantId": CONTOSO}))["id"]
    assert anna.practice.approval_link(key) == (
        "https://localhost:8443/AdminPortal/Home"
        f"#/partners/invitation/granularAdminRelationships/{key}"
    )
    with pytest.raises(NotAllowed, match="cannot be approved: created"):
        anna.practice.approve(key, tenant=CONTOSO)
    await lock(anna, key)
    anna.practice.clock.advance(MOMENT)
    with pytest.raises(NotAllowed, match="another customer"):
        anna.practice.approve(key, tenant=FABRIKAM)
    with pytest.raises(NotAllowed, match="global administrator"):
        anna.practice.approve(key, tenant=CONTOSO, by="ada@contoso.example")
    with pytest.raises(NotFound):
        anna.practice.approve(key, tenant="00000000-0000-4000-8000-000000000000")
    anna.practice.approve(key, tenant=CONTOSO, by="admin@contoso.example")
    with pytest.raises(NotAllowed, match="cannot be approved: approved"):
        anna.practice.approve(key, tenant=CONTOSO)


async def test_a_link_for_nobody_belongs_to_whoever_accepts_first(anna: Client) -> None:
    found = await anna.active("meant_for_contoso", FABRIKAM)
    assert found["customer"]["tenantId"] == FABRIKAM


async def test_a_customer_is_listed_while_an_active_relationship_holds_it(anna: Client) -> None:
    assert await anna.all(C) == []
    key = (await anna.active())["id"]
    assert await anna.all(C) == [{"id": CONTOSO, "tenantId": CONTOSO, "displayName": "Contoso"}]
    portals = (await anna.get(f"{C}/{CONTOSO}/serviceManagementDetails"))["value"]
    assert all(one["serviceManagementUrl"].startswith("https://localhost:8443/") for one in portals)
    await anna("GET", f"{C}/{FABRIKAM}", status=404)
    anna.practice.customer_terminates(key)
    anna.practice.clock.advance(MOMENT)
    assert await anna.all(C) == []


async def test_a_customer_that_renamed_keeps_its_old_name_in_its_contract(anna: Client) -> None:
    await anna.active()
    anna.practice.rename(CONTOSO, "Contoso Group")
    (customer,) = await anna.all(C)
    (relationship,) = await anna.all(R)
    contract = (await anna.all("contracts", filter=f"customerId eq {CONTOSO}"))[0]
    assert customer["displayName"] == "Contoso Group"
    assert relationship["customer"]["displayName"] == "Contoso Group"
    assert contract["displayName"] == "Contoso"


async def test_what_is_put_there_for_a_test_can_be_as_odd_as_it_likes(anna: Client) -> None:
    anna.practice.add_relationship(
        name="odd", status="frozen", odd={"activatedDateTime": "", "endDateTime": ...}
    )
    (found,) = await anna.all(R)
    assert (found["status"], found["activatedDateTime"]) == ("frozen", "")
    assert "endDateTime" not in found


async def test_a_resellers_relationship_is_of_a_derived_type(anna: Client) -> None:
    anna.practice.add_relationship(name="indirect", tenant=CONTOSO, reseller=True)
    (found,) = await anna.all(R)
    assert found["@odata.type"] == "#microsoft.graph.resellerDelegatedAdminRelationship"
    assert found["isPartnerConsentPending"] is False


async def test_a_resellers_request_waits_for_the_reseller_first(anna: Client) -> None:
    key = anna.practice.add_relationship(
        name="indirect", tenant=CONTOSO, reseller=True, status="approvalPending"
    )
    assert (await anna.get(f"{R}/{key}"))["isPartnerConsentPending"] is True
    for action in ("", "reject"):
        if action:
            await anna("POST", f"{R}/{key}/requests", {"action": action}, status=201)
        with pytest.raises(NotAllowed, match="reseller"):
            anna.practice.approve(key, tenant=CONTOSO)
    await anna("POST", f"{R}/{key}/requests", {"action": "approve"}, status=201)
    assert (await anna.get(f"{R}/{key}"))["isPartnerConsentPending"] is False
    anna.practice.approve(key, tenant=CONTOSO)
    await anna("POST", f"{R}/{key}/requests", {"action": "approve"}, status=400)


async def test_in_the_cloud_of_21vianet_there_are_no_relationships(anna: Client) -> None:
    anna.practice.china = True
    await anna("GET", R, status=400)
    assert len(await anna.all("contracts")) == 2


async def test_what_was_asked_is_noted_without_tokens_and_bodies(anna: Client) -> None:
    await anna("POST", R, draft("secret-name"), status=201)
    call = anna.practice.log[-1]
    assert (call.method, call.path, call.status, call.user) == ("POST", f"/v1.0/{R}", 201, ANNA)
    assert call.at == START
    assert anna.token not in repr(anna.practice.log)
    assert "secret-name" not in repr(anna.practice.log)
