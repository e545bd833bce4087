"""A sign-in that has begun and waits for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class DeviceCode:
    """A sign-in that waits for somebody to enter `code` at `address`, for `lasts` seconds."""

    code: str
    address: str
    message: str
    lasts: int
    until: float = 0.0
    flow: dict[str, Any] = field(default_factory=dict, repr=False)
    app: Any = field(default=None, repr=False)

    def seconds_left(self, now: float) -> int:
        """Seconds until the code is no longer good, by the clock of `Waits`."""
        return max(0, int(self.until - now))


@dataclass
class Browser:
    """A sign-in that waits for the address that a browser ended at."""

    address: str
    flow: dict[str, Any] = field(default_factory=dict, repr=False)
    app: Any = field(default=None, repr=False)
