"""Follow-up: who is waited for, what was done about it, and what needs attention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from store.actions import renewing
from store.actions.fields import through_the_door
from store.clean import TEXT_LIMIT, is_visible
from store.desk import Desk, Receipt
from store.errors import BadInput
from store.message import N_, Message, msg, nmsg
from store.model.follow_up import AGES, Waiting, waiting_in
from store.model.outgoing import WHAT_NAMES, Outgoing, Stage, What
from store.model.renewing import Renewing, Step
from store.model.touch import Did
from store.view import INVITATIONS, OUTBOX, View
from store.work import Tables

__all__ = [
    "AGES", "NEED_NAMES", "Attention", "Need", "Waiting", "attention", "noted", "phoned",
    "reminded", "snooze", "waiting", "waiting_of",
]  # fmt: skip

LONGEST_SNOOZE = 365
"""Days; whoever wants to hear of it later than that archives the customer."""
_ANSWERED = frozenset({"answered", "ended"})
_SOON_OVER = 7
"""Days before its end in which an access is named although a new consent is waited for."""


class Need(StrEnum):
    """Why somebody needs attention."""

    DUE = "due"
    LAPSING = "lapsing"
    EXPIRING = "expiring"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


NEED_NAMES = {
    Need.DUE: N_("due"),
    Need.LAPSING: N_("link lapses soon"),
    Need.EXPIRING: N_("access ends soon"),
    Need.DOUBTFUL: N_("letter in doubt"),
    Need.REFUSED: N_("letter refused"),
}


class Attention(NamedTuple):
    """One thing that an operator should look at; `said` says what, `on` by when.

    `customer` is 0 for a relationship of nobody known; `letter` is set for letters.
    """

    need: Need
    customer: int
    label: str
    said: Message
    on: date | None = None
    letter: int = 0


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


# -- what needs attention -----------------------------------------------------------------------


def attention(view: View, today: date, days: int) -> list[Attention]:
    """What an operator should look at: due, lapsing or ending within `days`, letters gone wrong.

    Each of the waiting is named once: as lapsing, where it is that too.
    """
    made = [
        *_letters(view, today),
        *_waits(view, today, days),
        *(
            _ends(one)
            for one in renewing.plan(view, today, days)
            if one.step is not Step.NOTHING
            and (one.asked is None or one.ends_within(_SOON_OVER, today))
        ),
    ]
    order = {need: place for place, need in enumerate(Need)}
    return sorted(made, key=lambda one: (order[one.need], one.on or date.max, one.label.casefold()))


def _waits(view: View, today: date, days: int) -> Iterator[Attention]:
    for one in waiting(view, today):
        lapsing = one.lapses_within(days, today) and one.snoozed_until is None
        if not one.due and not lapsing:
            continue
        said = nmsg("Not answered for {count} day.", "Not answered for {count} days.", one.day)
        if lapsing:
            by = one.answer_by.isoformat() if one.answer_by else ""
            said = msg("Its link can be answered until {day}.", day=by)
        need = Need.LAPSING if lapsing else Need.DUE
        yield Attention(need, one.customer, _label(view, one.customer), said, one.answer_by)


def _ends(one: Renewing) -> Attention:
    said = msg("{name} ends on {day}: {step}.", name=one.name or msg("The access"),
               day=one.ends.isoformat(), step=msg(renewing.STEP_NAMES[one.step]))  # fmt: skip
    return Attention(Need.EXPIRING, one.customer, one.label, said, one.ends)


def _letters(view: View, today: date) -> Iterator[Attention]:
    """Letters of which nobody knows whether they went, and those that never will as they are."""
    for key, row in view.tables.table(OUTBOX).items():
        if row.get("stage") not in (Stage.UNKNOWN, Stage.SENDING, Stage.REFUSED):
            continue
        letter = Outgoing.from_document(key, row)
        if letter.what == What.TEST:
            continue
        if letter.stage is Stage.REFUSED:
            if not _is_dealt_with(view, letter):
                said = letter.why or msg("The mail server refused it.")
                yield _letter(view, Need.REFUSED, letter, said)
        # One that is being sent at this moment is in no doubt; one of an earlier day is.
        elif letter.stage is Stage.UNKNOWN or letter.at[:10] < today.isoformat():
            said = msg("Nobody knows whether it went: look for {id}.", id=letter.message_id)
            yield _letter(view, Need.DOUBTFUL, letter, said)


def _letter(view: View, need: Need, letter: Outgoing, said: Message) -> Attention:
    what = msg(WHAT_NAMES[What(letter.what)]) if letter.what in WHAT_NAMES else letter.what
    said = msg("{what} to {address}: {said}", what=what, address=letter.to, said=said)
    return Attention(need, letter.customer, _label(view, letter.customer), said, letter=letter.id)


def _is_dealt_with(view: View, refused: Outgoing) -> bool:
    """Whether the customer got a later letter, was spoken to or noted since, or is archived."""
    customer = view.customers.get(refused.customer, {})
    return (
        bool(customer.get("archived"))
        or any(later.id > refused.id for later in view.letters(refused.customer))
        or any(touch.at > refused.at for touch in view.touches(refused.customer))
    )


def _label(view: View, key: int) -> str:
    customer = view.customer(key)
    return customer.label if customer else f"#{key}"
