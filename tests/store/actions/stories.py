"""What many stories begin with: a customer, a link of its own, an import."""

from __future__ import annotations

from store.actions import customers, importing, table_file
from store.actions.offers import OwnLink
from store.desk import Desk, Receipt
from store.model.consent import State
from tests.conftest import TODAY
from tests.store.model.samples import ago, granular_link

PURCHASE_LINK = "https://portal.office.com/partner/partnersignup.aspx?type=Purchase&id=77"
TRIAL_LINK = "https://portal.office.com/partner/partnersignup.aspx?type=Trial&id=42"


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
