"""Finds out what became of a deed that was begun and whose end is not known."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from store.actions.acting.base import Acting, Ended, Person
from store.actions.acting.domain import domain_or_none
from store.actions.acting.passwords import was_reset
from store.actions.acting.users import person, user_or_none
from store.errors import DeskError, NotFound
from store.message import Message, msg
from store.model import document
from store.model.act import DEED_NAMES, OUTCOME_NAMES, Act, Deed, Outcome
from store.view import ACTS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph.customer_tenant import CustomerTenant

_SETTLED = timedelta(minutes=15)
"""After so long, what Microsoft does not show was not done, and nobody is still at it."""


class _Seen(NamedTuple):
    """What Microsoft shows; `done` is `None` where that says nothing."""

    done: bool | None
    user: Person | None = None


def unknown_deeds(view: View, customer: int) -> tuple[Act, ...]:
    """The deeds at a customer whose end is not known, oldest first."""
    open_ = (Outcome.BEGUN, Outcome.UNKNOWN)
    return tuple(act for act in view.acts(customer) if act.outcome in open_)


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
    if found.outcome not in (Outcome.BEGUN, Outcome.UNKNOWN):
        raise NotFound(msg("It is known how that ended: {outcome}.",
                           outcome=msg(OUTCOME_NAMES[found.outcome])))  # fmt: skip
    try:
        seen = await _seen(tenant, found, document.text(row, "before"))
    except DeskError as error:
        raise await acting.why(error) from error
    ended = _ended(found, seen, _is_settled(found.at, now or datetime.now(UTC)))
    if ended.outcome is not Outcome.UNKNOWN or found.outcome is Outcome.BEGUN:
        await asyncio.to_thread(_record, acting, found, ended)
    return ended


async def _seen(tenant: CustomerTenant, found: Act, before: str) -> _Seen:
    """Whether it was done, by what was there before it was begun."""
    if found.deed in (Deed.ADD_DOMAIN, Deed.VERIFY_DOMAIN):
        domain = await domain_or_none(tenant, found.target)
        if found.deed == Deed.ADD_DOMAIN:
            return _Seen(domain is not None)
        return _Seen(domain is not None and domain.verified)
    user = await user_or_none(tenant, found.target_id or found.target)
    if found.deed == Deed.ADD_USER:
        return _Seen(user is not None, person(user) if user else None)
    if found.deed == Deed.DELETE_USER:
        return _Seen(user is None)
    if found.deed != Deed.RESET_PASSWORD or user is None or not user.password_changed:
        return _Seen(None)
    return _Seen(was_reset(before, user), person(user))


def _ended(found: Act, seen: _Seen, settled: bool) -> Ended:
    deed, target = msg(DEED_NAMES[Deed(found.deed)]), found.target
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


def _is_settled(at: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(at) >= _SETTLED
    except (ValueError, TypeError):
        return False


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
