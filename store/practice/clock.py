"""The practice cloud's clock: it can be pushed forward, and what is due happens in its order."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Deed = Callable[[datetime], None]
"""Something that happens by itself; it is given the time at which it was due."""


class Clock:
    """UTC; without a start the real time plus what was advanced, with one it stands still."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self._advanced = timedelta(0)

    def now(self) -> datetime:
        """The time here, in UTC."""
        return (self._start or datetime.now(UTC)) + self._advanced

    def advance(self, by: timedelta) -> None:
        """Pushes the clock forward."""
        self._advanced += by


class Schedule:
    """What will happen by itself, earliest first."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, Deed]] = []
        self._count = itertools.count()

    def at(self, when: datetime, deed: Deed) -> None:
        """Lets `deed` happen once the clock has reached `when`."""
        heapq.heappush(self._due, (when, next(self._count), deed))

    def run(self, now: datetime) -> None:
        """Does everything that is due, and what that makes due in turn."""
        while self._due and self._due[0][0] <= now:
            when, _, deed = heapq.heappop(self._due)
            deed(when)


def stamp(when: datetime | None) -> str | None:
    """A time as Graph writes it: UTC, seven digits of a second, `Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z") if when else None
