"""Who goes by a Microsoft ID, a domain or a link is found without asking everybody."""

from __future__ import annotations

import random
from typing import Any

import pytest

from store import view as module
from store.actions import customers
from store.actions.offers import set_own_link
from store.desk import Desk
from store.errors import BadInput
from store.journal.rows import Rows
from store.journal.state import State as Tables
from store.view import CUSTOMERS, DOMAIN, INVITATIONS, LINK, MICROSOFT_ID, NAME, View, view_of
from tests.store.actions.stories import add, own

VALUES = ("", "a", "A", "ß", "ss", "b", None, 7)
"""What the fields hold in these tests; the last two are what only a hand would write."""
ASKED = ("a", "A", "ss", "b", "c", "")


def one(rng: random.Random, table: str) -> dict[str, Any] | None:
    """A document of a table, or none."""
    if rng.random() < 0.2:
        return None
    fields = (MICROSOFT_ID, DOMAIN, NAME) if table == CUSTOMERS else (LINK,)
    found = {field: rng.choice(VALUES) for field in fields if rng.random() < 0.9}
    return {**found, "granular": rng.random() < 0.5} if table == INVITATIONS else found


def answers(view: View) -> dict[tuple[str, str], list[int]]:
    """Who goes by what, as the view finds it."""
    fields = (MICROSOFT_ID, DOMAIN, NAME)
    found = {(field, value): view.customers_by(field, value) for field in fields for value in ASKED}
    return found | {(LINK, value): view.invitations_by_link(value) for value in ASKED}


def recomputed(view: View) -> dict[tuple[str, str], list[int]]:
    """Who goes by what, by asking every document."""
    found: dict[tuple[str, str], list[int]] = {}
    for field in (MICROSOFT_ID, DOMAIN, NAME, LINK):
        rows = view.tables.table(INVITATIONS if field == LINK else CUSTOMERS)
        for value in ASKED:
            keys = found[field, value] = []
            for key, row in sorted(rows.items()):
                had = row.get(field)
                fits = isinstance(had, str) and had and had.casefold() == value.casefold()
                names = [row.get(other) for other in (MICROSOFT_ID, DOMAIN)]
                if field == NAME and any(isinstance(name, str) and name for name in names):
                    continue
                if fits and (field != LINK or row["granular"]):
                    keys.append(key)
    return found


@pytest.mark.parametrize("seed", range(30))
def test_every_view_finds_what_it_holds_whatever_came_before_or_after(seed: int) -> None:
    rng = random.Random(seed)
    view = View() if seed % 3 == 0 else view_of(0, Tables())
    views = [view]
    for seq in range(1, 25):
        tables = dict(view.tables.tables)
        touched = []
        for _ in range(rng.randint(1, 4)):
            table, key = rng.choice((CUSTOMERS, INVITATIONS)), rng.randint(1, 6)
            tables[table] = tables.get(table, Rows()).after({key: one(rng, table)})
            touched.append((table, key))
        view = view.after(seq, Tables(tables), touched)
        views.append(view)
        if rng.random() < 0.2:  # at any moment, an old view may be the first that is asked
            asked = rng.choice(views)
            assert answers(asked) == recomputed(asked)
    for found in views:
        assert answers(found) == recomputed(found) == answers(view_of(0, found.tables))


def test_many_customers_are_added_without_looking_through_all_each_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    through = module._looked_up

    def counted(rows: Rows[dict[str, Any]], field: str, folded: str) -> list[int]:
        looked.append(field)
        return through(rows, field, folded)

    monkeypatch.setattr(module, "_looked_up", counted)
    for number in range(20):
        add(desk, f"Firm {number}", domain=f"firm{number}.example")
    assert len(looked) < 10
    with pytest.raises(BadInput, match="belongs to Firm 3 already"):
        add(desk, "Twin", domain="firm3.example")
    customers.edit(desk, 4, {"domain": "other.example"})
    add(desk, "No twin", domain="firm3.example")
    for number in range(1, 15):
        set_own_link(desk, number, own(number))
    with pytest.raises(BadInput, match="Firm 2 has this link already"):
        set_own_link(desk, 1, own(3))
