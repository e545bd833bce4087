"""Reverses a transaction by a new one, if nobody has touched its records since."""

from __future__ import annotations

from tinydb.table import Document as TinyDocument

from store.desk import Desk, Receipt
from store.errors import Conflict, NotAllowed, NotFound
from store.message import Message, msg
from store.model import document
from store.view import CUSTOMERS, INVITATIONS, OUTBOX, TOUCHES, View
from store.work import Tables

_AT_MICROSOFT = frozenset(
    {
        "sync", "offers.plan", "offers.created", "offers.ready", "offers.abandon", "groups.choose",
        "groups.members", "relationships.assign", "relationships.end", "relationships.extend",
        "act.begin", "act.end", "act.consent",
    }
)  # fmt: skip
"""What records how things are at Microsoft, or are about to be: without it, that is forgotten."""
_ON_ITS_WAY = frozenset({"outbox.send", "outbox.settle"})
"""What records that letters left, or may have: without it, they would be sent again."""


def undo(desk: Desk, receipt: Receipt) -> Receipt:
    """Puts back every record that `receipt` changed.

    Raises `Conflict` by name if one of them was changed since, `NotFound` if there is nothing to
    undo, and `NotAllowed` if it records what Microsoft did or where letters are; then nothing
    changes.
    """
    if receipt.did in _AT_MICROSOFT:
        raise NotAllowed(
            msg("This was done at Microsoft, and is not undone here: {what}",
                what=receipt.message)
        )  # fmt: skip
    if receipt.did in _ON_ITS_WAY:
        raise NotAllowed(
            msg("What was sent cannot be taken back: {what}", what=receipt.message),
            todo=msg("What became of each letter stands in the outbox: {command}",
                     command="partnerdesk outbox list"),
        )  # fmt: skip
    if not receipt.before:
        raise NotFound(msg("There is nothing to undo."))

    def work(tables: Tables) -> Message:
        for table, key, _, rev in receipt.before:
            now = tables.view.tables.table(table).get(key)
            if (document.number(now, "rev") or 0 if now else 0) != rev:
                name = _name(tables.view, table, key)
                raise Conflict(
                    msg("{name} was changed since, so it is not undone.", name=name),
                    theirs=now or {},
                    todo=msg("See the journal for who changed what."),
                )
            if table == CUSTOMERS and now:
                _refuse_orphans(tables.view, key, receipt)
        for table, key, before, _ in receipt.before:
            tables.table(table).remove(doc_ids=[key])
            if before is not None:
                tables.table(table).insert(TinyDocument(before, key))
        return msg("Undone: {what}", what=receipt.message)

    return desk.transaction("undo", work)


def _refuse_orphans(view: View, customer: int, receipt: Receipt) -> None:
    """A customer that was added must not go while something was done about it since."""
    added = any(table == CUSTOMERS and k == customer and not b for table, k, b, _ in receipt.before)
    name = _name(view, CUSTOMERS, customer)
    why = None
    if view.invitation_ids.get(customer) or view.relationship_ids.get(customer):
        why = msg("{name} was offered something since, so it stays.", name=name)
    elif view.act_ids.get(customer):
        why = msg("Something was done on behalf of {name} since, so it stays.", name=name)
    elif view.letter_ids.get(customer) or view.touch_ids.get(customer):
        why = msg("{name} was written to or followed up since, so it stays.", name=name)
    if added and why:
        theirs = view.customers[customer]
        raise Conflict(why, theirs=theirs, todo=msg("Archive it instead."))


def _name(view: View, table: str, key: int) -> str:
    """What an operator calls a record; what is about a customer goes by that."""
    found = view.tables.table(table).get(key) or {}
    if table in (INVITATIONS, OUTBOX, TOUCHES):
        customer = view.customer(document.number(found, "customer") or 0)
        return customer.label if customer else f"#{key}"
    return document.text(found, "name") or document.text(found, "upn") or f"#{key}"
