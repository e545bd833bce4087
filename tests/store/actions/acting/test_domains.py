"""Stories of domains: added, shown with what proves them, checked until they are verified."""

from __future__ import annotations

import pytest

from store.actions.acting import Record, add_domain, domain_records, domains, verify_domain
from store.errors import BadInput
from store.model.act import Deed, Outcome
from store.practice.tenants import Domain
from tests.microsoft import ANNA, CONTOSO, FABRIKAM
from tests.store.actions.acting.story import ZOE, Office


async def test_a_domain_is_added_shown_and_checked_until_it_is_verified(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        added = await add_domain(who, tenant, " Shop.Example. ")
        assert added.outcome is Outcome.DONE and added.domain and not added.domain.verified
        assert "act check-domain contoso.example shop.example" in str(added.todo)
        txt, mx = await domain_records(who, tenant, "shop.example")
        assert txt.zone_line == f'shop.example. 3600 IN TXT "{txt.value}"'
        assert mx.zone_line == f"shop.example. 3600 IN MX 32767 {mx.value}."
        early = await verify_domain(who, tenant, "shop.example")
        assert early.outcome is Outcome.WAITS and early.todo
        assert early.domain and not early.domain.verified
        office.cloud.set_dns(CONTOSO, "shop.example")
        done = await verify_domain(who, tenant, "shop.example")
        assert done.outcome is Outcome.DONE and done.domain and done.domain.verified
        names = [(one.name, one.verified) for one in await domains(who, tenant)]
    assert names[0] == ("contoso.example", True) and ("shop.example", True) in names
    assert [(act.deed, act.outcome) for act in office.acts] == [
        (Deed.ADD_DOMAIN, Outcome.DONE),
        (Deed.VERIFY_DOMAIN, Outcome.WAITS),
        (Deed.VERIFY_DOMAIN, Outcome.DONE),
    ]


async def test_a_domain_below_a_verified_one_is_verified_at_once(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_domain(who, tenant, "mail.contoso.example")
    assert ended.domain and ended.domain.verified and "verified already" in str(ended.said)


async def test_one_that_is_there_is_not_added_again_but_its_record_is_known(
    office: Office,
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await add_domain(who, tenant, "shop.example")
        office.cloud.log.clear()
        ended = await add_domain(who, tenant, "shop.example")
        there = await add_domain(who, tenant, "contoso.example")
    assert ended.outcome is Outcome.REFUSED and not office.writes()
    assert str(ended.said) == "shop.example is at Contoso already."
    assert ended.domain and not ended.domain.verified
    assert there.domain and there.domain.verified


async def test_a_limited_member_adds_none(office: Office) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):
        ended = await add_domain(who, tenant, "shop.example")
    assert ended.outcome is Outcome.REFUSED and not office.cloud.log


async def test_microsofts_own_domains_are_refused_in_words(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_domain(who, tenant, "more.onmicrosoft.example")
        missing = await verify_domain(who, tenant, "other.example")
    assert ended.outcome is Outcome.REFUSED and ended.todo
    assert str(missing.said) == "Contoso has no domain other.example."


@pytest.mark.parametrize("name", ["", "no domain", "a", "x\n.example"])
async def test_what_is_no_domain_is_refused_at_the_field(office: Office, name: str) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(BadInput) as refused:
            await add_domain(who, tenant, name)
    assert refused.value.field == "domain" and not office.acts
    assert str(refused.value.what).startswith(("Domain: ", "The domain is missing"))


async def test_a_domain_of_another_tenant_is_refused_and_waits_for_nothing(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await add_domain(who, tenant, "shop.example")
        office.cloud.customers[FABRIKAM].domains["shop.example"] = Domain(
            "shop.example", verified=True, default=False, initial=False
        )
        ended = await verify_domain(who, tenant, "shop.example")
    assert ended.outcome is Outcome.REFUSED and "another tenant" in str(ended.said)


def test_a_zone_line_cannot_be_ended_from_inside() -> None:
    line = Record("TXT", "shop.example", 'a" \\ ; b\nIN é', 60).zone_line
    assert line == 'shop.example. 60 IN TXT "a\\" \\\\ ; b\\010IN \\195\\169"'
    long = Record("TXT", "shop.example", "x" * 300, 60).zone_line
    assert long == f'shop.example. 60 IN TXT "{"x" * 255}" "{"x" * 45}"'
