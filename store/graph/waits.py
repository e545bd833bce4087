"""The client's only clock and its only way to wait, and how long an answer asks us to."""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from store.errors import TooBusy
from store.message import Message, msg, nmsg

LONGEST_WAIT = 180.0
"""Seconds; whoever asks for more gets no further try now."""
TRIES = 5
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)


class Waits:
    """Real time; tests bring a clock of their own.

    `reading` and `writing` are the seconds that an answer may take as a whole.
    """

    reading: float = 60.0
    writing: float = 150.0

    def now(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    def wall(self) -> datetime:
        """What the clock of this host says, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Waits until `now` says that `seconds` have passed."""
        await asyncio.sleep(seconds)

    def spread(self, seconds: float) -> float:
        """A wait of about `seconds`: programs that were cut off together come back apart."""
        return seconds * random.uniform(0.5, 1.0)


def backoff(attempt: int, waits: Waits) -> float:
    """Seconds before the next try after `attempt` tries, where nobody said how long."""
    return waits.spread(2.0 ** min(attempt, 6))


def settling() -> Iterator[float]:
    """The seconds between looks at something that takes its time, without end."""
    for attempt in itertools.count(1):
        yield min(2.0**attempt, 15.0)


def told_to_wait(headers: Mapping[str, str], waits: Waits) -> float | None:
    """The seconds of a Retry-After header, a number or a date; `None` if absent or nonsense.

    A date is held against the answer's own Date, since this host's clock may be wrong.
    """
    told = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(told):
        return float(told)
    until = moment(told)
    if until is None:
        return None
    start = moment(headers.get("date", "")) or waits.wall()
    return max(0.0, (until - start).total_seconds())


def moment(text: str) -> datetime | None:
    """An HTTP date; `None` if it is none."""
    try:
        found = parsedate_to_datetime(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def skew(headers: Mapping[str, str], waits: Waits) -> timedelta | None:
    """How far the sender's clock is ahead of this host's; `None` where it does not say."""
    theirs = moment(headers.get("date", ""))
    return None if theirs is None else theirs - waits.wall()


def too_busy(told: float | None) -> TooBusy:
    """The error for a service that wants to be left alone for `told` seconds, if it said."""
    if not told:
        return TooBusy(
            msg("Microsoft is too busy; every one of {count} tries was sent back.", count=TRIES),
            todo=msg("Try again in some minutes."),
        )
    minutes = math.ceil(told / 60)
    return TooBusy(
        nmsg(
            "Microsoft is busy and asks to be left alone for {count} minute.",
            "Microsoft is busy and asks to be left alone for {count} minutes.",
            minutes,
        ),
        wait=told,
        todo=msg("Try again after that; what was done until now stays done."),
    )


def busy(seconds: float) -> Message:
    """What is said while waiting because Microsoft asked for it."""
    return nmsg(
        "Microsoft is busy; going on in {count} second.",
        "Microsoft is busy; going on in {count} seconds.",
        math.ceil(seconds),
    )


def cut_off(seconds: float) -> Message:
    """What is said while waiting because the line is bad."""
    return nmsg(
        "The connection was lost; trying again in {count} second.",
        "The connection was lost; trying again in {count} seconds.",
        math.ceil(seconds),
    )


def failed(seconds: float) -> Message:
    """What is said while waiting because Microsoft stumbled."""
    return nmsg(
        "Microsoft failed on its own side; trying again in {count} second.",
        "Microsoft failed on its own side; trying again in {count} seconds.",
        math.ceil(seconds),
    )
