"""Letters of the outbox composed anew on their way out, and those that cannot go as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

from store.actions import offering, outbox, posting
from store.errors import DeskError
from store.mail.account import Account
from store.mail.delivery import Parcel
from store.message import Message, msg
from store.model.outgoing import Outgoing, Stage, What
from store.view import View


class Left(NamedTuple):
    """A letter that stays queued, and what to do about it."""

    id: int
    why: Message | None
    todo: Message | None


Composed = tuple[list[Parcel], list[Left]]


def composed(
    view: View, keys: Iterable[int], account: Account, today: date, templates: str
) -> Composed:
    """Queued letters as they go out, and those that cannot; what is not queued is in neither.

    A letter that reads otherwise than when it was looked at cannot.
    """
    ready: list[Parcel] = []
    left: list[Left] = []
    for key in keys:
        letter = view.letter(key)
        if letter is None or letter.stage is not Stage.QUEUED:
            continue
        try:
            made = _parcel(view, letter, account, today, templates)
        except DeskError as error:
            made = Left(key, error.what, error.todo)
        if isinstance(made, Left):
            left.append(made)
        else:
            ready.append(made)
    return ready, left


def _parcel(
    view: View, letter: Outgoing, account: Account, today: date, templates: str
) -> Parcel | Left:
    from store.letters.mail import ascii_address
    from store.mail.message import mime

    offering.named(view, letter.kind, letter.offer)  # it may have been removed meanwhile
    name, sender, reply_to = posting.sender_of(account, view)
    copy = outbox.recomposed(view, letter, today, templates)
    why = outbox.why_otherwise(view, letter, copy, account)
    if why:
        todo = msg("Look at it as it is now, drop this one, and queue it anew.")
        return Left(letter.id, why, todo)
    message = mime(
        copy,
        sender=(name, sender),
        to=letter.to,
        reply_to=reply_to,
        message_id=letter.message_id,
        reference=letter.reference,
        replies_to=letter.replies_to,
        date=datetime.now(UTC).astimezone(),
        test=letter.what == What.TEST,
    )
    return Parcel(letter.id, message, ascii_address(sender), ascii_address(letter.to))
