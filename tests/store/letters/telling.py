"""What stories of letters begin with: the letter to a customer today, a relationship."""

from __future__ import annotations

from typing import Any

from tinydb.table import Document as Stored

from store.actions.letters import Copy, letter_for
from store.desk import Desk
from store.message import Message, msg
from store.model import links, roles
from store.model.customer import Customer
from store.model.offer import Kind
from store.model.outgoing import What
from store.work import Tables
from tests.conftest import TODAY
from tests.store.model.samples import granular_link

FULL = roles.preset_roles(roles.Preset.FULL).roles


def customer(desk: Desk, key: int) -> Customer:
    found = desk.view.customer(key)
    assert found is not None
    return found


def told(desk: Desk, what: What, key: int, kind: Kind = Kind.DELEGATED, **more: Any) -> Copy:
    """The letter to a customer today."""
    return letter_for(desk.view, what, customer(desk, key), kind, "en", TODAY, **more)


def related(
    desk: Desk, key: int, number: int = 1, synced: dict[str, Any] | None = None, **fields: Any
) -> None:
    """The relationship of a link, as a sync leaves it."""

    def work(tables: Tables) -> Message:
        tables.relationships.insert(
            {
                "customer": key,
                "microsoft_id": links.relationship(granular_link(number)),
                "name": f"Relationship {number}",
                "status": "approvalPending",
                "roles": list(FULL),
                "modified": "1",
                **fields,
            }
        )
        asked = {"at": "2026-11-21T08:00:00Z", "whole": True, "tenant": tables.view.partner.tenant}
        tables.sync.upsert(Stored({**asked, **(synced or {})}, 1))
        return msg("A relationship came in.")

    desk.transaction("test", work)
