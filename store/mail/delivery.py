"""What came of carrying one letter to a server."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from store.errors import DeskError
from store.message import Message


class Came(StrEnum):
    """How it ended.

    `ACCEPTED` is all that a server can say. `REFUSED` is a no to this letter that lasts, `LATER`
    one that may pass. `UNKNOWN`: the answer to the whole letter was lost. `STOP` is a no to us
    that every other letter would get too; the letter did not go.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"
    STOP = "stop"


class Delivery(NamedTuple):
    """One letter's end; `code` is the server's, as in 250 or 550 5.1.1.

    `why` and `todo` are in words, `error` is what ends the run where it is `STOP`.
    """

    came: Came
    code: str = ""
    why: Message | None = None
    todo: Message | None = None
    error: DeskError | None = None

    def filled(self) -> Delivery:
        """The same with the words of its error."""
        if self.error is None:
            return self
        return self._replace(why=self.error.what, todo=self.error.todo)


class Parcel(NamedTuple):
    """A letter that is ready to go: its number in the outbox, its bytes, its two addresses."""

    id: int
    message: bytes
    sender: str
    to: str
