"""What was read from Microsoft, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from store.clean import NAME_LIMIT, harmless
from store.journal.state import Document
from store.message import Message
from store.model import document
from store.model.partner import TENANT
from store.view import View

if TYPE_CHECKING:
    from store.graph.facts import Assignment, Contract, Group, Relationship, Tenant, User

MICROSOFT = "Microsoft"
"""Who an event is by that nobody recorded by hand."""


class Learned(NamedTuple):
    """The harvest of one sync, or of one step of something larger.

    `all_relationships` says that every relationship of the partner is among `relationships`: only
    then may the `gone` ones count as gone, of which Microsoft said so one by one. `assignments`
    are by relationship. `members` are by group, `None` where Microsoft does not know the group any
    more, as asked for at `asked` (UTC). `before` is the view from when Microsoft was asked first;
    what was recorded since is younger than this. `problems` say what could not be read.
    """

    relationships: tuple[Relationship, ...] = ()
    all_relationships: bool = False
    gone: frozenset[str] = frozenset()
    tenants: tuple[Tenant, ...] = ()
    contracts: tuple[Contract, ...] = ()
    assignments: Mapping[str, tuple[Assignment, ...]] = {}
    groups: tuple[Group, ...] = ()
    members: Mapping[str, tuple[User, ...] | None] = {}
    asked: str = ""
    problems: tuple[Message, ...] = ()
    before: View | None = None


def is_overtaken(learned: Learned, table: str, key: int, row: Document) -> bool:
    """Whether a document was changed since Microsoft was asked: what was learned may be older."""
    if learned.before is None:
        return False
    then = learned.before.tables.table(table).get(key)
    return then is None or then.get("rev") != row.get("rev")


def words(text: str, limit: int = NAME_LIMIT) -> str:
    """Text that Microsoft sent, as it may enter the store: one line, harmless, not too long."""
    if text.isascii() and text.isprintable() and " " not in text and len(text) <= limit:
        return text  # ids, words and dates, which is nearly everything
    plain = harmless(" ".join(text.split()))
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"


def tenant_id(text: str) -> str:
    """A tenant id in lower case; "" for anything else."""
    if TENANT.fullmatch(text):
        return text
    lower = text.strip().lower()
    return lower if TENANT.fullmatch(lower) else ""


def day_of(moment: str) -> date | None:
    """The day in UTC of a point in time in ISO 8601; `None` where it is none."""
    return document.day({"day": moment[:10]}, "day")


def day_here(moment: str) -> date | None:
    """The day by this host's calendar, as what is done here is dated; `None` where it is none."""
    return document.local_day(moment) or day_of(moment)


def as_document(fact: Relationship) -> dict[str, Any]:
    """A relationship as it is stored, but for what the desk itself knows of it."""
    return {
        "microsoft_id": words(fact.id),
        "name": words(fact.name),
        "status": words(fact.status),
        "tenant": tenant_id(fact.tenant),
        "customer_name": words(fact.customer),
        "roles": [words(role).lower() for role in fact.roles],
        "days": fact.days,
        "auto_extend": fact.auto_extend,
        "created": words(fact.created),
        "modified": words(fact.modified),
        "activated": words(fact.activated),
        "ends": words(fact.ends),
        "etag": words(fact.etag),
        "kind": words(fact.kind),
        "gone": "",
    }


def assignments_as_documents(found: tuple[Assignment, ...]) -> list[dict[str, Any]]:
    """The access assignments of a relationship as they are stored, without deleted ones."""
    return [
        {
            "id": words(assignment.id),
            "group": words(assignment.group).lower(),
            "roles": [words(role).lower() for role in assignment.roles],
            "status": words(assignment.status),
        }
        for assignment in found
        if assignment.status != "deleted"
    ]
