"""A TinyDB storage over the journal: transactions of several tables, all or nothing."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tinydb.storages import Storage

from store.errors import WriteRefused
from store.journal.journal import Journal
from store.journal.line import Change, Entry, dumps
from store.journal.rows import Rows
from store.journal.state import Document, State
from store.message import Message, msg

Stamp = Callable[[str, int, Document, Document | None], None]
"""Given table, id, the document about to be written and the one before, may add to the first."""


class Transaction:
    """What one transaction is about to write: the state as it would be, and the changes."""

    def __init__(self, before: State) -> None:
        self.before = before
        self.state = before
        self.dropped: dict[str, None] = {}
        self.touched: dict[tuple[str, int], None] = {}

    def put(self, name: str, documents: Mapping[int, Document | None]) -> None:
        """Sets documents of a table; `None` removes."""
        changes: list[Change] = []
        rows = self.state.table(name)
        for key, document in documents.items():
            if document is None:
                if key not in rows:
                    continue
                changes.append(["remove", name, key])
            else:
                document = _independent(name, document)
                if rows.get(key) == document:
                    continue
                changes.append(["put", name, key, document])
            self.touched[name, key] = None
        self.state = self.state.after(changes)

    def drop(self, name: str) -> None:
        """Removes a whole table."""
        self.dropped[name] = None
        for key in [key for key in self.touched if key[0] == name]:
            del self.touched[key]
        self.state = self.state.after([["drop", name]])

    def take_id(self, name: str) -> int:
        """A new id; if the transaction does not happen, it is as if it had not been taken."""
        key = self.state.next_id(name)
        next_ids = {**self.state.next_ids, name: key + 1}
        self.state = State(self.state.tables, next_ids)
        return key

    def changes(self, stamp: Stamp | None = None) -> list[Change]:
        """The changes to write, in order; a document that ended as it began is none."""
        made: list[Change] = [["drop", name] for name in self.dropped if name in self.before.tables]
        for name, key in self.touched:
            old = None if name in self.dropped else self.before.table(name).get(key)
            new = self.state.table(name).get(key)
            if new == old:
                continue
            if new is None:
                made.append(["remove", name, key])
            else:
                if stamp:
                    stamp(name, key, new, old)
                made.append(["put", name, key, new])
        return made


class JournalStorage(Storage):
    """Hands TinyDB the tables of an open journal, and the journal what TinyDB changes."""

    def __init__(self, journal: Journal, *, stamp: Stamp | None = None) -> None:
        self.journal = journal
        self._stamp = stamp
        self._open: Transaction | None = None

    @property
    def state(self) -> State:
        """The tables as the running transaction sees them, or as they were last read."""
        return self._open.state if self._open else self.journal.state

    def refresh(self) -> None:
        """Outside a transaction: takes in what other processes wrote."""
        if self._open is None:
            self.journal.refresh()

    def rows(self, name: str) -> Rows[Document]:
        """One table, refreshed."""
        self.refresh()
        return self.state.table(name)

    @contextlib.contextmanager
    def transaction(self, did: str = "tinydb", why: Message | None = None) -> Iterator[Committed]:
        """Everything changed inside becomes one line, on disk when the block ends.

        An exception inside changes nothing. Blocks may be nested; the outermost one writes.
        `why` may also be set on what the block receives, before it ends.
        """
        if self._open:
            yield Committed(self._open, why)
            return
        with self.journal.lock():
            self.journal.catch_up()
            self._open = Transaction(self.journal.state)
            done = Committed(self._open, why)
            try:
                yield done
                changes = self._open.changes(self._stamp)
                if changes:
                    said = done.why.to_json() if done.why else None
                    done.entry = self.journal.append(did, said, changes)
            finally:
                self._open = None

    def put(self, name: str, documents: Mapping[int, Document | None]) -> None:
        """Sets documents of a table, in a transaction of its own if none is running."""
        with self.transaction() as running:
            running.transaction.put(name, documents)

    def take_id(self, name: str) -> int:
        """The next id of a table; only inside a transaction."""
        assert self._open is not None
        return self._open.take_id(name)

    # -- what TinyDB asks of any storage ----------------------------------------------------

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables; the outer dicts are copies, since TinyDB deletes from what it gets."""
        self.refresh()
        tables = self.state.tables
        return {name: {str(key): row for key, row in tables[name].items()} for name in tables} or (
            None
        )

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Makes the tables what `data` says; only the difference is written."""
        with self.transaction() as running:
            for name in [name for name in running.transaction.state.tables if name not in data]:
                running.transaction.drop(name)
            for name, documents in data.items():
                wanted: dict[int, Document | None] = {int(key): d for key, d in documents.items()}
                gone = [key for key in self.state.table(name) if key not in wanted]
                running.transaction.put(name, {**dict.fromkeys(gone), **wanted})

    def close(self) -> None:
        """Closes the journal."""
        self.journal.close()


class Committed:
    """A transaction while it runs, and afterwards the line it became (`None`: no change)."""

    def __init__(self, transaction: Transaction, why: Message | None) -> None:
        self.transaction = transaction
        self.why = why
        self.entry: Entry | None = None


def _independent(name: str, document: Mapping[str, Any]) -> Document:
    """A copy that shares nothing with the caller's, exactly as the journal will read it back."""
    try:
        made: Document = json.loads(dumps(dict(document)))
    except (TypeError, ValueError, RecursionError) as error:
        raise WriteRefused(
            msg("A value of {table} cannot be kept: {reason}.", table=name, reason=str(error)[:200])
        ) from error
    return made
