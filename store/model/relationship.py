"""Relationships as Microsoft told of them last, and what there is to remark about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document
from store.model.invitation import ANSWER_DAYS

STATUS_NAMES = {
    "created": N_("draft"),
    "approvalPending": N_("waiting for approval"),
    "approved": N_("approved"),
    "activating": N_("being activated"),
    "active": N_("active"),
    "expiring": N_("ending"),
    "expired": N_("expired"),
    "terminationRequested": N_("asked to end"),
    "terminating": N_("being ended"),
    "terminated": N_("ended"),
}
"""Microsoft's words for where a relationship stands, in plain ones; others stay as they are."""
REPORTED_NAMES = {**STATUS_NAMES, "lapsed": N_("lapsed"), "gone": N_("no longer listed")}
"""The same as events of an invitation, with what we found ourselves."""
DRAFT, PENDING, ACTIVE = "created", "approvalPending", "active"
COMING = frozenset({"approved", "activating"})
LIVE = frozenset({*COMING, ACTIVE})
OVER = frozenset({"expiring", "expired", "terminationRequested", "terminating", "terminated"})
ENDED = frozenset({"expired", "terminated"})
FINALISED = frozenset({PENDING, *LIVE, *OVER})
"""Everything but a draft."""
IN_FORCE = frozenset({"pending", "active"})
"""Statuses of an access assignment that counts, or is about to."""


class Assigned(NamedTuple):
    """One of our security groups in a relationship, by its object id, and its roles there."""

    id: str
    group: str
    roles: tuple[str, ...]
    status: str

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> Assigned:
        """The assignment in a stored relationship."""
        read = document.text
        return cls(
            read(found, "id"), read(found, "group"), document.texts(found, "roles"),
            read(found, "status"),
        )  # fmt: skip


class Relationship(NamedTuple):
    """A granular relationship, as the last sync found it.

    `customer` is the desk's own number of the customer, 0 while nobody is named. `gone` is the
    day on which Microsoft no longer listed it, `assignments_of` the version whose access
    assignments were read.
    """

    key: int
    microsoft_id: str
    name: str
    status: str
    customer: int = 0
    tenant: str = ""
    customer_name: str = ""
    roles: tuple[str, ...] = ()
    days: int | None = None
    auto_extend: bool = False
    created: date | None = None
    activated: date | None = None
    ends: date | None = None
    assignments: tuple[Assigned, ...] = ()
    gone: date | None = None
    seen: date | None = None
    rev: int = 0

    @classmethod
    def from_document(cls, key: int, found: Mapping[str, Any]) -> Relationship:
        """The relationship in a stored document."""
        read = document.text
        return cls(
            key,
            read(found, "microsoft_id"),
            read(found, "name"),
            read(found, "status"),
            document.number(found, "customer") or 0,
            read(found, "tenant"),
            read(found, "customer_name"),
            document.texts(found, "roles"),
            document.number(found, "days"),
            document.flag(found, "auto_extend"),
            _day_here(found, "created"),
            _day_here(found, "activated"),
            _day(found, "ends"),
            tuple(map(Assigned.from_document, document.listed(found, "assignments"))),
            document.day(found, "gone"),
            document.day(found, "seen"),
            document.number(found, "rev") or 0,
        )

    @property
    def is_live(self) -> bool:
        """Whether it gives access, or is about to."""
        return self.status in LIVE and not self.gone

    @property
    def can_be_accepted(self) -> bool:
        """Whether its link can still be answered."""
        return self.status == PENDING and not self.gone

    @property
    def last_day(self) -> date | None:
        """The last day on which its link may be answered, by when it was made at the latest."""
        if self.status != PENDING or self.created is None:
            return None
        return document.later(self.created, ANSWER_DAYS - 1)

    def assigned(self, group: str) -> Assigned | None:
        """The assignment of a group that counts."""
        return next(
            (a for a in self.assignments if a.group == group and a.status in IN_FORCE), None
        )

    def status_name(self) -> Message:
        """Where it stands, in words."""
        if self.gone:
            return msg("no longer listed")
        return msg(STATUS_NAMES[self.status]) if self.status in STATUS_NAMES else msg(
            "{raw}", raw=self.status
        )  # fmt: skip


class Remark(NamedTuple):
    """Something about a relationship that an operator should see; `what` names it in JSON."""

    what: str
    said: Message


def remarks(
    relationship: Relationship,
    *,
    made_here: bool,
    expected: str,
    others: Iterable[Relationship],
) -> list[Remark]:
    """What is to be seen about a relationship besides its status.

    `made_here` says whether an invitation of this desk asked for it, `expected` names the customer
    it was given to where another tenant accepted, `others` are the same customer's.
    """
    made: list[Remark] = []
    if expected:
        made.append(
            Remark("unexpected-tenant",
                   msg("It was given to {name}, and another tenant accepted it.", name=expected))
        )  # fmt: skip
    if not made_here:
        made.append(Remark("not-made-here", msg("Nobody made it with this desk.")))
    if relationship.can_be_accepted and any(_supersedes(o, relationship) for o in others):
        made.append(
            Remark(
                "superseded",
                msg("A later one took its place, but its link can still be accepted, until {day}.",
                    day=relationship.last_day.isoformat() if relationship.last_day else "?"),
            )
        )  # fmt: skip
    if relationship.status not in STATUS_NAMES:
        made.append(
            Remark("unknown-status",
                   msg("Microsoft calls it {status}, which this desk does not know.",
                       status=relationship.status))
        )  # fmt: skip
    if relationship.gone:
        since = relationship.gone.isoformat()
        made.append(Remark("gone", msg("Microsoft has not listed it since {day}.", day=since)))
    return made


def _supersedes(other: Relationship, this: Relationship) -> bool:
    if other.key == this.key or other.gone:
        return False
    later = (other.created or date.min, other.key) > (this.created or date.min, this.key)
    return later and (other.is_live or other.can_be_accepted)


def _day_here(found: Mapping[str, Any], name: str) -> date | None:
    """The day by this host's calendar, as what is done here is dated."""
    value = found.get(name)
    here = document.local_day(value) if isinstance(value, str) and value else None
    return here or _day(found, name)


def _day(found: Mapping[str, Any], name: str) -> date | None:
    """The day of a point in time that Microsoft named, in UTC; `None` where it is none."""
    value = found.get(name)
    return document.day({"day": value[:10]}, "day") if isinstance(value, str) else None
