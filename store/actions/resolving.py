"""What became of letters: those of a dead sender are doubtful, and an operator says the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from store.actions.posting import why_again
from store.actions.stages import (
    drop_in,
    letter_in,
    letters_of,
    queue_in,
    sent_in,
    unknown_in,
)
from store.actions.turn import Turn
from store.desk import Desk, Receipt
from store.errors import NotAllowed, NotFound, StoreBusy
from store.message import Message, msg, nmsg
from store.model.outgoing import STAGE_NAMES, WHAT_NAMES, Outgoing, Stage, What
from store.work import Tables


class Resolve(StrEnum):
    """What an operator says became of a letter, or is to."""

    ARRIVED = "arrived"
    AGAIN = "again"
    DROPPED = "dropped"


def settle(desk: Desk) -> Receipt | None:
    """Says of letters that a dead process was sending that nobody knows; `None` if there are none.

    While somebody sends, nothing is said of theirs.
    """
    if not letters_of(desk.view, Stage.SENDING) or desk.read_only:
        return None
    try:
        with Turn(desk):
            return settle_in_turn(desk)
    except StoreBusy:
        return None


def settle_in_turn(desk: Desk) -> Receipt | None:
    """The same, by whoever has the turn to send."""
    if not letters_of(desk.refresh(), Stage.SENDING):
        return None

    def work(tables: Tables) -> Message:
        keys = [letter.id for letter in letters_of(tables.view, Stage.SENDING)]
        for key in keys:
            unknown_in(tables, key)
        return nmsg(
            "It is not known what became of {count} letter.",
            "It is not known what became of {count} letters.",
            len(keys),
        )

    return desk.transaction("outbox.settle", work)


_MAY = {
    Resolve.ARRIVED: (Stage.UNKNOWN,),
    Resolve.AGAIN: (Stage.UNKNOWN, Stage.REFUSED),
    Resolve.DROPPED: (Stage.UNKNOWN, Stage.REFUSED, Stage.QUEUED),
}
"""The stages that a letter has to be in for each."""


def resolve(desk: Desk, ids: Iterable[int], how: Resolve) -> Receipt:
    """Says what became of letters: all of them or none.

    *Arrived* gives what was in them, *again* queues them under the Message-ID that they have,
    *dropped* is for good. Raises `NotFound` and `NotAllowed`.
    """
    keys = list(dict.fromkeys(ids))

    def work(tables: Tables) -> Message:
        for key in keys:
            letter = letter_in(tables, key)
            _check(tables, key, letter, how)
            match how:
                case Resolve.ARRIVED:
                    sent_in(tables, key, letter.code if letter else "")
                case Resolve.AGAIN:
                    queue_in(tables, key)
                case Resolve.DROPPED:
                    drop_in(tables, key)
        return _resolved(how, keys)

    return desk.transaction("outbox.resolve", work)


def drop(desk: Desk, ids: Iterable[int]) -> Receipt:
    """Takes letters out of the outbox for good."""
    return resolve(desk, ids, Resolve.DROPPED)


def drop_test(desk: Desk, key: int) -> None:
    """Takes a test letter that did not go out of the queue: nobody wants it with the others."""
    letter = desk.refresh().letter(key)
    if letter and letter.what == What.TEST and letter.stage is Stage.QUEUED:
        drop(desk, [key])


def _check(tables: Tables, key: int, letter: Outgoing | None, how: Resolve) -> None:
    if letter is None:
        raise NotFound(msg("There is no letter {key} in the outbox.", key=str(key)))
    if letter.stage not in _MAY[how]:
        raise NotAllowed(
            msg("Letter {key} is {stage}.", key=str(key), stage=msg(STAGE_NAMES[letter.stage]))
        )
    if how is Resolve.AGAIN and letter.what == What.TEST:
        raise NotAllowed(
            msg("Letter {key} is a test letter: nothing sends it again.", key=str(key)),
            todo=msg("Send a new one, out of the plan of letters or with {command}.",
                     command="partnerdesk send --test"),
        )  # fmt: skip
    if how is Resolve.AGAIN and letter.customer and letter.what in WHAT_NAMES:
        others = [it for it in tables.view.letters(letter.customer) if it.id != key]
        why = why_again(others, What(letter.what), letter.kind, letter.offer, tables.today)
        if why:
            raise NotAllowed(msg("Letter {key} is not sent again: {why}", key=str(key), why=why))


def _resolved(how: Resolve, keys: Sequence[int]) -> Message:
    match how:
        case Resolve.ARRIVED:
            return nmsg("{count} letter arrived.", "{count} letters arrived.", len(keys))
        case Resolve.AGAIN:
            return nmsg(
                "{count} letter is queued again.", "{count} letters are queued again.", len(keys)
            )
        case _:
            return nmsg("{count} letter was dropped.", "{count} letters were dropped.", len(keys))
