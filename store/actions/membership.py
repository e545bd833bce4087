"""Gives a user of ours a level, or takes it away: in the groups at Microsoft, and in the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from store.actions.groups_read import Read, read_groups, take_in_groups, user_of
from store.actions.learned import Learned, words
from store.desk import Desk, Receipt
from store.errors import BadInput, DeskError, NotFound, WriteRefused
from store.message import Message, msg
from store.model.access import LEVEL_NAMES, Level, Member
from store.model.group import Group
from store.view import MEMBERS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

Told = Callable[[Message], None]
"""Hears what is being done, in words."""


async def administer(
    desk: Desk,
    graph: Graph,
    key: int,
    level: Level,
    *,
    rev: int | None = None,
    told: Told = lambda said: None,
) -> Receipt:
    """Gives a user of ours a level, or none: in the groups at Microsoft, then in the desk.

    First in, then out, so that nobody is without for a moment. Whatever Microsoft refuses, who is
    in the groups afterwards is recorded as Microsoft says it. The user's own setting becomes what
    was asked for; where only a part was done, what that came to; else it stays, and the error is
    raised. Raises `Conflict` before anything is done if the user is no longer at revision `rev`.
    """
    member = await asyncio.to_thread(_member_at, desk, key, rev)
    view = desk.view
    group = _group_of(view, level)
    told(msg("Asking Microsoft about {upn}…", upn=member.upn))
    user = await user_of(graph, member)
    before = await read_groups(view, graph)
    if user is None:
        return await _unknown(desk, member, level, before)
    if user.guest and level is not Level.NONE:
        raise BadInput(
            msg("{upn} is a guest in our own tenant, and guests cannot act at customers.",
                upn=member.upn),
            field="level",
            todo=msg("Give the person a user of their own."),
        )  # fmt: skip
    if user.upn.casefold() != member.upn.casefold() and level is not Level.NONE:
        raise BadInput(
            msg("{upn} is called {now} at Microsoft.", upn=member.upn, now=words(user.upn)),
            field="upn",
            todo=msg("Correct the user name on the tab Details, then save again."),
        )
    return await _Move(desk, graph, member, user, level, group, before, told).done()


class _Move:
    """One user's way into one group and out of the others."""

    def __init__(
        self,
        desk: Desk,
        graph: Graph,
        member: Member,
        user: facts.User,
        level: Level,
        group: Group | None,
        before: Read,
        told: Told,
    ) -> None:
        self._desk = desk
        self._graph = graph
        self._member = member
        self._user = user
        self._level = level
        self._group = group
        self._before = before
        self._told = told

    async def done(self) -> Receipt:
        """Does it, and records what came of it."""
        error: DeskError | None = None
        try:
            await self._change()
        except DeskError as refused:
            error = refused
        self._told(msg("Reading who is in our groups…"))
        after = await read_groups(self._desk.view, self._graph)
        try:
            receipt = await asyncio.to_thread(
                self._desk.transaction,
                "groups.members",
                lambda tables: self._settle(tables, after, error is None),
            )
        except DeskError as unsaved:
            if error:
                raise error from unsaved
            raise WriteRefused(
                msg("It was done at Microsoft, and could not be recorded here: {why}",
                    why=unsaved.what),
                todo=msg("Bring in what Microsoft has now: {command}", command="partnerdesk sync"),
            ) from unsaved  # fmt: skip
        if error:
            raise error
        return receipt.with_notes(*self._notes(after))

    async def _change(self) -> None:
        """In, then out; what is so already is left alone."""
        user, group = self._user.id, self._group
        if group and self._before.members.get(group.microsoft_id, ()) is None:
            raise NotFound(
                msg("{group} is no longer there at Microsoft.", group=group.name),
                todo=msg("Choose another group for {level}.", level=msg(LEVEL_NAMES[group.level])),
            )
        if group and not self._before.holds(group, user):
            self._told(msg("Adding {upn} to {group}…", upn=self._member.upn, group=group.name))
            await self._graph.add_member(group.microsoft_id, user)
        for other in self._others():
            if self._before.holds(other, user) is not False:
                self._told(
                    msg("Taking {upn} out of {group}…", upn=self._member.upn, group=other.name)
                )
                await self._graph.remove_member(other.microsoft_id, user)

    def _others(self) -> list[Group]:
        return [
            other for other in self._desk.view.groups
            if other.microsoft_id and other.level is not self._level
        ]  # fmt: skip

    def _settle(self, tables: Tables, after: Read, all_done: bool) -> Message:
        """Records what Microsoft says, and the user's setting as far as that is settled."""
        take_in_groups(tables, Learned(members=after.members, asked=after.asked))
        row = tables.view.tables.table(MEMBERS).get(self._member.id)
        upn, name = self._member.upn, self._member.name or self._member.upn
        there = self._there(tables.view, after)
        level = self._level if all_done else there if self._has_moved(after) else None
        if row is not None:
            fields: dict[str, Any] = {"microsoft_id": self._user.id}
            if level is not None:
                fields |= {"access": level is not Level.NONE, "level": level.value}
            if any(row.get(field) != value for field, value in fields.items()):
                tables.members.update(fields, doc_ids=[self._member.id])
        if not all_done:
            return msg("Not all was done for {upn} at Microsoft: read who is in our groups.",
                       upn=upn)  # fmt: skip
        if self._group is None:
            return msg("{name} is in no group of ours at Microsoft any more.", name=name)
        return msg("{name} is in {group} at Microsoft: {level}.", name=name,
                   group=self._group.name, level=msg(LEVEL_NAMES[self._level]))  # fmt: skip

    def _there(self, view: View, after: Read) -> Level | None:
        """The level that the user has now; `None` where not all groups could be read."""
        held = {group.level: after.holds(group, self._user.id) for group in view.groups}
        if None in held.values():
            return None
        levels = [level for level in (Level.FULL, Level.LIMITED) if held.get(level)]
        return levels[0] if levels else Level.NONE

    def _has_moved(self, after: Read) -> bool:
        """Whether the user is in other groups than before."""
        groups, user = self._desk.view.groups, self._user.id
        known = [(self._before.holds(g, user), after.holds(g, user)) for g in groups]
        return any(None not in pair and pair[0] is not pair[1] for pair in known)

    def _notes(self, after: Read) -> list[Message]:
        notes = list(after.problems)
        now = self._there(self._desk.view, after)
        if now is not None and now is not self._level:
            notes.append(
                msg("Microsoft does not show it yet, or somebody else changed it: sync in a "
                    "moment.")
            )  # fmt: skip
        if self._member.microsoft_id not in ("", self._user.id):
            notes.append(msg("{upn} is another account than before.", upn=self._member.upn))
        if not self._user.enabled and self._level is not Level.NONE:
            notes.append(msg("This account may not sign in, so it cannot act."))
        return notes


