"""Many readings in a few requests; changes are never put together.

A lost answer to a batch of changes would leave twenty outcomes unknown at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from store.errors import DeskError, SignInNeeded, TooBusy
from store.graph.asking import Answer, Ask
from store.graph.refusals import Said, refusal, said_in
from store.graph.scopes import Scope
from store.graph.transport import BUSY, FAILED, Wire, not_graph
from store.graph.waits import LONGEST_WAIT, TRIES, backoff, told_to_wait, too_busy

TOGETHER = 20
AT_ONCE = 4
"""Batches under way at the same time."""


class Reading:
    """One path of a batch and how it fares; `answer` is set once it is known."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.answer: Answer | DeskError | None = None
        self.tries = 0
        self.signed_anew = False


async def read_together(
    wire: Wire,
    paths: Sequence[str],
    scopes: tuple[Scope, ...],
    told: Callable[[Reading], None] | None = None,
) -> tuple[Answer | DeskError, ...]:
    """The answers to `paths`, in their order: each an answer or its own error.

    What fails as a whole fails all that was not read by then. `told` gets each one as it comes.
    """
    readings = [Reading(path) for path in paths]
    work = _Work(wire, scopes, deque(readings), told or (lambda reading: None))
    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, -(-len(readings) // TOGETHER))):
            group.create_task(work.run())
    return tuple(reading.answer or work.stopped or not_graph() for reading in readings)


class _Work:
    def __init__(
        self,
        wire: Wire,
        scopes: tuple[Scope, ...],
        queue: deque[Reading],
        told: Callable[[Reading], None],
    ) -> None:
        self.stopped: DeskError | None = None
        self._wire = wire
        self._scopes = scopes
        self._queue = queue
        self._told = told

    async def run(self) -> None:
        """Sends batch after batch until nothing is left or there is no use in going on."""
        while self._queue and self.stopped is None:
            taken = [self._queue.popleft() for _ in range(min(TOGETHER, len(self._queue)))]
            try:
                await self._send(taken)
            except DeskError as error:
                self.stopped = self.stopped or error

    async def _send(self, taken: list[Reading]) -> None:
        requests = [
            {
                "id": str(number),
                "method": "GET",
                "url": reading.path,
                "headers": {"Prefer": "include-unknown-enum-members"},
            }
            for number, reading in enumerate(taken, 1)
        ]
        bearer = await self._wire.keys.bearer(self._scopes)
        body = (
            await self._wire.ask(Ask("POST", "/$batch", self._scopes, body={"requests": requests}))
        ).body
        found = body.get("responses")
        if not isinstance(found, list):
            raise not_graph()
        answers = {str(answer.get("id")): answer for answer in found if isinstance(answer, dict)}
        wait = 0.0
        for number, reading in enumerate(taken, 1):
            knocked = reading.signed_anew
            wait = max(wait, self._take(reading, answers.get(str(number))))
            if reading.answer is None:
                bearer.refused = bearer.refused or reading.signed_anew is not knocked
                self._queue.append(reading)
            elif isinstance(reading.answer, SignInNeeded):
                raise reading.answer
            else:
                self._told(reading)
        for reading in taken[:1]:
            if isinstance(reading.answer, TooBusy) and all(
                isinstance(other.answer, TooBusy) for other in taken
            ):
                raise reading.answer
        self._wire.hold(wait)

    def _take(self, reading: Reading, answer: Mapping[str, Any] | None) -> float:
        """Notes what came for one reading; the seconds to wait where it is to be read again."""
        reading.tries += 1
        status = answer.get("status") if answer else None
        if answer is None or type(status) is not int:
            if reading.tries >= TRIES:
                reading.answer = not_graph()
            return 0.0
        body = answer.get("body")
        headers = _headers(answer.get("headers"))
        if 200 <= status < 300:
            reading.answer = (
                Answer(status, body, headers) if isinstance(body, dict) else not_graph()
            )
            return 0.0
        if status in BUSY:
            told = told_to_wait(headers, self._wire.waits)
            if reading.tries < TRIES and (told or 0) <= LONGEST_WAIT:
                return backoff(reading.tries, self._wire.waits) if told is None else told
            reading.answer = too_busy(told)
            return 0.0
        if status in FAILED and reading.tries < TRIES:
            return backoff(reading.tries, self._wire.waits)
        if status == 401 and not reading.signed_anew:
            reading.signed_anew = True
            return 0.0
        said = said_in(body, headers) or Said(request_id=headers.get("request-id", ""))
        reading.answer = refusal(status, f"GET {reading.path}", said)
        return 0.0


def _headers(found: object) -> dict[str, str]:
    if not isinstance(found, dict):
        return {}
    return {str(name).lower(): str(value) for name, value in found.items()}
