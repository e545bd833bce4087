"""The tables that the lines of a journal add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from store.journal.line import Change
from store.journal.rows import Rows
from store.message import N_

Document = dict[str, Any]


class BadChange(ValueError):
    """A change that no version of partnerdesk writes. Its text is a message."""


class State(NamedTuple):
    """All tables, and the next id of each; never changed, only followed by another state.

    Ids only go up: the id of a removed document is not given out again.
    """

    tables: Mapping[str, Rows[Document]] = MappingProxyType({})
    next_ids: Mapping[str, int] = MappingProxyType({})

    def table(self, name: str) -> Rows[Document]:
        """The rows of a table; one that was never written is empty."""
        return self.tables.get(name, _EMPTY)

    def next_id(self, name: str) -> int:
        """The id that the next new document of the table gets."""
        return self.next_ids.get(name, 1)

    def after(self, changes: Iterable[Change]) -> State:
        """The state with `changes` applied in their order."""
        tables = dict(self.tables)
        next_ids = dict(self.next_ids)
        waiting: dict[str, dict[int, Document | None]] = {}

        for change in changes:
            what, name, *rest = _checked(change)
            if what == "drop":
                waiting.pop(name, None)
                tables.pop(name, None)
                continue
            if name not in waiting:
                waiting[name] = {}
            key = rest[0]
            waiting[name][key] = rest[1] if what == "put" else None
            if what == "put" and key >= next_ids.get(name, 1):
                next_ids[name] = key + 1
        for name, rows in waiting.items():
            tables[name] = tables.get(name, _EMPTY).after(rows)
        return State(tables, next_ids)


def _checked(change: Any) -> Any:
    """A change of a form that we know; raises `BadChange`. Plain tests, for very many pass here."""
    if isinstance(change, list | tuple) and change:
        form = _FORMS.get(change[0]) if isinstance(change[0], str) else None
        if (
            form
            and len(change) == len(form)
            and all(map(isinstance, change, form))
            and (len(change) == 2 or (type(change[2]) is int and 0 <= change[2] < _LARGEST_ID))
        ):
            return change
    raise BadChange(N_("it holds a change that no partnerdesk makes"))


_FORMS = {"put": (str, str, int, dict), "remove": (str, str, int), "drop": (str, str)}
_LARGEST_ID = 1 << 63
_EMPTY: Rows[Document] = Rows()
