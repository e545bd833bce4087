"""What acting in a customer's tenant meets: standing, resets that run, restoring, delegation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from store.practice import rules
from store.practice.aadsts import Refused
from store.practice.calls.passwords import METHOD
from store.practice.cloud import ADMIN_AGENTS, HELPDESK_AGENTS, Practice
from tests.practice.caller import ANNA, CONTOSO, FABRIKAM, OMAR, Client, asking, practice
from tests.practice.test_rules import NEW, RESET, granted, target

ENTIRE = (rules.USER, rules.DIRECTORY_READERS)


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def there(client: Client, *roles: str, **options: object) -> Client:
    """Omar at Contoso's, with these roles."""
    granted(client.practice, *roles)
    return client.as_(OMAR, tenant=CONTOSO, **options)


def kinds(found: list[dict[str, object]]) -> list[str]:
    return [str(one["@odata.type"]).rpartition(".")[2] for one in found]


# -- what a user belongs to ---------------------------------------------------------------------


async def test_roles_groups_and_units_of_a_user_are_told(anna: Client) -> None:
    omar = there(anna, rules.DIRECTORY_READERS)
    ada = target(anna.practice, rules.HELPDESK, rules.REPORTS_READER)
    for path in ("memberOf", "transitiveMemberOf"):
        found = await omar.all(f"users/{ada.upn}/{path}")
        assert {one["roleTemplateId"] for one in found} == ada.roles
        assert kinds(found) == ["directoryRole", "directoryRole"]
    assert await omar.all(f"users/{ada.id}/ownedObjects") == []
    ada.roles.clear()
    ada.protected = True
    (unit,) = await omar.all(f"users/{ada.id}/transitiveMemberOf")
    assert unit["isMemberManagementRestricted"] is True
    anna.practice.customers[CONTOSO].protect(ada)
    (group,) = await omar.all(f"users/{ada.id}/transitiveMemberOf")
    assert group["isAssignableToRole"] is True and kinds([group]) == ["group"]


async def test_an_owner_of_a_group_that_roles_may_be_given_to_is_protected(anna: Client) -> None:
    omar = there(anna, rules.PASSWORD, rules.DIRECTORY_READERS)
    ada = target(anna.practice)
    anna.practice.customers[CONTOSO].protect(ada, owns=True)
    assert kinds(await omar.all(f"users/{ada.id}/ownedObjects")) == ["group"]
    assert await omar.all(f"users/{ada.id}/transitiveMemberOf") == []
    await omar("PATCH", f"users/{ada.id}", RESET, status=403)


async def test_a_smaller_permission_shows_ids_and_nothing_else(anna: Client) -> None:
    omar = there(anna, rules.DIRECTORY_READERS, scopes=("User.Read.All",))
    ada = target(anna.practice, rules.HELPDESK)
    (role,) = await omar.all(f"users/{ada.id}/transitiveMemberOf")
    assert role["id"] and role["roleTemplateId"] is role["displayName"] is None
    await omar("GET", "users/nobody@contoso.example/memberOf", status=404)


# -- a reset runs -------------------------------------------------------------------------------


async def test_a_reset_is_done_when_its_operation_has_succeeded(anna: Client) -> None:
    cloud = anna.practice
    cloud.delay = timedelta(seconds=10)
    omar, ada = there(anna, *ENTIRE), target(cloud)
    path = f"users/{ada.id}/authentication/methods/{METHOD}/resetPassword"
    answer = await omar("POST", path, {"newPassword": "Wet-Paint-44"}, status=202)
    place = answer.headers["location"]
    seen = []
    for _ in range(3):
        seen.append(((await omar.get(place))["status"], ada.password))
        cloud.clock.advance(timedelta(seconds=5))
    assert seen == [("notStarted", ""), ("running", ""), ("succeeded", "Wet-Paint-44")]
    assert ada.must_change and ada.password_changed == cloud.clock.now() - timedelta(seconds=5)


async def test_a_reset_may_fail_in_the_end(anna: Client) -> None:
    anna.practice.failing_resets = True
    omar, ada = there(anna, *ENTIRE), target(anna.practice)
    path = f"users/{ada.id}/authentication/methods/{METHOD}/resetPassword"
    answer = await omar("POST", path, {"newPassword": "Wet-Paint-44"}, status=202)
    found = await omar.get(answer.headers["location"])
    assert (found["status"], ada.password) == ("failed", "")
    await omar("GET", f"users/{ada.id}/authentication/operations/other", status=404)


async def test_a_password_changed_lately_says_when_to_whoever_asks_for_it(anna: Client) -> None:
    omar, ada = there(anna, *ENTIRE), target(anna.practice)
    wanted = {"select": "id,lastPasswordChangeDateTime"}
    assert "lastPasswordChangeDateTime" not in await omar.get(f"users/{ada.id}")
    before = (await omar.get(f"users/{ada.id}", **wanted))["lastPasswordChangeDateTime"]
    anna.practice.clock.advance(timedelta(hours=1))
    await omar("PATCH", f"users/{ada.id}", RESET, status=204)
    assert (await omar.get(f"users/{ada.id}", **wanted))["lastPasswordChangeDateTime"] > before


