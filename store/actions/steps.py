"""What is recorded of a relationship that is being made, step by step, whoever else is at it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from store.actions.learned import words
from store.actions.taking_in import event_of, keep_one, made_ready
from store.desk import Desk
from store.errors import Conflict, GraphRefused, NotFound
from store.message import Message, msg
from store.model import document, links
from store.model.invitation import Invitation, Preparing
from store.model.partner import Partner
from store.model.relationship import PENDING
from store.view import INVITATIONS
from store.work import Tables

if TYPE_CHECKING:
    from store.graph.client import Graph
    from store.graph.facts import Relationship


_GONE = (400, 404)
"""How Microsoft says that there is no such relationship, or no longer one of this id."""


class Abandoned(NotFound):
    """Somebody abandoned what was being made, while it was."""


async def as_it_is(graph: Graph, relationship: str) -> Relationship | None:
    """A relationship as Microsoft has it now; `None` where it is not there any more."""
    try:
        return await graph.relationship(relationship)
    except GraphRefused as error:
        if error.status in _GONE:
            return None
        raise


async def keep_id(desk: Desk, key: int, preparing: Preparing, fact: Relationship) -> None:
    """Records under which id the relationship of an invitation was created.

    Raises `Abandoned`, or `Conflict` where the relationship is another customer's already.
    """
    created = words(fact.id)

    def work(tables: Tables) -> Message:
        said = msg("Created the relationship {name} at Microsoft.", name=preparing.name)
        if _is_finished(tables, key, preparing, fact) or _taken_by_its_own(tables, key, fact):
            return said
        row = tables.view.tables.table(INVITATIONS)[key]
        now = {**row["preparing"], "relationship": created}
        tables.invitations.update({"preparing": now}, doc_ids=[key])
        return said

    await asyncio.to_thread(desk.transaction, "offers.created", work)


async def keep_link(
    desk: Desk, key: int, preparing: Preparing, fact: Relationship, partner: Partner, host: str
) -> str:
    """Records the link of an invitation whose relationship was finalised; returns it.

    Raises `Abandoned`, `Conflict`, or `GraphRefused` where no link can be made of the id.
    """
    link = links.granular_link(partner.cloud, fact.id, host)
    if not links.is_granular(link):
        raise GraphRefused(
            msg("No link can be made of the id that Microsoft gave: {id}", id=words(fact.id)),
            todo=msg("Take its link from Partner Center."),
        )

    def work(tables: Tables) -> Message:
        row = tables.view.tables.table(INVITATIONS).get(key) or {}
        customer = document.number(row, "customer") or 0
        named = tables.view.customer(customer)
        said = msg("{name} has a link of its own: {relationship}.",
                   name=named.label if named else f"#{customer}",
                   relationship=words(fact.name))  # fmt: skip
        if _is_finished(tables, key, preparing, fact):
            return said
        if _taken_by_its_own(tables, key, fact):
            tables.invitations.remove(doc_ids=[key])
        else:
            fields = made_ready(fact, partner, host, tables.today)
            if fact.status != PENDING:
                # It was answered before the desk knew of its link.
                fields["events"] = [*document.listed(row, "events"), event_of(fact, tables)]
            tables.invitations.update(fields, doc_ids=[key])
        keep_one(tables, fact, customer)
        return said

    await asyncio.to_thread(desk.transaction, "offers.ready", work)
    return link


def _is_finished(tables: Tables, key: int, preparing: Preparing, fact: Relationship) -> bool:
    """Whether somebody else has recorded the link meanwhile; raises `Abandoned`."""
    row = tables.view.tables.table(INVITATIONS).get(key)
    now = Invitation.from_document(key, row or {})
    if now.preparing and now.preparing.name == preparing.name:
        return False
    if now.granular and links.relationship(now.link) == fact.id.lower():
        return True
    raise Abandoned(msg("Somebody abandoned {name} meanwhile.", name=preparing.name))


def _taken_by_its_own(tables: Tables, key: int, fact: Relationship) -> bool:
    """Whether the customer has this relationship's link in another invitation, pasted by hand.

    Raises `Conflict` where another customer has it.
    """
    view = tables.view
    rows = view.tables.table(INVITATIONS)
    link = links.granular_link(view.partner.cloud, fact.id)
    for other in view.invitations_by_link(link):
        if other == key:
            continue
        if rows[other].get("customer") == rows[key].get("customer"):
            return True
        owner = view.customer(document.number(rows[other], "customer") or 0)
        raise Conflict(
            msg("{name} has this relationship already.", name=owner.label if owner else "?"),
            theirs=dict(rows[other]),
            todo=msg("Abandon this one, then make it anew."),
        )
    return False
