"""Stories of refusals: the chain, the tenant, the consent, the app, a guest, another account."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions import customers
from store.actions import partner as partners
from store.actions.acting import NewUser, acting, add_user, find_users, options, reset_password
from store.actions.connection import Access, Connection
from store.errors import NotAllowed, NotFound, SignInNeeded, SignInRefused
from store.model.access import Task
from store.model.act import Outcome
from store.model.may.chain import Part
from store.model.relationship import ACTIVE
from store.practice.faults import Fault
from tests.microsoft import ANNA, CONTOSO, FABRIKAM
from tests.store.actions.acting.story import TYPED, ZOE, Office

NINA = NewUser("Nina Nowak", "nina@contoso.example")


async def test_consent_that_ends_between_the_form_and_the_key_is_said_and_taken_in(
    office: Office,
) -> None:
    (relationship,) = office.cloud.relationships
    async with office.at_contoso(ANNA) as (who, tenant):
        await options(who, tenant)
        office.cloud.customer_terminates(relationship)
        ended = await add_user(who, tenant, NINA)
    assert ended.outcome is Outcome.REFUSED
    assert str(ended.said) == "The consent of Contoso ended on 2026-11-22."
    assert "new offer" in str(ended.todo)
    assert office.cloud.customers[CONTOSO].user(NINA.upn) is None
    (kept,) = office.desk.view.relationships(office.contoso)
    assert kept.status != ACTIVE
    broken = office.acting(ANNA).chain(Task.ADD_USER).broken
    assert broken and broken.part is Part.CONSENT
    assert [act.outcome for act in office.acts] == [Outcome.REFUSED]


async def test_after_that_nothing_is_sent_any_more(office: Office) -> None:
    (relationship,) = office.cloud.relationships
    async with office.at_contoso(ANNA) as (who, tenant):
        office.cloud.customer_terminates(relationship)
        await add_user(who, tenant, NINA)
        office.cloud.log.clear()
        again = await add_user(who, tenant, NINA)
    assert again.outcome is Outcome.REFUSED and not office.cloud.log


async def test_a_role_taken_away_is_a_refusal_and_no_end_of_consent(office: Office) -> None:
    office.cloud.faults.add(
        Fault("POST", "/users$", status=403, code="Authorization_RequestDenied",
              message="Insufficient privileges to complete the operation.")
    )  # fmt: skip
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA)
    assert ended.outcome is Outcome.REFUSED and "consent" not in str(ended.said).lower()
    assert ended.secret is None and ended.todo
    (kept,) = office.desk.view.relationships(office.contoso)
    assert kept.status == ACTIVE


async def test_an_app_without_consent_names_the_address_of_the_consent(office: Office) -> None:
    office.cloud.app.consents.pop(CONTOSO)
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(SignInRefused, match="has consented to our app") as refused:
            await options(who, tenant)
        ended = await add_user(who, tenant, NINA)
    assert f"/{CONTOSO}/adminconsent?client_id=" in str(refused.value.todo)
    assert refused.value.code == "AADSTS65001"
    assert ended.outcome is Outcome.REFUSED and "/adminconsent" in str(ended.todo)


async def test_a_guest_account_in_the_customers_tenant_is_said(office: Office) -> None:
    office.cloud.customers[CONTOSO].guest_accounts.add(ANNA)
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(SignInRefused, match="invited it as a guest") as refused:
            await find_users(who, tenant, "a")
        ended = await add_user(who, tenant, NINA)
    assert refused.value.code == "AADSTS50020"
    assert ended.outcome is Outcome.REFUSED and "guest" in str(ended.said)
    assert office.acting(ANNA).upn == ANNA  # the sign-in at home stands


async def test_a_token_of_another_tenant_writes_nothing(office: Office) -> None:
    assigned = {office.cloud.group("AdminAgents").id: ["62e90394-69f5-4237-9190-012177145e10"]}
    office.cloud.add_relationship(
        name="f", tenant=FABRIKAM, roles=assigned.popitem()[1], assignments={
            office.cloud.group("AdminAgents").id: ["62e90394-69f5-4237-9190-012177145e10"]},
    )  # fmt: skip
    async with office.at_contoso(ANNA, FABRIKAM) as (who, tenant):
        ended = await reset_password(who, tenant, "ada@fabrikam.example", TYPED)
    assert ended.outcome is Outcome.REFUSED
    assert "another tenant than that of Contoso" in str(ended.said)
    assert not office.writes()


async def test_a_customer_or_a_partner_that_was_changed_meanwhile_is_not_acted_for(
    office: Office,
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        customers.edit(office.desk, office.contoso, {"microsoft_id": FABRIKAM})
        ended = await add_user(who, tenant, NINA)
        assert "Contoso was changed meanwhile" in str(ended.said)
        customers.edit(office.desk, office.contoso, {"microsoft_id": CONTOSO})
        partners.set_fields(office.desk, {"tenant": FABRIKAM})
        ended = await add_user(who, tenant, NINA)
        assert "partner was changed meanwhile" in str(ended.said)
    assert not office.cloud.log


def test_who_cannot_act_at_all_is_told_first(office: Office, tmp_path: Path) -> None:
    nobody = Connection(office.desk.view.partner, office.desk.path, Access(tmp_path, "memory"))
    with pytest.raises(SignInNeeded, match="Nobody is signed in"):
        acting(office.desk, nobody, office.contoso)
    robot = Connection(
        office.desk.view.partner, office.desk.path, Access(tmp_path, "memory", certificate="a.pem")
    )
    with pytest.raises(NotAllowed, match="certificate cannot act"):
        acting(office.desk, robot, office.contoso)
    with pytest.raises(NotFound):
        acting(office.desk, office.connection(ANNA), 99)
    customers.add(office.desk, {"name": "Tailspin"})
    tailspin = max(office.desk.view.customers)
    with pytest.raises(NotAllowed, match="no Microsoft ID"):
        acting(office.desk, office.connection(ANNA), tailspin)
    customers.archive(office.desk, [office.contoso])
    with pytest.raises(NotAllowed, match="archived"):
        acting(office.desk, office.connection(ZOE), office.contoso)


async def test_an_account_that_is_no_active_user_of_ours_is_refused(office: Office) -> None:
    office.cloud.add_member("eve@adatum.example", "Eve")
    async with office.at_contoso("eve@adatum.example") as (who, tenant):
        ended = await add_user(who, tenant, NINA)
    assert ended.outcome is Outcome.REFUSED and not office.cloud.log


async def test_words_of_microsofts_that_hold_the_password_are_not_shown(office: Office) -> None:
    office.cloud.faults.add(
        Fault("POST", "/users$", status=400, code="Odd", message=f"No: {TYPED.reveal()}")
    )
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA, TYPED)
    assert ended.outcome is Outcome.REFUSED
    assert TYPED.reveal() not in f"{ended.said} {ended.todo}"
    assert TYPED.reveal() not in str(office.acts)


async def test_a_domain_that_was_not_read_is_not_called_unverified(office: Office) -> None:
    office.cloud.page_limit = 1
    office.cloud.faults.add(Fault("GET", "/domains", status=500, times=99, skip=1))
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA)
    assert ended.outcome is Outcome.REFUSED and "domains could not be read" in str(ended.said)
