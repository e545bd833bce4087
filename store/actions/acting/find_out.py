"""Finds out what became of a deed that was begun and whose end is not known."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.base import Acting, Ended, Person
from store.actions.acting.domain import domain_or_none
from store.actions.acting.passwords import was_reset
from store.actions.acting.users import person, user_or_none
from store.errors import DeskError, NotFound
from store.message import Message, msg
from store.model import document
from store.model.access import Task
from store.model.act import DEED_NAMES, ENDED, OUTCOME_NAMES, SETTLED, Act, Deed, Outcome
from store.view import ACTS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.customer_tenant import CustomerTenant

_TASKS: Mapping[str, Task] = {
    Deed.RESET_PASSWORD: Task.RESET_PASSWORD,
    Deed.ADD_DOMAIN: Task.ADD_DOMAIN,
    Deed.VERIFY_DOMAIN: Task.ADD_DOMAIN,
}


class _Seen(NamedTuple):
    """What Microsoft shows; `done` is `None` where that says nothing.

    With `other` the `user` is there, and somebody else added it.
    """

    done: bool | None
    user: Person | None = None
    other: bool = False


def unknown_deeds(view: View, customer: int) -> tuple[Act, ...]:
    """The deeds at a customer whose end is not known, oldest first."""
    return view.open_acts(customer)


async def find_out(
    acting: Acting, tenant: CustomerTenant, act: int, now: datetime | None = None
) -> Ended:
    """Looks at Microsoft whether a deed was done, and records what that tells.

    What is not there after a quarter of an hour was not done. Changes nothing at Microsoft; raises
    `NotFound` where there is nothing to find out, and what Microsoft refuses.
    """
    row = acting.desk.view.tables.table(ACTS).get(act)
    found = Act.from_document(act, row or {})
    if row is None or found.customer != acting.key:
        raise NotFound(msg("This deed is not in the journal."))
    if found.outcome in ENDED:
        raise NotFound(msg("It is known how that ended: {outcome}.",
                           outcome=msg(OUTCOME_NAMES[found.outcome])))  # fmt: skip
    if found.tenant != acting.microsoft_id:
        return _elsewhere(acting, found)
    try:
        seen = await _seen(acting.desk.view, tenant, found, document.text(row, "before"))
    except DeskError as error:
        raise await acting.why(error, _TASKS.get(found.deed, Task.ADD_USER)) from error
    ended = _ended(found, seen, found.is_settled(now or datetime.now(UTC)))
    if ended.outcome is not Outcome.UNKNOWN or found.outcome is Outcome.BEGUN:
        await asyncio.to_thread(_record, acting, found, ended)
    return ended


async def _seen(view: View, tenant: CustomerTenant, found: Act, before: str) -> _Seen:
    """Whether it was done, by what was there before it was begun."""
    if found.deed in (Deed.ADD_DOMAIN, Deed.VERIFY_DOMAIN):
        domain = await domain_or_none(tenant, found.target)
        if found.deed == Deed.ADD_DOMAIN:
            return _Seen(domain is not None)
        return _Seen(domain is not None and domain.verified)
    user = await user_or_none(tenant, found.target_id or found.target)
    if found.deed == Deed.ADD_USER:
        if user is None:
            return _Seen(False)
        ours = _is_of(view, found, user, before)
        return _Seen(ours, person(user), other=ours is False)
    if found.deed == Deed.DELETE_USER:
        return _Seen(user is None)
    if found.deed != Deed.RESET_PASSWORD or user is None or not user.password_changed:
        return _Seen(None)
    return _Seen(was_reset(before, user), person(user))


def _is_of(view: View, found: Act, user: facts.User, begun: str) -> bool | None:
    """Whether a user came of this deed; `None` where Microsoft does not say when it was added.

    `begun` is when that was by Microsoft's clock. Whoever came later may belong to somebody else,
    and must be neither deleted from here nor called ours.
    """
    if any(it.target_id == user.id and it.deed == Deed.ADD_USER and it.outcome is Outcome.DONE
           for it in view.acts(found.customer)):  # fmt: skip
        return False
    try:
        apart = datetime.fromisoformat(user.created) - datetime.fromisoformat(begun)
    except (ValueError, TypeError):
        return None
    return abs(apart) <= SETTLED


def _elsewhere(acting: Acting, found: Act) -> Ended:
    return Ended(
        Outcome.UNKNOWN,
        msg("{deed}, {target}: this was begun in another tenant than {customer} has here now: "
            "{tenant}.", deed=msg(DEED_NAMES[Deed(found.deed)]), target=found.target,
            customer=acting.customer.label, tenant=found.tenant or "?"),
        msg("Look in the account of that tenant. If its Microsoft ID was changed by mistake, "
            "correct it and look again."),
        found.id,
    )  # fmt: skip


def _ended(found: Act, seen: _Seen, settled: bool) -> Ended:
    deed, target = msg(DEED_NAMES[Deed(found.deed)]), found.target
    if seen.other:
        return Ended(
            Outcome.REFUSED,
            msg("{deed}, {target}: such a user is there, and came of something else than this.",
                deed=deed, target=target),
            msg("Choose another user name, or reset the password of the one that is there."),
            found.id,
        )  # fmt: skip
    if seen.done:
        todo = None
        if found.deed == Deed.RESET_PASSWORD:
            todo = msg("Its password was changed since. If nobody wrote the new one down, reset "
                       "it once more.")  # fmt: skip
        if found.deed == Deed.ADD_USER:
            todo = msg("If nobody wrote the password down, reset it.")
        said = msg("{deed}, {target}: Microsoft shows that it was done.", deed=deed, target=target)
        return Ended(Outcome.DONE, said, todo, found.id, user=seen.user)
    if seen.done is False and settled:
        return Ended(
            Outcome.REFUSED,
            msg("{deed}, {target}: Microsoft shows that it was not done.", deed=deed,
                target=target),
            msg("It may be done again."),
            found.id,
        )  # fmt: skip
    return Ended(
        Outcome.UNKNOWN,
        msg("{deed}, {target}: Microsoft does not show it yet.", deed=deed, target=target),
        msg("Do not repeat it. Look again in a quarter of an hour."),
        found.id,
    )


def _record(acting: Acting, found: Act, ended: Ended) -> None:
    def work(tables: Tables) -> Message:
        row = tables.view.tables.table(ACTS).get(found.id)
        if row is not None and document.text(row, "outcome") == found.outcome:
            fields = {
                "outcome": ended.outcome.value,
                "why": ended.said.to_json(),
                "todo": ended.todo.to_json() if ended.todo else None,
            }
            if ended.user:
                fields["target_id"] = ended.user.id
            tables.acts.update(fields, doc_ids=[found.id])
        return ended.said

    acting.desk.transaction("act.end", work)
