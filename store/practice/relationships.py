"""Granular relationships and what belongs to them: assignments, requests, operations."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from store.practice import rules

CREATED = "created"
PENDING = "approvalPending"
APPROVED = "approved"
ACTIVATING = "activating"
ACTIVE = "active"
EXPIRING = "expiring"
EXPIRED = "expired"
ASKED_TO_END = "terminationRequested"
TERMINATING = "terminating"
TERMINATED = "terminated"

RESELLER = "#microsoft.graph.resellerDelegatedAdminRelationship"


class Record:
    """Something with an id, a version and two dates."""

    def __init__(self, key: str, when: datetime) -> None:
        self.id = key
        self.created = when
        self.modified = when
        self.version = 1

    def changed(self, when: datetime) -> None:
        """Gives it a new version."""
        self.modified = when
        self.version += 1

    @property
    def etag(self) -> str:
        """The weak entity tag of this version."""
        inside = f"'{self.id[:36]}-{self.version}'"
        return f'W/"{base64.b64encode(inside.encode()).decode()}"'


class Request(Record):
    """Something that was asked of a relationship."""

    def __init__(self, key: str, when: datetime, action: str) -> None:
        super().__init__(key, when)
        self.action = action
        self.status = "created"


class Operation(Record):
    """A change that takes a while; `data` is what it changes, as JSON; `target` what it is of."""

    def __init__(
        self,
        key: str,
        when: datetime,
        kind: str,
        data: Mapping[str, object],
        *,
        target: str = "",
    ) -> None:
        super().__init__(key, when)
        self.kind = kind
        self.target = target
        self.data = json.dumps(data)
        self.status = "notStarted"


class Assignment(Record):
    """A group of the partner's and its roles in one relationship."""

    def __init__(self, key: str, when: datetime, group: str, roles: tuple[str, ...]) -> None:
        super().__init__(key, when)
        self.group = group
        self.roles = roles
        self.status = "pending"


class Relationship(Record):
    """A granular agreement between the partner and one customer.

    `tenant` is empty while it is for whoever accepts first. `number` counts them in the order in
    which they came. `odd` overrides properties in the answers; `...` leaves one out.
    """

    def __init__(
        self, key: str, when: datetime, number: int, name: str, roles: Iterable[str], days: int
    ) -> None:
        super().__init__(key, when)
        self.number = number
        self.name = name
        self.roles = tuple(roles)
        self.days = days
        self.auto_extend = False
        self.tenant = ""
        self.customer = ""
        self.status = CREATED
        self.activated: datetime | None = None
        self.ends: datetime | None = None
        self.kind = ""
        self.provider = ""
        self.consent_pending = False
        self.odd: dict[str, object] = {}
        self.assignments: dict[str, Assignment] = {}
        self.requests: dict[str, Request] = {}
        self.operations: dict[str, Operation] = {}
        self.approved_by = ""

    @property
    def is_active(self) -> bool:
        """Whether it gives anybody any right today."""
        return self.status == ACTIVE

    @property
    def is_global(self) -> bool:
        """Whether Global Administrator is among its roles."""
        return rules.GLOBAL in self.roles

    def busy(self) -> set[str]:
        """The ids of what operations are still changing."""
        under_way = ("notStarted", "running")
        return {one.target for one in self.operations.values() if one.status in under_way}
