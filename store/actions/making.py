"""Makes the relationships of a plan at Microsoft: create, finalise, and the link is there.

Each step is recorded as it is done. Whatever breaks off in between is continued from where it was:
a relationship is looked for by its name, which is nobody else's, before one is created.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from store.actions.learned import words
from store.actions.taking_in import keep_one, made_ready
from store.desk import Desk
from store.errors import (
    Conflict,
    DeskError,
    GraphOutcomeUnknown,
    GraphRefused,
    NoConnection,
    OutcomeUnknown,
    SignInNeeded,
    TooBusy,
)
from store.message import N_, Message, msg
from store.model.invitation import Invitation, Preparing
from store.model.relationship import DRAFT, FINALISED
from store.view import INVITATIONS
from store.work import Tables

if TYPE_CHECKING:
    from store.graph import facts
    from store.graph.client import Graph

_AT_ONCE = 4
"""Customers that are worked on side by side."""
_FEW = 10
"""Up to so many relationships are looked for by name; for more, all are read once."""
_ENDS_ALL = (NoConnection, SignInNeeded, TooBusy)
"""Errors after which no other customer would fare better."""


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
    Outcome.LEFT: N_("not begun"),
}


class Made(NamedTuple):
    """What came of one customer's relationship; `link` is the customer's own, once it is ready."""

    customer: int
    label: str
    name: str
    outcome: Outcome
    said: Message
    link: str = ""


class Run:
    """One go at some planned relationships.

    `told` hears of each customer as it ends. `stop` lets what is under way come to its end and
    begins with nobody else. `host` is where the practice cloud's links lead.
    """

    def __init__(
        self,
        desk: Desk,
        graph: Graph,
        *,
        host: str = "",
        told: Callable[[Made], None] = lambda made: None,
    ) -> None:
        self.desk = desk
        self.graph = graph
        self.host = host
        self.told = told
        self.ended: DeskError | None = None
        self._stopped = False
        self._begun = False
        self._known: dict[str, facts.Relationship] | None = None

    def stop(self) -> None:
        """Begins with no other customer."""
        self._stopped = True

    async def make(self, invitations: Iterable[int], *, begun: bool) -> list[Made]:
        """Carries the plan of some invitations out; one result each, in their order.

        `begun` says that an earlier go may have reached Microsoft with some of them.
        """
        keys = list(invitations)
        self._begun = begun
        if begun and len(keys) > _FEW:
            self._known = await self._all_by_name()
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(key: int) -> Made:
            async with room:
                made = await self._one(key)
            self.told(made)
            return made

        return list(await asyncio.gather(*map(one, keys)))

    async def _all_by_name(self) -> dict[str, facts.Relationship]:
        """Relationships by name, all of them: a name is used once, whatever became of it."""
        listing = await self.graph.relationships()
        if not listing.whole:
            raise NoConnection(
                msg("It could not be read what was made already: {why}",
                    why=listing.why or msg("the list is incomplete")),
                todo=msg("Nothing was made. Try again: it goes on where it was."),
            )  # fmt: skip
        return {fact.name: fact for fact in listing.items}

    async def _one(self, key: int) -> Made:
        view = self.desk.view
        row = view.tables.table(INVITATIONS).get(key)
        invitation = Invitation.from_document(key, row or {})
        preparing = invitation.preparing
        customer = view.customer(invitation.customer)
        label = customer.label if customer else f"#{invitation.customer}"
        if preparing is None:
            said = msg("Its link is ready.") if invitation.link else msg("It is no longer planned.")
            outcome = Outcome.READY if invitation.link else Outcome.LEFT
            return Made(invitation.customer, label, "", outcome, said, invitation.link)

        def made(outcome: Outcome, said: Message, link: str = "") -> Made:
            return Made(invitation.customer, label, preparing.name, outcome, said, link)

        if self._stopped or self.ended:
            return made(Outcome.LEFT, msg("Not begun; it goes on where it was."))
        try:
            fact = await self._created(key, invitation, preparing)
            if fact.status == DRAFT:
                fact = await self._finalised(fact)
            link = await self._ready(key, invitation.customer, fact)
        except OutcomeUnknown as error:
            return made(Outcome.UNKNOWN, error.what)
        except _ENDS_ALL as error:
            self.ended = self.ended or error
            return made(Outcome.LEFT, error.what)
        except Conflict as error:
            return made(Outcome.REFUSED, error.what)
        except DeskError as error:
            return made(Outcome.REFUSED, error.what)
        return made(Outcome.READY, msg("Its link is ready."), link)

    # -- the three steps ----------------------------------------------------------------------

    async def _created(
        self, key: int, invitation: Invitation, preparing: Preparing
    ) -> facts.Relationship:
        """The relationship, created now or before; its id is recorded."""
        if preparing.relationship:
            return await self.graph.relationship(preparing.relationship)
        found = None
        if self._begun:
            # Before anything is created, it is known whether it was already.
            found = (
                await self._by_name(preparing.name)
                if self._known is None
                else self._known.get(preparing.name)
            )
        if found is None:
            found = await self._create(invitation, preparing)
        await self._record_id(key, found.id)
        return found

    async def _create(self, invitation: Invitation, preparing: Preparing) -> facts.Relationship:
        from store.graph.client import NewRelationship

        customer = self.desk.view.customer(invitation.customer)
        new = NewRelationship(
            name=preparing.name,
            days=invitation.days or 1,
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
                todo=msg("Do not create it by hand. Go on later: it is looked for first."),
            ) from error

    async def _finalised(self, fact: facts.Relationship) -> facts.Relationship:
        """The relationship with a link that works."""
        try:
            await self.graph.finalize(fact.id)
        except OutcomeUnknown:
            pass  # how it stands is asked next
        except GraphRefused:
            now = await self.graph.relationship(fact.id)
            if now.status == DRAFT:
                raise
            return now
        return await self.graph.settled(fact.id, FINALISED)

    async def _ready(self, key: int, customer: int, fact: facts.Relationship) -> str:
        """Records the link; returns it."""
        if fact.status == DRAFT:
            raise GraphOutcomeUnknown(
                msg("Microsoft has not finalised {name} yet.", name=words(fact.name)),
                todo=msg("Go on later: it continues where it was."),
            )

        def work(tables: Tables) -> Message:
            fields = made_ready(fact, tables.view.partner.cloud, self.host, tables.today)
            tables.invitations.update(fields, doc_ids=[key])
            keep_one(tables, fact, customer)
            link.append(fields["link"])
            named = tables.view.customer(customer)
            return msg("{name} has a link of its own: {relationship}.",
                       name=named.label if named else f"#{customer}",
                       relationship=words(fact.name))  # fmt: skip

        link: list[str] = []
        await asyncio.to_thread(self.desk.transaction, "offers.ready", work)
        return link[-1]

    async def _record_id(self, key: int, relationship: str) -> None:
        def work(tables: Tables) -> Message:
            row = tables.view.tables.table(INVITATIONS)[key]
            preparing = {**row["preparing"], "relationship": words(relationship)}
            tables.invitations.update({"preparing": preparing}, doc_ids=[key])
            return msg("Created the relationship {name} at Microsoft.", name=preparing["name"])

        await asyncio.to_thread(self.desk.transaction, "offers.created", work)