async def test_a_banned_word_is_refused_by_either_way(anna: Client) -> None:
    anna.practice.customers[CONTOSO].banned.add("paint")
    omar, ada = there(anna, *ENTIRE), target(anna.practice)
    path = f"users/{ada.id}/authentication/methods/{METHOD}/resetPassword"
    for method, address, body in (
        ("PATCH", f"users/{ada.id}", RESET),
        ("POST", path, {"newPassword": "Wet-PAINT-44"}),
        ("POST", "users", NEW),
    ):
        assert "easily guessable" in (await omar(method, address, body, status=400)).text
    assert ada.password == ""


@pytest.mark.parametrize("location", ["XX", "DEU", "d", 7, {}])
async def test_a_usage_location_is_a_country(anna: Client, location: object) -> None:
    omar = there(anna, *ENTIRE)
    await omar("POST", "users", NEW | {"usageLocation": location}, status=400)
    await omar("POST", "users", NEW | {"usageLocation": "de"}, status=201)


# -- deleted, and back --------------------------------------------------------------------------


async def test_a_deleted_user_can_be_restored_for_thirty_days(anna: Client) -> None:
    omar, ada = there(anna, *ENTIRE), target(anna.practice)
    await omar("DELETE", f"users/{ada.id}", status=204)
    (gone,) = await omar.all("directory/deletedItems/microsoft.graph.user")
    assert (gone["id"], gone["userPrincipalName"]) == (ada.id, ada.upn)
    assert (await omar.get(f"directory/deletedItems/{ada.id}"))["deletedDateTime"]
    await omar("POST", f"directory/deletedItems/{ada.id}/restore", status=200)
    assert (await omar.get(f"users/{ada.upn}"))["id"] == ada.id
    await omar("DELETE", f"users/{ada.id}", status=204)
    anna.practice.clock.advance(timedelta(days=30))
    assert await omar.all("directory/deletedItems/microsoft.graph.user") == []
    await omar("POST", f"directory/deletedItems/{ada.id}/restore", status=404)


async def test_restoring_is_refused_where_the_name_is_taken_or_the_role_is_small(
    anna: Client,
) -> None:
    omar, ada = there(anna, *ENTIRE), target(anna.practice)
    await omar("DELETE", f"users/{ada.id}", status=204)
    ada.roles.add(rules.GLOBAL)
    await omar("POST", f"directory/deletedItems/{ada.id}/restore", status=403)
    ada.roles.clear()
    await omar("POST", "users", NEW | {"userPrincipalName": ada.upn}, status=201)
    await omar("POST", f"directory/deletedItems/{ada.id}/restore", status=400)


# -- classic delegation -------------------------------------------------------------------------


@pytest.mark.parametrize("china", [False, True])
def test_classic_delegation_lets_our_agents_groups_act(china: bool) -> None:
    cloud = practice()
    cloud.china = china
    cloud.delegate(CONTOSO)
    anna, omar = cloud.partner.user(ANNA), cloud.partner.user(OMAR)
    assert anna and omar
    assert cloud.roles_at(anna.id, CONTOSO) == {rules.GLOBAL}
    assert cloud.roles_at(omar.id, CONTOSO) == frozenset()
    cloud.group(HELPDESK_AGENTS).members[omar.id] = None
    assert cloud.roles_at(omar.id, CONTOSO) == {rules.HELPDESK, rules.DIRECTORY_READERS}
    cloud.limited_role = rules.PASSWORD
    assert rules.PASSWORD in cloud.roles_at(omar.id, CONTOSO)
    assert cloud.roles_at(anna.id, FABRIKAM) == frozenset()
    anna.guest = True
    assert cloud.roles_at(anna.id, CONTOSO) == frozenset()
    cloud.delegate(CONTOSO, delegated=False)
    assert cloud.roles_at(omar.id, CONTOSO) == frozenset()


# -- at the door --------------------------------------------------------------------------------


def entering(cloud: Practice, upn: str = OMAR, scopes: tuple[str, ...] = ("User.Read",)) -> object:
    """The number that somebody is refused with at Contoso's, or the token."""
    try:
        return cloud.caller(cloud.tokens.entering(upn, CONTOSO, scopes))
    except Refused as refused:
        return refused.number


def test_a_token_without_a_browser_is_given_as_signing_in_gives_it() -> None:
    cloud = practice()
    assert entering(cloud) == 50020
    granted(cloud, rules.USER)
    caller = entering(cloud)
    assert getattr(caller, "tenant", "") == CONTOSO
    cloud.customers[CONTOSO].guest_accounts.add(OMAR)
    assert entering(cloud) == 50020
    cloud.customers[CONTOSO].guest_accounts.clear()
    cloud.app.consents[CONTOSO] = {"User.Read.All"}
    assert entering(cloud) == 65001
    del cloud.app.consents[CONTOSO]
    assert entering(cloud, scopes=()) == 65001
    assert entering(cloud, "nobody@adatum.example") == 50034


def test_agents_are_found_by_the_groups_that_every_partner_has() -> None:
    cloud = practice()
    assert {cloud.group(name).name for name in (ADMIN_AGENTS, HELPDESK_AGENTS)} == {
        ADMIN_AGENTS,
        HELPDESK_AGENTS,
    }
