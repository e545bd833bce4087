"""What a refusal at a customer comes from: consent that ended, no consent to the app, a guest."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from store.actions.learned import day_of
from store.actions.relationships import take_in_status
from store.errors import (
    DeskError,
    GraphForbidden,
    GraphRefused,
    SignInNeeded,
    SignInRefused,
)
from store.message import Message, msg
from store.model.access import Task
from store.model.relationship import ACTIVE, Relationship
from store.work import Tables

if TYPE_CHECKING:
    from store.actions.acting.base import Acting
    from store.graph import facts
    from store.graph.client import Graph


async def explained(acting: Acting, error: DeskError, task: Task) -> DeskError:
    """An error as it has to be understood at this customer.

    Where Microsoft refuses because of who asks, it is asked at home first whether the consent
    still stands; what is found is taken in.
    """
    from store.graph.aadsts import STRANGER, codes
    from store.graph.consent import MISSING

    code = error.code if isinstance(error, SignInNeeded) else ""
    is_stranger = code in codes(STRANGER)
    customer = acting.customer.label
    if code in MISSING:
        return SignInRefused(
            msg("Nobody at {customer} has consented to our app yet.", customer=customer),
            code=code,
            todo=msg("An administrator of {customer} opens this address once and accepts: "
                     "{address}",
                     customer=customer,
                     address=acting.connection.consent_address(acting.microsoft_id)),
        )  # fmt: skip
    if not is_stranger and not isinstance(error, GraphForbidden):
        return error
    ended = await consent_ended(acting)
    if ended is not None:
        return ended
    if is_stranger:
        return SignInRefused(
            msg("Microsoft does not let {upn} into the tenant of {customer}: no group of this "
                "account reaches it, or somebody there invited it as a guest.",
                upn=acting.upn, customer=customer),
            code=code,
            todo=msg("See which link is missing: {command}. A guest account there has to be "
                     "deleted by an administrator of the customer.",
                     command=f"partnerdesk may {acting.upn} {task.value} {acting.ref}"),
        )  # fmt: skip
    return error


async def consent_ended(acting: Acting) -> DeskError | None:
    """Asks at home whether a relationship with the customer is active still; `None` if one is.

    `None` also where there was none before, or where Microsoft does not say.
    """
    active = [
        found
        for found in acting.desk.view.relationships(acting.key)
        if found.status == ACTIVE and not found.gone
    ]
    if not active:
        return None
    try:
        async with acting.connection.graph() as graph:
            now = [await _now(graph, found) for found in active]
    except DeskError:
        return None
    changed = [
        (found, fact)
        for found, fact in zip(active, now, strict=True)
        if fact is not None and fact.status != ACTIVE
    ]
    if changed:
        with contextlib.suppress(DeskError):  # a store that cannot be written hides no refusal
            await asyncio.to_thread(_take_in, acting, changed)
    if any(fact is not None and fact.status == ACTIVE for fact in now):
        return None
    return GraphForbidden(
        _said(acting, [fact for fact in now if fact is not None]),
        status=403,
        todo=msg("Ask for it again: make a new offer, which the customer has to accept."),
    )


async def _now(graph: Graph, found: Relationship) -> facts.Relationship | None:
    """How a relationship stands at Microsoft; `None` where it is not known there any more."""
    try:
        return await graph.relationship(found.microsoft_id)
    except GraphRefused as error:
        if error.status in (400, 404):
            return None
        raise


def _take_in(acting: Acting, changed: list[tuple[Relationship, facts.Relationship]]) -> None:
    def work(tables: Tables) -> Message:
        for found, fact in changed:
            take_in_status(tables, found, fact)
        return msg("The consent of {customer} ended: read from Microsoft.",
                   customer=acting.customer.label)  # fmt: skip

    acting.desk.transaction("act.consent", work)


def _said(acting: Acting, over: list[facts.Relationship]) -> Message:
    """When it ended, as far as Microsoft tells."""
    days = [day for fact in over if (day := day_of(fact.modified) or day_of(fact.ends))]
    customer = acting.customer.label
    if not days:
        return msg("The consent of {customer} has ended.", customer=customer)
    return msg("The consent of {customer} ended on {day}.", customer=customer,
               day=max(days).isoformat())  # fmt: skip
