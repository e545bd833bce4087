"""A mail that the practice cloud took; it reaches nobody."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Mailed(NamedTuple):
    """Who sent it, to whom, the message as it came, and when."""

    sender: str
    to: tuple[str, ...]
    content: bytes
    at: datetime
