"""Granular relationships: what they hold, and how they move from state to state by themselves."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.practice import rules
from store.practice.clock import Deed

if TYPE_CHECKING:
    from store.practice.cloud import Practice

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

TO_ANSWER = timedelta(days=90)
KEPT = timedelta(days=365)
EXTENSION = timedelta(days=180)

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
        inside = f"'{self.id[-36:]}-{self.version}'"
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


_Step = Callable[[Relationship, datetime], None]


class Life:
    """How relationships move: by what is asked of them, and by the clock."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    # -- what is asked ----------------------------------------------------------------------

    def lock(self, it: Relationship, request: Request, now: datetime) -> None:
        """Finalises a draft: a moment later the customer's link works."""

        def pending(when: datetime) -> None:
            self._done(request, when)
            if it.status == CREATED:
                self._to(it, PENDING, when)
                self.watch(it)

        self._later(now, 1, pending)

    def approve(self, it: Relationship, now: datetime) -> None:
        """The customer has said yes."""
        self._to(it, APPROVED, now)
        self.watch(it)

    def terminate(self, it: Relationship, request: Request | None, now: datetime) -> None:
        """Ends an active relationship, for either side."""
        self._to(it, ASKED_TO_END, now)

        def ended(when: datetime) -> None:
            if request:
                self._done(request, when)

        self._later(now, 1, ended)
        self.watch(it)

    def assign(self, it: Assignment, now: datetime) -> None:
        """Lets an assignment become active, or fail where its group is broken."""

        def settled(when: datetime) -> None:
            if it.status == "pending":
                broken = it.group in self._practice.broken_groups
                it.status = "error" if broken else "active"
                it.changed(when)

        self._later(now, 1, settled)

    def unassign(self, it: Assignment, now: datetime) -> None:
        """Takes an assignment away; it stays listed as deleted."""
        it.status = "deleting"
        it.changed(now)

        def gone(when: datetime) -> None:
            it.status = "deleted"
            it.changed(when)

        self._later(now, 1, gone)

    def reassign(
        self, it: Assignment, operation: Operation, roles: tuple[str, ...], now: datetime
    ) -> None:
        """Gives an assignment other roles, in a while."""

        def done(when: datetime) -> None:
            if it.status == "active":
                it.roles = roles
                it.changed(when)

        self._operate(operation, now, done)

    def without_global(self, it: Relationship, operation: Operation, now: datetime) -> None:
        """Takes Global Administrator out of an active relationship and its assignments."""

        def done(when: datetime) -> None:
            it.roles = tuple(role for role in it.roles if role != rules.GLOBAL)
            it.changed(when)
            for assignment in it.assignments.values():
                if rules.GLOBAL in assignment.roles:
                    kept = [role for role in assignment.roles if role != rules.GLOBAL]
                    assignment.roles = tuple(kept)
                    assignment.changed(when)

        self._operate(operation, now, done)

    # -- what happens by itself -------------------------------------------------------------

    def watch(self, it: Relationship) -> None:
        """Lets what follows from its state happen in time."""
        since = it.modified
        match it.status:
            case "approvalPending":
                self._after(it, since + TO_ANSWER, self._forget)
            case "approved":
                self._after(it, self._part(since, 1, 2), self._activating)
            case "activating":
                self._after(it, self._part(since, 1, 2), self._active)
            case "active" if it.ends is not None:
                self._after(it, it.ends, self._end)
            case "expiring":
                self._after(it, self._part(since, 1, 1), self._next(EXPIRED))
            case "terminationRequested":
                self._after(it, self._part(since, 1, 2), self._next(TERMINATING))
            case "terminating":
                self._after(it, self._part(since, 1, 2), self._next(TERMINATED))
            case "expired" | "terminated":
                self._after(it, since + KEPT, self._forget)

    def _activating(self, it: Relationship, when: datetime) -> None:
        self._to(it, ACTIVATING, when)
        self.watch(it)

    def _active(self, it: Relationship, when: datetime) -> None:
        it.activated = when
        it.ends = when + timedelta(days=it.days)
        self._to(it, ACTIVE, when)
        self.watch(it)

    def _end(self, it: Relationship, when: datetime) -> None:
        """The end date: extended, where it extends itself."""
        if it.ends is None or it.ends > when:
            return  # it was put off meanwhile, and that is watched by itself
        if it.auto_extend:
            it.ends += EXTENSION
            it.changed(when)
        else:
            self._to(it, EXPIRING, when)
        self.watch(it)

    def _next(self, status: str) -> _Step:
        def step(it: Relationship, when: datetime) -> None:
            self._to(it, status, when)
            self.watch(it)

        return step

    def _forget(self, it: Relationship, when: datetime) -> None:
        self._practice.forget(it)

    # -- the clockwork ----------------------------------------------------------------------

    def _part(self, since: datetime, parts: int, of: int) -> datetime:
        return since + self._practice.delay * parts / of

    def _later(self, now: datetime, parts: int, deed: Deed) -> None:
        self._practice.schedule.at(self._part(now, parts, 1), deed)

    def _after(self, it: Relationship, when: datetime, step: _Step) -> None:
        status = it.status

        def deed(due: datetime) -> None:
            if it.status == status:
                step(it, due)

        self._practice.schedule.at(when, deed)

    def _operate(self, operation: Operation, now: datetime, done: Deed) -> None:
        def running(when: datetime) -> None:
            operation.status = "running"
            operation.changed(when)

        def succeeded(when: datetime) -> None:
            done(when)
            operation.status = "succeeded"
            operation.changed(when)

        self._practice.schedule.at(self._part(now, 1, 2), running)
        self._practice.schedule.at(self._part(now, 1, 1), succeeded)

    @staticmethod
    def _to(it: Relationship, status: str, when: datetime) -> None:
        it.status = status
        it.changed(when)

    @staticmethod
    def _done(request: Request, when: datetime) -> None:
        request.status = "succeeded"
        request.changed(when)
