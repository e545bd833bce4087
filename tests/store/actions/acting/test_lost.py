"""Stories of answers that were lost: looked up, never repeated, and found out later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.actions.acting import (
    Acting,
    Ended,
    NewUser,
    add_domain,
    add_user,
    find_out,
    reset_password,
    undo_user,
    unknown_deeds,
    verify_domain,
)
from store.errors import NotFound
from store.graph.customer_tenant import CustomerTenant
from store.model.act import Deed, Outcome
from store.practice.faults import Fault
from tests.microsoft import ANNA, CONTOSO
from tests.store.actions.acting.story import TYPED, Office

NINA = NewUser("Nina Nowak", "nina@contoso.example")
ADA = "ada@contoso.example"
LATER = datetime.now(UTC) + timedelta(hours=1)


async def do(deed: Deed, office: Office, who: Acting, tenant: CustomerTenant) -> Ended:
    """One deed of each kind, ready to be done."""
    if deed is Deed.ADD_USER:
        return await add_user(who, tenant, NINA)
    if deed is Deed.RESET_PASSWORD:
        return await reset_password(who, tenant, ADA)
    if deed is Deed.ADD_DOMAIN:
        return await add_domain(who, tenant, "shop.example")
    if deed is Deed.VERIFY_DOMAIN:
        return await verify_domain(who, tenant, "shop.example")
    return await undo_user(who, tenant, office.acts[0].id, NINA.upn)


async def before(deed: Deed, office: Office, who: Acting, tenant: CustomerTenant) -> None:
    """What has to be there before a deed can be done."""
    if deed is Deed.VERIFY_DOMAIN:
        await add_domain(who, tenant, "shop.example")
        office.cloud.set_dns(CONTOSO, "shop.example")
    if deed is Deed.DELETE_USER:
        await add_user(who, tenant, NINA)


WRITES = {
    Deed.ADD_USER: Fault("POST", r"/users$", kind="lost"),
    Deed.RESET_PASSWORD: Fault("POST", "resetPassword", kind="lost"),
    Deed.ADD_DOMAIN: Fault("POST", r"/domains$", kind="lost"),
    Deed.VERIFY_DOMAIN: Fault("POST", "/verify", kind="lost"),
    Deed.DELETE_USER: Fault("DELETE", "/users/", kind="lost"),
}
SECRETS = {Deed.ADD_USER, Deed.RESET_PASSWORD}


@pytest.mark.parametrize("deed", WRITES)
async def test_what_was_done_before_its_answer_was_lost_is_found_and_done_once(
    office: Office, deed: Deed
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await before(deed, office, who, tenant)
        office.cloud.log.clear()
        office.cloud.faults.add(WRITES[deed]._replace(after=True))
        ended = await do(deed, office, who, tenant)
    assert not office.cloud.faults.coming
    assert ended.outcome is Outcome.DONE, ended
    assert "The answer was lost, so it was looked up." in str(ended.said)
    assert (ended.secret is not None) is (deed in SECRETS)
    assert len(office.writes()) == 1
    assert office.acts[-1].outcome is Outcome.DONE


@pytest.mark.parametrize("deed", WRITES)
async def test_what_is_not_to_be_seen_is_unknown_and_never_repeated(
    office: Office, deed: Deed
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await before(deed, office, who, tenant)
        office.cloud.log.clear()
        office.cloud.faults.add(WRITES[deed])
        ended = await do(deed, office, who, tenant)
        assert ended.outcome is Outcome.UNKNOWN and ended.todo
        assert (ended.secret is not None) is (deed in SECRETS)
        assert len(office.writes()) == 1
        (act,) = unknown_deeds(office.desk.view, office.contoso)
        assert (act.deed, act.outcome) == (deed, Outcome.UNKNOWN)

        early = await find_out(who, tenant, act.id)
        assert early.outcome is Outcome.UNKNOWN and "quarter of an hour" in str(early.todo)
        late = await find_out(who, tenant, act.id, LATER)
        assert late.outcome is Outcome.REFUSED and "was not done" in str(late.said)
        assert not unknown_deeds(office.desk.view, office.contoso)
        with pytest.raises(NotFound):
            await find_out(who, tenant, act.id)


@pytest.mark.parametrize("deed", WRITES)
async def test_what_nobody_could_look_up_then_is_found_out_later(
    office: Office, deed: Deed
) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await before(deed, office, who, tenant)
        office.cloud.faults.add(WRITES[deed]._replace(after=True))
        office.cloud.faults.add(Fault("GET", "/users/|/domains/", kind="lost", times=99, skip=1))
        if deed is Deed.RESET_PASSWORD:  # it reads more of the user beforehand
            office.cloud.faults.clear()
            office.cloud.faults.add(WRITES[deed]._replace(after=True))
            office.cloud.faults.add(Fault("GET", r"/users/[^/]+\?", kind="lost", times=99, skip=1))
        ended = await do(deed, office, who, tenant)
        assert ended.outcome is Outcome.UNKNOWN
        office.cloud.faults.clear()
        found = await find_out(who, tenant, ended.act)
    assert found.outcome is Outcome.DONE and found.secret is None
    assert office.acts[-1].outcome is Outcome.DONE
    if deed in SECRETS:
        assert "reset" in str(found.todo)


async def test_a_process_that_ends_in_between_leaves_what_can_be_found_out(
    office: Office,
) -> None:
    class Killed(BaseException):
        pass

    def dies(said: object) -> None:
        if "Add a user" in str(said):
            raise Killed

    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await add_user(who, tenant, NINA, TYPED, dies)
        (act,) = office.acts
        assert act.outcome is Outcome.BEGUN and act.by == ANNA and act.target == NINA.upn
        late = await find_out(who, tenant, act.id, LATER)
    assert late.outcome is Outcome.REFUSED and str(late.todo) == "It may be done again."


async def test_nothing_that_never_reached_microsoft_is_unknown(office: Office) -> None:
    office.cloud.faults.add(Fault("POST", r"/users$", status=503, retry_after=3600, times=9))
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA)
    assert ended.outcome is Outcome.REFUSED and ended.secret is None
