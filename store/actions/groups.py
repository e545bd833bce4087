"""The two groups that stand for Full and Limited: found, chosen once, or created."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from store.actions.groups_read import members_as_read, moment
from store.actions.learned import tenant_id, words
from store.clean import NAME_LIMIT
from store.desk import Desk, Receipt
from store.errors import BadInput, DeskError, GraphOutcomeUnknown, NotFound
from store.message import Message, msg, nmsg
from store.model.access import LEVEL_NAMES, Level
from store.model.group import BUILT_IN, SALES_AGENTS, Group
from store.view import GROUPS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

_KEYS = {Level.FULL: 1, Level.LIMITED: 2}
OWN_NAMES = {Level.FULL: "partnerdesk Full", Level.LIMITED: "partnerdesk Limited"}
"""What groups are called that are made here, unless somebody knows better."""


class Candidate(NamedTuple):
    """A group at Microsoft, the level it stands for here, and what Partner Center means by it.

    `twins` says that others have the same name: then nobody can tell which is Partner Center's.
    """

    group: facts.Group
    level: Level
    usual: Level
    twins: bool = False


async def candidates(view: View, graph: Graph) -> list[Candidate]:
    """The groups that a level can stand for: Partner Center's own first, then by name."""
    chosen = {group.microsoft_id: group.level for group in view.groups}
    listing = await graph.groups()
    # Whoever may make groups may call one AdminAgents: of several, none is taken for the real one.
    names = Counter(group.name.casefold() for group in listing.items)
    found = [
        Candidate(
            group,
            chosen.get(group.id.lower(), Level.NONE),
            BUILT_IN.get(group.name, Level.NONE) if names[group.name.casefold()] == 1
            else Level.NONE,
            names[group.name.casefold()] > 1,
        )
        for group in listing.items
        if group.security and not group.dynamic and group.name != SALES_AGENTS
    ]  # fmt: skip
    return sorted(found, key=lambda c: (c.usual is Level.NONE, c.group.name.casefold(), c.group.id))


def remark(candidate: Candidate) -> Message | None:
    """What is to be said about a candidate besides its name."""
    if candidate.usual is not Level.NONE:
        return msg("Partner Center's own: {level}", level=msg(LEVEL_NAMES[candidate.usual]))
    if candidate.twins:
        return msg("others are called so too: {id}", id=candidate.group.id)
    return None


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
    """Creates a group for a level; raises `BadInput` where one has this name already.

    It is not taken instead: whoever may make groups could have made it, and owns it. The group
    that stands for the level already may be asked for again.
    """
    name = words(name)
    if not name:
        raise BadInput(msg("The name of the group is missing."), field="group")
    if len(name) >= NAME_LIMIT:
        raise BadInput(msg("The name of the group is too long."), field="group")
    found = await graph.group_named(name)
    if found is None:
        found = await _created(graph, name)
    elif not _stands_already(desk.view, level, found):
        count = len((await graph.members(found.id)).items)
        raise BadInput(
            nmsg("There is a group called {name} already, with {count} member.",
                 "There is a group called {name} already, with {count} members.",
                 count, name=name),
            field="group",
            todo=msg("Look who is in it and who owns it, then choose it: {command}",
                     command=f"partnerdesk groups use {level.value} {found.id}"),
        )  # fmt: skip
    return await _stand_for(desk, graph, level, found)


async def _created(graph: Graph, name: str) -> facts.Group:
    """A new group; one whose answer was lost is looked up, for nothing was called so before."""
    try:
        return await graph.create_group(name, "partnerdesk")
    except GraphOutcomeUnknown:
        try:
            found = await graph.group_named(name)
        except DeskError:
            found = None
        if found is None:
            raise
        return found


def _stands_already(view: View, level: Level, found: facts.Group) -> bool:
    group = view.group(level)
    return group is not None and group.microsoft_id == found.id.lower()


async def _stand_for(desk: Desk, graph: Graph, level: Level, found: facts.Group) -> Receipt:
    _check(desk.view, level, found)
    asked = moment()
    listing = await graph.members(found.id)
    before = desk.view.group(level)

    def work(tables: Tables) -> Message:
        _check(tables.view, level, found)  # another operator may have chosen meanwhile
        made = {
            "level": level.value,
            "microsoft_id": words(found.id).lower(),
            "name": words(found.name),
            **members_as_read(listing.items, asked if listing.whole else ""),
        }
        _put(tables, level, made)
        return msg("{group} stands for {level}.", group=made["name"], level=msg(LEVEL_NAMES[level]))

    import asyncio

    receipt = await asyncio.to_thread(desk.transaction, "groups.choose", work)
    if not listing.whole:
        receipt = receipt.with_notes(
            msg("Who is in it could not be read: {why}",
                why=listing.why or msg("the list is incomplete"))
        )  # fmt: skip
    return receipt.with_notes(_left_behind(before, found))


def _left_behind(before: Group | None, found: facts.Group) -> Message | None:
    """What is to be known of the group that stood for the level before."""
    if before is None or before.gone or before.microsoft_id == found.id.lower():
        return None
    return msg("{group} stays assigned in the relationships where it was, with who is in it.",
               group=before.name)  # fmt: skip


def _check(view: View, level: Level, found: facts.Group) -> None:
    """Raises `BadInput` where a group cannot stand for a level."""
    why = _why_not(view, level, found)
    if why:
        raise BadInput(
            msg("{group} cannot stand for {level}: {why}", group=words(found.name),
                level=msg(LEVEL_NAMES[level]), why=why),
            field="group",
        )  # fmt: skip


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


def _put(tables: Tables, level: Level, made: Mapping[str, Any]) -> None:
    from tinydb.table import Document as Stored

    key = _KEYS[level]
    if tables.view.tables.table(GROUPS).get(key) is None:
        tables.groups.insert(Stored(made, key))
    else:
        tables.groups.update(made, doc_ids=[key])
