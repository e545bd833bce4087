"""Customers: add, edit, archive, bring back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from store.actions.fields import customer_fields
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg
from store.model import document as stored
from store.model.customer import FIELD_NAMES, Customer, field_name
from store.view import CUSTOMERS, View
from store.work import Tables

IDENTITY = ("name", "domain", "microsoft_id")
"""The fields that tell customers apart."""


def add(desk: Desk, fields: Mapping[str, str]) -> Receipt:
    """Adds a customer; `name` is required, and no other customer may have its id or domain.

    One with neither must have a name that no other such customer has.
    """
    document, notes = customer_fields({"name": "", **fields})

    def work(tables: Tables) -> Message:
        _refuse_twin(tables.view, document, but=0)
        _refuse_nameless_twin(tables.view, document, but=0)
        tables.customers.insert({**blank(), **document, "added": tables.today.isoformat()})
        return msg("Added {name}.", name=document["name"])

    return desk.transaction("customers.add", work).with_notes(*notes)


def edit(desk: Desk, key: int, fields: Mapping[str, str], rev: int | None = None) -> Receipt:
    """Changes some fields of a customer; `rev` is the revision that a form was opened with.

    Raises `Conflict` if somebody else saved in the meantime.
    """
    changes, notes = customer_fields(fields)

    def work(tables: Tables) -> Message:
        was = tables.view.customer(key)
        name = was.label if was else f"#{key}"
        before = tables.at_rev(CUSTOMERS, key, rev, name)
        _refuse_twin(tables.view, changes, but=key)
        if any(field in changes and changes[field] != stored.text(before, field)
               for field in IDENTITY):  # fmt: skip
            _refuse_nameless_twin(tables.view, {**before, **changes}, but=key)
        tables.customers.update(changes, doc_ids=[key])
        return msg("Changed {name}.", name=changes.get("name", name))

    return desk.transaction("customers.edit", work).with_notes(*notes)


def archive(desk: Desk, keys: Iterable[int]) -> Receipt:
    """Takes customers off the lists and counts; everything about them is kept."""
    return _mark(desk, list(keys), archived=True)


def bring_back(desk: Desk, keys: Iterable[int]) -> Receipt:
    """Puts archived customers back."""
    return _mark(desk, list(keys), archived=False)


def _mark(desk: Desk, keys: list[int], *, archived: bool) -> Receipt:
    def work(tables: Tables) -> Message:
        found = [c for c in map(tables.view.customer, keys) if c and bool(c.archived) != archived]
        day = tables.today.isoformat() if archived else ""
        tables.customers.update({"archived": day}, doc_ids=[c.id for c in found])
        if archived:
            return about(found, N_("Archived {name}."), N_("Archived {count} customers."))
        return about(found, N_("Brought back {name}."), N_("Brought back {count} customers."))

    return desk.transaction("customers.archive" if archived else "customers.bring-back", work)


def about(found: list[Customer], one: str, many: str) -> Message:
    """A sentence about one customer by name, or about several by number."""
    if len(found) == 1:
        return msg(one, name=found[0].label)
    return msg(many, count=len(found))


def blank() -> dict[str, Any]:
    """A customer document with every field empty."""
    return {**dict.fromkeys(FIELD_NAMES, ""), "tags": [], "archived": "", "added": ""}


def _refuse_twin(view: View, document: Mapping[str, Any], but: int) -> None:
    """Two customers with one Microsoft ID or domain would be one customer twice."""
    for field in ("microsoft_id", "domain"):
        value = document.get(field)
        if not value:
            continue
        for key in view.customers_by(field, value):
            found = view.customers[key]
            if key != but and found.get(field) == value:
                twin = Customer.from_document(key, found)
                raise BadInput(
                    msg(
                        "{field}: {value} belongs to {name} already.",
                        field=field_name(field),
                        value=value,
                        name=twin.label,
                    ),
                    field=field,
                    todo=msg("It is archived; bring it back instead.")
                    if twin.archived
                    else msg("Edit that customer instead."),
                )


def _refuse_nameless_twin(view: View, document: Mapping[str, Any], but: int) -> None:
    """With a name and nothing else, a customer must be alone: no list could tell two apart."""
    if document.get("microsoft_id") or document.get("domain"):
        return
    for key in view.customers_by("name", str(document.get("name", ""))):
        if key != but:
            twin = Customer.from_document(key, view.customers[key])
            raise BadInput(
                msg("{name} is there already, and neither has a domain or a Microsoft ID.",
                    name=twin.label),
                field="name",
                todo=msg("It is archived; bring it back instead.")
                if twin.archived
                else msg("Give a domain or a Microsoft ID, to tell the two apart."),
            )  # fmt: skip
