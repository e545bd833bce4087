"""How a letter of the outbox gets from one stage to the next, inside a transaction."""

from __future__ import annotations

from functools import reduce
from typing import Any

from store.actions import offers
from store.errors import DeskError
from store.mail.delivery import Came, Delivery
from store.message import Message, msg, nmsg
from store.model import document
from store.model.invitation import How
from store.model.outgoing import Outgoing, Stage, What, stage_of
from store.view import INVITATIONS, OUTBOX, View
from store.work import Tables

GIVES = frozenset((What.OFFER, What.RENEWAL))
"""Letters that bring a link to be answered: once sent, the offer was given."""
ENDED = msg("What was sending it ended before the mail server's answer was recorded.")
LOOK_FOR = msg(
    "Look for its Message-ID in the mail server's log or among the sent mails, then say what "
    "became of it: {command}",
    command="partnerdesk outbox",
)


def letter_in(tables: Tables, key: int) -> Outgoing | None:
    """A letter as this transaction finds it."""
    found = tables.view.tables.table(OUTBOX).get(key)
    return None if found is None else Outgoing.from_document(key, found)


def letters_of(view: View, *stages: Stage, batch: str = "") -> list[Outgoing]:
    """Letters of the outbox, oldest first: in some stages, or in any; of one batch, or of all."""
    return [
        Outgoing.from_document(key, row)
        for key, row in view.tables.table(OUTBOX).items()
        if (not stages or stage_of(row) in stages) and (not batch or row.get("batch") == batch)
    ]


def begin_in(tables: Tables, key: int, way: str) -> bool:
    """Records that a queued letter is being sent; whether it was still queued."""
    if not is_queued(tables, key):
        return False
    tries = document.number(tables.view.tables.table(OUTBOX)[key], "tries") or 0
    _put(
        tables, key, Stage.SENDING, way=way, tries=tries + 1, code="", why=None, todo=None,
        on=tables.today.isoformat(),
    )  # fmt: skip
    return True


def is_queued(tables: Tables, key: int) -> bool:
    """Whether a letter is there and waits to be sent."""
    found = tables.view.tables.table(OUTBOX).get(key)
    return found is not None and found.get("stage") == Stage.QUEUED


def leave_in(
    tables: Tables, key: int, why: Message | None = None, todo: Message | None = None
) -> None:
    """Keeps a letter queued, and why it did not go."""
    _put(tables, key, Stage.QUEUED, why=why, todo=todo)


def not_begun_in(tables: Tables, key: int) -> None:
    """Takes back that a letter is being sent, of which no byte went out."""
    letter = letter_in(tables, key)
    if letter and letter.stage is Stage.SENDING:
        _put(tables, key, Stage.QUEUED, tries=letter.tries - 1, way="")


def end_in(tables: Tables, key: int, delivery: Delivery) -> None:
    """Records what came of a letter; one that was accepted was given."""
    said = {"code": delivery.code, "why": delivery.why, "todo": delivery.todo}
    match delivery.came:
        case Came.ACCEPTED:
            sent_in(tables, key, delivery.code)
        case Came.REFUSED:
            _put(tables, key, Stage.REFUSED, **said)
        case Came.UNKNOWN:
            _put(tables, key, Stage.UNKNOWN, **said)
        case _:
            _put(tables, key, Stage.QUEUED, **said)


def sent_in(tables: Tables, key: int, code: str, note: Message | None = None) -> None:
    """Records that a letter was accepted, or arrived; an offer in it counts as given.

    Both on the day that the mail server got it, whenever that is known.
    """
    changes: dict[str, Any] = {"code": code, "why": note, "todo": None}
    letter = letter_in(tables, key)
    if letter and letter.what in GIVES:
        invitation, why = _given(tables, letter)
        changes["invitation"] = invitation or letter.invitation
        changes["why"] = why or note
    on = letter.on if letter and letter.on else tables.today
    _put(tables, key, Stage.SENT, on=on.isoformat(), **changes)


def unknown_in(tables: Tables, key: int) -> None:
    """Records that nobody knows what became of a letter."""
    _put(
        tables,
        key,
        Stage.UNKNOWN,
        why=ENDED,
        todo=LOOK_FOR,
    )


def queue_in(tables: Tables, key: int) -> None:
    """Queues a letter once more, under the Message-ID that it has."""
    _put(tables, key, Stage.QUEUED, code="", why=None, todo=None)


def drop_in(tables: Tables, key: int) -> None:
    """Takes a letter out for good."""
    _put(tables, key, Stage.DROPPED)


def did(ended: int, begun: int, kept: int) -> Message:
    """What one transaction of a run did: how many ended, are being sent, did not go after all."""
    parts = [
        (ended, nmsg("What came of {count} letter.", "What came of {count} letters.", ended)),
        (begun, nmsg("{count} letter is being sent.", "{count} letters are being sent.", begun)),
        (kept, nmsg("{count} letter stays queued.", "{count} letters stay queued.", kept)),
    ]
    said = [part for count, part in parts if count] or [parts[0][1]]
    return reduce(lambda first, then: msg("{first} {then}", first=first, then=then), said)


def _given(tables: Tables, letter: Outgoing) -> tuple[int, Message | None]:
    """The invitation that the letter gave; what kept it from being recorded never loses the rest.

    The letter is with the customer, whatever has changed here since it was composed.
    """
    customer = tables.view.customer(letter.customer)
    if customer is None:
        return 0, None
    offer = tables.view.offer(letter.kind, letter.offer)
    known = letter.invitation in tables.view.tables.table(INVITATIONS)
    draft = letter.invitation if known else None
    try:
        return offers.give_in(
            tables, customer, offer, How.MAILED, letter.language, draft=draft, on=letter.on
        ), None
    except DeskError as error:
        return 0, msg("Sent, but it could not be recorded as given: {why}", why=error.what)


def _put(tables: Tables, key: int, stage: Stage, **changes: Any) -> None:
    written = {
        name: value.to_json() if isinstance(value, Message) else value
        for name, value in changes.items()
    }
    written |= {"stage": stage.value, "at": tables.now, "by": tables.operator.name}
    tables.outbox.update(written, doc_ids=[key])
