"""What was done to follow a customer up, besides letters out of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from store.message import N_
from store.model import document


class Did(StrEnum):
    """What was done; a reminder that the outbox sent is in the outbox, and not here too."""

    REMINDED = "reminded"
    PHONED = "phoned"
    SNOOZED = "snoozed"
    NOTED = "noted"


DID_NAMES = {
    Did.REMINDED: N_("reminded"),
    Did.PHONED: N_("phoned"),
    Did.SNOOZED: N_("snoozed"),
    Did.NOTED: N_("note"),
}


class Touch(NamedTuple):
    """One thing that was done about a customer on the day `on`; `until` is a snooze's last day.

    `at` is when it was recorded (UTC), `by` who recorded it.
    """

    id: int
    customer: int
    what: str
    on: date | None
    until: date | None = None
    note: str = ""
    at: str = ""
    by: str = ""
    rev: int = 0

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Touch:
        """The touch in a stored document."""
        read = document.text
        return cls(
            key,
            document.number(found, "customer") or 0,
            read(found, "what"),
            document.day(found, "on"),
            document.day(found, "until"),
            read(found, "note"),
            read(found, "at"),
            read(found, "by"),
            document.number(found, "rev") or 0,
        )
