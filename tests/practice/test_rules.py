"""Who may do what in a customer's tenant: by groups, assignments and active relationships."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.practice import rules
from store.practice.calls.passwords import METHOD as PASSWORD_METHOD
from store.practice.cloud import Practice
from store.practice.tenants import User
from tests.practice.caller import ANNA, CONTOSO, FABRIKAM, OMAR, Client, R, asking, practice

EXCHANGE = "29232cdf-9323-42fd-ade2-1d097af3e4de"
NEW = {
    "accountEnabled": True,
    "displayName": "Nina Nowak",
    "mailNickname": "nina",
    "userPrincipalName": "nina@contoso.example",
    "passwordProfile": {"password": "Wet-Paint-42", "forceChangePasswordNextSignIn": True},
}
RESET = {"passwordProfile": {"password": "Wet-Paint-43", "forceChangePasswordNextSignIn": True}}


def granted(cloud: Practice, *roles: str, tenant: str = CONTOSO, upn: str = OMAR) -> str:
    """Omar's group gets roles in a customer's tenant; returns the relationship."""
    user = cloud.partner.user(upn)
    assert user
    group = cloud.add_group(f"working {len(cloud.partner.groups)}", [user.id])
    return cloud.add_relationship(
        name=f"granted {len(cloud.relationships)}",
        tenant=tenant,
        roles=roles,
        assignments={group: roles},
    )


def target(cloud: Practice, *roles: str) -> User:
    ada = cloud.customers[CONTOSO].user("ada@contoso.example")
    assert ada
    ada.roles = set(roles)
    return ada


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


# -- where rights come from -------------------------------------------------------------------


def test_rights_are_the_union_of_all_that_reaches_the_member() -> None:
    cloud = practice()
    omar = cloud.partner.user(OMAR)
    assert omar
    first = granted(cloud, rules.PASSWORD)
    granted(cloud, rules.DOMAIN_NAME)
    granted(cloud, rules.GLOBAL, tenant=FABRIKAM)
    assert cloud.roles_at(omar.id, CONTOSO) == {rules.PASSWORD, rules.DOMAIN_NAME}
    cloud.customer_terminates(first)
    assert cloud.roles_at(omar.id, CONTOSO) == {rules.DOMAIN_NAME}
    for group in cloud.partner.groups.values():
        group.members.pop(omar.id, None)
    assert cloud.roles_at(omar.id, CONTOSO) == frozenset()
    assert not cloud.may_enter(omar.id, CONTOSO)


def test_an_assignment_that_is_not_active_gives_nothing() -> None:
    cloud = practice()
    omar = cloud.partner.user(OMAR)
    assert omar
    (assignment,) = cloud.relationships[granted(cloud, rules.USER)].assignments.values()
    for status in ("pending", "deleting", "deleted", "error"):
        assignment.status = status
        assert cloud.roles_at(omar.id, CONTOSO) == frozenset()


def test_neither_a_guest_nor_a_disabled_member_has_any_right() -> None:
    cloud = practice()
    omar = cloud.partner.user(OMAR)
    assert omar
    granted(cloud, rules.GLOBAL)
    omar.guest = True
    assert not cloud.may_enter(omar.id, CONTOSO)
    omar.guest, omar.enabled = False, False
    assert not cloud.may_enter(omar.id, CONTOSO)


# -- whose password ---------------------------------------------------------------------------

_CAN = {
    (): "password helpdesk authentication user privileged global",
    (rules.DIRECTORY_READERS,): "password helpdesk authentication user privileged global",
    (rules.GUEST_INVITER,): "password helpdesk authentication user privileged global",
    (rules.PASSWORD,): "password helpdesk authentication user privileged global",
    (rules.REPORTS_READER,): "helpdesk authentication user privileged global",
    (rules.MESSAGE_CENTER_READER,): "helpdesk authentication user privileged global",
    (rules.HELPDESK,): "helpdesk user privileged global",
    (rules.AUTHENTICATION,): "authentication privileged global",
    (rules.GROUPS,): "user privileged global",
    (rules.USER,): "user privileged global",
    (rules.HELPDESK, rules.REPORTS_READER): "helpdesk user privileged global",
    (rules.HELPDESK, rules.AUTHENTICATION): "privileged global",
    (rules.GLOBAL,): "privileged global",
    (rules.PRIVILEGED_ROLE,): "privileged global",
    (rules.PRIVILEGED_AUTHENTICATION,): "privileged global",
    (EXCHANGE,): "privileged global",
}
_WHO = {
    "password": rules.PASSWORD,
    "helpdesk": rules.HELPDESK,
    "authentication": rules.AUTHENTICATION,
    "user": rules.USER,
    "privileged": rules.PRIVILEGED_AUTHENTICATION,
    "global": rules.GLOBAL,
    "nobody": rules.DIRECTORY_READERS,
}


@pytest.mark.parametrize("who", _WHO)
@pytest.mark.parametrize("roles", _CAN)
def test_whose_password_each_role_may_reset(roles: tuple[str, ...], who: str) -> None:
    cloud = practice()
    held = [_WHO[who]]
    assert rules.may_reset(held, target(cloud, *roles)) == (who in _CAN[roles].split())


def test_a_protected_target_is_for_the_privileged_only() -> None:
    cloud = practice()
    ada = target(cloud)
    ada.protected = True
    able = [name for name, role in _WHO.items() if rules.may_reset([role], ada)]
    assert able == ["privileged", "global"]


async def test_a_password_is_reset_by_either_way_or_refused(anna: Client) -> None:
    cloud = anna.practice
    granted(cloud, rules.PASSWORD)
    omar, ada = anna.as_(OMAR, tenant=CONTOSO), target(cloud)
    await omar("PATCH", f"users/{ada.upn}", RESET, status=204)
    assert (ada.password, ada.must_change) == ("Wet-Paint-43", True)
    path = f"users/{ada.id}/authentication/methods/{PASSWORD_METHOD}/resetPassword"
    answer = await omar("POST", path, {}, status=202)
    assert ada.password == answer.json()["newPassword"]
    assert (await omar.get(answer.headers["location"]))["status"] == "succeeded"
    await omar("POST", path, {"newPassword": "Wet-Paint-44"}, status=202)
    assert ada.password == "Wet-Paint-44"
    ada.roles = {rules.HELPDESK}
    for method, address, body in (("PATCH", f"users/{ada.id}", RESET), ("POST", path, {})):
        refused = await omar(method, address, body, status=403)
        assert refused.json()["error"]["code"] == "Authorization_RequestDenied"
    assert ada.password == "Wet-Paint-44"
    cloud.china = True
    await omar("POST", path, {}, status=400)


@pytest.mark.parametrize("weak", ["short1A", "alllowercase", "Ada-Lindgren-1", "", None, 7])
async def test_a_weak_password_is_refused(anna: Client, weak: object) -> None:
    granted(anna.practice, rules.PASSWORD)
    ada = target(anna.practice)
    omar = anna.as_(OMAR, tenant=CONTOSO)
    await omar("PATCH", f"users/{ada.id}", {"passwordProfile": {"password": weak}}, status=400)
    assert ada.password == ""


# -- users ------------------------------------------------------------------------------------


async def test_a_password_administrator_alone_neither_reads_nor_adds_users(anna: Client) -> None:
    granted(anna.practice, rules.PASSWORD)
    omar = anna.as_(OMAR, tenant=CONTOSO)
    await omar("GET", "users", status=403)
    await omar("POST", "users", NEW, status=403)
    await omar("POST", "domains", {"id": "new.example"}, status=403)
    granted(anna.practice, rules.DIRECTORY_READERS)
    assert len(await omar.all("users")) == 8


async def test_a_user_administrator_adds_users(anna: Client) -> None:
    granted(anna.practice, rules.USER, rules.DIRECTORY_READERS)
    omar = anna.as_(OMAR, tenant=CONTOSO)
    made = (await omar("POST", "users", NEW, status=201)).json()
    assert "passwordProfile" not in made
    assert (await omar.get("users/nina@contoso.example"))["id"] == made["id"]
    again = await omar("POST", "users", NEW, status=400)
    assert "already exists" in again.json()["error"]["message"]
    for wrong in (
        {"userPrincipalName": "nora@fabrikam.example"},
        {"userPrincipalName": "no one"},
        {"accountEnabled": "yes"},
        {"displayName": ""},
        {"passwordProfile": {"password": "weak"}},
        {"surnom": "Nina"},
    ):
        await omar("POST", "users", NEW | {"userPrincipalName": "n2@contoso.example"} | wrong,
                   status=400)  # fmt: skip
    assert len(await omar.all("users")) == 9


async def test_an_account_of_an_administrator_is_out_of_a_user_administrators_reach(
    anna: Client,
) -> None:
    granted(anna.practice, rules.USER)
    omar = anna.as_(OMAR, tenant=CONTOSO)
    ada = target(anna.practice, rules.GLOBAL)
    await omar("PATCH", f"users/{ada.id}", {"accountEnabled": False}, status=403)
    await omar("DELETE", f"users/{ada.id}", status=403)
    ada.roles.clear()
    await omar("PATCH", f"users/{ada.id}", {"accountEnabled": False}, status=204)
    assert not ada.enabled
    await omar("DELETE", f"users/{ada.id}", status=204)
    assert anna.practice.customers[CONTOSO].user("ada@contoso.example") is None


async def test_a_token_without_the_scope_resets_nothing(anna: Client) -> None:
    granted(anna.practice, rules.GLOBAL)
    ada = target(anna.practice)
    less = anna.as_(OMAR, tenant=CONTOSO, scopes=("User.ReadWrite.All",))
    await less("PATCH", f"users/{ada.id}", RESET, status=403)
    other = anna.as_(OMAR, tenant=CONTOSO, scopes=("User-PasswordProfile.ReadWrite.All",))
    await other("PATCH", f"users/{ada.id}", RESET | {"displayName": "Ada"}, status=403)
    await other("PATCH", f"users/{ada.id}", RESET, status=204)


async def test_in_a_customers_tenant_there_are_no_relationships(anna: Client) -> None:
    granted(anna.practice, rules.GLOBAL, upn=ANNA)
    there = anna.as_(ANNA, tenant=CONTOSO)
    await there("GET", R, status=403)
    assert await there.all("contracts") == []
    (organization,) = await there.all("organization")
    assert organization["displayName"] == "Contoso"
    await there("GET", "me", status=404)


# -- domains ----------------------------------------------------------------------------------


async def test_a_domain_is_verified_once_its_record_can_be_seen(anna: Client) -> None:
    granted(anna.practice, rules.DOMAIN_NAME)
    omar = anna.as_(OMAR, tenant=CONTOSO)
    made = (await omar("POST", "domains", {"id": "Contoso-Shop.example"}, status=201)).json()
    assert (made["id"], made["isVerified"]) == ("contoso-shop.example", False)
    records = await omar.all("domains/contoso-shop.example/verificationDnsRecords")
    assert {one["recordType"] for one in records} == {"Txt", "Mx"}
    assert next(one["text"] for one in records if "text" in one).startswith("MS=ms")
    answer = await omar("POST", "domains/contoso-shop.example/verify", status=400)
    assert "CouldNotFindVerificationRecord" in answer.text
    anna.practice.set_dns(CONTOSO, "contoso-shop.example")
    answer = await omar("POST", "domains/contoso-shop.example/verify", status=200)
    assert answer.json()["isVerified"] is True
    below = (await omar("POST", "domains", {"id": "eu.contoso-shop.example"}, status=201)).json()
    assert (below["isVerified"], below["isRoot"]) == (True, False)


async def test_what_is_no_new_domain_is_refused(anna: Client) -> None:
    granted(anna.practice, rules.DOMAIN_NAME)
    omar = anna.as_(OMAR, tenant=CONTOSO)
    for wrong in ("contoso", "x.onmicrosoft.com", "-a.example", "a..example", "", 7):
        await omar("POST", "domains", {"id": wrong}, status=400)
    await omar("POST", "domains", {"id": "contoso.example"}, status=409)
    await omar("POST", "domains", {"id": "fabrikam.example"}, status=201)
    anna.practice.set_dns(CONTOSO, "fabrikam.example")
    answer = await omar("POST", "domains/fabrikam.example/verify", status=400)
    assert "another tenant" in answer.text
    await omar("DELETE", "domains/contoso.example", status=400)
    await omar("DELETE", "domains/fabrikam.example", status=204)
