"""An immutable table of documents whose next version costs the same at any size."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from typing import Any, TypeVar

Row = TypeVar("Row")
_CHUNK_BITS = 9


class Rows(Mapping[int, Row]):
    """Rows by id, in chunks of 512 ids; `after` copies only the chunks that change.

    Values are shared between versions and must not be changed in place.
    """

    __slots__ = ("_chunks", "_count")

    def __init__(self, rows: Mapping[int, Row] | Iterable[tuple[int, Row]] = ()) -> None:
        chunks: dict[int, dict[int, Row]] = {}
        for key, row in rows.items() if isinstance(rows, Mapping) else rows:
            chunk = chunks.get(key >> _CHUNK_BITS)
            if chunk is None:
                chunk = chunks[key >> _CHUNK_BITS] = {}
            chunk[key] = row
        self._chunks = chunks
        self._count = sum(map(len, chunks.values()))

    def after(self, changes: Mapping[int, Row | None]) -> Rows[Row]:
        """The rows with `changes` applied; `None` removes."""
        made: Rows[Row] = Rows.__new__(Rows)
        chunks = self._chunks.copy()
        count = self._count
        copied: set[int] = set()
        for key, row in changes.items():
            index = key >> _CHUNK_BITS
            if index not in copied:
                copied.add(index)
                chunks[index] = dict(chunks.get(index, ()))
            chunk = chunks[index]
            count -= key in chunk
            if row is None:
                chunk.pop(key, None)
            else:
                chunk[key] = row
                count += 1
        made._chunks = chunks
        made._count = count
        return made

    def __getitem__(self, key: int) -> Row:
        return self._chunks[key >> _CHUNK_BITS][key]

    def get(self, key: int, default: Any = None) -> Any:
        """The row, or `default`."""
        chunk = self._chunks.get(key >> _CHUNK_BITS)
        return default if chunk is None else chunk.get(key, default)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and key in self._chunks.get(key >> _CHUNK_BITS, ())

    def __iter__(self) -> Iterator[int]:
        for chunk in self._chunks.values():
            yield from chunk

    def __len__(self) -> int:
        return self._count

    def items(self) -> ItemsView[int, Row]:
        """Ids and rows."""
        return _Items(self)

    def values(self) -> ValuesView[Row]:
        """The rows."""
        return _Values(self)


class _Items(ItemsView[int, Row]):
    """Ids and rows, a chunk at a time: several times as quick as one by one."""

    _mapping: Rows[Row]

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        for chunk in self._mapping._chunks.values():
            yield from chunk.items()


class _Values(ValuesView[Row]):
    """Rows, a chunk at a time."""

    _mapping: Rows[Row]

    def __iter__(self) -> Iterator[Row]:
        for chunk in self._mapping._chunks.values():
            yield from chunk.values()


class StringKeys(Mapping[str, Mapping[str, Any]]):
    """A table the way TinyDB reads one: ids as strings."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows[dict[str, Any]]) -> None:
        self._rows = rows

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        try:
            return self._rows[int(key)]
        except ValueError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        return map(str, self._rows)

    def __len__(self) -> int:
        return len(self._rows)
