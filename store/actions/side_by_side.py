"""Changes of many relationships at Microsoft, a few at a time, until going on is of no use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from store.desk import Desk
from store.errors import (
    DeskError,
    GraphForbidden,
    NoConnection,
    OutcomeUnknown,
    SignInNeeded,
    StoreBusy,
    StoreReadOnly,
    StoreUnusable,
    TooBusy,
    WriteRefused,
)

if TYPE_CHECKING:
    from store.graph.client import Graph

Line = TypeVar("Line")
Came = TypeVar("Came")

_AT_ONCE = 4
"""Relationships that are worked on side by side."""
_ENDS_ALL = (
    NoConnection, SignInNeeded, TooBusy,
    StoreUnusable, StoreReadOnly, StoreBusy, WriteRefused,
)  # fmt: skip
"""Errors after which no other relationship would fare better, or what is done cannot be kept."""
_ENOUGH = 3
"""So many times forbidden and never done: then it is not about a single customer."""


class SideBySide(Generic[Line, Came]):
    """One go at some lines of a plan.

    `told` hears of each as it ends. `stop` lets what is under way come to its end and begins with
    no other. `ended` is the error after which nothing else was begun, if there was one.
    """

    def __init__(self, desk: Desk, graph: Graph, told: Callable[[Came], None]) -> None:
        self.ended: DeskError | None = None
        self._desk = desk
        self._graph = graph
        self._told = told
        self._stopped = False
        self._done = self._forbidden = 0

    def stop(self) -> None:
        """Begins with no other relationship."""
        self._stopped = True

    async def _each(self, lines: Iterable[Line]) -> list[Came]:
        """Does `_one` for each line; one result for each that was begun."""
        import asyncio

        room = asyncio.Semaphore(_AT_ONCE)
        made: list[Came] = []

        async def one(line: Line) -> None:
            async with room:
                if self._stopped or self.ended:
                    return
                try:
                    came = await self._one(line)
                except DeskError as error:
                    self.ended = self.ended or error
                    return
            made.append(came)
            self._told(came)

        await asyncio.gather(*map(one, lines))
        return made

    async def _one(self, line: Line) -> Came:
        """Does one line; raises only what ends all of it."""
        raise NotImplementedError

    def _ends_all(self, error: DeskError) -> bool:
        """Whether there is no use in going on after an error that was no single relationship's."""
        if isinstance(error, GraphForbidden):
            self._forbidden += 1
            return self._forbidden >= _ENOUGH and not self._done
        return isinstance(error, _ENDS_ALL) and not isinstance(error, OutcomeUnknown)
