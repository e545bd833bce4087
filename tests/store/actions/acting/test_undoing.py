"""Stories of users that were added by mistake and are deleted again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.actions import undo
from store.actions.acting import NewUser, add_user, reset_password, undo_user, why_not_undone
from store.desk import Receipt
from store.errors import BadInput, NotAllowed
from store.message import msg
from store.model.act import Deed, Outcome
from store.work import Tables
from tests.microsoft import ANNA, CONTOSO, FABRIKAM
from tests.store.actions.acting.story import Office

NINA = NewUser("Nina Nowak", "nina@contoso.example")
ADA = "ada@contoso.example"
NOW = datetime.now(UTC)


async def test_a_user_that_was_added_by_mistake_is_deleted_again_once(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        added = await add_user(who, tenant, NINA)
        assert why_not_undone(office.desk.view, added.act) is None
        with pytest.raises(BadInput, match="not the user name") as wrong:
            await undo_user(who, tenant, added.act, "nina")
        assert wrong.value.field == "confirm"
        ended = await undo_user(who, tenant, added.act, NINA.upn)
        assert ended.outcome is Outcome.DONE and "30 days" in str(ended.todo)
        with pytest.raises(NotAllowed, match="deleted again already"):
            await undo_user(who, tenant, added.act, NINA.upn)
    contoso = office.cloud.customers[CONTOSO]
    assert contoso.user(NINA.upn) is None and len(contoso.deleted) == 1
    assert [act.deed for act in office.acts] == [Deed.ADD_USER, Deed.DELETE_USER]
    deletes = [line for line in office.writes() if line.startswith("DELETE")]
    assert len(deletes) == 1 and added.user and deletes[0].endswith(f"/users/{added.user.id}")


async def test_only_who_was_added_here_and_lately_can_go(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        added = await add_user(who, tenant, NINA)
        reset = await reset_password(who, tenant, ADA)
        refused = await add_user(who, tenant, NINA)
        view = office.desk.view
        assert "more than 24 hours ago" in str(
            why_not_undone(view, added.act, NOW + timedelta(hours=25))
        )
        assert why_not_undone(view, added.act, NOW + timedelta(hours=23)) is None
        assert "Only a user that was added" in str(why_not_undone(view, reset.act))
        assert "not known" in str(why_not_undone(view, refused.act))
        assert "not in the journal" in str(why_not_undone(view, 999))
        for act in (reset.act, refused.act, 999):
            with pytest.raises(NotAllowed):
                await undo_user(who, tenant, act, ADA)
    assert not [line for line in office.writes() if line.startswith("DELETE")]


async def test_a_deed_of_another_tenant_deletes_nobody_here(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        added = await add_user(who, tenant, NINA)

        def forge(tables: Tables) -> object:
            tables.acts.update({"tenant": FABRIKAM}, doc_ids=[added.act])
            return msg("Forged.")

        office.desk.transaction("test", forge)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed, match="another customer"):
            await undo_user(who, tenant, added.act, NINA.upn)


async def test_whoever_goes_by_another_name_by_now_stays(office: Office) -> None:
    async with office.at_contoso(ANNA) as (who, tenant):
        added = await add_user(who, tenant, NINA)
        office.user("nina").upn = "ceo@contoso.example"
        ended = await undo_user(who, tenant, added.act, NINA.upn)
        assert ended.outcome is Outcome.REFUSED and "ceo@contoso.example" in str(ended.said)
        office.cloud.customers[CONTOSO].remove_user(office.user("ceo"))
        gone = await undo_user(who, tenant, added.act, NINA.upn)
    assert str(gone.said) == "nina@contoso.example is no longer there."
    assert not [line for line in office.writes() if line.startswith("DELETE")]


async def test_the_key_for_undo_does_not_reach_what_was_done_at_microsoft(office: Office) -> None:
    receipts: list[Receipt] = []
    work = office.desk.transaction

    async with office.at_contoso(ANNA) as (who, tenant):
        await add_user(who, tenant, NINA)

    def again(tables: Tables) -> object:
        tables.acts.update({"outcome": "done"}, doc_ids=[office.acts[0].id])
        return msg("Again.")

    for did in ("act.begin", "act.end", "act.consent"):
        receipts.append(work(did, again))  # type: ignore[arg-type]
    for receipt in receipts:
        with pytest.raises(NotAllowed, match="done at Microsoft"):
            undo.undo(office.desk, receipt)
