"""The road of every deed at a customer's: checked, begun, done, ended.

Each is two lines of the journal, one before Microsoft hears of it and one when its end is known,
so that a process that is killed in between leaves a deed that was begun.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from store.actions.acting.base import Acting, Domain, Ended, Person, Told
from store.errors import DeskError, OutcomeUnknown
from store.message import Message, msg
from store.model.access import Task
from store.model.act import DEED_NAMES, OUTCOME_NAMES, Act, Deed, Outcome
from store.model.may.chain import Target, Verdict
from store.secret import Secret
from store.view import ACTS
from store.work import Tables

if TYPE_CHECKING:
    from store.graph.customer_tenant import CustomerTenant

_LOOKS = (0, 1, 2, 3)
"""Seconds before each look at what became of a change: it may show only after a while."""


class Done(NamedTuple):
    """What was done, in words, and to whom; `outcome` is how that ends where nobody refused it."""

    said: Message
    todo: Message | None = None
    user: Person | None = None
    domain: Domain | None = None
    outcome: Outcome = Outcome.DONE


class Refused(Exception):
    """Nothing was sent: why, what would change it, and the domain that it is about."""

    def __init__(
        self, why: Message, todo: Message | None = None, *, domain: Domain | None = None
    ) -> None:
        super().__init__(why)
        self.why = why
        self.todo = todo
        self.domain = domain


_NOT_SENT = msg("Nothing was sent.")


async def _nothing() -> Done:
    return Done(_NOT_SENT, outcome=Outcome.REFUSED)


class Plan(NamedTuple):
    """A deed that is about to be done.

    `task` is whose chain has to hold. `check` looks at what only Microsoft knows, and raises
    `Refused`. `do` sends the change; `find` says what became of it where the answer was lost, or
    `None` where that is not to be seen, and `todo` how a person finds out. `before` is how it
    stood, to be compared with later. One that only records a refusal needs none of them.
    """

    deed: Deed
    task: Task
    target: str
    do: Callable[[], Awaitable[Done]] = _nothing
    find: Callable[[], Awaitable[Done | None]] = _nothing
    lost: Message = _NOT_SENT
    todo: Message = _NOT_SENT
    check: Callable[[], Awaitable[None]] | None = None
    aim: Target | None = None
    target_id: str = ""
    before: str = ""
    secret: Secret | None = None
    user: Person | None = None
    domain: Domain | None = None


async def carry_out(acting: Acting, tenant: CustomerTenant, plan: Plan, told: Told) -> Ended:
    """Does a deed, or says why not; raises only what the desk itself refuses before it is begun.

    The chain, the account and the tenant are looked at again here, just before anything is sent.
    """
    try:
        await _ready(acting, tenant, plan, told)
    except Refused as refused:
        return await _refused(acting, plan, refused)
    except DeskError as error:
        found = await acting.why(error, plan.task)
        return await _end(acting, plan, 0, Outcome.REFUSED, Done(found.what, found.todo))
    if plan.deed is Deed.ADD_USER:  # by which the user that is found later can be told from others
        plan = plan._replace(before=tenant.moment())
    try:
        act = await _begin(acting, plan)
    except Refused as refused:
        return await _refused(acting, plan, refused)
    told(msg("{deed}: {target}…", deed=msg(DEED_NAMES[plan.deed]), target=plan.target))
    try:
        done = await plan.do()
    except OutcomeUnknown:
        told(msg("The answer was lost: looking for what became of it…"))
        found_out = await _found_out(tenant, plan)
        outcome = Outcome.DONE if found_out else Outcome.UNKNOWN
        lost = Done(plan.lost, plan.todo, domain=plan.domain)
        return await _end(acting, plan, act, outcome, found_out or lost)
    except DeskError as error:
        found = await acting.why(error, plan.task)
        no = Done(found.what, found.todo, domain=plan.domain)
        return await _end(acting, plan, act, Outcome.REFUSED, no)
    return await _end(acting, plan, act, done.outcome, done)


async def refused_at_once(acting: Acting, deed: Deed, task: Task, target: str) -> Ended | None:
    """How a deed ends whose chain is broken before anybody is asked; `None` where it is not.

    Recorded as any other refusal of what was asked for.
    """
    plan = Plan(deed, task, target)
    try:
        await asyncio.to_thread(acting.desk.refresh)
        _allowed(acting, plan)
    except Refused as refused:
        return await _refused(acting, plan, refused)
    return None


async def _refused(acting: Acting, plan: Plan, refused: Refused) -> Ended:
    no = Done(refused.why, refused.todo, domain=refused.domain)
    return await _end(acting, plan, 0, Outcome.REFUSED, no)


async def _found_out(tenant: CustomerTenant, plan: Plan) -> Done | None:
    """What became of a change whose answer was lost, where Microsoft shows it."""
    for seconds in _LOOKS:
        if seconds:
            await tenant.wait(seconds)
        with contextlib.suppress(DeskError):
            done = await plan.find()
            if done:
                said = msg("{done} The answer was lost, so it was looked up.", done=done.said)
                return done._replace(said=said)
    return None


async def _ready(acting: Acting, tenant: CustomerTenant, plan: Plan, told: Told) -> None:
    """Raises `Refused` where anything differs from what was looked at when it was begun."""
    await asyncio.to_thread(acting.desk.refresh)  # what other processes wrote counts too
    _allowed(acting, plan)
    account = await asyncio.to_thread(acting.connection.account)
    if account is None or account.upn.casefold() != acting.upn.casefold():
        raise Refused(
            msg("{upn} is no longer signed in.", upn=acting.upn),
            msg("Sign in: {command}", command="partnerdesk sign-in"),
        )
    label = acting.customer.label
    told(msg("Asking the tenant of {customer}…", customer=label))
    tenant_there = (await tenant.organization()).tenant
    if tenant_there.lower() != acting.microsoft_id:
        raise Refused(
            msg("Microsoft answered for another tenant than that of {customer}. Nothing was sent.",
                customer=label),
            msg("Sign out and in again. If that does not help, tell whoever runs your network."),
        )  # fmt: skip
    if plan.check:
        await plan.check()


def _allowed(acting: Acting, plan: Plan) -> None:
    """Raises `Refused` where the present view says no: asks nobody."""
    view, customer = acting.desk.view, acting.customer
    if customer.microsoft_id != acting.microsoft_id or customer.archived:
        raise Refused(
            msg("{customer} was changed meanwhile.", customer=customer.label),
            msg("Look at it as it is now, then decide again."),
        )
    ours = acting.connection.partner
    if (view.partner.tenant, view.partner.cloud) != (ours.tenant, ours.cloud):
        raise Refused(msg("The partner was changed meanwhile."), msg("Begin again."))
    chain = acting.chain(plan.task, plan.aim)
    if chain.verdict is Verdict.NO and chain.broken:
        raise Refused(chain.broken.why, chain.broken.repair)


def _alone(acting: Acting, plan: Plan, tables: Tables) -> None:
    """Raises `Refused` while the same is being done, or may just have been.

    Of two resets side by side each would show a password, and one of them would not be in force.
    """
    if plan.deed is Deed.VERIFY_DOMAIN:  # looking once more does no harm
        return
    now = datetime.fromisoformat(tables.now)
    for other in tables.view.open_acts(acting.key):
        if _is_same(other, plan) and not other.is_settled(now):
            raise Refused(
                msg("The same was begun by {by} a moment ago, and its end is not known yet.",
                    by=other.by or "?"),
                how_to_find_out(acting),
            )  # fmt: skip


def _is_same(other: Act, plan: Plan) -> bool:
    if other.deed != plan.deed:
        return False
    if other.target_id and plan.target_id:
        return other.target_id == plan.target_id
    return other.target.casefold() == plan.target.casefold()


def how_to_find_out(acting: Acting) -> Message:
    """What to do about a deed whose end is not known."""
    return msg(
        "Do not repeat it. Find out what became of it: {command}",
        command=f"partnerdesk act find-out {acting.ref}",
    )


# -- the journal ------------------------------------------------------------------------------


async def _begin(acting: Acting, plan: Plan) -> int:
    """Writes down that it begins; returns the deed's number.

    Under the lock of the journal the view is looked at once more, since checking took its time and
    others write too; raises `Refused`.
    """
    made: list[int] = []

    def work(tables: Tables) -> Message:
        _allowed(acting, plan)
        _alone(acting, plan, tables)
        made.append(tables.acts.insert(_document(acting, plan, tables, Outcome.BEGUN)))
        return msg("Begins at {customer}: {deed}, {target}.", customer=acting.customer.label,
                   deed=msg(DEED_NAMES[plan.deed]), target=plan.target)  # fmt: skip

    await asyncio.to_thread(acting.desk.transaction, "act.begin", work)
    return made[0]


async def _end(acting: Acting, plan: Plan, act: int, outcome: Outcome, done: Done) -> Ended:
    """Writes down how it ended; that this cannot be written changes nothing, and is said."""
    said, todo = _without(plan.secret, done.said), _without(plan.secret, done.todo)
    kept = [act]
    target_id = done.user.id if done.user else plan.target_id

    def work(tables: Tables) -> Message:
        there = act and tables.view.tables.table(ACTS).get(act) is not None
        if there:
            fields = {"outcome": outcome.value, "target_id": target_id, **_words(said, todo)}
            tables.acts.update(fields, doc_ids=[act])
        else:
            fields = _document(acting, plan, tables, outcome) | {"target_id": target_id}
            kept[0] = tables.acts.insert(fields | _words(said, todo))
        return msg("{deed}, {target} at {customer}: {outcome}.", deed=msg(DEED_NAMES[plan.deed]),
                   target=plan.target, customer=_label(acting), outcome=msg(OUTCOME_NAMES[outcome]),
                   )  # fmt: skip

    try:
        await asyncio.to_thread(acting.desk.transaction, "act.end", work)
    except DeskError as error:
        said = msg("{said} It could not be recorded here: {why}", said=said or done.said,
                   why=error.what)  # fmt: skip
    secret = plan.secret if outcome in (Outcome.DONE, Outcome.UNKNOWN) else None
    return Ended(outcome, said or done.said, todo, kept[0], secret, done.user or plan.user,
                 done.domain)  # fmt: skip


def _document(acting: Acting, plan: Plan, tables: Tables, outcome: Outcome) -> dict[str, Any]:
    return {
        "customer": acting.key,
        "deed": plan.deed.value,
        "target": plan.target,
        "outcome": outcome.value,
        "at": tables.now,
        "by": acting.upn,
        "tenant": acting.microsoft_id,
        "target_id": plan.target_id,
        "before": plan.before,
    }


def _words(said: Message | None, todo: Message | None) -> dict[str, Any]:
    return {
        "why": said.to_json() if said else None,
        "todo": todo.to_json() if todo else None,
    }


def _label(acting: Acting) -> str:
    found = acting.desk.view.customer(acting.key)
    return found.label if found else f"#{acting.key}"


def _without(secret: Secret | None, said: Message | None) -> Message | None:
    """A sentence that is sure not to hold the password: an answer could repeat what was sent."""
    if said is None or not secret or secret.reveal() not in str(said):
        return said
    return msg("Microsoft answered in words that are not shown, since they hold the password.")
