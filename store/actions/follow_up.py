"""Follow-up: who is waited for, what was done about it, and what needs attention."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from store.actions.fields import through_the_door
from store.clean import TEXT_LIMIT, is_visible
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model.follow_up import AGES, Waiting, waiting_in
from store.model.touch import Did
from store.view import INVITATIONS, View
from store.work import Tables

__all__ = ["AGES", "Waiting", "noted", "phoned", "reminded", "snooze", "waiting", "waiting_of"]

LONGEST_SNOOZE = 365
"""Days; whoever wants to hear of it later than that archives the customer."""
_ANSWERED = frozenset({"answered", "ended"})


def waiting(view: View, today: date) -> list[Waiting]:
    """Who has not answered: those who are due first, then those who wait longest."""
    rows = view.tables.table(INVITATIONS)
    archived = {key for key, row in view.customers.items() if row.get("archived")}
    found: list[Waiting] = []
    for customer, keys in view.invitation_ids.items():
        if customer not in archived and any(_may_wait(rows[key]) for key in keys):
            found += waiting_of(view, customer, today)
    return sorted(found, key=lambda one: (not one.due, one.since, one.customer, one.invitation))


def waiting_of(view: View, customer: int, today: date) -> list[Waiting]:
    """What one customer has not answered."""
    return waiting_in(
        view.invitations(customer), view.touches(customer), view.letters(customer), today
    )


def _may_wait(row: dict[str, Any]) -> bool:
    """Whether an invitation is worth reading: most were answered long ago."""
    events = row.get("events")
    last = events[-1] if isinstance(events, list) and events else None
    return isinstance(last, dict) and last.get("what") not in _ANSWERED


# -- what was done ----------------------------------------------------------------------------


def snooze(desk: Desk, customers: Iterable[int], until: date, note: str = "") -> Receipt:
    """Leaves customers alone up to a day and on it; raises `BadInput`."""
    day = until.isoformat()

    def check(today: date) -> None:
        if not today <= until <= today + timedelta(LONGEST_SNOOZE):
            raise BadInput(
                msg("Nobody is left alone until {day}.", day=day),
                field="until",
                todo=msg("Give today or one of the {most} days after it.", most=LONGEST_SNOOZE),
            )

    return _touch(
        desk, customers, Did.SNOOZED, note,
        lambda name: msg("Left {name} alone until {day}.", name=name, day=day),
        lambda count: nmsg("Left {count} customer alone until {day}.",
                           "Left {count} customers alone until {day}.", count, day=day),
        check, until,
    )  # fmt: skip


def phoned(desk: Desk, customers: Iterable[int], note: str = "") -> Receipt:
    """Records that customers were spoken to by phone today."""
    return _touch(
        desk, customers, Did.PHONED, note,
        lambda name: msg("Recorded that {name} was phoned.", name=name),
        lambda count: nmsg("Recorded that {count} customer was phoned.",
                           "Recorded that {count} customers were phoned.", count),
    )  # fmt: skip


def reminded(desk: Desk, customers: Iterable[int], note: str = "") -> Receipt:
    """Records that customers were reminded today by other means than the outbox."""
    return _touch(
        desk, customers, Did.REMINDED, note,
        lambda name: msg("Recorded that {name} was reminded.", name=name),
        lambda count: nmsg("Recorded that {count} customer was reminded.",
                           "Recorded that {count} customers were reminded.", count),
    )  # fmt: skip


def noted(desk: Desk, customers: Iterable[int], note: str) -> Receipt:
    """Keeps a note about customers; raises `BadInput` for an empty one."""
    if not is_visible(note):
        raise BadInput(
            msg("The note is empty."), field="note", todo=msg("Write what is to be kept.")
        )
    return _touch(
        desk, customers, Did.NOTED, note,
        lambda name: msg("Kept a note about {name}.", name=name),
        lambda count: nmsg("Kept a note about {count} customer.",
                           "Kept a note about {count} customers.", count),
    )  # fmt: skip


def _touch(
    desk: Desk,
    customers: Iterable[int],
    what: Did,
    note: str,
    one: Callable[[str], Message],
    many: Callable[[int], Message],
    check: Callable[[date], None] = lambda today: None,
    until: date | None = None,
) -> Receipt:
    """One touch for each of the customers, all or none."""
    kept, changed = through_the_door("note", N_("Note"), note, limit=TEXT_LIMIT)
    keys = list(dict.fromkeys(customers))
    if not keys:
        raise BadInput(msg("Nobody is marked."), todo=msg("Say which customers it is about."))

    def work(tables: Tables) -> Message:
        check(tables.today)
        found = [tables.view.customer(key) for key in keys]
        for key, customer in zip(keys, found, strict=True):
            if customer is None:
                raise BadInput(msg("Customer {key} is no longer there.", key=str(key)))
        tables.touches.insert_multiple(
            {
                "customer": key,
                "what": what.value,
                "on": tables.today.isoformat(),
                "until": until.isoformat() if until else "",
                "note": kept,
                "at": tables.now,
                "by": tables.operator.name,
            }
            for key in keys
        )
        first = found[0]
        return one(first.label) if first and len(found) == 1 else many(len(found))

    return desk.transaction(f"follow-up.{what.value}", work).with_notes(changed)
