"""Lets relationships extend themselves: as planned, one after the other, each read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from store.actions.side_by_side import SideBySide
from store.actions.taking_in import keep_one
from store.desk import Desk
from store.errors import Conflict, DeskError, GraphRefused, OutcomeUnknown
from store.message import Message, msg
from store.model import document, links
from store.model.relationship import ACTIVE, Relationship
from store.model.renewing import AT_MICROSOFT, Renewing, Step, without_global
from store.model.roles import GLOBAL_ADMINISTRATOR
from store.view import INVITATIONS
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

_UNDER_WAY = 409
"""Microsoft's answer where a relationship is being changed already."""
_PATIENCE = 60.0
"""Seconds that Microsoft is watched while it takes a role out."""


class Extended(NamedTuple):
    """What came of one relationship; `why` says why it does not extend itself."""

    renewing: Renewing
    done: bool
    why: Message | None = None
    todo: Message | None = None


class Run(SideBySide[Renewing, Extended]):
    """One go at letting relationships extend themselves; what is recorded is read back."""

    def __init__(
        self,
        desk: Desk,
        graph: Graph,
        *,
        told: Callable[[Extended], None] = lambda done: None,
    ) -> None:
        super().__init__(desk, graph, told)

    async def extend(self, lines: Iterable[Renewing]) -> list[Extended]:
        """Does what is ours to do; one result for each relationship that was begun.

        Whoever does not want Global Administrator dropped leaves those lines out.
        """
        return await self._each(line for line in lines if line.step in AT_MICROSOFT)

    async def _one(self, line: Renewing) -> Extended:
        """One relationship; raises only what ends all of it."""
        relationship = self._desk.view.relationship(line.relationship)
        if relationship is None:
            return Extended(line, False, msg("This relationship is no longer there."))
        failed: DeskError | None = None
        why: Message | None = None
        try:
            why = await self._carry_out(line, relationship)
        except DeskError as error:
            failed = error
        # How it stands is read back all the same: it may have been done, by us or by others.
        now = await self._read_back(relationship)
        done = now is not None and now.status == ACTIVE and now.auto_extend
        self._done += done
        if failed and not done and self._ends_all(failed):
            raise failed
        if done:
            return Extended(line, True)
        said = why or (failed.what if failed else None)
        if now is None:
            said = said or msg("How it stands now could not be read; sync later.")
        under_way = msg("Microsoft is still at it; sync later.")
        return Extended(line, False, said or under_way, failed.todo if failed else None)

    async def _carry_out(self, line: Renewing, relationship: Relationship) -> Message | None:
        """Asks Microsoft for it; why it was not, where that is no error."""
        key = relationship.microsoft_id
        now = await self._graph.relationship(key)
        if now.status != ACTIVE:
            return msg("It is not active any more; look at the plan again.")
        if GLOBAL_ADMINISTRATOR in _roles(now):
            if line.step is not Step.DROP or _roles(now) != set(relationship.roles):
                return msg("Its roles have changed meanwhile; look at the plan again.")
            now = await self._dropped(now)
            await self._keep(relationship, now, await self._assignments(key))
            if GLOBAL_ADMINISTRATOR in _roles(now):
                return msg("Microsoft is still taking Global Administrator out; extend it later.")
        if not now.auto_extend:
            await self._graph.update(key, now.etag, auto_extend=True)
        return None

    async def _dropped(self, now: facts.Relationship) -> facts.Relationship:
        """The relationship without Global Administrator, once Microsoft has taken that out."""
        left = without_global(role.lower() for role in now.roles)
        try:
            return await self._graph.update(now.id, now.etag, roles=left)
        except (OutcomeUnknown, Conflict, GraphRefused) as error:
            # What was begun by a try whose answer was lost comes to its end in a while.
            begun = isinstance(error, OutcomeUnknown) or (
                isinstance(error, GraphRefused) and error.status == _UNDER_WAY
            )
            found = await self._graph.with_roles(now.id, left, _PATIENCE if begun else 0.0)
            if GLOBAL_ADMINISTRATOR in _roles(found):
                raise
            return found

    async def _assignments(self, key: str) -> tuple[facts.Assignment, ...] | None:
        """What our groups have in it now; `None` where Microsoft does not say."""
        try:
            listing = await self._graph.assignments(key)
        except DeskError:
            return None
        return listing.items if listing.whole else None

    async def _read_back(self, relationship: Relationship) -> facts.Relationship | None:
        """The relationship as it is now, and kept so; `None` where Microsoft does not say."""
        try:
            now = await self._graph.relationship(relationship.microsoft_id)
        except DeskError:
            return None
        await self._keep(relationship, now, None)
        return now

    async def _keep(
        self,
        relationship: Relationship,
        now: facts.Relationship,
        assignments: tuple[facts.Assignment, ...] | None,
    ) -> None:
        """Records how a relationship stands, in it and on the invitations that asked for it."""
        import asyncio

        def work(tables: Tables) -> Message:
            keep_one(tables, now, relationship.customer, assignments)
            rows = tables.view.tables.table(INVITATIONS)
            for key in tables.view.invitation_ids.get(relationship.customer, ()):
                row = rows[key]
                its = links.relationship(document.text(row, "link")) == now.id.lower()
                if its and row.get("auto_extend") is not now.auto_extend:
                    tables.invitations.update({"auto_extend": now.auto_extend}, doc_ids=[key])
            if now.auto_extend:
                return msg("{name} extends itself at Microsoft.", name=relationship.name)
            if GLOBAL_ADMINISTRATOR in relationship.roles and (
                GLOBAL_ADMINISTRATOR not in _roles(now)
            ):
                return msg("{name} holds no Global Administrator any more.",
                           name=relationship.name)  # fmt: skip
            return msg("{name}: read back from Microsoft.", name=relationship.name)

        await asyncio.to_thread(self._desk.transaction, "relationships.extend", work)


def _roles(found: facts.Relationship) -> set[str]:
    return {role.lower() for role in found.roles}
