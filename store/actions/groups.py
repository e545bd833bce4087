"""The two groups that stand for Full and Limited: chosen once, joined, left, assigned."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tinydb.table import Document as Stored

from store.actions.learned import Learned, is_overtaken, tenant_id, words
from store.desk import Desk, Receipt
from store.errors import BadInput, DeskError, NotFound
from store.message import Message, msg
from store.model.access import LEVEL_NAMES, Level, Member
from store.model.group import BUILT_IN, SALES_AGENTS, Group
from store.view import GROUPS, MEMBERS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

_KEYS = {Level.FULL: 1, Level.LIMITED: 2}


# -- which groups -----------------------------------------------------------------------------


class Candidate(NamedTuple):
    """A group at Microsoft, the level it stands for here, and what Partner Center means by it."""

    group: facts.Group
    level: Level
    usual: Level


async def candidates(view: View, graph: Graph) -> list[Candidate]:
    """The groups that a level can stand for: Partner Center's own first, then by name."""
    chosen = {group.microsoft_id: group.level for group in view.groups}
    listing = await graph.groups()
    found = [
        Candidate(
            group,
            chosen.get(group.id.lower(), Level.NONE),
            BUILT_IN.get(group.name, Level.NONE),
        )
        for group in listing.items
        if group.security and not group.dynamic and group.name != SALES_AGENTS
    ]
    return sorted(found, key=lambda c: (c.usual is Level.NONE, c.group.name.casefold()))


async def choose(desk: Desk, graph: Graph, level: Level, named: str) -> Receipt:
    """Lets a group stand for a level, by its name or object id; raises `NotFound`, `BadInput`."""
    found = await graph.group(named) if tenant_id(named) else await graph.group_named(named.strip())
    if found is None:
        raise NotFound(
            msg("No group is called {name}.", name=named),
            todo=msg("See them all: {command}", command="partnerdesk groups list"),
        )
    return await _stand_for(desk, graph, level, found)


async def create(desk: Desk, graph: Graph, level: Level, name: str) -> Receipt:
    """Creates a group for a level; one that has this name already is taken instead."""
    found = await graph.group_named(name.strip())
    if found is None:
        found = await graph.create_group(name.strip(), "partnerdesk")
    return await _stand_for(desk, graph, level, found)


async def _stand_for(desk: Desk, graph: Graph, level: Level, found: facts.Group) -> Receipt:
    why = _why_not(desk.view, level, found)
    if why:
        raise BadInput(
            msg("{group} cannot stand for {level}: {why}", group=found.name,
                level=msg(LEVEL_NAMES[level]), why=why),
            field="group",
        )  # fmt: skip
    members = (await graph.members(found.id)).items

    def work(tables: Tables) -> Message:
        made = {
            "level": level.value,
            "microsoft_id": words(found.id).lower(),
            "name": words(found.name),
            **_members_read(tables, members),
        }
        _put(tables, level, made)
        return msg("{group} stands for {level}.", group=made["name"], level=msg(LEVEL_NAMES[level]))

    return await asyncio.to_thread(desk.transaction, "groups.choose", work)


def _why_not(view: View, level: Level, found: facts.Group) -> Message | None:
    if not found.security:
        return msg("it is no security group.")
    if found.dynamic:
        return msg("a rule decides who is in it, so nobody can be added or taken out.")
    if found.name == SALES_AGENTS:
        return msg("Sales agents have no administrative access.")
    other = next((g for g in view.groups if g.microsoft_id == found.id.lower()), None)
    if other and other.level is not level:
        return msg("it stands for {level} already.", level=msg(LEVEL_NAMES[other.level]))
    return None


def chosen_groups(view: View) -> list[str]:
    """The object ids of the groups that stand for a level."""
    return [group.microsoft_id for group in view.groups if group.microsoft_id]


# -- who is in them ---------------------------------------------------------------------------


