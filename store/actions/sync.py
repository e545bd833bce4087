"""Sync: asks Microsoft how everything stands, and takes that in as one change.

Everything is read first. A sync that fails on the way changes nothing; one that could not read
all of it takes in what it learned, says what is missing, and counts nothing as gone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tinydb.table import Document as Stored

from store.actions.groups_read import read_groups, take_in_groups
from store.actions.learned import Learned, words
from store.actions.taking_in import TakingIn, version
from store.desk import Desk, Receipt
from store.errors import DeskError, NotAllowed
from store.memory import no_collections
from store.message import N_, Message, msg, nmsg
from store.model import document
from store.model.partner import Cloud
from store.model.relationship import ACTIVE, IN_FORCE, LIVE, PENDING
from store.view import RELATIONSHIPS, SYNC, View
from store.work import Tables

if TYPE_CHECKING:
    from store.graph.client import Graph
    from store.graph.facts import Relationship
    from store.graph.pages import Listing

Told = Callable[[Message], None]
"""Hears what is being done, in words."""

TAKING_IN = msg("Taking in what Microsoft said…")
"""Said when everything has been read: from then on it is one change, which nothing stops."""
_MINUTES, _HOURS = 120, 48
"""Up to how many of them a span is told in minutes, and in hours."""
_SETTLED = IN_FORCE - {"pending"}


class Synced(NamedTuple):
    """What a sync did: its receipt, what changed by kind, and what could not be read.

    The receipt's notes say all that an operator should know besides.
    """

    receipt: Receipt
    counts: Counter[str]
    problems: tuple[Message, ...]


async def sync(
    desk: Desk, graph: Graph, *, host: str = "", told: Told = lambda said: None
) -> Synced:
    """Reads everything from Microsoft and takes it in.

    `host` is where the practice cloud's links lead. Raises what the first listing raises, and
    then nothing has changed.
    """
    # The first time, very many things are made that stay; later ones leave nothing behind.
    first = not desk.view.synced.at
    with no_collections() if first else nullcontext():
        learned = await _learn(desk.view, graph, told)
        told(TAKING_IN)
        found = await asyncio.to_thread(_take_in, desk, learned, host)
    # A practice cloud has a clock of its own, which days that pass set forward.
    practice = desk.view.partner.cloud is Cloud.PRACTICE
    note = None if practice or graph.skew is None else skew_note(graph.skew)
    return found._replace(receipt=found.receipt.with_notes(note))


def skew_note(ahead: timedelta) -> Message:
    """What is to be said where Microsoft's clock is so far ahead of this host's, or behind it."""
    apart = _so_long(abs(ahead))
    if ahead > timedelta():
        return msg("This host's clock is {apart} behind Microsoft's; sign-ins may fail.",
                   apart=apart)  # fmt: skip
    return msg("This host's clock is {apart} ahead of Microsoft's; sign-ins may fail.", apart=apart)


def _so_long(span: timedelta) -> Message:
    """A span in the unit that suits it."""
    minutes = round(span / timedelta(minutes=1))
    if minutes < _MINUTES:
        return nmsg("{count} minute", "{count} minutes", minutes)
    hours = round(span / timedelta(hours=1))
    if hours < _HOURS:
        return nmsg("{count} hour", "{count} hours", hours)
    return nmsg("{count} day", "{count} days", round(span / timedelta(days=1)))


async def _learn(view: View, graph: Graph, told: Told) -> Learned:
    if view.partner.cloud is Cloud.CHINA:
        return await _learn_classic(view, graph)
    told(msg("Asking Microsoft for the relationships…"))
    problems: list[Message] = []

    async def or_problem(what: str, asking: Callable[[], Awaitable[Listing[Any]]]) -> Any:
        """What was asked for; nothing, and a problem, where Microsoft does not say."""
        try:
            listing = await asking()
        except DeskError as error:
            problems.append(msg("{what} could not be read: {why}", what=msg(what), why=error.what))
            return ()
        problems.extend(_missing(what, listing))
        return listing.items

    # First alone: where it fails, nothing else is under way that somebody would have to end.
    first = await graph.relationships(told=lambda read, *_: told(_so_far(read)))
    tenants, contracts = await asyncio.gather(
        or_problem(N_("Customers"), graph.tenants), or_problem(N_("Contracts"), graph.contracts)
    )
    problems += _missing(N_("Relationships"), first)
    whole = first.whole
    if not first.items and _knows_of_access(view):
        whole = False
        problems.append(
            msg(
                "Microsoft lists no relationship at all. That is what somebody sees who is not in "
                "the group AdminAgents; nothing was counted as gone."
            )
        )
    gone: frozenset[str] = frozenset()
    if whole:
        first, gone, whole = await _look_for_missing(view, graph, first, problems)
    moved = [fact.id for fact in first.items if fact.status == ACTIVE and _moved(view, fact)]
    assignments = {}
    if moved:
        told(nmsg("Reading who may act in {count} relationship…",
                  "Reading who may act in {count} relationships…", len(moved)))  # fmt: skip
        try:
            found = await graph.assignments_of(moved)
        except DeskError as error:
            found = {}
            problems.append(
                msg("{what} could not be read: {why}", what=msg("Who may act"), why=error.what)
            )
        assignments = {key: listing.items for key, listing in found.items() if listing.whole}
        if found and len(assignments) < len(moved):
            problems.append(
                nmsg(
                    "Who may act could not be read in {count} relationship.",
                    "Who may act could not be read in {count} relationships.",
                    len(moved) - len(assignments),
                )
            )
    read = await read_groups(view, graph)
    problems += read.problems
    return Learned(
        first.items, whole, gone, tenants, contracts, assignments, members=read.members,
        asked=read.asked, problems=tuple(problems), before=view,
    )  # fmt: skip


async def _learn_classic(view: View, graph: Graph) -> Learned:
    """All there is where granular relationships are not: contracts, and who is in our groups."""
    contracts = await graph.contracts()
    problems = _missing(N_("Contracts"), contracts)
    read = await read_groups(view, graph)
    return Learned(
        contracts=contracts.items, members=read.members, asked=read.asked,
        problems=(*problems, *read.problems), before=view,
    )  # fmt: skip


def _missing(what: str, listing: Listing[Any]) -> list[Message]:
    """Why a list is not whole, if it is not."""
    if listing.whole or not listing.why:
        return []
    return [msg("{what}: {why}", what=msg(what), why=listing.why)]


async def _look_for_missing(
    view: View, graph: Graph, first: Listing[Relationship], problems: list[Message]
) -> tuple[Listing[Relationship], frozenset[str], bool]:
    """Looks for what was known and is not in a list that seems to be whole.

    A list that changes while it is read leaves out what is still there. Returns the list with what
    was found, the ids of what is gone, and whether that is all.
    """
    rows = view.tables.table(RELATIONSHIPS).values()
    listed = {words(fact.id) for fact in first.items}
    missing = [
        key
        for row in rows
        if (key := document.text(row, "microsoft_id")) not in listed and not row.get("gone")
    ]
    if not missing:
        return first, frozenset(), True
    found = await graph.looked_up(missing)
    there = [one for one in found.values() if one is not None and not isinstance(one, DeskError)]
    gone = frozenset(key for key, one in found.items() if one is None)
    unsure = len(missing) - len(there) - len(gone)
    if unsure:
        problems.append(
            nmsg(
                "Whether {count} relationship is still there could not be read.",
                "Whether {count} relationships are still there could not be read.",
                unsure,
            )
        )
    return first._replace(items=(*first.items, *there)), gone, not unsure


def _so_far(read: int) -> Message:
    return nmsg("{count} relationship read…", "{count} relationships read…", read)


def _knows_of_access(view: View) -> bool:
    rows = view.tables.table(RELATIONSHIPS).values()
    return any(row.get("status") in {*LIVE, PENDING} and not row.get("gone") for row in rows)


def _moved(view: View, fact: Relationship) -> bool:
    """Whether a relationship's access assignments have to be read (again)."""
    rows = view.tables.table(RELATIONSHIPS)
    for key in view.relationships_by_id(words(fact.id)):
        row = rows[key]
        statuses = {document.text(a, "status") for a in document.listed(row, "assignments")}
        return document.text(row, "assignments_of") != version(fact) or not statuses <= _SETTLED
    return True


