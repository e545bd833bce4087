"""The partner's own directory: groups and their members, users, contracts, who we are."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.practice.cloud import ADMIN_AGENTS
from tests.practice.caller import ANNA, CONTOSO, OMAR, PARTNER, Client, asking


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def member(anna: Client, upn: str) -> str:
    found = anna.practice.partner.user(upn)
    assert found
    return found.id


def ref(key: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{key}"}


async def test_the_built_in_groups_are_found_by_name_only(anna: Client) -> None:
    (found,) = await anna.all("groups", filter="displayName eq 'AdminAgents'")
    assert found["securityEnabled"] is True
    assert [
        one["userPrincipalName"] for one in await anna.all(f"groups/{found['id']}/members")
    ] == [ANNA]
    assert len(await anna.all("groups")) == 3


async def test_a_group_is_made_and_gets_and_loses_members_by_ref(anna: Client) -> None:
    body = {
        "displayName": "Full administration",
        "mailNickname": "full",
        "mailEnabled": False,
        "securityEnabled": True,
    }
    made = (await anna("POST", "groups", body, status=201)).json()
    path, omar = f"groups/{made['id']}/members", member(anna, OMAR)
    await anna("POST", f"{path}/$ref", ref(omar), status=204)
    again = await anna("POST", f"{path}/$ref", ref(omar), status=400)
    assert "already exist" in again.json()["error"]["message"]
    assert [one["id"] for one in await anna.all(path)] == [omar]
    assert (await anna.all(path))[0]["@odata.type"] == "#microsoft.graph.user"
    await anna("DELETE", f"{path}/{omar}/$ref", status=204)
    await anna("DELETE", f"{path}/{omar}/$ref", status=404)
    assert await anna.all(path) == []
    assert anna.practice.partner.user(OMAR)
    await anna("POST", f"{path}/$ref", ref("0" * 36), status=404)
    await anna("POST", f"{path}/$ref", {"@odata.id": "nonsense"}, status=400)
    bind = {"members@odata.bind": [ref(omar)["@odata.id"]]}
    await anna("PATCH", f"groups/{made['id']}", bind, status=204)
    assert len(await anna.all(path)) == 1


async def test_without_ref_the_user_is_deleted_where_the_app_may(anna: Client) -> None:
    group = anna.practice.group(ADMIN_AGENTS)
    group.members[member(anna, OMAR)] = None
    path = f"groups/{group.id}/members/{member(anna, OMAR)}"
    less = anna.as_(ANNA, scopes=("GroupMember.ReadWrite.All",))
    await less("DELETE", path, status=403)
    assert anna.practice.partner.user(OMAR)
    await anna("DELETE", path, status=204)
    assert anna.practice.partner.user(OMAR) is None
    assert len(group.members) == 1


async def test_the_members_of_a_dynamic_group_are_not_changed(anna: Client) -> None:
    group = anna.practice.group("SalesAgents")
    group.types.append("DynamicMembership")
    answer = await anna("POST", f"groups/{group.id}/members/$ref", ref(member(anna, OMAR)))
    assert answer.status_code == 400


async def test_who_we_are(anna: Client) -> None:
    me = await anna.get("me")
    assert (me["userPrincipalName"], me["displayName"]) == (ANNA, "Anna Lindqvist")
    assert "accountEnabled" not in me
    assert (await anna.get("me", select="accountEnabled"))["accountEnabled"] is True
    (organization,) = await anna.all("organization")
    assert (organization["id"], organization["displayName"]) == (PARTNER, "Adatum Cloud Services")
    default = [one["name"] for one in organization["verifiedDomains"] if one["isDefault"]]
    assert default == ["adatum.example"]
    app = anna.practice.app_token()
    await anna("GET", "me", token=app, status=400)


async def test_users_are_found_by_the_beginning_of_their_names(anna: Client) -> None:
    wanted = "startswith(displayName,'om') or startswith(userPrincipalName,'om')"
    (found,) = await anna.all("users", filter=wanted)
    assert found["id"] == member(anna, OMAR)
    assert (await anna.get(f"users/{OMAR.upper()}"))["id"] == member(anna, OMAR)
    (searched,) = await anna.all(
        "users", search='"displayName:hadd"', headers={"ConsistencyLevel": "eventual"}
    )
    assert searched["id"] == member(anna, OMAR)
    await anna("GET", "users", search='"displayName:hadd"', status=400)


async def test_contracts_list_those_without_a_relationship_too(anna: Client) -> None:
    anna.practice.add_customer(PARTNER[:-1] + "0", "Stranger", "stranger.example", contract="")
    found = await anna.all("contracts")
    assert [one["displayName"] for one in found] == ["Contoso", "Fabrikam"]
    assert found[0]["contractType"] == "BreadthPartner"
    assert (await anna.get(f"contracts/{found[0]['id']}"))["customerId"] == CONTOSO


async def test_a_guest_reads_nothing_of_the_directory(anna: Client) -> None:
    anna.practice.add_member("gast@adatum.example", "Gast", guest=True)
    guest = anna.as_("gast@adatum.example")
    for path in ("users", "groups", "contracts"):
        await guest("GET", path, status=403)
