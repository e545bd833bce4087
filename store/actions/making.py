"""Makes the relationships of a plan at Microsoft: create, finalise, and the link is there.

Each step is recorded as it is done. Whatever breaks off in between is continued from where it was:
a relationship is looked for by its name, which is nobody else's, before one is created.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from store.actions.learned import words
from store.actions.planner import why_not_continued
from store.actions.steps import Abandoned, as_it_is, keep_id, keep_link
from store.desk import Desk
from store.errors import (
    Conflict,
    DeskError,
    GraphForbidden,
    GraphOutcomeUnknown,
    GraphRefused,
    NoConnection,
    OutcomeUnknown,
    SignInNeeded,
    StoreBusy,
    StoreReadOnly,
    StoreUnusable,
    TooBusy,
    WriteRefused,
)
from store.message import N_, Message, msg
from store.model.invitation import Invitation, Preparing
from store.model.partner import Partner
from store.model.relationship import DRAFT, FINALISED, OVER, PENDING, STATUS_NAMES
from store.view import INVITATIONS

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

_AT_ONCE = 4
"""Customers that are worked on side by side."""
_FEW = 10
"""Up to so many relationships are looked for by name; for more, all are read once."""
_ENDS_ALL = (
    NoConnection, SignInNeeded, TooBusy, GraphForbidden,
    StoreUnusable, StoreReadOnly, StoreBusy, WriteRefused,
)  # fmt: skip
"""Errors after which no other customer would fare better, or what is done could not be kept."""


class Outcome(StrEnum):
    """How it ended for a customer."""

    READY = "ready"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    LEFT = "left"


OUTCOME_NAMES = {
    Outcome.READY: N_("ready"),
    Outcome.REFUSED: N_("refused"),
    Outcome.UNKNOWN: N_("unknown"),
    Outcome.LEFT: N_("left for later"),
}


class Made(NamedTuple):
    """What came of one customer's relationship; `link` is the customer's own, once it is ready."""

    customer: int
    label: str
    name: str
    outcome: Outcome
    said: Message
    link: str = ""
    todo: Message | None = None


class Run:
    """One go at some planned relationships.

    `partner` is the one that `graph` is signed in as; where the desk's is another by now, nothing
    is begun. `told` hears of each customer as it ends. `stop` lets what is under way come to its
    end and begins with nobody else. `host` is where the practice cloud's links lead. `ended` is
    why the rest was left, if it was.
    """

    def __init__(
        self,
        desk: Desk,
        graph: Graph,
        *,
        host: str = "",
        partner: Partner | None = None,
        told: Callable[[Made], None] = lambda made: None,
    ) -> None:
        self.desk = desk
        self.graph = graph
        self.host = host
        self.partner = desk.view.partner if partner is None else partner
        self.told = told
        self.ended: DeskError | None = None
        self._stopped = False
        self._fresh: Collection[int] = ()
        self._known: dict[str, facts.Relationship] | None = None

    def stop(self) -> None:
        """Begins with no other customer."""
        self._stopped = True

    async def make(
        self, invitations: Iterable[int], *, fresh: Collection[int] = frozenset()
    ) -> list[Made]:
        """Carries the plan of some invitations out; one result each, in their order.

        Of the `fresh` ones Microsoft has never heard; all others are looked for first, since an
        earlier go, or somebody else's, may have come further than it knew.
        """
        keys = list(invitations)
        self._fresh = fresh
        if sum(self._is_unsure(key) for key in keys) > _FEW:
            self._known = await self._all_by_name()
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(key: int) -> Made:
            async with room:
                made = await self._one(key)
            self.told(made)
            return made

        return list(await asyncio.gather(*map(one, keys)))

    def _is_unsure(self, key: int) -> bool:
        preparing = self._invitation(key).preparing
        return key not in self._fresh and preparing is not None and not preparing.relationship

    async def _all_by_name(self) -> dict[str, facts.Relationship]:
        """Relationships by name, all of them: a name is used once, whatever became of it."""
        listing = await self.graph.relationships()
        if not listing.whole:
            raise NoConnection(
                msg("It could not be read what was made already: {why}",
                    why=listing.why or msg("the list is incomplete")),
                todo=msg("Nothing was made. Try again: it goes on where it was."),
            )  # fmt: skip
        return {fact.name.casefold(): fact for fact in listing.items}

    def _invitation(self, key: int) -> Invitation:
        row = self.desk.view.tables.table(INVITATIONS).get(key)
        return Invitation.from_document(key, row or {})

    async def _one(self, key: int) -> Made:
        view, invitation = self.desk.view, self._invitation(key)
        preparing = invitation.preparing
        customer = view.customer(invitation.customer)
        label = customer.label if customer else f"#{invitation.customer}"
        if preparing is None:
            said = msg("Its link is ready.") if invitation.link else msg("It is no longer planned.")
            outcome = Outcome.READY if invitation.link else Outcome.LEFT
            return Made(invitation.customer, label, "", outcome, said, invitation.link)

        def made(outcome: Outcome, error: DeskError) -> Made:
            return Made(
                invitation.customer, label, preparing.name, outcome, error.what, todo=error.todo
            )

        left = Made(
            invitation.customer, label, preparing.name, Outcome.LEFT,
            msg("Not begun; it goes on where it was."),
        )  # fmt: skip
        if self._stopped or self.ended:
            return left
        if not preparing.is_of(self.partner):
            return left._replace(said=msg("The partner was changed meanwhile."))
        why = why_not_continued(view, invitation)
        if why:
            return left._replace(outcome=Outcome.REFUSED, said=why)
        try:
            fact = await self._created(key, invitation, preparing)
            if fact.status not in FINALISED:
                fact = await self._finalised(fact)
            link = await self._ready(key, preparing, fact)
        except GraphOutcomeUnknown as error:
            return made(Outcome.UNKNOWN, error)
        except OutcomeUnknown as error:  # the store's own: nothing more is written now
            self.ended = self.ended or error
            return made(Outcome.UNKNOWN, error)
        except _ENDS_ALL as error:
            self.ended = self.ended or error
            refused = isinstance(error, GraphForbidden)
            return made(Outcome.REFUSED if refused else Outcome.LEFT, error)
        except DeskError as error:
            return made(Outcome.REFUSED, error)
        return left._replace(
            outcome=Outcome.REFUSED if fact.status in OVER else Outcome.READY,
            said=_how_it_stands(fact.status),
            link=link,
        )

    # -- the three steps ----------------------------------------------------------------------

    async def _created(
        self, key: int, invitation: Invitation, preparing: Preparing
    ) -> facts.Relationship:
        """The relationship, created now or before; its id is recorded."""
        if preparing.relationship:
            return await self._begun(preparing)
        found = None
        if key not in self._fresh:
            # Before anything is created, it is known whether it was already.
            found = (
                await self._by_name(preparing.name)
                if self._known is None
                else self._known.get(preparing.name.casefold())
            )
        if found is None:
            found = await self._create(invitation, preparing)
        if preparing.tenant and found.tenant and found.tenant.lower() != preparing.tenant:
            raise Conflict(
                msg("Another relationship is called {name}.", name=words(found.name)),
                theirs=dict(found._asdict()),
                todo=msg("Abandon this one, then make it anew."),
            )
        try:
            await keep_id(self.desk, key, preparing, found)
        except Abandoned:
            # Nobody would ever finalise it: as if it had been abandoned a moment later.
            if found.status == DRAFT:
                with suppress(DeskError):
                    await self.graph.delete(found.id, found.etag)
            raise
        return found

    async def _begun(self, preparing: Preparing) -> facts.Relationship:
        found = await as_it_is(self.graph, preparing.relationship)
        if found is None:
            raise GraphRefused(
                msg("The draft {name} is no longer at Microsoft.", name=preparing.name),
                todo=msg("Abandon it, then make it anew."),
            )
        return found

    async def _create(self, invitation: Invitation, preparing: Preparing) -> facts.Relationship:
        from store.graph.client import NewRelationship

        customer = self.desk.view.customer(invitation.customer)
        new = NewRelationship(
            name=preparing.name,
            days=invitation.days or 0,
            auto_extend=invitation.auto_extend,
            roles=preparing.roles,
            tenant=preparing.tenant,
            customer=customer.label if customer and preparing.tenant else "",
        )
        try:
            return await self.graph.create(new)
        except OutcomeUnknown:
            found = await self._by_name(preparing.name)
            if found is None:
                raise
            return found
        except GraphRefused as error:
            # A name that is used can only be ours: an earlier go came further than it knew.
            found = await self._by_name(preparing.name) if error.status == 409 else None
            if found is None:
                raise
            return found

    async def _by_name(self, name: str) -> facts.Relationship | None:
        """The relationship of this name, if there is one; raises `OutcomeUnknown` if unsure."""
        try:
            return await self.graph.relationship_named(name)
        except DeskError as error:
            raise GraphOutcomeUnknown(
                msg("Microsoft did not say whether {name} was created.", name=name),
                last=error,
                todo=msg("Do not create it by hand. Go on later: it is looked for first."),
            ) from error

    async def _finalised(self, fact: facts.Relationship) -> facts.Relationship:
        """The relationship with a link that works."""
        try:
            await self.graph.finalize(fact.id)
        except OutcomeUnknown:
            pass  # how it stands is asked next
        except GraphRefused:
            # It may be on its way already: asked for by an earlier go, or by somebody else.
            now = await self.graph.relationship(fact.id)
            if now.status != DRAFT:
                return now
            if not await self._is_finalising(fact.id):
                raise
        return await self.graph.settled(fact.id, FINALISED)

    async def _is_finalising(self, relationship: str) -> bool:
        asked = await self.graph.requests(relationship)
        return any(it.action == "lockForApproval" and it.status != "failed" for it in asked.items)

    async def _ready(self, key: int, preparing: Preparing, fact: facts.Relationship) -> str:
        """Records the link; returns it."""
        if fact.status not in FINALISED:
            raise GraphOutcomeUnknown(
                msg("Microsoft has not finalised {name} yet.", name=words(fact.name)),
                todo=msg("Go on later: it continues where it was."),
            )
        return await keep_link(self.desk, key, preparing, fact, self.partner, self.host)


def _how_it_stands(status: str) -> Message:
    if status == PENDING:
        return msg("Its link is ready.")
    return msg(
        "Microsoft says it is {status} already.",
        status=msg(STATUS_NAMES.get(status, "{raw}"), raw=words(status)),
    )
