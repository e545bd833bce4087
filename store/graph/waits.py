"""The only clock of the client, and its only way to wait; tests bring one that stands still."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime


class Waits:
    """Real time."""

    def now(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    def wall(self) -> datetime:
        """What the clock of this host says, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)

    def spread(self, seconds: float) -> float:
        """A wait of about `seconds`: programs that were cut off together come back apart."""
        return seconds * random.uniform(0.5, 1.0)
