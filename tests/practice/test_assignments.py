"""Access assignments: one a group, changed by operations, listed even when they are gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from store.practice import rules
from store.practice.cloud import ADMIN_AGENTS
from tests.practice.caller import MOMENT, ROLES, Client, R, access, asking, container


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking(delay=MOMENT) as client:
        yield client


async def assigned(anna: Client, group: str, *roles: str) -> tuple[str, dict[str, Any]]:
    """An assignment that has become active, and its path."""
    it = await anna.active()
    body = {"accessContainer": container(group), "accessDetails": access(*roles)}
    answer = await anna("POST", f"{R}/{it['id']}/accessAssignments", body, status=201)
    assert answer.json()["status"] == "pending"
    anna.practice.clock.advance(MOMENT)
    path = f"{R}/{it['id']}/accessAssignments/{answer.json()['id']}"
    found = await anna.get(path)
    assert found["status"] == "active"
    return path, found


def group(anna: Client) -> str:
    return anna.practice.group(ADMIN_AGENTS).id


async def test_a_group_has_one_assignment_in_a_relationship(anna: Client) -> None:
    path, _ = await assigned(anna, group(anna), rules.USER)
    body = {"accessContainer": container(group(anna)), "accessDetails": access(*ROLES)}
    await anna("POST", path.rpartition("/")[0], body, status=409)
    assert len(await anna.all(path.rpartition("/")[0])) == 1


async def test_other_roles_come_by_an_operation_that_takes_a_while(anna: Client) -> None:
    path, found = await assigned(anna, group(anna), rules.USER)
    headers = {"If-Match": found["@odata.etag"]}
    same = {"accessDetails": access(rules.USER)}
    assert (await anna("PATCH", path, same, headers=headers, status=200)).json()["id"]
    body = {"accessDetails": access(*ROLES)}
    answer = await anna("PATCH", path, body, headers=headers, status=202)
    assert (answer.json(), answer.headers["retry-after"]) == ({}, "10")
    operation = answer.headers["location"]
    await anna("PATCH", path, body, headers=headers, status=409)
    seen = []
    for _ in range(3):
        seen.append((await anna.get(operation))["status"])
        anna.practice.clock.advance(MOMENT / 2)
    assert seen == ["notStarted", "running", "succeeded"]
    changed = await anna.get(path)
    assert changed["accessDetails"] == access(*ROLES)
    assert changed["@odata.etag"] != found["@odata.etag"]
    await anna("PATCH", path, same, headers=headers, status=412)


async def test_a_deleted_one_stays_listed_and_its_group_can_be_assigned_again(
    anna: Client,
) -> None:
    path, found = await assigned(anna, group(anna), rules.USER)
    collection = path.rpartition("/")[0]
    await anna("DELETE", path, status=412)
    await anna("DELETE", path, headers={"If-Match": found["@odata.etag"]}, status=204)
    assert [one["status"] for one in await anna.all(collection)] == ["deleting"]
    anna.practice.clock.advance(MOMENT)
    assert [one["status"] for one in await anna.all(collection)] == ["deleted"]
    body = {"accessContainer": container(group(anna)), "accessDetails": access(rules.USER)}
    await anna("POST", collection, body, status=201)
    wanted = f"accessContainer/accessContainerId eq '{group(anna)}' and status eq 'pending'"
    assert len(await anna.all(collection, filter=wanted)) == 1


async def test_what_cannot_be_assigned_is_refused(anna: Client) -> None:
    draft = (await anna.create("a_draft"))["id"]
    it = (await anna.active())["id"]
    good = {"accessContainer": container(group(anna)), "accessDetails": access(rules.USER)}
    refused = {
        "not active": good,
        "container does not exist": good | {"accessContainer": container("0" * 36)},
        "isn't part of relationship": good | {"accessDetails": access(rules.GLOBAL)},
        "must be a security group": good | {"accessContainer": {"accessContainerId": "x"}},
        "at least one": good | {"accessDetails": access()},
    }
    for reason, body in refused.items():
        key = draft if reason == "not active" else it
        answer = await anna("POST", f"{R}/{key}/accessAssignments", body, status=400)
        assert reason in answer.json()["error"]["message"]


async def test_an_assignment_to_a_broken_group_ends_in_error(anna: Client) -> None:
    anna.practice.broken_groups.add(group(anna))
    it = (await anna.active())["id"]
    body = {"accessContainer": container(group(anna)), "accessDetails": access(rules.USER)}
    await anna("POST", f"{R}/{it}/accessAssignments", body, status=201)
    anna.practice.clock.advance(timedelta(minutes=1))
    (found,) = await anna.all(f"{R}/{it}/accessAssignments")
    assert found["status"] == "error"
