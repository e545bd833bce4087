"""TinyDB over the journal, by subclassing alone.

TinyDB itself reads all tables, changes one and writes all back. The overrides here give every
stock operation a view that records what it touches, run it inside a transaction, and take ids
from the journal's counters. The contract test drives both against TinyDB's `MemoryStorage`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Table

from store.journal.rows import Rows, StringKeys
from store.journal.state import Document
from store.journal.storage import Committed, JournalStorage
from store.message import Message


class RecordingView(MutableMapping[int, Document]):
    """A table to change: copies a document when it is first touched, and remembers which were."""

    def __init__(self, rows: Rows[Document]) -> None:
        self._rows = rows
        self.touched: dict[int, Document | None] = {}

    def __getitem__(self, key: int) -> Document:
        if key not in self.touched:
            self.touched[key] = _copied(self._rows[key])
        document = self.touched[key]
        if document is None:
            raise KeyError(key)
        return document

    def __contains__(self, key: object) -> bool:
        if key in self.touched:
            return self.touched[key] is not None
        return key in self._rows

    def __setitem__(self, key: int, document: Document) -> None:
        self.touched[key] = document

    def __delitem__(self, key: int) -> None:
        if key not in self:
            raise KeyError(key)
        self.touched[key] = None

    def __iter__(self) -> Iterator[int]:
        for key in self._rows:
            if self.touched.get(key, True) is not None:
                yield key
        for key, document in list(self.touched.items()):
            if document is not None and key not in self._rows:
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Removes every document."""
        self.touched = dict.fromkeys(self._rows)


def _copied(value: Any) -> Any:
    """A copy of what came out of JSON, which holds nothing but dicts, lists and plain values."""
    if type(value) is dict:
        return {name: _copied(part) for name, part in value.items()}
    if type(value) is list:
        return [_copied(part) for part in value]
    return value


class JournalTable(Table):
    """A TinyDB table whose changes are journaled, and whose ids are never given out twice."""

    _storage: JournalStorage

    def __init__(self, storage: Any, name: str, cache_size: int = 0, **options: Any) -> None:
        # No query cache by default: another process may have changed what a query finds.
        super().__init__(storage, name, cache_size, **options)

    def _read_table(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]
        return StringKeys(self._storage.rows(self.name))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.transaction():
            view = RecordingView(self._storage.rows(self.name))
            updater(view)
            self._storage.put(self.name, view.touched)

    def _get_next_id(self) -> int:
        return self._storage.take_id(self.name)

    # Each of these reads before it writes, so the transaction has to begin before the read.

    def insert(self, document: Mapping[str, Any]) -> int:
        """Inserts one document; returns its id."""
        with self._storage.transaction():
            return super().insert(document)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Inserts documents; returns their ids."""
        with self._storage.transaction():
            return super().insert_multiple(documents)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Updates what matches, else inserts."""
        with self._storage.transaction():
            return super().upsert(document, cond)

    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Updates what matches; only the hits are copied."""
        with self._storage.transaction():
            if doc_ids is None and cond is not None:
                doc_ids = self._matching(cond)
            return super().update(fields, None, doc_ids)

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        """Removes what matches; only the hits are copied."""
        with self._storage.transaction():
            if doc_ids is None and cond is not None:
                doc_ids = self._matching(cond)
            return super().remove(None, doc_ids)

    def _matching(self, cond: QueryLike) -> list[int]:
        return [key for key, document in self._storage.rows(self.name).items() if cond(document)]


class JournalDB(TinyDB):
    """A TinyDB whose tables live in an open journal: `JournalDB(journal)`."""

    table_class = JournalTable  # type: ignore[assignment]
    default_storage_class = JournalStorage  # type: ignore[assignment]

    storage: JournalStorage

    def transaction(
        self, did: str = "tinydb", why: Message | None = None
    ) -> AbstractContextManager[Committed]:
        """All changes to all tables inside become one line of the journal."""
        return self.storage.transaction(did, why)
