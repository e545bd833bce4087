"""A limit for what could go on for ever, so that a test fails instead of hanging."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType


class StillBusy(Exception):
    """It did not come to an end."""


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises `StillBusy` inside the block when it takes far longer than it could need."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise StillBusy

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
