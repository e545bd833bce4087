"""What a transaction works with: the tables to change, the view it started from, the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from store.errors import Conflict, NotFound
from store.journal.state import Document
from store.message import Message, msg
from store.model import document
from store.operator import Operator
from store.view import (
    ACTS,
    ANSWERS,
    CUSTOMERS,
    GROUPS,
    INVITATIONS,
    MEMBERS,
    OFFERS,
    OUTBOX,
    PARTNER,
    RELATIONSHIPS,
    SYNC,
    TOUCHES,
    View,
)

if TYPE_CHECKING:
    from store.journal.tables import JournalDB, JournalTable


class Tables:
    """What a transaction works with: TinyDB tables, the view it started from, and the clock."""

    def __init__(self, db: JournalDB, view: View, operator: Operator, today: date) -> None:
        self._db = db
        self.view = view
        self.operator = operator
        self.today = today
        self.now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def table(self, name: str) -> JournalTable:
        """A TinyDB table by its name."""
        return self._db.table(name)  # type: ignore[return-value]

    @property
    def partner(self) -> JournalTable:
        """One document, id 1."""
        return self.table(PARTNER)

    @property
    def customers(self) -> JournalTable:
        """The customers."""
        return self.table(CUSTOMERS)

    @property
    def offers(self) -> JournalTable:
        """One document a kind."""
        return self.table(OFFERS)

    @property
    def invitations(self) -> JournalTable:
        """The invitations with their events."""
        return self.table(INVITATIONS)

    @property
    def members(self) -> JournalTable:
        """The partner's own users."""
        return self.table(MEMBERS)

    @property
    def relationships(self) -> JournalTable:
        """Granular relationships, as Microsoft told of them last."""
        return self.table(RELATIONSHIPS)

    @property
    def groups(self) -> JournalTable:
        """The groups of ours that have a level, with who is in them."""
        return self.table(GROUPS)

    @property
    def sync(self) -> JournalTable:
        """One document, id 1: the last sync."""
        return self.table(SYNC)

    @property
    def acts(self) -> JournalTable:
        """What was done on behalf of customers."""
        return self.table(ACTS)

    @property
    def outbox(self) -> JournalTable:
        """Letters on their way out, and what became of them."""
        return self.table(OUTBOX)

    @property
    def touches(self) -> JournalTable:
        """What else was done to follow customers up."""
        return self.table(TOUCHES)

    @property
    def answers(self) -> JournalTable:
        """Which mails were read, and what they were taken for."""
        return self.table(ANSWERS)

    def at_rev(self, table: str, key: int, rev: int | None, name: str | Message) -> Document:
        """A document that is about to be changed, as it is now.

        Raises `NotFound`, or `Conflict` if it is no longer at the revision that a form was
        opened with (`None`: whatever it is).
        """
        found: Document | None = self.view.tables.table(table).get(key)
        if found is None:
            raise NotFound(msg("{name} is no longer there.", name=name))
        if rev is not None and document.number(found, "rev") != rev:
            raise Conflict(
                msg("{name} was changed by somebody else meanwhile.", name=name),
                theirs=found,
                todo=msg("Compare both versions and save again, or leave theirs."),
            )
        return found


Work = Callable[[Tables], Message]
"""What is done in a transaction; it returns what it did, in words."""
