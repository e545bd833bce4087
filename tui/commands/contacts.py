"""Letters, calls and notes as entries of a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from store.model.document import local_day
from store.model.offer import offer_label
from store.model.outgoing import STAGE_NAMES, WHAT_NAMES, Outgoing, Stage, What
from store.model.touch import DID_NAMES, Did, Touch
from tui.language import _, say

Entry = tuple[str, str, dict[str, Any]]
"""The day, the moment, and what is shown of it."""


def contacts(letters: Iterable[Outgoing], touches: Iterable[Touch]) -> Iterator[Entry]:
    """What was done about a customer, in no order.

    An offer that was sent is left out: the invitation says already that it was given by mail.
    """
    for letter in letters:
        if letter.what != What.OFFER or letter.stage is not Stage.SENT:
            at = letter.at or letter.queued_at
            day = letter.day or local_day(at)
            on = day.isoformat() if day else at[:10]
            yield on, at, _letter(letter, on)
    for touch in touches:
        on = touch.on.isoformat() if touch.on else ""
        yield on, touch.at, _touch(touch, on)


def _letter(letter: Outgoing, on: str) -> dict[str, Any]:
    what = _(WHAT_NAMES[What(letter.what)]) if letter.what in WHAT_NAMES else letter.what
    return {
        "on": on,
        "offer": say(offer_label(letter.kind, letter.offer)),
        "what": letter.what,
        "terms": "",
        "said": say("{letter}: {stage}", letter=what, stage=_(STAGE_NAMES[letter.stage])),
        "how": letter.to,
        "by": letter.by,
        "note": say(letter.why) if letter.why else "",
    }


def _touch(touch: Touch, on: str) -> dict[str, Any]:
    said = _(DID_NAMES[Did(touch.what)]) if touch.what in DID_NAMES else touch.what
    if touch.what == Did.SNOOZED and touch.until:
        said = say("{did} until {day}", did=said, day=touch.until.isoformat())
    return {
        "on": on,
        "offer": "",
        "what": touch.what,
        "terms": "",
        "said": said,
        "how": "",
        "by": touch.by,
        "note": touch.note,
    }


def last_contact(letters: Iterable[Outgoing], touches: Iterable[Touch]) -> date | None:
    """The day on which a customer was last written to, reminded or phoned."""
    spoken = {touch.on for touch in touches if touch.what in (Did.REMINDED, Did.PHONED)}
    sent = {letter.day for letter in letters if letter.stage is Stage.SENT}
    return max((found for found in spoken | sent if found), default=None)
