"""Stores for tests: made in a moment, compared as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from store.journal import checkpoint
from store.journal.folder import prepare
from store.journal.journal import Author, Journal
from store.journal.state import State
from store.journal.tables import JournalDB

AUTHOR = Author({"name": "anna", "login": "anna", "member": ""}, {"host": "jump1", "ssh": ""})
NO_ORDER: dict[str, Any] = {}


def open_db(path: Path, **options: Any) -> JournalDB:
    """A handle on the store at `path`; made if it is not there."""
    journal = Journal(prepare(path), AUTHOR, **options)
    journal.open()
    return JournalDB(journal)


def contents(state: State) -> str:
    """A state as text, to compare and to look up."""
    return json.dumps(
        {
            "tables": {name: sorted(rows.items()) for name, rows in sorted(state.tables.items())},
            "next": dict(sorted(state.next_ids.items())),
        },
        sort_keys=True,
    )


def tidy(db: JournalDB) -> None:
    """Rolls and writes a base, if either is due, as the desk does when nobody waits."""
    journal = db.storage.journal
    mark = checkpoint.due(journal)
    if mark:
        checkpoint.write(journal.folder, journal.mode, mark, NO_ORDER)


def sample(path: Path, *, transactions: int = 30, segment_limit: int = 2_500) -> list[str]:
    """Makes a store of several segments; returns its contents after each transaction.

    Index 0 is the empty store. Documents are added, changed and removed in two tables.
    """
    db = open_db(path, segment_limit=segment_limit)
    states = [contents(db.storage.state)]
    for number in range(transactions):
        with db.transaction("test"):
            if number % 7 == 6:
                db.table("customers").remove(doc_ids=[number - 3])
            else:
                db.table("customers").insert({"n": number, "pad": "é" * (number * 37 % 200)})
            db.table("audit").insert({"k": number})
        states.append(contents(db.storage.state))
        tidy(db)
    db.close()
    return states
