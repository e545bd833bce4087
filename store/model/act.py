"""What was done on behalf of a customer: by whom, to whom, and how it ended."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document


class Deed(StrEnum):
    """What is done at a customer's; the tasks of a member, and what belongs to them."""

    ADD_USER = "add-user"
    RESET_PASSWORD = "reset-password"
    ADD_DOMAIN = "add-domain"
    VERIFY_DOMAIN = "verify-domain"
    DELETE_USER = "delete-user"


class Outcome(StrEnum):
    """How it ended; what was begun and never ended counts as unknown.

    What `WAITS` is a domain whose record was looked for, and is not visible yet.
    """

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    WAITS = "waits"
    UNKNOWN = "unknown"


ENDED = (Outcome.DONE, Outcome.REFUSED, Outcome.WAITS)
"""Of these it is known what became of the deed."""
SETTLED = timedelta(minutes=15)
"""After so long, what Microsoft does not show was not done, and nobody is still at it."""
UNDONE_WITHIN = timedelta(hours=24)
"""So long a user that was added by mistake can be deleted again."""

DEED_NAMES = {
    Deed.ADD_USER: N_("Add a user"),
    Deed.RESET_PASSWORD: N_("Reset a password"),
    Deed.ADD_DOMAIN: N_("Add a domain"),
    Deed.VERIFY_DOMAIN: N_("Verify a domain"),
    Deed.DELETE_USER: N_("Delete a user that was added"),
}
OUTCOME_NAMES = {
    Outcome.BEGUN: N_("begun, its end is not known"),
    Outcome.DONE: N_("done"),
    Outcome.REFUSED: N_("refused"),
    Outcome.WAITS: N_("not verified yet"),
    Outcome.UNKNOWN: N_("unknown, do not repeat"),
}


class Act(NamedTuple):
    """One deed at a customer's; never with a password.

    `target` is the user name or the domain, `target_id` the user's object id once it is known,
    `at` when it was begun (UTC), `by` the user name that Microsoft knew us by, `why` what was
    said at its end, and `todo` what would change it or find it out.
    """

    id: int
    customer: int
    deed: str
    target: str
    outcome: Outcome = Outcome.BEGUN
    at: str = ""
    by: str = ""
    tenant: str = ""
    target_id: str = ""
    why: Message | None = None
    todo: Message | None = None
    rev: int = 0

    def is_settled(self, now: datetime) -> bool:
        """Whether it was begun so long ago that Microsoft shows what became of it."""
        ago = self._ago(now)
        return ago is not None and ago >= SETTLED

    def why_not_undone(self, deleted: Container[str], now: datetime) -> Message | None:
        """Why it cannot be taken back, if so; `deleted` is what `deleted_again` found."""
        if self.deed != Deed.ADD_USER:
            return msg("Only a user that was added can be deleted again.")
        if self.outcome is not Outcome.DONE or not self.target_id:
            return msg("It is not known that {upn} was added from here.", upn=self.target)
        if self.target_id in deleted:
            return msg("{upn} was deleted again already.", upn=self.target)
        ago = self._ago(now)
        if ago is None or ago > UNDONE_WITHIN:
            return msg("{upn} was added more than 24 hours ago.", upn=self.target)
        return None

    def _ago(self, now: datetime) -> timedelta | None:
        try:
            return now - datetime.fromisoformat(self.at)
        except (ValueError, TypeError):
            return None

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Act:
        """The deed in a stored document."""
        read = document.text
        return cls(
            key,
            document.number(found, "customer") or 0,
            read(found, "deed"),
            read(found, "target"),
            document.choice(Outcome, read(found, "outcome"), Outcome.UNKNOWN),
            read(found, "at"),
            read(found, "by"),
            read(found, "tenant"),
            read(found, "target_id"),
            _said(found, "why"),
            _said(found, "todo"),
            document.number(found, "rev") or 0,
        )


def deleted_again(acts: Iterable[Act]) -> frozenset[str]:
    """The object ids of the users that were deleted from here."""
    return frozenset(
        act.target_id
        for act in acts
        if act.deed == Deed.DELETE_USER and act.outcome is Outcome.DONE
    )


def _said(found: Mapping[str, Any], name: str) -> Message | None:
    value = found.get(name)
    return Message.from_json(value) if isinstance(value, dict) else None
