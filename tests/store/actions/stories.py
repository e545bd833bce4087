"""What many stories begin with: a desk, a customer, a link of its own, an import."""

from __future__ import annotations

import threading
from pathlib import Path

from store.actions import customers, importing, table_file
from store.actions.offers import OwnLink
from store.desk import Change, Desk, Receipt
from store.model.consent import State
from store.view import View, view_of
from tests.conftest import OPERATOR, TODAY
from tests.store.model.samples import ago, granular_link

PURCHASE_LINK = "https://portal.office.com/partner/partnersignup.aspx?type=Purchase&id=77"
TRIAL_LINK = "https://portal.office.com/partner/partnersignup.aspx?type=Trial&id=42"
PATIENCE = 10.0
"""How long a test waits for what comes by itself, in seconds."""


def desk_at(path: Path, *, segment_limit: int = 1 << 20) -> Desk:
    """An open desk; whoever asks for it closes it."""
    return Desk(path, OPERATOR, today=lambda: TODAY, poll=0.02, segment_limit=segment_limit).open()


class Listener:
    """Collects what a desk tells, and lets a test wait for it."""

    def __init__(self, desk: Desk) -> None:
        self.changes: list[Change] = []
        self._told = threading.Event()
        self.stop = desk.listen(self._take)

    def _take(self, change: Change) -> None:
        self.changes.append(change)
        self._told.set()

    def wait(self) -> Change:
        """The next change."""
        assert self._told.wait(PATIENCE), "nothing was told"
        self._told.clear()
        return self.changes[-1]


def whole(view: View) -> View:
    """The same view, made from its tables alone."""
    return view_of(view.seq, view.tables)


def same(one: View, two: View) -> bool:
    return (
        one.customer_count == two.customer_count
        and dict(one.invitation_ids) == dict(two.invitation_ids)
        and {name: dict(rows) for name, rows in one.tables.tables.items()}
        == {name: dict(rows) for name, rows in two.tables.tables.items()}
    )


def contents(desk: Desk) -> dict[str, dict[int, dict[str, object]]]:
    """Everything that a desk has recorded, as it is now."""
    tables = desk.refresh().tables
    return {name: dict(tables.table(name)) for name in sorted(tables.tables)}


def add(desk: Desk, name: str, **fields: str) -> int:
    """Adds a customer; returns its id."""
    receipt = customers.add(desk, {"name": name, **fields})
    return receipt.before[0][1]


def own(number: int = 1, made: int = 0, days: int | None = 365) -> OwnLink:
    """A granular link that was finalised `made` days ago."""
    return OwnLink(granular_link(number), ago(made), days)


def state(desk: Desk, key: int) -> State:
    """Where a customer's consent stands today; lists have to agree with it."""
    found = desk.view.consent(key, TODAY).state
    assert desk.view.state(key, TODAY) is found
    return found


def plan(desk: Desk, text: str) -> importing.Plan:
    """What a file would do, written in UTF-8."""
    return importing.plan(desk.view, table_file.read(text.encode()))


def take_in(desk: Desk, text: str, *, skip_bad: bool = False) -> Receipt:
    """Imports a file."""
    return importing.apply(desk, plan(desk, text), skip_bad=skip_bad)


def outcomes(found: importing.Plan) -> list[tuple[int, str]]:
    """What becomes of each line of a file."""
    return [(row.line, row.outcome.value) for row in found.rows]