async def administer(desk: Desk, graph: Graph, key: int, level: Level) -> Receipt:
    """Gives a user of ours a level, or none: in the groups at Microsoft, then in the desk.

    First in, then out, so that nobody is without for a moment. Where Microsoft refuses a step, what
    the groups are now is recorded, the desk's own setting stays, and the error is raised.
    """
    member = _member(desk.view, key)
    group = desk.view.group(level)
    if level is not Level.NONE and group is None:
        raise BadInput(
            msg("No group stands for {level} yet.", level=msg(LEVEL_NAMES[level])),
            field="level",
            todo=msg("Choose or create one: {command}",
                     command=f"partnerdesk groups use {level.value} NAME"),
        )  # fmt: skip
    user = await graph.user(member.upn)
    if user is None:
        raise NotFound(
            msg("Microsoft knows no user {upn} in this tenant.", upn=member.upn),
            todo=msg("Correct the user name on the tab Details."),
        )
    if user.guest and level is not Level.NONE:
        raise BadInput(
            msg("{upn} is a guest in our own tenant, and guests cannot act at customers.",
                upn=member.upn),
            field="level",
            todo=msg("Give the person a user of their own."),
        )  # fmt: skip
    others = [g for g in desk.view.groups if g.level is not level]
    try:
        if group:
            await graph.add_member(group.microsoft_id, user.id)
        for other in others:
            now = (await graph.members(other.microsoft_id)).items
            if any(found.id == user.id for found in now):
                await graph.remove_member(other.microsoft_id, user.id)
    except DeskError:
        await _record(desk, graph, None)
        raise

    def settle(tables: Tables) -> Message:
        fields = {"access": level is not Level.NONE, "level": level.value}
        tables.at_rev(MEMBERS, key, None, member.name or member.upn)
        tables.members.update(fields, doc_ids=[key])
        name = member.name or member.upn
        if group is None:
            return msg("{name} is in no group of ours at Microsoft any more.", name=name)
        return msg("{name} is in {group} at Microsoft: {level}.", name=name, group=group.name,
                   level=msg(LEVEL_NAMES[level]))  # fmt: skip

    return await _record(desk, graph, settle)


async def _record(desk: Desk, graph: Graph, settle: Callable[[Tables], Message] | None) -> Receipt:
    """Reads the groups back and keeps who is in them; `settle` is part of the same change."""
    members: dict[str, tuple[facts.User, ...]] = {}
    for group in desk.view.groups:
        try:
            listing = await graph.members(group.microsoft_id)
        except DeskError:
            continue  # what is not read stays as it was
        if listing.whole:
            members[group.microsoft_id] = listing.items

    def work(tables: Tables) -> Message:
        take_in_groups(tables, Learned(members=members))
        return settle(tables) if settle else msg("Read who is in our groups.")

    return await asyncio.to_thread(desk.transaction, "groups.members", work)


def take_in_groups(tables: Tables, learned: Learned) -> Counter[str]:
    """Keeps who is in our groups, as far as it was read."""
    counts: Counter[str] = Counter()
    for key, row in tables.view.tables.table(GROUPS).items():
        group = Group.from_document(row)
        found = learned.members.get(group.microsoft_id)
        if found is None or is_overtaken(learned, GROUPS, key, row):
            continue
        made = _members_read(tables, found)
        if made["members"] != row.get("members"):
            tables.groups.update(made, doc_ids=[key])
            counts["groups"] += 1
    return counts


def _members_read(tables: Tables, members: Iterable[facts.User]) -> dict[str, Any]:
    listed = [
        {"id": words(m.id), "upn": words(m.upn), "name": words(m.name), "guest": m.guest}
        for m in members
    ]
    return {"members": sorted(listed, key=lambda m: str(m["upn"]).casefold()), "read": tables.now}


def _put(tables: Tables, level: Level, made: Mapping[str, Any]) -> None:
    key = _KEYS[level]
    if tables.view.tables.table(GROUPS).get(key) is None:
        tables.groups.insert(Stored(made, key))
    else:
        tables.groups.update(made, doc_ids=[key])


def _member(view: View, key: int) -> Member:
    found = view.tables.table(MEMBERS).get(key)
    if found is None:
        raise NotFound(msg("This user is no longer there."))
    return Member.from_document(key, found)
