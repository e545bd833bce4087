"""Relationships: listed with what is remarkable, found by name, ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from store.actions.learned import words
from store.actions.taking_in import event_of, keep_one
from store.desk import Desk, Receipt
from store.errors import BadInput, GraphRefused, NotAllowed, NotFound, OutcomeUnknown
from store.message import Message, msg
from store.model import document, links
from store.model.invitation import Preparing
from store.model.relationship import ACTIVE, ENDED, OVER, Relationship, Remark, remarks
from store.view import INVITATIONS, RELATIONSHIPS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

_MOST_NAMED = 5
_PATIENCE = 60.0
"""Seconds that Microsoft is watched while it ends a relationship."""


class Listed(NamedTuple):
    """A relationship with its customer's name and everything there is to remark."""

    relationship: Relationship
    customer: str
    remarks: tuple[Remark, ...]


# -- reading ----------------------------------------------------------------------------------


def listed(view: View) -> list[Listed]:
    """All relationships, by customer and then as they were found."""
    asked = _asked(view)
    found = [
        _listed(view, Relationship.from_document(key, row), asked)
        for key, row in view.tables.table(RELATIONSHIPS).items()
    ]
    return sorted(found, key=lambda item: (item.customer.casefold(), item.relationship.key))


def of_customer(view: View, customer: int) -> list[Listed]:
    """A customer's relationships."""
    found = (one(view, key) for key in view.relationship_ids.get(customer, ()))
    return [listed for listed in found if listed]


def one(view: View, key: int) -> Listed | None:
    """One relationship, by the desk's own number."""
    found = view.relationship(key)
    if found is None:
        return None
    link = links.granular_link(view.partner.cloud, found.microsoft_id)
    made = {*view.invitations_by_link(link), *view.invitation_ids.get(found.customer, ())}
    return _listed(view, found, _asked(view, sorted(made)))


def _listed(
    view: View,
    relationship: Relationship,
    asked: dict[str, tuple[bool, str]],
) -> Listed:
    made_here, expected = (
        asked.get(relationship.microsoft_id.lower()) or asked.get(relationship.name) or (False, "")
    )
    customer = view.customer(relationship.customer) if relationship.customer else None
    others = view.relationships(relationship.customer) if relationship.customer else ()
    made = remarks(relationship, made_here=made_here, expected=expected, others=others)
    if customer and customer.microsoft_name and relationship.is_live:
        said = msg("The customer calls itself {name} now.", name=customer.microsoft_name)
        made.append(Remark("renamed", said))
    name = customer.label if customer else relationship.customer_name
    return Listed(relationship, name, tuple(made))


def _asked(view: View, keys: Iterable[int] | None = None) -> dict[str, tuple[bool, str]]:
    """Whether this desk asked for a relationship, and whom, where another accepted.

    By its id; by its name, while it is being made.
    """
    rows = view.tables.table(INVITATIONS)
    made: dict[str, tuple[bool, str]] = {}
    for key in rows if keys is None else keys:
        row = rows[key]
        preparing = Preparing.from_document(row.get("preparing"))
        relationship = links.relationship(document.text(row, "link"))
        if preparing:
            relationship = preparing.name  # there is no link yet, and maybe no id
        if not relationship:
            continue
        here, expected = made.get(relationship, (False, ""))
        events = document.listed(row, "events")
        if events and document.text(events[-1], "elsewhere"):
            asked = view.customer(document.number(row, "customer") or 0)
            expected = asked.label if asked else "?"
        made[relationship] = (here or row.get("found") is not True, expected)
    return made


def lookup(view: View, named: str) -> Relationship:
    """The relationship of exactly this name or id, in any case; raises `NotFound`."""
    wanted = named.strip().casefold()
    rows = view.tables.table(RELATIONSHIPS)
    found = [
        key
        for key, row in rows.items()
        if wanted in (document.text(row, "name").casefold(),
                      document.text(row, "microsoft_id").casefold())
    ]  # fmt: skip
    if len(found) == 1:
        return Relationship.from_document(found[0], rows[found[0]])
    todo = msg("See them all: {command}", command="partnerdesk relationships list")
    if found:
        ids = ", ".join(document.text(rows[key], "microsoft_id") for key in found[:_MOST_NAMED])
        raise NotFound(
            msg("{name} means several relationships: {candidates}.", name=named, candidates=ids),
            todo=msg("Give the id of one."),
        )
    raise NotFound(msg("No relationship is called {name}.", name=named), todo=todo)


# -- ending -----------------------------------------------------------------------------------


def why_not_ended(relationship: Relationship) -> Message | None:
    """Why a relationship cannot be ended by us, if so."""
    if relationship.status == ACTIVE and not relationship.gone:
        return None
    return msg(
        "{name} is {status}; only an active relationship can be ended.",
        name=relationship.name,
        status=relationship.status_name(),
    )


async def terminate(desk: Desk, graph: Graph, key: int, typed: str) -> Receipt:
    """Ends a relationship for good; `typed` has to be its name, as the operator typed it.

    Raises `BadInput` where the name is another, `NotAllowed` where it is not active any more, and
    `OutcomeUnknown` where Microsoft did not say.
    """
    relationship = desk.view.relationship(key)
    if relationship is None:
        raise NotFound(msg("This relationship is no longer there."))
    if typed.strip() != relationship.name:
        raise BadInput(
            msg("{typed} is not the name of this relationship.", typed=typed.strip()),
            field="name",
            todo=msg("Type {name} to end it.", name=relationship.name),
        )
    now = await graph.relationship(relationship.microsoft_id)
    if now.status in OVER:
        return await _keep(desk, relationship, now)  # somebody else did, or the customer
    if now.status != ACTIVE:
        await _keep(desk, relationship, now)
        why = why_not_ended(relationship._replace(status=now.status))
        raise NotAllowed(why or msg("It cannot be ended now."))
    try:
        await graph.terminate(now.id)
    except OutcomeUnknown:
        now = await graph.relationship(now.id)
        if now.status == ACTIVE:
            raise
    except GraphRefused:
        now = await graph.relationship(now.id)
        await _keep(desk, relationship, now)
        if now.status == ACTIVE:
            raise
    return await _keep(desk, relationship, await graph.settled(now.id, ENDED, _PATIENCE))


def take_in_status(tables: Tables, relationship: Relationship, now: facts.Relationship) -> None:
    """Keeps how a relationship stands now, in it and on the invitations that asked for it."""
    keep_one(tables, now, relationship.customer)
    rows = tables.view.tables.table(INVITATIONS)
    for key in tables.view.invitation_ids.get(relationship.customer, ()):
        row = rows[key]
        if links.relationship(document.text(row, "link")) != now.id.lower():
            continue
        events = document.listed(row, "events")
        if not events or document.text(events[-1], "status") != words(now.status):
            tables.invitations.update({"events": [*events, event_of(now, tables)]}, doc_ids=[key])


async def _keep(desk: Desk, relationship: Relationship, now: facts.Relationship) -> Receipt:
    """Records how a relationship stands now; says what that means."""

    def work(tables: Tables) -> Message:
        take_in_status(tables, relationship, now)
        status = Relationship(0, "", "", words(now.status)).status_name()
        if now.status not in OVER:
            return msg("{name} is {status} at Microsoft.", name=relationship.name, status=status)
        return msg("Ended {name} at Microsoft: it is {status}.", name=relationship.name,
                   status=status)  # fmt: skip

    import asyncio

    return await asyncio.to_thread(desk.transaction, "relationships.end", work)
