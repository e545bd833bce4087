"""Stories of users that are added on behalf of a customer."""

from __future__ import annotations

import pytest

from store.actions.acting import NewUser, add_user, find_users, options
from store.errors import BadInput
from store.model.act import Deed, Outcome
from store.model.password import why_weak
from tests.microsoft import ANNA, CONTOSO
from tests.store.actions.acting.story import TYPED, ZOE, Office, journal_text

NINA = NewUser("Nina Nowak", "nina@contoso.example", "pl")


async def test_a_full_member_adds_a_user_with_a_password_that_is_made(office: Office) -> None:
    heard: list[str] = []
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA, None, lambda said: heard.append(str(said)))
    assert ended.outcome is Outcome.DONE
    assert str(ended.said) == "Added nina@contoso.example at Contoso."
    nina = office.user("nina")
    assert ended.secret and nina.password == ended.secret.reveal() and nina.must_change
    assert why_weak(ended.secret, nina.upn) is None
    assert nina.more["usageLocation"] == "PL" and nina.name == "Nina Nowak"
    assert ended.user and (ended.user.id, ended.user.upn) == (nina.id, nina.upn)
    assert heard == ["Asking the tenant of Contoso…", "Add a user: nina@contoso.example…"]


async def test_the_journal_says_who_and_for_whom_and_never_the_password(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA)
        typed = await add_user(who, tenant, NINA._replace(upn="ole@contoso.example"), TYPED)
    (act, _) = office.acts
    assert (act.id, act.deed, act.outcome) == (ended.act, Deed.ADD_USER, Outcome.DONE)
    assert (act.by, act.tenant, act.target) == (ANNA, CONTOSO, NINA.upn)
    assert ended.user and act.target_id == ended.user.id
    kept = journal_text(office.desk)
    assert '"act.begin"' in kept and '"act.end"' in kept and NINA.upn in kept
    for secret in (ended.secret, typed.secret):
        assert secret and secret.reveal() not in kept and "•••" not in kept
    assert "•••" in repr(ended) and TYPED.reveal() not in repr(typed)


async def test_a_limited_member_adds_nobody_and_nothing_is_sent(office: Office) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):
        ended = await add_user(who, tenant, NINA)
    assert ended.outcome is Outcome.REFUSED and ended.secret is None
    assert not office.cloud.log
    (act,) = office.acts
    assert act.outcome is Outcome.REFUSED and act.why == ended.said and act.by == ZOE


async def test_a_name_that_is_taken_is_refused_before_anything_is_sent(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA._replace(upn="ADA@contoso.example"))
    assert ended.outcome is Outcome.REFUSED
    assert str(ended.said) == "The user name ADA@contoso.example is taken at Contoso."
    assert not office.writes()


async def test_a_domain_that_is_not_verified_is_refused_with_those_that_are(
    office: Office,
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await tenant.add_domain("shop.example")
        office.cloud.log.clear()
        ended = await add_user(who, tenant, NINA._replace(upn="nina@shop.example"))
    assert str(ended.said) == "shop.example is no verified domain of Contoso."
    assert "contoso.example, contoso.onmicrosoft.example" in str(ended.todo)
    assert ended.outcome is Outcome.REFUSED and not office.writes()


@pytest.mark.parametrize(
    ("new", "field", "why"),
    [
        (NINA._replace(name="  "), "name", "name is missing"),
        (NINA._replace(upn=""), "upn", "user name is missing"),
        (NINA._replace(upn="nina"), "upn", "not a user principal name"),
        (NINA._replace(location="XX"), "location", "no country code"),
        (NINA._replace(name="Nina\x1b]52;c;aGk=\x07"), "name", "Name"),
    ],
)
async def test_what_is_typed_wrong_is_said_at_its_field_and_not_recorded(
    office: Office, new: NewUser, field: str, why: str
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(BadInput, match=why) as refused:
            await add_user(who, tenant, new)
    assert refused.value.field == field
    assert not office.acts and not office.cloud.log


async def test_a_weak_password_is_refused_here_and_a_banned_one_by_microsoft(
    office: Office,
) -> None:
    from store.secret import Secret

    office.cloud.customers[CONTOSO].banned.add("Paint")
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(BadInput, match="three of these") as weak:
            await add_user(who, tenant, NINA, Secret("weakweak"))
        assert weak.value.field == "password"
        ended = await add_user(who, tenant, NINA, TYPED)
    assert ended.outcome is Outcome.REFUSED and ended.secret is None
    assert "password" in str(ended.said).lower() and TYPED.reveal() not in str(ended)
    assert office.cloud.customers[CONTOSO].user(NINA.upn) is None
    assert [act.outcome for act in office.acts] == [Outcome.REFUSED]


async def test_the_form_is_filled_with_what_the_tenant_has(office: Office) -> None:
    office.user("ada").more["usageLocation"] = "SE"
    async with office.at_contoso(ANNA) as (who, tenant):
        found = await options(who, tenant)
    assert found.tenant_name == "Contoso" and found.location == "SE"
    assert found.domains == ("contoso.example", "contoso.onmicrosoft.example")


async def test_people_are_found_by_how_they_begin(office: Office) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):
        found = await find_users(who, tenant, " Ada ")
        everybody = await find_users(who, tenant, "")
    assert [person.upn for person in found.found] == ["ada@contoso.example"] and not found.more
    assert len(everybody.found) == 8
