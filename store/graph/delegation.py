"""Granular relationships: made, finalised, changed, ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from store.errors import Conflict, DeskError, GraphOutcomeUnknown, GraphRefused
from store.graph import parsing
from store.graph.asking import Answer, Effect, literal, segment
from store.graph.assignments import PAGE, READ, RELATIONSHIPS, WRITE, finished, role_list
from store.graph.batch import read_together
from store.graph.calls import Calls
from store.graph.facts import Relationship, Request
from store.graph.pages import Listing, Told
from store.graph.parsing import is_id
from store.graph.transport import not_graph
from store.graph.waits import settling
from store.message import msg

_COUNTED = "$top=300&$count=true"
_TOO_SOON, _NOT_THERE, _NO_SUCH_ID = 405, 404, 400
_TOO_SOON_TRIES = 6


class NewRelationship(NamedTuple):
    """What a relationship is to be: `days` from 1 to 730, `roles` by template id.

    `tenant` and `customer` name whom it is for; without a tenant whoever accepts becomes it.
    """

    name: str
    days: int
    auto_extend: bool
    roles: tuple[str, ...]
    tenant: str = ""
    customer: str = ""


class Delegation(Calls):
    """The part of Graph about granular relationships."""

    # -- relationships ------------------------------------------------------------------------

    async def relationships(
        self, where: str = "", told: Told | None = None
    ) -> Listing[Relationship]:
        """Every relationship, or those that the `$filter` `where` lets through."""
        path = f"{RELATIONSHIPS}?{_COUNTED}"
        if where:
            path += f"&$filter={quote(where, safe='')}"
        return await self._all(path, READ, parsing.relationship, told)

    async def relationship(self, key: str) -> Relationship:
        """One relationship."""
        return await self._one(f"{RELATIONSHIPS}/{segment(key)}", READ, parsing.relationship)

    async def relationship_named(self, name: str) -> Relationship | None:
        """The relationship of this name, in any case; names are used once.

        Where Microsoft does not search by name, everything is read. Raises `GraphOutcomeUnknown`
        where it was not found in a list that is not whole.
        """
        path = f"{RELATIONSHIPS}?{PAGE}&$filter=displayName%20eq%20{literal(name)}"
        try:
            found = await self._all(path, READ, parsing.relationship)
        except GraphRefused as error:
            if error.status not in (400, 501):
                raise
            found = await self.relationships()
        for one in found.items:
            if one.name.casefold() == name.casefold():
                return one
        if not found.whole:
            raise GraphOutcomeUnknown(
                msg("Whether {name} is there cannot be said: {why}", name=name, why=found.why)
            )
        return None

    async def looked_up(self, keys: Sequence[str]) -> dict[str, Relationship | DeskError | None]:
        """Some relationships by id, twenty to a request: `None` for one that is not there.

        What is no id is left out.
        """
        sound = [key for key in keys if is_id(key)]
        paths = [f"{RELATIONSHIPS}/{segment(key)}" for key in sound]
        answers = await read_together(self._wire, paths, READ)
        return {key: _one_of(answer) for key, answer in zip(sound, answers, strict=True)}

    async def create(self, new: NewRelationship) -> Relationship:
        """Makes a relationship, as a draft.

        Raises `GraphOutcomeUnknown` where the answer was lost: look for its name before another
        try. A name that is used is a `GraphRefused` of status 409.
        """
        body = _fields(
            new.name, new.days, new.auto_extend, new.roles, new.tenant or None, new.customer
        )
        return await self._added(RELATIONSHIPS, WRITE, body, parsing.relationship)

    async def update(
        self,
        key: str,
        etag: str,
        *,
        name: str | None = None,
        days: int | None = None,
        auto_extend: bool | None = None,
        roles: tuple[str, ...] | None = None,
        tenant: str | None = None,
        customer: str = "",
    ) -> Relationship:
        """Changes what is given; raises `Conflict` with the relationship as it is now.

        Everything can change in a draft; of an active one only `auto_extend`, and Global
        Administrator can be left out of `roles`.
        """
        path = f"{RELATIONSHIPS}/{segment(key)}"
        body = _fields(name, days, auto_extend, roles, tenant, customer)
        try:
            answer = await self._change(
                "PATCH", path, WRITE, body=body, etag=etag, effect=Effect.AGAIN
            )
        except GraphOutcomeUnknown:
            now = await self._now(key)
            if now is None or now.etag == etag or not body.items() <= _fields_of(now).items():
                raise
            return now
        except GraphRefused as error:
            raise await self._conflict(key, error) from None
        if answer.status == 202:
            await finished(self._wire, key, answer)
        return parsing.relationship(answer.body) or await self.relationship(key)

    async def delete(self, key: str, etag: str) -> None:
        """Deletes a draft; raises `Conflict`."""
        path = f"{RELATIONSHIPS}/{segment(key)}"
        try:
            await self._change("DELETE", path, WRITE, etag=etag, effect=Effect.AGAIN)
        except GraphOutcomeUnknown:
            if not await self._is_missing(key):
                raise
        except GraphRefused as error:
            raise await self._conflict(key, error) from None

    # -- what is asked for --------------------------------------------------------------------

    async def finalize(self, key: str) -> Request:
        """Locks a draft for approval; whether that is done, `settled` says.

        Microsoft answers 405 in the first seconds of a relationship, which is waited out.
        """
        for attempt in range(1, _TOO_SOON_TRIES):
            try:
                return await self._request(key, "lockForApproval")
            except GraphRefused as error:
                if error.status != _TOO_SOON:
                    raise
                await self._wire.pause(2.5 * 2 ** (attempt - 1), msg("Waiting for Microsoft…"))
        return await self._request(key, "lockForApproval")

    async def terminate(self, key: str) -> Request:
        """Asks Microsoft to end an active relationship; `settled` says when it has."""
        return await self._request(key, "terminate")

    async def requests(self, key: str) -> Listing[Request]:
        """What was asked for."""
        path = f"{RELATIONSHIPS}/{segment(key)}/requests?{PAGE}"
        return await self._all(path, READ, parsing.request)

    async def settled(
        self, key: str, until: Collection[str], patience: float = 300.0
    ) -> Relationship:
        """The relationship once its status is one of `until`, or after `patience` seconds.

        Whoever asks looks at the status, since patience may have ended first.
        """
        waits = self._wire.waits
        end = waits.now() + patience
        for wait in settling():
            found = await self.relationship(key)
            if found.status in until or waits.now() + wait > end:
                return found
            await waits.sleep(wait)
        raise AssertionError  # settling never ends

    async def with_roles(
        self, key: str, roles: Collection[str], patience: float = 60.0
    ) -> Relationship:
        """The relationship once it has exactly these roles, or after `patience` seconds."""
        waits = self._wire.waits
        end = waits.now() + patience
        for wait in settling():
            found = await self.relationship(key)
            if set(found.roles) == set(roles) or waits.now() + wait > end:
                return found
            await waits.sleep(wait)
        raise AssertionError  # settling never ends

    async def _request(self, key: str, action: str) -> Request:
        path = f"{RELATIONSHIPS}/{segment(key)}/requests"
        return await self._added(path, WRITE, {"action": action}, parsing.request)

    # -- looking again ------------------------------------------------------------------------

    async def _now(self, key: str) -> Relationship | None:
        try:
            return await self.relationship(key)
        except DeskError:
            return None

    async def _is_missing(self, key: str) -> bool:
        try:
            await self.relationship(key)
        except DeskError as error:
            return isinstance(error, GraphRefused) and error.status == 404
        return False

    async def _conflict(self, key: str, error: GraphRefused) -> DeskError:
        """A stale ETag as a `Conflict` with what is there now; any other error as it is."""
        now = await self._now(key) if error.status == 412 else None
        if now is None:
            return error
        return Conflict(error.what, theirs=dict(now._asdict()), todo=error.todo)


def _one_of(answer: Answer | DeskError) -> Relationship | DeskError | None:
    if isinstance(answer, Answer):
        return parsing.relationship(answer.body) or not_graph()
    if isinstance(answer, GraphRefused) and (
        answer.status == _NOT_THERE
        or (answer.status == _NO_SUCH_ID and "invalid" in answer.said.casefold())
    ):
        return None
    return answer


def _fields(
    name: str | None,
    days: int | None,
    auto_extend: bool | None,
    roles: tuple[str, ...] | None,
    tenant: str | None,
    customer: str,
) -> dict[str, Any]:
    """The properties of a relationship that are given, in Graph's form."""
    body: dict[str, Any] = {}
    if name is not None:
        body["displayName"] = name
    if days is not None:
        body["duration"] = f"P{days}D"
    if auto_extend is not None:
        body["autoExtendDuration"] = "P180D" if auto_extend else "PT0S"
    if roles is not None:
        body["accessDetails"] = role_list(roles)
    if tenant:
        body["customer"] = {"tenantId": tenant, "displayName": customer}
    return body


def _fields_of(found: Relationship) -> dict[str, Any]:
    return _fields(
        found.name, found.days, found.auto_extend, found.roles, found.tenant, found.customer
    )