def _take_in(desk: Desk, learned: Learned, host: str) -> Synced:
    counts: Counter[str] = Counter()

    def work(tables: Tables) -> Message:
        if learned.before and _whom(learned.before) != _whom(tables.view):
            # It is about the relationships of somebody else.
            raise NotAllowed(msg("The partner was changed meanwhile."))
        counts.update(TakingIn(tables, learned, host).do())
        counts.update(take_in_groups(tables, learned))
        mark = {
            "at": tables.now,
            "whole": not learned.problems,
            "listed": learned.all_relationships,
            "tenant": tables.view.partner.tenant,
        }
        kept = tables.view.tables.table(SYNC).get(1)
        if kept is None:
            tables.sync.insert(Stored(mark, 1))
        elif counts.total() or says_more(mark, kept):
            tables.sync.update(mark, doc_ids=[1])
        return summary(counts, len(learned.relationships))

    receipt = desk.transaction("sync", work).with_notes(*learned.problems)
    return Synced(receipt, counts, learned.problems)


def says_more(mark: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    """Whether the mark of a sync that found nothing new is worth a line of the journal.

    A watch of every few seconds, for weeks, is not: nobody is shown more than the minute.
    """
    told = [
        {**found, "at": str(found.get("at"))[: len("YYYY-MM-DDThh:mm")]} for found in (mark, kept)
    ]
    return any(told[0][name] != told[1].get(name) for name in told[0])


def _whom(view: View) -> tuple[str, Cloud]:
    return view.partner.tenant, view.partner.cloud


def summary(counts: Counter[str], read: int) -> Message:
    """What a sync changed, as one sentence."""
    parts = [say(counts[name]) for name, say in _CHANGES.items() if counts[name]]
    if not parts:
        return nmsg(
            "Microsoft: {count} relationship, nothing new.",
            "Microsoft: {count} relationships, nothing new.",
            read,
        )
    return msg("Microsoft: {changes}.", changes=_joined(parts))


_CHANGES: dict[str, Callable[[int], Message]] = {
    "customers": lambda n: nmsg("{count} new customer", "{count} new customers", n),
    "recognised": lambda n: nmsg("{count} customer recognised", "{count} customers recognised", n),
    "renamed": lambda n: nmsg(
        "{count} customer has another name", "{count} customers have another name", n
    ),
    "consents": lambda n: nmsg("{count} consent moved", "{count} consents moved", n),
    "found": lambda n: nmsg(
        "{count} relationship that nobody made here",
        "{count} relationships that nobody made here",
        n,
    ),
    "elsewhere": lambda n: nmsg(
        "{count} accepted by another tenant", "{count} accepted by another tenant", n
    ),
    "gone": lambda n: nmsg("{count} no longer listed", "{count} no longer listed", n),
    "relationships": lambda n: nmsg(
        "{count} relationship updated", "{count} relationships updated", n
    ),
    "groups": lambda n: nmsg("{count} group changed", "{count} groups changed", n),
}


def _joined(parts: Sequence[Message]) -> Message:
    """Several parts as one message that can be translated."""
    values = {f"part{place}": part for place, part in enumerate(parts)}
    return Message(", ".join(f"{{{name}}}" for name in values), values)
