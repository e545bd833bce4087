"""A letter on its way out: to whom, what about, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document
from store.model.offer import Kind


class What(StrEnum):
    """What a letter is for."""

    OFFER = "offer"
    REMINDER = "reminder"
    RENEWAL = "renewal"
    RECORD = "record"
    TEST = "test"


class Stage(StrEnum):
    """How far a letter is.

    `SENDING` was given to the mail server, or is about to be: of it a killed process leaves
    nothing known. `SENT` was accepted by the server, which is all that a server says. `REFUSED`
    is a no of the server's that lasts, or a bounce; after a no that may pass a letter is `QUEUED`
    again. `DROPPED` was taken out of the queue by an operator.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


_ENDED = (Stage.SENT, Stage.REFUSED)
_BAD_ADDRESS = re.compile(r"\b5\.1\.\d")
"""What RFC 3463 has for a recipient's address that is none, or is one no longer."""

WHAT_NAMES = {
    What.OFFER: N_("offer"),
    What.REMINDER: N_("reminder"),
    What.RENEWAL: N_("request for a new consent"),
    What.RECORD: N_("letter for the customer's file"),
    What.TEST: N_("test letter"),
}
STAGE_NAMES = {
    Stage.QUEUED: N_("queued"),
    Stage.SENDING: N_("being sent"),
    Stage.SENT: N_("sent"),
    Stage.REFUSED: N_("refused"),
    Stage.UNKNOWN: N_("unknown, do not repeat"),
    Stage.DROPPED: N_("dropped"),
}


class Outgoing(NamedTuple):
    """One letter of the outbox; never with its text.

    `customer` is 0 for a test letter. `message_id` (with its angle brackets) and `reference` (as
    in PD-7K3QX9, in the subject) are what an answer is known by; `replies_to` is the Message-ID of
    the letter that this one reminds of. `digest` is of the text and addresses that were looked at:
    what would read otherwise by now is not sent. `batch` is common to what was queued together,
    `way` how it went (smtp, graph), `code` what the server said, as in 250 or 550 5.1.1.
    `queued_at` and `at` (its last change) are UTC; `on` is the day that the mail server got
    it, by the desk's own calendar. A test letter is a sample of the letter `sample_what` to the
    customer `sample_of`.
    """

    id: int
    customer: int
    what: str
    to: str
    stage: Stage = Stage.QUEUED
    kind: Kind = Kind.DELEGATED
    offer: str = ""
    invitation: int = 0
    language: str = ""
    subject: str = ""
    message_id: str = ""
    reference: str = ""
    replies_to: str = ""
    digest: str = ""
    batch: str = ""
    way: str = ""
    code: str = ""
    why: Message | None = None
    todo: Message | None = None
    tries: int = 0
    queued_at: str = ""
    at: str = ""
    by: str = ""
    rev: int = 0
    on: date | None = None
    sample_of: int = 0
    sample_what: str = ""

    @property
    def day(self) -> date | None:
        """The day of its last change, by the desk's own calendar."""
        went = self.stage not in (Stage.QUEUED, Stage.DROPPED)
        return (self.on if went else None) or document.local_day(self.at)

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Outgoing:
        """The letter in a stored document."""
        read = document.text
        return cls(
            key,
            document.number(found, "customer") or 0,
            read(found, "what"),
            read(found, "to"),
            stage_of(found),
            document.choice(Kind, read(found, "kind"), Kind.DELEGATED),
            read(found, "offer"),
            document.number(found, "invitation") or 0,
            read(found, "language"),
            read(found, "subject"),
            read(found, "message_id"),
            read(found, "reference"),
            read(found, "replies_to"),
            read(found, "digest"),
            read(found, "batch"),
            read(found, "way"),
            read(found, "code"),
            _said(found, "why"),
            _said(found, "todo"),
            document.number(found, "tries") or 0,
            read(found, "queued_at"),
            read(found, "at"),
            read(found, "by"),
            document.number(found, "rev") or 0,
            document.day(found, "on"),
            document.number(found, "sample_of") or 0,
            read(found, "sample_what"),
        )


def stage_of(found: Mapping[str, Any]) -> Stage:
    """The stage of a stored letter; one that is not known here is as good as unknown."""
    return document.choice(Stage, document.text(found, "stage"), Stage.UNKNOWN)


def contact_remark(letters: Iterable[Outgoing], contact: str) -> Message | None:
    """That letters to a customer's contact come back, if the last one did."""
    last = _refused(letters, contact)
    if last is None or last.why is None:
        return None
    return msg("The last letter to {address} did not arrive. {why}", address=contact, why=last.why)


def why_not_there(letters: Iterable[Outgoing], contact: str) -> Message | None:
    """That a customer's contact is no address that mail reaches, if the last letter said so."""
    last = _refused(letters, contact)
    if last is None or not _BAD_ADDRESS.search(last.code):
        return None
    return msg(
        "Mail to {address} comes back ({code}). Correct the address; where it is right by now, "
        "drop the refused letter in the outbox.",
        address=contact,
        code=last.code,
    )


def _refused(letters: Iterable[Outgoing], contact: str) -> Outgoing | None:
    """The last letter to an address of which the end is known, if it was refused or came back."""
    ended = [one for one in letters if one.to == contact and one.stage in _ENDED]
    return ended[-1] if ended and ended[-1].stage is Stage.REFUSED else None


def _said(found: Mapping[str, Any], name: str) -> Message | None:
    value = found.get(name)
    return Message.from_json(value) if isinstance(value, dict) else None
