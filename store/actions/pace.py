"""How fast letters go, and whether any goes at all."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress

MOST_AT_ONCE = 8
"""The most letters that one transaction begins; so many are doubtful if it is killed then."""
_AT_ONCE = 0.25
"""Seconds of sending that one transaction may begin: slow letters each have one of their own."""


class Pace:
    """At most so many letters a minute (0: as fast as they go), until paused or stopped.

    Whoever watches may change it at any time, and from any thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._stopped = threading.Event()
        self._paused = threading.Event()
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._few_at = 0.0
        self._few = 0
        self._each = _AT_ONCE
        self._carried = 0
        self._worked = 0.0
        self._worked_to = 0.0

    @property
    def most(self) -> int:
        """The most letters a minute, which holds for the wait that is under way, too."""
        return self._most

    @most.setter
    def most(self, most: int) -> None:
        self._most = most
        self._wake()

    def pause(self) -> None:
        """Begins no other letter until `go_on`."""
        self._paused.set()

    def go_on(self) -> None:
        """Ends a pause."""
        self._paused.clear()
        self._wake()

    def stop(self) -> None:
        """Begins no other letter at all."""
        self._stopped.set()
        self._wake()

    @property
    def is_paused(self) -> bool:
        """Whether it rests."""
        return self._paused.is_set()

    @property
    def is_stopped(self) -> bool:
        """Whether no other letter is begun."""
        return self._stopped.is_set()

    def may_begin(self) -> bool:
        """Whether a letter that is due may go."""
        return not self.is_paused and not self.is_stopped

    @property
    def wait(self) -> float:
        """Seconds until the next letter is due; 0 and less where it is by now."""
        return self._few_at + self._interval * self._few - time.monotonic()

    async def due(self) -> None:
        """Returns when the next letter may go, or none at all may."""
        self._loop = asyncio.get_running_loop()
        while not self.is_stopped:
            wait = None if self.is_paused else self.wait
            if wait is not None and wait <= 0:
                break
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()
        self._worked_to = time.monotonic()

    @property
    def at_once(self) -> int:
        """How many letters the next transaction may begin."""
        each = max(self._each, self._interval)
        return max(1, min(MOST_AT_ONCE, int(_AT_ONCE / each) if each else MOST_AT_ONCE))

    def carried(self, count: int, began: float) -> None:
        """Takes note of so many letters since `began` (`time.monotonic`)."""
        if not count:
            return  # held back at the last moment: it says nothing of how fast letters go
        now = time.monotonic()
        self._few_at, self._few, self._each = began, count, (now - began) / count
        self._carried += count
        self._worked += now - (self._worked_to or began)
        self._worked_to = now

    def seconds_left(self, letters: int) -> float | None:
        """How long some letters are going to take at this pace; `None` while that is not known."""
        if not self._carried:
            return self._interval * letters if self._interval else None
        return letters * max(self._worked / self._carried, self._interval)

    @property
    def _interval(self) -> float:
        most = self._most  # which may change between two looks
        return 60 / most if most > 0 else 0.0

    def _wake(self) -> None:
        """Has the wait that is under way look anew."""
        if self._loop:
            with suppress(RuntimeError):  # it has ended: nobody waits any more
                self._loop.call_soon_threadsafe(self._changed.set)
