"""The list of relationships: whose, where each stands, until when, and what is remarkable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style

from store.actions.relationships import Listed, listed
from store.message import N_
from store.model.relationship import LIVE, OVER, PENDING, Remark
from store.view import View
from tui import text
from tui.commands.report import iso
from tui.widgets.row_table import Column, RowTable

REMARK_NAMES = {
    "unexpected-tenant": N_("another tenant accepted"),
    "not-made-here": N_("not made here"),
    "superseded": N_("superseded"),
    "unknown-status": N_("unknown status"),
    "gone": N_("no longer listed"),
    "renamed": N_("renamed"),
}
"""Remarks in as few words as a column takes; the whole sentence stands below the list."""


class Row(NamedTuple):
    """A relationship with the words that a filter looks through."""

    listed: Listed
    words: str

    def holds(self, wanted: Sequence[str]) -> bool:
        """Whether all of some words, casefolded, are in it."""
        return all(word in self.words for word in wanted)


def rows_of(view: View) -> tuple[Row, ...]:
    """All relationships; takes a moment where there are very many."""
    return tuple(Row(found, _words(found)) for found in listed(view))


def _words(found: Listed) -> str:
    it = found.relationship
    parts = (found.customer, it.name, it.status, text.plain(it.status_name()), it.tenant,
             it.microsoft_id, *map(_short, found.remarks))  # fmt: skip
    return " ".join(parts).casefold()


def _short(remark: Remark) -> str:
    return text.plain(REMARK_NAMES.get(remark.what, remark.what))


class RelationshipTable(RowTable):
    """Relationships by customer."""

    COMPONENT_CLASSES = {"state--good", "state--soon", "state--waiting", "state--bad"}
    columns = (
        Column(N_("Customer"), 18, 2),
        Column(N_("Relationship"), 22, 2, 2),
        Column(N_("Status"), 20),
        Column(N_("Ends"), 10, 0, 1),
        Column(N_("Remarks"), 16, 3),
    )
    rows: Sequence[Row] = ()

    @property
    def under_cursor(self) -> Listed | None:
        """The relationship under the cursor."""
        return self.rows[self.cursor].listed if self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row]) -> None:
        """Shows these; the cursor stays on its relationship, if it is still among them."""
        before = self.under_cursor
        self.rows = rows
        key = before.relationship.key if before else None
        keys = [row.listed.relationship.key for row in rows] if before else []
        self.rows_changed(keys.index(key) if key in keys else None)

    def row_count(self) -> int:
        return len(self.rows)

    def row_cells(self, row: int) -> tuple[str, ...]:
        found = self.rows[row].listed
        it = found.relationship
        remarks = ", ".join(map(_short, found.remarks))
        return found.customer, it.name, text.plain(it.status_name()), iso(it.ends), remarks

    def row_style(self, row: int) -> Style | None:
        it = self.rows[row].listed.relationship
        if it.gone or it.status in OVER:
            name = "state--bad"
        elif it.status in LIVE:
            name = "state--good"
        elif it.status == PENDING:
            name = "state--waiting"
        else:
            name = "state--soon"
        return self.get_component_rich_style(name, partial=True)
