"""Assigns the group of a level in relationships: the plan first, then one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from store.actions.side_by_side import SideBySide
from store.actions.taking_in import keep_one
from store.desk import Desk
from store.errors import DeskError, NotAllowed
from store.message import Message, msg, nmsg
from store.model import document
from store.model.access import LEVEL_NAMES, Level
from store.model.assigning import FAILED, TO_DO, Assigning, Step, assigning
from store.model.group import Group
from store.model.relationship import ACTIVE, Relationship
from store.view import RELATIONSHIPS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph


class Assigned(NamedTuple):
    """What came of assigning a group in one relationship; `why` says why it did not."""

    relationship: Relationship
    done: bool
    why: Message | None = None


def assigning_plan(
    view: View, level: Level, customers: Iterable[int] | None = None
) -> tuple[Group, list[Assigning]]:
    """What assigning a level's group in the active relationships would do.

    `customers` are all where it is `None`. Raises `NotAllowed` where no group stands for the level.
    """
    group = view.group(level)
    if group is None or group.gone:
        name = msg(LEVEL_NAMES[level])
        what = msg("No group stands for {level} yet.", level=name)
        if group:
            what = msg("{group} is no longer there at Microsoft.", group=group.name)
        raise NotAllowed(
            what,
            todo=msg("Choose or create one: {command}",
                     command=f"partnerdesk groups use {level.value} NAME"),
        )  # fmt: skip
    rows = view.tables.table(RELATIONSHIPS)
    wanted = None if customers is None else set(customers)
    found = (
        Relationship.from_document(key, row)
        for key, row in rows.items()
        if row.get("status") == ACTIVE and (wanted is None or row.get("customer") in wanted)
    )
    limited_as = view.partner.limited_as
    return group, [assigning(one, group, limited_as) for one in found if not one.gone]


def reach(view: View, level: Level) -> int:
    """How many customers the group of a level opens today."""
    group = view.group(level)
    if group is None or group.gone:
        return 0
    opened = {
        row.get("customer")
        for row in view.tables.table(RELATIONSHIPS).values()
        if row.get("status") == ACTIVE and not row.get("gone") and _is_in(row, group.microsoft_id)
    }
    return len(opened - {None})


def _is_in(row: dict[str, object], group: str) -> bool:
    return any(
        a.get("group") == group and a.get("status") == "active"
        for a in document.listed(row, "assignments")
    )


class Run(SideBySide[Assigning, Assigned]):
    """One go at assigning a group as planned; what is recorded is read back from Microsoft."""

    def __init__(
        self,
        desk: Desk,
        graph: Graph,
        group: Group,
        *,
        told: Callable[[Assigned], None] = lambda done: None,
    ) -> None:
        super().__init__(desk, graph, told)
        self._group = group

    async def assign(self, plan: Iterable[Assigning]) -> list[Assigned]:
        """Does what is to be done; one result for each relationship that was begun."""
        import asyncio

        todo = [line for line in plan if line.step in TO_DO]
        if not todo:
            return []
        await asyncio.to_thread(self._desk.transaction, "relationships.assign", self._begin(todo))
        return await self._each(todo)

    def _begin(self, todo: list[Assigning]) -> Callable[[Tables], Message]:
        """Lets the next sync read these again, whatever comes in between, a crash included."""

        def work(tables: Tables) -> Message:
            rows = tables.view.tables.table(RELATIONSHIPS)
            keys = [line.relationship.key for line in todo if line.relationship.key in rows]
            tables.relationships.update({"assignments_of": ""}, doc_ids=keys)
            return nmsg("Begins to assign {group} in {count} relationship.",
                        "Begins to assign {group} in {count} relationships.",
                        len(keys), group=self._group.name)  # fmt: skip

        return work

    async def _one(self, line: Assigning) -> Assigned:
        """One relationship; raises only what ends all of it."""
        import asyncio

        why: Message | None = None
        ends: DeskError | None = None
        try:
            why = await self._carry_out(line)
        except DeskError as error:
            why, ends = error.what, error if self._ends_all(error) else None
        # How it stands is read back all the same: it may have been done, by us or by others.
        found = await self._read_back(line)
        if found is None:
            if ends:
                raise ends
            unread = msg("How it stands now could not be read; sync later.")
            return Assigned(line.relationship, False, why or unread)
        kept = await asyncio.to_thread(self._keep, line, *found)
        stands = kept.assigned(self._group.microsoft_id)
        done = stands is not None and set(stands.roles) == set(line.roles)
        self._done += done
        if ends and not done:
            raise ends
        under_way = msg("Microsoft is still at it; sync later.")
        return Assigned(kept, done, None if done else why or under_way)

    async def _carry_out(self, line: Assigning) -> Message | None:
        """Asks Microsoft for it; why it was not done, where that is no error."""
        key, group, roles = line.relationship.microsoft_id, self._group.microsoft_id, line.roles
        if line.step is Step.ASSIGN or line.assigned is None:
            await self._graph.assign(key, group, roles)
            return None
        now = await self._assignment(line)
        if line.step is Step.CHANGE:
            if now is None:
                return msg("It is no longer assigned there; look at the plan again.")
            await self._graph.reassign(key, now.id, now.etag, roles)
            return None
        if now is not None:
            if now.status != FAILED:
                return msg("Somebody else is at it; look at the plan again.")
            await self._graph.unassign(key, now.id, now.etag)
            if not await self._graph.is_free_of(key, now.id):
                return msg("What failed before is being taken away; assign again in a minute.")
        await self._graph.assign(key, group, roles)
        return None

    async def _assignment(self, line: Assigning) -> facts.Assignment | None:
        """The assignment that was planned with, as it is now."""
        assert line.assigned is not None
        listing = await self._graph.assignments(line.relationship.microsoft_id)
        return next((a for a in listing.items if a.id == line.assigned.id), None)

    async def _read_back(
        self, line: Assigning
    ) -> tuple[facts.Relationship, tuple[facts.Assignment, ...] | None] | None:
        """The relationship and its assignments; `None` where Microsoft does not say."""
        key = line.relationship.microsoft_id
        try:
            fact = await self._graph.relationship(key)
            listing = await self._graph.assignments(key)
        except DeskError:
            return None
        return fact, listing.items if listing.whole else None

    def _keep(
        self,
        line: Assigning,
        fact: facts.Relationship,
        assignments: tuple[facts.Assignment, ...] | None,
    ) -> Relationship:
        relationship = line.relationship

        def work(tables: Tables) -> Message:
            keep_one(tables, fact, relationship.customer, assignments)
            return msg("{group} in {name}: read back from Microsoft.", group=self._group.name,
                       name=relationship.name)  # fmt: skip

        self._desk.transaction("relationships.assign", work)
        return self._desk.view.relationship(relationship.key) or relationship
