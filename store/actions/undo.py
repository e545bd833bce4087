"""Reverses a transaction by a new one, if nobody has touched its records since."""

from __future__ import annotations

from tinydb.table import Document as TinyDocument

from store.desk import Desk, Receipt
from store.errors import Conflict, NotAllowed, NotFound
from store.message import Message, msg
from store.model import document
from store.view import CUSTOMERS, INVITATIONS, View
from store.work import Tables

_AT_MICROSOFT = frozenset(
    {
        "sync", "offers.plan", "offers.created", "offers.ready", "offers.abandon", "groups.choose",
        "groups.members", "relationships.assign", "relationships.end", "act.begin", "act.end",
        "act.consent", "outbox.send", "outbox.settle",
    }
)  # fmt: skip
"""What records how things are at Microsoft, or are about to be: without it, that is forgotten."""


def undo(desk: Desk, receipt: Receipt) -> Receipt:
    """Puts back every record that `receipt` changed.

    Raises `Conflict` by name if one of them was changed since, `NotFound` if there is nothing to
    undo, and `NotAllowed` if it records what Microsoft did; then nothing changes.
    """
    if receipt.did in _AT_MICROSOFT:
        raise NotAllowed(
            msg("This was done at Microsoft, and is not undone here: {what}",
                what=receipt.message)
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
            if table == CUSTOMERS and now and _has_something(tables.view, key):
                _refuse_orphans(tables.view, key, receipt)
        for table, key, before, _ in receipt.before:
            tables.table(table).remove(doc_ids=[key])
            if before is not None:
                tables.table(table).insert(TinyDocument(before, key))
        return msg("Undone: {what}", what=receipt.message)

    return desk.transaction("undo", work)


def _has_something(view: View, customer: int) -> bool:
    return bool(view.invitation_ids.get(customer) or view.relationship_ids.get(customer))


def _refuse_orphans(view: View, customer: int, receipt: Receipt) -> None:
    """A customer that was added must not go while something was done about it since."""
    added = any(table == CUSTOMERS and k == customer and not b for table, k, b, _ in receipt.before)
    if added:
        raise Conflict(
            msg("{name} was offered something since, so it stays.",
                name=_name(view, CUSTOMERS, customer)),
            theirs=view.customers[customer],
            todo=msg("Archive it instead."),
        )  # fmt: skip


def _name(view: View, table: str, key: int) -> str:
    """What an operator calls a record; an invitation goes by its customer."""
    found = view.tables.table(table).get(key) or {}
    if table == INVITATIONS:
        customer = view.customer(document.number(found, "customer") or 0)
        return customer.label if customer else f"#{key}"
    return document.text(found, "name") or document.text(found, "upn") or f"#{key}"
