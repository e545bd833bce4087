"""What a screen stands at, and what an action needs of that: else it says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from store.message import Message, msg


class Situation(NamedTuple):
    """What the screen stands at, as far as keys depend on it.

    `reading` is whether a large store is still being read; `read_only`, `not_offerable` and
    `not_connected` say why something is not possible, if so, and `not_add_user`,
    `not_reset_password` and `not_add_domain` why whoever acts may not do that at the customer;
    `chosen` counts the marked customers, or the one under the cursor, and `beside` is whether that
    is on no customer, but on something else of the screen; `undoable` is what `u` would
    reverse, `posted` whether letters were sent here, `under_way` whether something goes on that
    would be cut off if the process stood still.
    On a screen that acts at a customer's, `not_acting` says why what it is for may not be
    done, and `not_undone` why what was done cannot be taken back. `unknown` counts what was done at
    the customer's and whose end is not known, `added` the users who were added there and can still
    be deleted. `typing` is whether a field has the focus, which takes all letters. Where letters
    are sent, `not_sending` says why they cannot be, `sending` is whether they are now, and `summed`
    whether there is something to sum up; `not_arrived`, `not_again` and `not_dropped` say why that
    cannot be said of the chosen letters of the outbox.
    """

    reading: bool = False
    read_only: Message | None = None
    not_offerable: Message | None = None
    not_connected: Message | None = None
    not_add_user: Message | None = None
    not_reset_password: Message | None = None
    not_add_domain: Message | None = None
    chosen: int = 0
    beside: bool = False
    undoable: Message | None = None
    not_acting: Message | None = None
    not_undone: Message | None = None
    unknown: int = 0
    added: int = 0
    posted: bool = False
    under_way: bool = False
    typing: bool = False
    not_sending: Message | None = None
    sending: bool = False
    summed: bool = False
    not_arrived: Message | None = None
    not_again: Message | None = None
    not_dropped: Message | None = None


BESIDE = msg("The cursor is on no customer; tab goes to the list of customers.")
NOTHING_CHOSEN = msg("Nothing is chosen in the list.")
Need = Callable[[Situation], Message | None]


def read(now: Situation) -> Message | None:
    """Needs all customers, not only the first ones."""
    return msg("The store is still being read. It takes a moment.") if now.reading else None


def writable(now: Situation) -> Message | None:
    """Needs a store that can be written."""
    if now.read_only:
        return msg("The store is read-only: {why}", why=now.read_only)
    return read(now)


def chosen(now: Situation) -> Message | None:
    """Needs something under the cursor."""
    if now.reading or now.chosen:
        return read(now)
    return BESIDE if now.beside else NOTHING_CHOSEN


def offerable(now: Situation) -> Message | None:
    """Needs a partner that may offer."""
    return read(now) or now.not_offerable


def connected(now: Situation) -> Message | None:
    """Needs somebody who is signed in to Microsoft."""
    return read(now) or now.not_connected


def linkable(now: Situation) -> Message | None:
    """Needs somebody who is signed in, to make links; says what there is without."""
    if now.reading or not now.not_connected:
        return read(now)
    return msg("{why} Without it, l on the customer's page (enter) keeps a link made in Partner "
               "Center.", why=now.not_connected)  # fmt: skip


def may_add_user(now: Situation) -> Message | None:
    """Needs somebody who may add users at the customer."""
    return now.not_add_user


def may_reset_password(now: Situation) -> Message | None:
    """Needs somebody who may reset passwords at the customer."""
    return now.not_reset_password


def may_add_domain(now: Situation) -> Message | None:
    """Needs somebody who may add domains at the customer."""
    return now.not_add_domain


def undoable(now: Situation) -> Message | None:
    """Needs something done in this session."""
    if now.undoable:
        return None
    if now.added:
        return msg("Nothing was changed here in this session; U deletes a user that was added.")
    if now.posted:
        return msg("What was sent cannot be undone; nothing else was changed in this session.")
    return msg("Nothing was changed here in this session.")


def resting(now: Situation) -> Message | None:
    """Needs that nothing is going on elsewhere, which waits for us only so long."""
    if now.under_way:
        return msg("What is under way would be cut off. Let it come to its end first.")
    return None


def acting(now: Situation) -> Message | None:
    """Needs somebody who may do at the customer's what the screen is for."""
    return writable(now) or now.not_connected or now.not_acting


def undone(now: Situation) -> Message | None:
    """Needs something done at a customer's that can be taken back."""
    return now.not_undone


def added(now: Situation) -> Message | None:
    """Needs a user who was added at the customer's and can still be deleted."""
    if now.added:
        return None
    return msg("Nobody was added here in the last 24 hours who could be deleted again.")


def listed(now: Situation) -> Message | None:
    """Needs a letter, which a field takes for itself."""
    return msg("The field takes all letters; tab goes to the list.") if now.typing else None


def shown(now: Situation) -> Message | None:
    """Needs a password that is still there."""
    return None if now.chosen else msg("The password is no longer here.")


def never(now: Situation) -> Message | None:
    """Is there to say why it is never possible."""
    return msg("A password stands on no plain text: a terminal keeps that.")


def unsettled(now: Situation) -> Message | None:
    """Needs something done at the customer's whose end is not known."""
    return None if now.unknown else msg("Everything that was done here has a known end.")


def sendable(now: Situation) -> Message | None:
    """Needs a way to send, and leave to."""
    return writable(now) or now.not_sending


def sending(now: Situation) -> Message | None:
    """Needs letters that are being sent."""
    return None if now.sending else msg("Nothing is being sent.")


def summed(now: Situation) -> Message | None:
    """Needs letters that were sent here, or could not be."""
    return None if now.summed else msg("Nothing was sent here yet.")


def arrived(now: Situation) -> Message | None:
    """Needs letters of which it can be said that they arrived."""
    return writable(now) or now.not_arrived


def again(now: Situation) -> Message | None:
    """Needs letters that can be queued again."""
    return writable(now) or now.not_again


def droppable(now: Situation) -> Message | None:
    """Needs letters that can be dropped."""
    return writable(now) or now.not_dropped
