"""Who is in the groups that stand for Full and Limited: read, and kept as Microsoft says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from store.actions.learned import Learned, is_overtaken, words
from store.errors import DeskError, GraphRefused
from store.message import Message, msg
from store.model import document
from store.model.access import Member
from store.model.group import Group, InGroup
from store.view import GROUPS, MEMBERS, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph


def moment() -> str:
    """This moment in UTC, so that the later of two sorts after the earlier."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# -- reading ----------------------------------------------------------------------------------


class Read(NamedTuple):
    """Who is in our groups, by the groups' ids; `None` for a group that is no longer there.

    A group of which Microsoft did not tell everything is missing, and `problems` say why. `asked`
    is when that was (UTC).
    """

    members: Mapping[str, tuple[facts.User, ...] | None]
    problems: tuple[Message, ...]
    asked: str

    def holds(self, group: Group, user: str) -> bool | None:
        """Whether a user, by object id, is in a group; `None` where that is not known."""
        if group.microsoft_id not in self.members:
            return None
        return any(found.id == user for found in self.members[group.microsoft_id] or ())


async def read_groups(view: View, graph: Graph) -> Read:
    """Asks Microsoft who is in the groups that stand for a level."""
    asked = moment()
    members: dict[str, tuple[facts.User, ...] | None] = {}
    problems: list[Message] = []
    for group in view.groups:
        if not group.microsoft_id:
            continue
        try:
            listing = await graph.members(group.microsoft_id)
        except DeskError as error:
            if await _is_gone(graph, group.microsoft_id, error):
                members[group.microsoft_id] = None
                continue
            why = error.what
        else:
            if listing.whole:
                members[group.microsoft_id] = listing.items
                continue
            why = listing.why or msg("the list is incomplete")
        problems.append(
            msg("{what} could not be read: {why}",
                what=msg("The group {group}", group=group.name), why=why)
        )  # fmt: skip
    return Read(members, tuple(problems), asked)


async def _is_gone(graph: Graph, group: str, error: DeskError) -> bool:
    """Whether Microsoft says twice that it knows no such group; a young one may be news to it."""
    if not isinstance(error, GraphRefused) or error.status != 404:
        return False
    try:
        await graph.group(group)
    except GraphRefused as again:
        return again.status == 404
    except DeskError:
        return False
    return False


class Standing(NamedTuple):
    """How one of our users stands at Microsoft now; `user` is `None` where nobody is called so.

    `groups` are ours, with who is in them as it was just read; `problems` say what was not.
    """

    user: facts.User | None
    groups: tuple[Group, ...]
    problems: tuple[Message, ...]


async def standing(view: View, graph: Graph, member: Member) -> Standing:
    """Asks Microsoft about a user of ours; nothing of it is recorded."""
    user = await user_of(graph, member)
    read = await read_groups(view, graph)
    groups = [
        Group.from_document(
            {**row, **_as_read(found, read.asked)}
            if (found := read.members.get(document.text(row, "microsoft_id"), ...)) is not ...
            else row
        )
        for row in view.tables.table(GROUPS).values()
    ]
    return Standing(user, tuple(sorted(groups, key=lambda group: group.level)), read.problems)


async def user_of(graph: Graph, member: Member) -> facts.User | None:
    """The account of a user of ours: the one it has been, else the one that is called so now."""
    for key in (member.microsoft_id, member.upn):
        if key:
            try:
                return await graph.user(key)
            except GraphRefused as error:
                if error.status != 404:
                    raise
    return None


# -- recording --------------------------------------------------------------------------------


def take_in_groups(tables: Tables, learned: Learned) -> Counter[str]:
    """Keeps who is in our groups, as far as it was read; what was read later stays."""
    counts: Counter[str] = Counter()
    for key, row in tables.view.tables.table(GROUPS).items():
        found = learned.members.get(document.text(row, "microsoft_id"), ...)
        if found is ... or is_overtaken(learned, GROUPS, key, row):
            continue
        if learned.asked and document.text(row, "read") > learned.asked:
            continue
        made = _as_read(found, learned.asked or moment())
        if any(row.get(field) != made[field] for field in ("members", "gone")):
            tables.groups.update(made, doc_ids=[key])
            counts["groups"] += 1
        _recognise(tables, made)
    return counts


def members_as_read(members: Iterable[facts.User], asked: str) -> dict[str, Any]:
    """The fields of a group that say who is in it."""
    return _as_read(tuple(members), asked)


def _as_read(members: tuple[facts.User, ...] | None, asked: str) -> dict[str, Any]:
    listed = [
        {
            "id": words(m.id),
            "upn": words(m.upn),
            "name": words(m.name),
            "guest": m.guest,
            "blocked": not m.enabled,
            "kind": words(m.kind),
        }
        for m in members or ()
    ]
    by_name = sorted(listed, key=lambda m: (str(m["upn"]).casefold(), str(m["id"])))
    return {"members": by_name, "read": asked, "gone": members is None}


def _recognise(tables: Tables, made: Mapping[str, Any]) -> None:
    """Remembers the accounts of users of ours, so that a new name does not make others of them."""
    for entry in map(InGroup.from_document, document.listed(made, "members")):
        for key, row in tables.view.tables.table(MEMBERS).items():
            member = Member.from_document(key, row)
            if not member.microsoft_id and entry.id and entry.is_of(member):
                tables.members.update({"microsoft_id": entry.id}, doc_ids=[key])
