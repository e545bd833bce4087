"""The practice cloud of a demo: who may act at whose tenant, with the demo's own people."""

from __future__ import annotations

import pytest

from store.actions import demo
from store.actions.connection import Connection
from store.actions.practice import Rehearsal, practice_of, tokens_of
from store.desk import Desk
from store.errors import GraphForbidden, SignInRefused
from store.graph.customer_tenant import CustomerTenant, NewUser
from store.model.roles import GLOBAL_ADMINISTRATOR
from store.practice.app import asgi
from store.practice.cloud import Practice
from store.practice.tenants import Tenant
from store.secret import Secret

FULL, LIMITED, NOBODY = (f"{name}@adatum.example" for name in ("anna", "zoe", "omar"))
FIRST = Secret("Wet-Colour-42")


@pytest.fixture
def rehearsal(desk: Desk) -> Rehearsal:
    demo.fill(desk, customers=60, seed=1, language="en")
    return Rehearsal(lambda: practice_of(desk.view, desk.today()))


def as_(desk: Desk, practice: Practice, upn: str, tenant: Tenant) -> CustomerTenant:
    """Somebody of ours in a customer's tenant."""
    way = Connection.in_process(
        desk.view.partner, asgi(practice), upn, tokens_of(practice, upn), f"https://{practice.host}"
    )
    return way.at_customer(tenant.id)


def granular(practice: Practice) -> Tenant:
    """A customer whose relationship is active."""
    active = next(one for one in practice.relationships.values() if one.status == "active")
    return practice.customers[active.tenant]


def classic(practice: Practice) -> Tenant:
    """A customer who has accepted a classic offer, and no other."""
    return next(
        one
        for one in practice.customers.values()
        if one.dap and not practice.relationships_of(one.id)
    )


@pytest.mark.parametrize("kind", [granular, classic])
async def test_full_does_all_three_and_limited_the_one(
    desk: Desk, rehearsal: Rehearsal, kind: object
) -> None:
    practice = rehearsal.practice
    tenant = kind(practice)  # type: ignore[operator]
    domain = tenant.contract_domain
    nina = NewUser("Nina Nowak", f"nina@{domain}", "nina", "PL")
    ada, admin = tenant.user(f"ada@{domain}"), tenant.user(f"admin@{domain}")
    async with as_(desk, practice, FULL, tenant) as full:
        assert (await full.organization()).tenant == tenant.id
        await full.create_user(nina, FIRST)
        await full.reset_password(admin.id, FIRST, change=False)
        assert not (await full.add_domain("shop.example")).verified
    async with as_(desk, practice, LIMITED, tenant) as limited:
        found = await limited.users("Ada")
        assert [one.id for one in found.items] == [ada.id]
        await limited.reset_password(ada.id, FIRST, change=False)
        assert (await limited.standing(admin.id)).roles
        for refused in (
            limited.reset_password(admin.id, FIRST, change=False),
            limited.create_user(nina._replace(upn=f"nils@{domain}"), FIRST),
            limited.add_domain("stall.example"),
        ):
            with pytest.raises(GraphForbidden):
                await refused
    async with as_(desk, practice, NOBODY, tenant) as nobody:
        with pytest.raises(SignInRefused):
            await nobody.users()


async def test_whoever_is_at_the_keyboard_acts(desk: Desk, rehearsal: Rehearsal) -> None:
    way = rehearsal.connection(desk)
    account = way.account()
    assert account is not None and account.upn == FULL
    async with way.at_customer(granular(rehearsal.practice).id) as there:
        assert (await there.users("", most=1)).items
    assert "/adminconsent?client_id=" in way.consent_address("contoso.example")


def test_some_of_what_ends_in_the_demo_holds_global_administrator(rehearsal: Rehearsal) -> None:
    soon = [
        one
        for one in rehearsal.practice.relationships.values()
        if one.status == "active" and not one.auto_extend
    ]
    above = [one for one in soon if GLOBAL_ADMINISTRATOR in one.roles]
    assert above and len(above) < len(soon)
