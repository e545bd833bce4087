"""Which groups of ours act in a relationship with which roles, and what is under way there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from store.errors import Conflict, DeskError, GraphOutcomeUnknown, GraphRefused, NoConnection
from store.graph import parsing
from store.graph.asking import Answer, Ask, Effect, segment
from store.graph.batch import Reading, read_together
from store.graph.calls import Calls
from store.graph.facts import Assignment, Operation, Portal, Tenant
from store.graph.pages import Gathered, Listing, Told, listed
from store.graph.scopes import Scope
from store.graph.transport import Wire
from store.graph.waits import LONGEST_WAIT, settling, told_to_wait
from store.message import msg

RELATIONSHIPS = "/tenantRelationships/delegatedAdminRelationships"
CUSTOMERS = "/tenantRelationships/delegatedAdminCustomers"
READ = (Scope.RELATIONSHIPS_READ,)
WRITE = (Scope.RELATIONSHIPS_WRITE,)
PAGE = "$top=300"
_GONE = frozenset({"deleting", "deleted"})
_DONE = frozenset({"succeeded", "failed", "skipped"})
_OPERATION = re.compile(r"/operations/([0-9A-Za-z_.~-]{1,200})/?$")
_PATIENCE = 120.0


class Assignments(Calls):
    """The part of Graph about access assignments, operations and customers."""

    async def assignments(self, relationship: str) -> Listing[Assignment]:
        """The assignments of a relationship; those `deleted` stay listed for a time."""
        return await self._all(_assignments(relationship), READ, parsing.assignment)

    async def assignments_of(
        self, relationships: Iterable[str], told: Told | None = None
    ) -> dict[str, Listing[Assignment]]:
        """The assignments of many relationships, twenty to a request.

        What could not be read is a listing that is not whole and says why. Raises what went wrong
        where nothing at all could be read. `told` is told how many relationships have come.
        """
        keys = list(dict.fromkeys(relationships))
        by_path = {_assignments(key): key for key in keys}
        found: dict[str, Listing[Assignment]] = {}
        longer: dict[str, dict[str, Any]] = {}

        def take(reading: Reading) -> None:
            key = by_path[reading.path]
            if isinstance(reading.answer, Answer):
                gathered = Gathered(parsing.assignment, self._wire.endpoint.graph)
                try:
                    if gathered.add(reading.answer.body):
                        longer[key] = reading.answer.body
                    else:
                        found[key] = gathered.listing()
                except NoConnection as error:
                    found[key] = Listing((), False, error.what)
                if told:
                    told(len(found) + len(longer))

        answers = await read_together(self._wire, list(by_path), READ, take)
        for key, body in longer.items():
            found[key] = await listed(
                self._wire, _assignments(key), READ, parsing.assignment, first=body
            )
        failures = {
            key: answer
            for key, answer in zip(keys, answers, strict=True)
            if isinstance(answer, DeskError)
        }
        if failures and not found:
            raise failures[keys[0]]
        found |= {key: Listing((), False, error.what) for key, error in failures.items()}
        return {key: found[key] for key in keys}

    async def assignment(self, relationship: str, assignment: str) -> Assignment:
        """One assignment."""
        return await self._one(_one(relationship, assignment), READ, parsing.assignment)

    async def assign(self, relationship: str, group: str, roles: tuple[str, ...]) -> Assignment:
        """Gives a group roles in an active relationship; it is `pending` at first.

        A group that has an assignment there is a `GraphRefused` of status 409.
        """
        body = {
            "accessContainer": {
                "accessContainerId": group,
                "accessContainerType": "securityGroup",
            },
            "accessDetails": role_list(roles),
        }
        path = f"{RELATIONSHIPS}/{segment(relationship)}/accessAssignments"
        try:
            return await self._added(path, WRITE, body, parsing.assignment)
        except GraphOutcomeUnknown:
            made = await self._assigned(relationship, group, roles)
            if made is None:
                raise
            return made

    async def reassign(
        self, relationship: str, assignment: str, etag: str, roles: tuple[str, ...]
    ) -> Operation:
        """Replaces the roles of an assignment and waits for it, some minutes at most.

        The operation that is answered has succeeded or is still under way; one that failed is
        raised. Raises `Conflict` with the assignment as it is now.
        """
        path = _one(relationship, assignment)
        done = Operation("", "delegatedAdminAccessAssignmentUpdate", "succeeded")
        try:
            answer = await self._change(
                "PATCH",
                path,
                WRITE,
                body={"accessDetails": role_list(roles)},
                etag=etag,
                effect=Effect.AGAIN,
            )
        except GraphOutcomeUnknown:
            now = await self._now_assigned(relationship, assignment)
            if now is None or set(now.roles) != set(roles):
                raise
            return done
        except GraphRefused as error:
            raise await self._stale(relationship, assignment, error) from None
        return await finished(self._wire, relationship, answer) if answer.status == 202 else done

    async def unassign(self, relationship: str, assignment: str, etag: str) -> None:
        """Takes an assignment away; raises `Conflict` with the assignment as it is now."""
        try:
            await self._change(
                "DELETE", _one(relationship, assignment), WRITE, etag=etag, effect=Effect.AGAIN
            )
        except GraphOutcomeUnknown:
            if not await self._is_unassigned(relationship, assignment):
                raise
        except GraphRefused as error:
            raise await self._stale(relationship, assignment, error) from None

    async def is_free_of(self, relationship: str, assignment: str, patience: float = 30.0) -> bool:
        """Whether an assignment that was taken away is gone, after `patience` seconds at most."""
        waits = self._wire.waits
        end = waits.now() + patience
        for wait in settling():
            if await self._is_gone(relationship, assignment):
                return True
            if waits.now() + wait > end:
                return False
            await waits.sleep(wait)
        raise AssertionError  # settling never ends

    async def operations(self, relationship: str) -> Listing[Operation]:
        """What is under way in a relationship, and what was."""
        path = f"{RELATIONSHIPS}/{segment(relationship)}/operations?{PAGE}"
        return await self._all(path, READ, parsing.operation)

    async def operation(self, relationship: str, operation: str) -> Operation:
        """One operation."""
        path = _operation(relationship, operation)
        return await self._one(path, READ, parsing.operation)

    async def tenants(self, told: Told | None = None) -> Listing[Tenant]:
        """The tenants that have a relationship with us now."""
        path = f"{CUSTOMERS}?{PAGE}"
        return await self._all(path, READ, parsing.tenant, told)

    async def portals(self, tenant: str) -> Listing[Portal]:
        """The admin portals of one of them."""
        path = f"{CUSTOMERS}/{segment(tenant)}/serviceManagementDetails"
        return await self._all(path, READ, parsing.portal)

    # -- looking again ------------------------------------------------------------------------

    async def _now_assigned(self, relationship: str, assignment: str) -> Assignment | None:
        try:
            return await self.assignment(relationship, assignment)
        except DeskError:
            return None

    async def _assigned(
        self, relationship: str, group: str, roles: tuple[str, ...]
    ) -> Assignment | None:
        try:
            listing = await self.assignments(relationship)
        except DeskError:
            return None
        for one in listing.items:
            if one.status not in _GONE and one.group == group.lower():
                return one if set(one.roles) == set(roles) else None
        return None

    async def _is_unassigned(self, relationship: str, assignment: str) -> bool:
        try:
            return (await self.assignment(relationship, assignment)).status in _GONE
        except DeskError as error:
            return isinstance(error, GraphRefused) and error.status == 404

    async def _is_gone(self, relationship: str, assignment: str) -> bool:
        try:
            return (await self.assignment(relationship, assignment)).status == "deleted"
        except GraphRefused as error:
            if error.status != 404:
                raise
            return True

    async def _stale(self, relationship: str, assignment: str, error: GraphRefused) -> DeskError:
        """A stale ETag as a `Conflict` with what is there now; any other error as it is."""
        if error.status != 412:
            return error
        now = await self._now_assigned(relationship, assignment)
        return error if now is None else Conflict(error.what, theirs=now._asdict(), todo=error.todo)


async def finished(
    wire: Wire, relationship: str, answer: Answer, patience: float = _PATIENCE
) -> Operation:
    """The operation behind a 202, once it is done or `patience` seconds have passed.

    Raises `GraphRefused` for one that failed.
    """
    named = _OPERATION.search(answer.headers.get("location", ""))
    if named is None:
        return Operation("", "", "running")
    ask = Ask("GET", _operation(relationship, named.group(1)), READ)
    end = wire.waits.now() + patience
    told = told_to_wait(answer.headers, wire.waits)
    for wait in settling():
        await wire.waits.sleep(min(wait if told is None else told, LONGEST_WAIT))
        answer = await wire.ask(ask)
        told = told_to_wait(answer.headers, wire.waits)
        found = parsing.operation(answer.body) or Operation(named.group(1), "", "")
        if found.status == "failed":
            raise GraphRefused(
                msg("Microsoft began, and then could not do it."),
                code=found.status,
                said=found.data,
                todo=msg("Bring in what is there now: {command}", command="partnerdesk sync"),
            )
        if found.status in _DONE or wire.waits.now() > end:
            return found
    raise AssertionError  # settling never ends


def role_list(roles: Iterable[str]) -> dict[str, Any]:
    """Roles in Graph's form."""
    return {"unifiedRoles": [{"roleDefinitionId": role} for role in roles]}


def _assignments(relationship: str) -> str:
    return f"{RELATIONSHIPS}/{segment(relationship)}/accessAssignments?{PAGE}"


def _one(relationship: str, assignment: str) -> str:
    return f"{RELATIONSHIPS}/{segment(relationship)}/accessAssignments/{segment(assignment)}"


def _operation(relationship: str, operation: str) -> str:
    return f"{RELATIONSHIPS}/{segment(relationship)}/operations/{segment(operation)}"
