"""Gives up a relationship that was begun and cannot be finished, or is not wanted any more.

What Microsoft has of it is looked at first: a draft is deleted there too, and a link that works
already is never forgotten.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from store.actions.learned import words
from store.actions.planner import under_way
from store.actions.steps import as_it_is
from store.desk import Desk
from store.errors import Conflict, GraphRefused, NotFound, OutcomeUnknown
from store.message import Message, msg
from store.model import links
from store.model.invitation import Invitation, Preparing
from store.model.relationship import DRAFT
from store.view import View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph.client import Graph
    from store.graph.facts import Relationship


class Given(NamedTuple):
    """What came of one customer: whether it is given up, and what there is to say."""

    customer: int
    label: str
    done: bool
    said: Message


def needs_microsoft(view: View, customers: Iterable[int]) -> bool:
    """Whether Microsoft has to be asked: nothing can be asked about another partner's drafts."""
    begun = (under_way(view, key) for key in customers)
    return any(i and i.preparing and i.preparing.is_of(view.partner) for i in begun)


async def abandon(desk: Desk, graph: Graph | None, customers: Iterable[int]) -> list[Given]:
    """Gives up what was begun for some customers; one result each.

    `graph` may be left out where `needs_microsoft` says so. Raises what ends everything, such as
    `NoConnection`; what was given up until then stays so.
    """
    made = []
    for key in dict.fromkeys(customers):
        customer = desk.view.customer(key)
        label = customer.label if customer else f"#{key}"
        begun = under_way(desk.view, key)
        if begun is None or begun.preparing is None:
            made.append(Given(key, label, False, msg("Nothing was begun for it.")))
            continue
        try:
            said = await _give_up(desk, graph, begun, begun.preparing)
        except (Conflict, NotFound, GraphRefused, OutcomeUnknown) as error:
            made.append(Given(key, label, False, error.what))
        else:
            made.append(Given(key, label, True, said))
    return made


async def _give_up(
    desk: Desk, graph: Graph | None, begun: Invitation, preparing: Preparing
) -> Message:
    said = msg("Given up; nothing of it is at Microsoft.")
    if not preparing.is_of(desk.view.partner) or graph is None:
        said = msg(
            "Given up here. If there is a draft {name} at the tenant {tenant}, delete it there.",
            name=preparing.name,
            tenant=preparing.partner,
        )
    else:
        fact = await _found(graph, preparing)
        if fact and fact.status == DRAFT:
            await _delete(graph, fact)
            said = msg("Given up; its draft was deleted at Microsoft.")
        elif fact and not _is_kept_elsewhere(desk.view, begun, fact):
            raise Conflict(
                msg("Microsoft has finalised {name}: make it once more, and its link comes in.",
                    name=words(fact.name)),
                theirs=dict(fact._asdict()),
            )  # fmt: skip
    await asyncio.to_thread(_forget, desk, begun, preparing)
    return said


async def _found(graph: Graph, preparing: Preparing) -> Relationship | None:
    if not preparing.relationship:
        return await graph.relationship_named(preparing.name)
    return await as_it_is(graph, preparing.relationship)


async def _delete(graph: Graph, fact: Relationship) -> None:
    try:
        await graph.delete(fact.id, fact.etag)
    except GraphRefused as error:
        if error.status != 404:
            raise


def _is_kept_elsewhere(view: View, begun: Invitation, fact: Relationship) -> bool:
    """Whether the customer has this link in another invitation."""
    return any(
        other.id != begun.id and links.relationship(other.link) == fact.id.lower()
        for other in view.invitations(begun.customer)
    )


def _forget(desk: Desk, begun: Invitation, preparing: Preparing) -> None:
    def work(tables: Tables) -> Message:
        now = under_way(tables.view, begun.customer)
        if now is None or now.preparing is None or now.preparing.name != preparing.name:
            raise NotFound(msg("Somebody else finished it, or gave it up, meanwhile."))
        tables.invitations.remove(doc_ids=[now.id])
        customer = tables.view.customer(begun.customer)
        return msg(
            "Gave up the relationship {name} for {customer}.",
            name=preparing.name,
            customer=customer.label if customer else f"#{begun.customer}",
        )

    desk.transaction("offers.abandon", work)
