"""The tables that the lines of a journal add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from store.journal.line import Change
from store.journal.rows import Rows
from store.message import N_

Document = dict[str, Any]


class BadChange(ValueError):
    """A change that no version of partnerdesk writes. Its text is a message."""


@dataclass(frozen=True, slots=True)
class State:
    """All tables, and the next id of each; never changed, only followed by another state.

    Ids only go up: the id of a removed document is not given out again.
    """

    tables: Mapping[str, Rows[Document]] = field(default_factory=dict)
    next_ids: Mapping[str, int] = field(default_factory=dict)

    def table(self, name: str) -> Rows[Document]:
        """The rows of a table; one that was never written is empty."""
        return self.tables.get(name) or _EMPTY

    def next_id(self, name: str) -> int:
        """The id that the next new document of the table gets."""
        return self.next_ids.get(name, 1)

    def after(self, changes: Iterable[Change]) -> State:
        """The state with `changes` applied in their order."""
        tables = dict(self.tables)
        next_ids = dict(self.next_ids)
        waiting: dict[str, dict[int, Document | None]] = {}

        def settle(name: str) -> None:
            if name in waiting:
                tables[name] = tables.get(name, _EMPTY).after(waiting.pop(name))

        for change in changes:
            match change:
                case ["put", str(name), int(key), dict(document)]:
                    waiting.setdefault(name, {})[key] = document
                    if key >= next_ids.get(name, 1):
                        next_ids[name] = key + 1
                case ["remove", str(name), int(key)]:
                    waiting.setdefault(name, {})[key] = None
                case ["drop", str(name)]:
                    waiting.pop(name, None)
                    tables.pop(name, None)
                case _:
                    raise BadChange(N_("it holds a change that no partnerdesk makes"))
        for name in list(waiting):
            settle(name)
        return State(tables, next_ids)


_EMPTY: Rows[Document] = Rows()
