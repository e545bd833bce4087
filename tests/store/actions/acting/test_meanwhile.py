"""Stories of what others do meanwhile: the same deed, access taken away, a store that is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store.actions import members
from store.actions.acting import (
    Acting,
    Ended,
    NewUser,
    add_domain,
    add_user,
    find_out,
    reset_password,
    undo_user,
    verify_domain,
    why_not_undone,
)
from store.actions.acting.people import Added, PeopleRun, passwords, people_plan, read_people
from store.errors import NotAllowed
from store.graph.customer_tenant import CustomerTenant
from store.message import Message, msg
from store.model.access import Level
from store.model.act import DEED_NAMES, Deed, Outcome
from store.practice.app import asgi
from store.practice.faults import Fault
from store.practice.tenants import User
from store.work import Tables
from tests.microsoft import ANNA, CONTOSO, FABRIKAM
from tests.store.actions.acting.story import ZOE, Office

NINA = NewUser("Nina Nowak", "nina@contoso.example")
ADA = "ada@contoso.example"
LATER = datetime.now(UTC) + timedelta(hours=1)
FILE = b"Name,User name\nNina,nina@contoso.example\nOle,ole@contoso.example\n"


class Killed(BaseException):
    """Ends a process in the middle of a deed."""


def dies(said: Message) -> None:
    """Ends it when the deed is begun."""
    if str(said).partition(":")[0] in DEED_NAMES.values():
        raise Killed


async def do(deed: Deed, who: Acting, tenant: CustomerTenant, *, killed: bool = False) -> Ended:
    """A deed, or its beginning."""
    told = dies if killed else lambda said: None
    if deed is Deed.ADD_USER:
        return await add_user(who, tenant, NINA, told=told)
    if deed is Deed.RESET_PASSWORD:
        return await reset_password(who, tenant, ADA, told=told)
    if deed is Deed.ADD_DOMAIN:
        return await add_domain(who, tenant, "shop.example", told)
    return await verify_domain(who, tenant, "shop.example", told)


def set_act(office: Office, act: int, **fields: str) -> None:
    """Writes something else about a deed into the journal."""

    def work(tables: Tables) -> Message:
        tables.acts.update(fields, doc_ids=[act])
        return msg("Changed.")

    office.desk.transaction("test", work)


def somebody(office: Office, name: str = "Nobody we know") -> User:
    """Somebody at the customer's adds a user of the same user name."""
    cloud = office.cloud
    user = User(cloud.new_id(), NINA.upn, name, cloud.clock.now())
    cloud.customers[CONTOSO].users[user.id] = user
    return user


# -- two at once ------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", [Deed.ADD_USER, Deed.RESET_PASSWORD, Deed.ADD_DOMAIN])
async def test_what_is_under_way_is_not_begun_a_second_time(office: Office, deed: Deed) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await do(deed, who, tenant, killed=True)
        office.cloud.log.clear()
        second = await do(deed, who, tenant)
        assert second.outcome is Outcome.REFUSED and second.secret is None
        assert ANNA in str(second.said) and "act find-out" in str(second.todo)
        assert not office.writes()

        set_act(office, office.acts[0].id, at="2026-01-01T00:00:00Z")
        assert (await do(deed, who, tenant)).outcome is Outcome.DONE
    assert len(office.writes()) == 1


async def test_only_the_same_deed_to_the_same_user_waits(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await do(Deed.RESET_PASSWORD, who, tenant, killed=True)
    async with office.at_contoso(ZOE) as (zoe, there):
        assert (await reset_password(zoe, there, ADA)).outcome is Outcome.REFUSED
        await add_other(office)
        assert (await reset_password(zoe, there, NINA.upn)).outcome is Outcome.DONE


async def add_other(office: Office) -> None:
    """A user besides the one whose reset is under way."""
    async with office.at_contoso(ANNA) as (who, tenant):
        await add_user(who, tenant, NINA)


async def test_looking_for_a_record_once_more_does_no_harm(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        await do(Deed.ADD_DOMAIN, who, tenant)
        office.cloud.set_dns(CONTOSO, "shop.example")
        with pytest.raises(Killed):
            await do(Deed.VERIFY_DOMAIN, who, tenant, killed=True)
        assert (await do(Deed.VERIFY_DOMAIN, who, tenant)).outcome is Outcome.DONE


async def test_access_that_is_taken_away_while_microsoft_is_asked_stops_the_deed(
    office: Office,
) -> None:
    anna = office.desk.view.member(ANNA)
    assert anna

    def ends(said: Message) -> None:
        if "Asking the tenant" in str(said):
            members.set_access(office.desk, anna.id, access=False, level=Level.NONE)

    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA, told=ends)
    assert ended.outcome is Outcome.REFUSED and not office.writes()
    assert [act.outcome for act in office.acts] == [Outcome.REFUSED]


# -- somebody else's user ---------------------------------------------------------------------


async def test_a_user_whom_others_added_while_our_answer_was_lost_is_not_ours(
    office: Office,
) -> None:
    office.cloud.faults.add(Fault("POST", r"/users$", kind="lost"))

    def added(said: Message) -> None:
        if "The answer was lost" in str(said):
            somebody(office)

    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA, told=added)
    assert ended.outcome is Outcome.UNKNOWN
    assert why_not_undone(office.desk.view, ended.act)


