"""How relationships move from state to state: by what is asked of them, and by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.practice import rules
from store.practice.clock import Deed
from store.practice.relationships import (
    ACTIVATING,
    ACTIVE,
    APPROVED,
    ASKED_TO_END,
    CREATED,
    EXPIRED,
    EXPIRING,
    PENDING,
    TERMINATED,
    TERMINATING,
    Assignment,
    Operation,
    Relationship,
    Request,
)

if TYPE_CHECKING:
    from store.practice.cloud import Practice

TO_ANSWER = timedelta(days=90)
KEPT = timedelta(days=365)
EXTENSION = timedelta(days=180)

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