async def _unknown(desk: Desk, member: Member, level: Level, read: Read) -> Receipt:
    """Nobody is called so at Microsoft: then nobody can be let in, and nobody has to be let out."""
    if level is not Level.NONE:
        raise NotFound(
            msg("Microsoft knows no user {upn} in this tenant.", upn=member.upn),
            todo=msg("Correct the user name on the tab Details."),
        )

    def work(tables: Tables) -> Message:
        take_in_groups(tables, Learned(members=read.members, asked=read.asked))
        if tables.view.tables.table(MEMBERS).get(member.id) is not None:
            tables.members.update({"access": False, "level": ""}, doc_ids=[member.id])
        return msg("{name} has no administrative access any more: Microsoft knows nobody of this "
                   "name.", name=member.upn)  # fmt: skip

    return await asyncio.to_thread(desk.transaction, "groups.members", work)


def _member_at(desk: Desk, key: int, rev: int | None) -> Member:
    """The user, by what is written now; raises `NotFound` and `Conflict`."""
    found: list[Member] = []

    def work(tables: Tables) -> Message:
        row = tables.view.tables.table(MEMBERS).get(key)
        if row is None:
            raise NotFound(msg("This user is no longer there."))
        member = Member.from_document(key, row)
        tables.at_rev(MEMBERS, key, rev, member.name or member.upn)
        found.append(member)
        return msg("Looked at {name}.", name=member.upn)

    desk.transaction("groups.look", work)  # writes nothing, and no line of the journal
    return found[0]


def _group_of(view: View, level: Level) -> Group | None:
    """The group that stands for a level; raises `BadInput` where there is none."""
    group = view.group(level) if level is not Level.NONE else None
    if level is Level.NONE or group:
        return group
    raise BadInput(
        msg("No group stands for {level} yet.", level=msg(LEVEL_NAMES[level])),
        field="level",
        todo=msg("Choose or create one: {command}",
                 command=f"partnerdesk groups use {level.value} NAME"),
    )  # fmt: skip
