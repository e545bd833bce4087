"""Records what was done to follow customers up: left alone, phoned, reminded, noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from store.actions.fields import through_the_door
from store.clean import TEXT_LIMIT, is_visible
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model.touch import Did
from store.work import Tables

LONGEST_SNOOZE = 365
"""Days; whoever wants to hear of it later than that archives the customer."""


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
