"""Follow-up: who is waited for, and what needs attention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from store.actions import renewing
from store.actions.touching import noted, phoned, reminded, snooze
from store.message import N_, Message, msg, nmsg
from store.model.consent import USABLE
from store.model.follow_up import AGES, Waiting, waiting_in
from store.model.offer import Kind
from store.model.outgoing import WHAT_NAMES, Outgoing, Stage, What, stage_of
from store.model.renewing import SAFE_DAYS, Renewing, Step
from store.view import INVITATIONS, OUTBOX, View

__all__ = [
    "AGES", "NEED_NAMES", "Attention", "Need", "Waiting", "asked_again", "attention", "due",
    "is_dealt_with", "noted", "phoned", "reminded", "snooze", "waiting", "waiting_of",
]  # fmt: skip

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
    QUEUED = "queued"


NEED_NAMES = {
    Need.DUE: N_("due"),
    Need.LAPSING: N_("link lapses soon"),
    Need.EXPIRING: N_("access ends soon"),
    Need.DOUBTFUL: N_("letter in doubt"),
    Need.REFUSED: N_("letter refused"),
    Need.QUEUED: N_("letters queued"),
}


class Attention(NamedTuple):
    """One thing that an operator should look at; `said` says what, `on` by when.

    `customer` is 0 for a relationship of nobody known, and for the queue; `letter` is set for one
    letter.
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


def due(view: View, today: date, kind: Kind, offer: str = "") -> list[int]:
    """The customers who are due for a reminder of an offer.

    Without a name it is what each was given last, of those of the kind: so says the reminder.
    """
    called = offer.casefold()
    about: dict[int, Waiting] = {}
    for one in waiting(view, today):
        if one.kind is kind and (
            kind is Kind.DELEGATED or not called or one.offer.casefold() == called
        ):
            about[one.customer] = max(
                about.get(one.customer, one), one, key=lambda it: (it.offer == "", it.since)
            )
    return [key for key, one in about.items() if one.due]


def asked_again(view: View, customer: int, today: date) -> Waiting | None:
    """The new consent that is waited for beside one that holds, if so: no state shows that."""
    if view.state(customer, today) not in USABLE:
        return None
    return next((w for w in waiting_of(view, customer, today) if w.kind is Kind.DELEGATED), None)


def _may_wait(row: dict[str, Any]) -> bool:
    """Whether an invitation is worth reading: most were answered long ago."""
    events = row.get("events")
    last = events[-1] if isinstance(events, list) and events else None
    return isinstance(last, dict) and last.get("what") not in _ANSWERED


# -- what needs attention -----------------------------------------------------------------------


def attention(
    view: View, today: date, days: int, is_sending: Callable[[], bool] = lambda: False
) -> list[Attention]:
    """What an operator should look at: due, lapsing or ending within `days`, letters gone wrong.

    Each of the waiting is named once: as lapsing, where it is that too. An access that takes a new
    consent is named from the last safe day to ask on, however few `days` are. `is_sending` says
    whether somebody sends letters at this moment: what is being sent is in no doubt then.
    """
    made = [
        *_letters(view, is_sending),
        *_waits(view, today, days),
        *(
            _ends(one)
            for one in renewing.plan(view, today, max(days, SAFE_DAYS))
            if one.step is not Step.NOTHING
            and (one.ends_within(days, today) or one.asks_within(0, today))
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


def _letters(view: View, is_sending: Callable[[], bool]) -> Iterator[Attention]:
    """Letters of which nobody knows whether they went, those that never will as they are, and
    those that a run which was stopped or died has left in the queue."""
    sending: bool | None = None
    queued = 0
    for key, row in view.tables.table(OUTBOX).items():
        stage = stage_of(row)
        if stage is Stage.QUEUED and row.get("what") != What.TEST:
            queued += 1
        if stage not in (Stage.UNKNOWN, Stage.SENDING, Stage.REFUSED):
            continue
        letter = Outgoing.from_document(key, row)
        if letter.what == What.TEST:
            continue
        if letter.stage is Stage.REFUSED:
            if not is_dealt_with(view, letter):
                said = letter.why or msg("The mail server refused it.")
                yield _letter(view, Need.REFUSED, letter, said)
        elif letter.stage is Stage.SENDING:
            sending = is_sending() if sending is None else sending
        if letter.stage is Stage.UNKNOWN or (letter.stage is Stage.SENDING and not sending):
            said = msg("Nobody knows whether it went: look for {id}.", id=letter.message_id)
            yield _letter(view, Need.DOUBTFUL, letter, said)
    if queued and not (is_sending() if sending is None else sending):
        said = nmsg("{count} letter waits in the outbox, and nobody sends it: {command}",
                    "{count} letters wait in the outbox, and nobody sends them: {command}",
                    queued, command="partnerdesk send --resume")  # fmt: skip
        yield Attention(Need.QUEUED, 0, "", said)


def _letter(view: View, need: Need, letter: Outgoing, said: Message) -> Attention:
    what = msg(WHAT_NAMES[What(letter.what)]) if letter.what in WHAT_NAMES else letter.what
    said = msg("{what} to {address}: {said}", what=what, address=letter.to, said=said)
    return Attention(need, letter.customer, _label(view, letter.customer), said, letter=letter.id)


def is_dealt_with(view: View, refused: Outgoing) -> bool:
    """Whether the customer got a later letter, was spoken to or noted since, or is archived."""
    customer = view.customers.get(refused.customer, {})
    return (
        bool(customer.get("archived"))
        or any(
            later.id > refused.id and later.stage is not Stage.DROPPED
            for later in view.letters(refused.customer)
        )
        or any(touch.at > refused.at for touch in view.touches(refused.customer))
    )


def _label(view: View, key: int) -> str:
    customer = view.customer(key)
    return customer.label if customer else f"#{key}"
