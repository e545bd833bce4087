"""Takes customer lists in: a plan of every line first, then all of it as one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.actions.customers import blank
from store.actions.fields import customer_fields
from store.actions.table_file import Row, Source
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import Message, msg, nmsg
from store.model.customer import Customer, field_name
from store.view import View
from store.work import Tables

Progress = Callable[[int, int], None]
"""Told how many of how many lines are done."""

_STEP = 500


class Outcome(StrEnum):
    """What becomes of a line."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Planned:
    """One line: what becomes of it and why; `fields` is what is written, `key` to whom."""

    line: int
    name: str
    outcome: Outcome
    why: Message
    fields: Mapping[str, Any]
    key: int = 0
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, as of change `seq` of the store."""

    rows: tuple[Planned, ...]
    source: Source
    seq: int

    def count(self, outcome: Outcome) -> int:
        """How many lines have this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def refused(self) -> tuple[Planned, ...]:
        """The lines that cannot be taken."""
        return tuple(row for row in self.rows if row.outcome is Outcome.REFUSE)


def _silent(done: int, total: int) -> None: ...


def plan(view: View, source: Source, progress: Progress = _silent) -> Plan:
    """What each line of a file would do to the customers.

    A line is the customer with its Microsoft ID, else with its domain, else, where it names
    neither, with its very name. An empty cell leaves the field alone; tags are added.
    """
    known = _Known(view)
    rows = []
    for number, row in enumerate(source.rows):
        if number % _STEP == 0:
            progress(number, len(source.rows))
        rows.append(_planned(known, row))
    progress(len(source.rows), len(source.rows))
    return Plan(tuple(rows), source, view.seq)


def apply(desk: Desk, wanted: Plan, *, skip_bad: bool = False) -> Receipt:
    """Does what a plan says, as one transaction; planned again if the store has moved since.

    Refused lines refuse the whole file, unless `skip_bad` leaves them out. Raises `BadInput`.
    """

    def work(tables: Tables) -> Message:
        now = wanted if tables.view.seq == wanted.seq else plan(tables.view, wanted.source)
        bad = len(now.refused)
        if bad and not skip_bad:
            first = now.refused[0]
            raise BadInput(
                nmsg(
                    "{count} line cannot be taken, so none was. Line {line}: {why}",
                    "{count} lines cannot be taken, so none was. The first is line {line}: {why}",
                    bad,
                    line=first.line,
                    why=first.why,
                ),
                todo=msg("Mend the file, or take the rest (--skip-bad, or ctrl+r in the desk)."),
            )
        for row in now.rows:
            if row.outcome is Outcome.CHANGE:
                tables.customers.update(row.fields, doc_ids=[row.key])
        fresh = {**blank(), "added": tables.today.isoformat()}
        tables.customers.insert_multiple(
            {**fresh, **row.fields} for row in now.rows if row.outcome is Outcome.ADD
        )
        return msg(
            "Imported customers: {added} added, {changed} changed, {same} left alone, "
            "{refused} refused.",
            added=now.count(Outcome.ADD),
            changed=now.count(Outcome.CHANGE),
            same=now.count(Outcome.SAME),
            refused=bad,
        )

    return desk.transaction("customers.import", work)


class _Known:
    """The customers by what identifies them; lines of the file join as they are planned."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.by: dict[str, dict[str, list[int]]] = {"microsoft_id": {}, "domain": {}, "name": {}}
        self.lines: dict[tuple[str, str], int] = {}
        for key, found in view.customers.items():
            for field, index in self.by.items():
                value = found.get(field)
                if isinstance(value, str) and value:
                    index.setdefault(value.casefold(), []).append(key)

    def match(self, fields: Mapping[str, Any]) -> int:
        """The customer that a line is about, or 0; raises `BadInput` if it is about two."""
        hits = {
            field: self.by[field].get(str(fields[field]).casefold(), [])
            for field in ("microsoft_id", "domain")
            if fields.get(field)
        }
        if not hits:
            hits = {"name": self._named(str(fields["name"]))}
        found = [keys[0] for keys in hits.values() if keys]
        if len(set(found)) > 1:
            one, two = (self.view.customer(key) for key in found[:2])
            raise BadInput(
                msg(
                    "Its Microsoft ID is that of {one} and its domain that of {two}.",
                    one=one.label if one else "?",
                    two=two.label if two else "?",
                )
            )
        return found[0] if found else 0

    def _named(self, name: str) -> list[int]:
        """The customers of this name; of several, the one that has nothing else to go by."""
        keys = self.by["name"].get(name.casefold(), [])
        rows = self.view.customers
        if len(keys) > 1:
            alone = [
                k for k in keys if not rows[k].get("microsoft_id") and not rows[k].get("domain")
            ]
            if len(alone) != 1:
                raise BadInput(
                    msg(
                        "Several customers have this name, and the line gives no Microsoft ID or "
                        "domain."
                    )
                )
            return alone
        return keys

    def claim(self, line: int, fields: Mapping[str, Any], key: int) -> None:
        """Raises `BadInput` if an earlier line of the file was about the same customer."""
        claims = [
            (field, str(fields[field]).casefold())
            for field in ("microsoft_id", "domain")
            if fields.get(field)
        ]
        claims += [("key", str(key))] if key else []
        claims = claims or [("name", str(fields["name"]).casefold())]
        for claim in claims:
            if claim in self.lines:
                raise BadInput(
                    msg("It is the customer of line {line} again.", line=self.lines[claim])
                )
        self.lines.update(dict.fromkeys(claims, line))


def _planned(known: _Known, row: Row) -> Planned:
    name = row.cells.get("name", "").strip()[:80]
    try:
        if row.problem:
            raise BadInput(row.problem)
        fields, notes = customer_fields({"name": "", **row.cells})
        key = known.match(fields)
        known.claim(row.line, fields, key)
    except BadInput as error:
        return Planned(row.line, name, Outcome.REFUSE, error.what, {})
    if not key:
        return Planned(row.line, name, Outcome.ADD, msg("new"), fields, notes=tuple(notes))
    if known.view.customers[key].get("archived"):
        notes.append(msg("It is archived and stays so."))
    changes = _changes(known.view, key, fields)
    if not changes:
        return Planned(row.line, name, Outcome.SAME, msg("as it is"), {}, key, tuple(notes))
    return Planned(
        row.line,
        name,
        Outcome.CHANGE,
        _what_changes(changes, known.view.customers[key]),
        changes,
        key,
        tuple(notes),
    )


def _changes(view: View, key: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    before = view.customers[key]
    found = Customer.from_document(key, before)
    changes = {}
    for field, value in fields.items():
        if field == "tags":
            value = list(dict.fromkeys((*found.tags, *value)))
        if value and value != before.get(field):
            changes[field] = value
    return changes


def _what_changes(changes: Mapping[str, Any], before: Mapping[str, Any]) -> Message:
    """Fields with what they were and would be, as one message that can be translated."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for field, after in changes.items():
        was = _shown(before.get(field))
        parts.append(f"{{{field}}} ({{was_{field}}} → {{now_{field}}})" if was else f"{{{field}}}")
        values |= {field: field_name(field), f"was_{field}": was, f"now_{field}": _shown(after)}
        if not was:
            parts[-1] += f" ({{now_{field}}})"
    return Message(", ".join(parts), values)


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
