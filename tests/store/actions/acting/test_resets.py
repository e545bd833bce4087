"""Stories of passwords that are reset: whose, by whom, and what has to be typed first."""

from __future__ import annotations

import pytest

from store.actions.acting import look, reset_password
from store.errors import BadInput, NotFound
from store.model.access import Task
from store.model.act import Outcome
from store.model.may.chain import Part, Verdict
from store.practice import rules
from tests.microsoft import ANNA
from tests.store.actions.acting.story import TYPED, ZOE, Office, journal_text

ADA, HANNA, ADMIN = "ada@contoso.example", "helpdesk@contoso.example", "admin@contoso.example"


async def test_a_limited_member_resets_an_ordinary_users_password(office: Office) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):
        looked = await look(who, tenant, ADA)
        assert looked.chain.verdict is Verdict.YES and not looked.typed
        ended = await reset_password(who, tenant, looked.user.id)
    assert ended.outcome is Outcome.DONE
    assert str(ended.said) == "Reset the password of ada@contoso.example at Contoso."
    ada = office.user("ada")
    assert ended.secret and ada.password == ended.secret.reveal() and ada.must_change
    (act,) = office.acts
    assert (act.by, act.target, act.target_id, act.outcome) == (ZOE, ADA, ada.id, Outcome.DONE)
    assert ended.secret.reveal() not in journal_text(office.desk)


async def test_a_limited_member_is_refused_an_administrators_with_the_right_reason(
    office: Office,
) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):
        looked = await look(who, tenant, ADMIN)
        broken = looked.chain.broken
        assert broken and broken.part is Part.TARGET and looked.typed == ADMIN
        assert looked.target.roles == {rules.GLOBAL}
        ended = await reset_password(who, tenant, ADMIN, typed=ADMIN)
    assert ended.outcome is Outcome.REFUSED and ended.said == broken.why
    assert ended.secret is None and not office.writes()
    assert [act.outcome for act in office.acts] == [Outcome.REFUSED]


async def test_an_administrators_name_has_to_be_typed(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        for typed in ("", "helpdesk", ADA):
            with pytest.raises(BadInput, match="is an administrator, or may be") as refused:
                await reset_password(who, tenant, HANNA, TYPED, typed=typed)
            assert refused.value.field == "confirm"
        assert not office.acts and not office.writes()
        ended = await reset_password(who, tenant, HANNA, TYPED, typed=HANNA.upper())
    assert ended.outcome is Outcome.DONE
    assert office.user("helpdesk").password == TYPED.reveal()


async def test_who_may_be_an_administrator_counts_as_one(office: Office) -> None:
    office.user("ada").protected = True
    async with office.at_contoso(ANNA) as (who, tenant):
        looked = await look(who, tenant, ADA)
    assert looked.target.protected and looked.typed == ADA


async def test_the_password_may_be_kept(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await reset_password(who, tenant, ADA, TYPED, change=False)
    ada = office.user("ada")
    assert ended.outcome is Outcome.DONE
    assert (ada.password, ada.must_change) == (TYPED.reveal(), False)
    assert [line.split()[0] for line in office.writes()] == ["PATCH"]


async def test_in_21vianet_the_password_is_set_without_the_method(office: Office) -> None:
    office.cloud.china = True
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await reset_password(who, tenant, ADA)
    assert ended.outcome is Outcome.DONE, ended
    assert ended.secret and office.user("ada").password == ended.secret.reveal()


async def test_roles_that_somebody_got_meanwhile_count(office: Office) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):
        looked = await look(who, tenant, ADA)
        assert looked.chain.verdict is Verdict.YES
        office.user("ada").roles.add(rules.GLOBAL)
        with pytest.raises(BadInput):
            await reset_password(who, tenant, looked.user.id)
        ended = await reset_password(who, tenant, looked.user.id, typed=ADA)
    assert ended.outcome is Outcome.REFUSED and not office.writes()


async def test_a_target_that_rises_between_the_look_and_the_write_is_microsofts_to_refuse(
    office: Office,
) -> None:
    async with office.at_contoso(ZOE) as (who, tenant):

        def rises(said: object) -> None:
            if "Reset a password" in str(said):
                office.user("ada").roles.add(rules.GLOBAL)

        ended = await reset_password(who, tenant, ADA, told=rises)
    assert ended.outcome is Outcome.REFUSED and ended.secret is None
    assert "above ours" in str(ended.said) and ended.todo
    assert office.user("ada").password == ""
    assert [act.outcome for act in office.acts] == [Outcome.REFUSED]


async def test_a_reset_that_microsoft_began_and_gave_up_is_refused(office: Office) -> None:
    office.cloud.failing_resets = True
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await reset_password(who, tenant, ADA)
    assert ended.outcome is Outcome.REFUSED and ended.secret is None


async def test_nobody_of_that_name(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(NotFound, match="Contoso has no user called nobody"):
            await look(who, tenant, "nobody@contoso.example")
    assert who.chain(Task.RESET_PASSWORD).verdict is Verdict.YES