async def test_who_came_later_is_neither_called_ours_nor_deleted(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await do(Deed.ADD_USER, who, tenant, killed=True)
        office.cloud.clock.advance(timedelta(hours=1))
        somebody(office, NINA.name)
        (act,) = office.acts
        found = await find_out(who, tenant, act.id)
        assert found.outcome is Outcome.REFUSED and "something else" in str(found.said)
        with pytest.raises(NotAllowed):
            await undo_user(who, tenant, act.id, NINA.upn)
    assert office.user("nina") and not office.writes()


async def test_who_was_added_by_another_deed_is_not_this_ones(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await do(Deed.ADD_USER, who, tenant, killed=True)
        (first,) = office.acts
        set_act(office, first.id, at="2026-01-01T00:00:00Z")
        assert (await do(Deed.ADD_USER, who, tenant)).outcome is Outcome.DONE
        found = await find_out(who, tenant, first.id)
    assert found.outcome is Outcome.REFUSED and found.user is None


async def test_whose_day_microsoft_does_not_tell_stays_unknown(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await do(Deed.ADD_USER, who, tenant, killed=True)
        set_act(office, office.acts[0].id, before="")
        somebody(office, NINA.name)
        found = await find_out(who, tenant, office.acts[0].id, LATER)
    assert found.outcome is Outcome.UNKNOWN


async def test_a_deed_in_another_tenant_is_not_looked_for_in_this_one(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        with pytest.raises(Killed):
            await do(Deed.ADD_USER, who, tenant, killed=True)
        (act,) = office.acts
        set_act(office, act.id, tenant=FABRIKAM)
        office.cloud.log.clear()
        found = await find_out(who, tenant, act.id, LATER)
    assert found.outcome is Outcome.UNKNOWN and FABRIKAM in str(found.said)
    assert office.acts[0].outcome is Outcome.BEGUN and not office.cloud.log


# -- a store that takes nothing ---------------------------------------------------------------


def closes(office: Office, said: Message) -> None:
    """Nothing can be written any more once the deed is begun."""
    if "Add a user" in str(said):
        office.desk.close()


async def test_what_microsoft_refused_is_said_though_it_cannot_be_recorded(office: Office) -> None:
    (relationship,) = office.cloud.relationships

    def told(said: Message) -> None:
        closes(office, said)
        if "Add a user" in str(said):
            office.cloud.customer_terminates(relationship)

    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA, told=told)
    assert ended.outcome is Outcome.REFUSED and ended.secret is None
    assert "consent of Contoso ended" in str(ended.said)
    assert "could not be recorded" in str(ended.said) and "new offer" in str(ended.todo)


async def test_what_was_done_is_done_though_it_cannot_be_recorded(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        ended = await add_user(who, tenant, NINA, told=lambda said: closes(office, said))
    assert ended.outcome is Outcome.DONE and "could not be recorded" in str(ended.said)
    assert ended.secret and ended.secret.reveal() == office.user("nina").password


async def test_of_many_those_before_the_store_was_gone_are_told(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        plan = await people_plan(who, tenant, read_people(FILE))
        going = PeopleRun(who, tenant, lambda added: office.desk.close())
        added = await going.add(plan, passwords(plan), "Contoso")
    assert added[0].ended and added[0].ended.outcome is Outcome.DONE and added[0].ended.secret
    assert not office.cloud.customers[CONTOSO].user("ole@contoso.example")


async def test_the_one_that_was_cut_off_may_have_been_added(office: Office) -> None:
    heard: list[Added] = []
    cloud = asgi(office.cloud)

    async def dying(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            raise Killed
        await cloud(scope, receive, send)

    async with office.at_contoso(ANNA, app=dying) as (who, tenant):
        plan = await people_plan(who, tenant, read_people(FILE))
        secrets = passwords(plan)
        with pytest.raises(Killed):
            await PeopleRun(who, tenant, heard.append).add(plan, secrets, "Contoso")
    assert [one.ended.outcome for one in heard if one.ended] == [Outcome.UNKNOWN]
    assert heard[0].ended and heard[0].ended.secret is secrets[heard[0].line.line]
    assert [act.outcome for act in office.acts] == [Outcome.BEGUN]
