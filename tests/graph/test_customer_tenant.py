"""Acting in a customer's tenant, against the practice cloud: users, passwords, domains."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from store.actions.practice import tokens_of
from store.errors import BadInput, GraphForbidden, GraphRefused, SignInRefused
from store.graph.customer_tenant import CustomerTenant, NewUser
from store.graph.endpoints import Endpoint
from store.graph.scopes import Scope
from store.model.partner import Cloud
from store.practice import rules
from store.practice.app import asgi
from store.practice.cloud import ADMIN_AGENTS, Practice
from store.secret import Secret
from tests.microsoft import ANNA, CONTOSO, PatientWaits, practice_cloud

NINA = NewUser("Nina Nowak", "nina@contoso.example", "nina", "PL")
FIRST, OTHER = Secret("Wet-Paint-42"), Secret("Dry-Paint-43")
ALL = (rules.GLOBAL,)


@pytest.fixture
def cloud() -> Practice:
    return practice_cloud()


def assigned(cloud: Practice, roles: Iterable[str]) -> None:
    """Lets Anna have these roles at Contoso's."""
    cloud.add_relationship(
        name=f"r{len(cloud.relationships)}",
        tenant=CONTOSO,
        roles=roles,
        assignments={cloud.group(ADMIN_AGENTS).id: roles},
    )


@asynccontextmanager
async def at_contoso(
    cloud: Practice, roles: Iterable[str] = ALL, **options: Any
) -> AsyncIterator[CustomerTenant]:
    """The client in Contoso's tenant, as Anna, with waits that cost no time."""
    if roles:
        assigned(cloud, roles)
    token = tokens_of(cloud, ANNA)

    async def source(scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        return token(CONTOSO, scopes)

    address = "https://practice.localhost"
    async with CustomerTenant(
        options.pop("endpoint", Endpoint(Cloud.PRACTICE, address, address)),
        source,
        transport=httpx.ASGITransport(asgi(cloud)),
        waits=PatientWaits(cloud.clock),
        **options,
    ) as tenant:
        yield tenant


def contoso_user(cloud: Practice, name: str) -> Any:
    user = cloud.customers[CONTOSO].user(f"{name}@contoso.example")
    assert user is not None
    return user


async def test_a_user_is_added_found_and_deleted_again(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        assert await tenant.organization() == (CONTOSO, "Contoso", "contoso.example")
        made = await tenant.create_user(NINA, FIRST)
        assert (made.upn, made.name) == (NINA.upn, NINA.name)
        kept = contoso_user(cloud, "nina")
        assert (kept.password, kept.must_change) == (FIRST.reveal(), True)
        found = await tenant.user(NINA.upn)
        assert (found.id, found.location, found.nickname) == (made.id, "PL", "nina")
        assert found.created and found.enabled and not found.guest
        assert [one.id for one in (await tenant.users("nina")).items] == [made.id]
        with pytest.raises(GraphRefused, match="taken"):
            await tenant.create_user(NINA, FIRST)
        await tenant.delete_user(made.id)
        with pytest.raises(GraphRefused, match="not any more") as gone:
            await tenant.user(NINA.upn)
        assert gone.value.status == 404


async def test_typing_asks_for_one_page_and_says_that_there_is_more(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        few = await tenant.users("", most=3)
        assert len(few.items) == 3 and not few.whole and few.why
        assert len([call for call in cloud.log if "/users" in call.path]) == 1
        ada = await tenant.users("Ada", most=3)
        assert [one.upn for one in ada.items] == ["ada@contoso.example"] and ada.whole
        assert len((await tenant.users()).items) == 8


async def test_a_password_is_reset_and_may_be_kept(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        ada = contoso_user(cloud, "ada")
        await tenant.reset_password(ada.id, FIRST, change=True)
        assert (ada.password, ada.must_change) == (FIRST.reveal(), True)
        await tenant.reset_password(ada.id, OTHER, change=False)
        assert (ada.password, ada.must_change) == (OTHER.reveal(), False)
    methods = [call.method for call in cloud.log if ada.id in call.path]
    assert methods == ["POST", "GET", "GET", "PATCH"]


async def test_a_domain_is_added_and_verified_once_its_record_is_seen(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        added = await tenant.add_domain("Shop.Example")
        assert (added.name, added.verified) == ("shop.example", False)
        txt, mx = await tenant.records("shop.example")
        assert (txt.kind, txt.label, txt.ttl) == ("TXT", "shop.example", 3600)
        assert txt.text.startswith("MS=ms")
        assert (mx.kind, mx.preference) == ("MX", 32767) and mx.text
        with pytest.raises(GraphRefused, match="does not see the record"):
            await tenant.verify("shop.example")
        cloud.set_dns(CONTOSO, "shop.example")
        assert (await tenant.verify("shop.example")).verified
        assert (await tenant.domain("shop.example")).verified
        with pytest.raises(GraphRefused, match="has this domain already") as there:
            await tenant.add_domain("shop.example")
        assert there.value.status == 409
        names = {one.name: one for one in (await tenant.domains()).items}
        assert names["contoso.example"].default and names["contoso.onmicrosoft.example"].initial
        with pytest.raises(BadInput):
            await tenant.add_domain("no/domain")


async def test_who_has_no_place_there_is_refused_at_the_door(cloud: Practice) -> None:
    async with at_contoso(cloud, roles=()) as tenant:
        with pytest.raises(SignInRefused) as refused:
            await tenant.users()
    assert refused.value.code == "AADSTS50020"


async def test_roles_that_do_not_reach_are_named_as_the_reason(cloud: Practice) -> None:
    roles = (rules.PASSWORD, rules.DIRECTORY_READERS)
    async with at_contoso(cloud, roles) as tenant:
        await tenant.reset_password(contoso_user(cloud, "ada").id, FIRST, change=True)
        with pytest.raises(GraphForbidden, match="above ours"):
            await tenant.reset_password(contoso_user(cloud, "admin").id, FIRST, change=True)
        with pytest.raises(GraphForbidden, match="User Administrator"):
            await tenant.create_user(NINA, FIRST)
        with pytest.raises(GraphForbidden, match="Domain Name Administrator"):
            await tenant.add_domain("shop.example")
        with pytest.raises(GraphForbidden, match="delete this user"):
            await tenant.delete_user(contoso_user(cloud, "ada").id)


async def test_only_a_user_named_by_an_id_is_ever_deleted(cloud: Practice) -> None:
    async with at_contoso(cloud) as tenant:
        with pytest.raises(BadInput):
            await tenant.delete_user("../groups/x")
        for path in ("ada@contoso.example", "x", ""):
            with pytest.raises((BadInput, ValueError)):
                await tenant.delete_user(path)
    assert not [call for call in cloud.log if call.method == "DELETE"]
