"""Keys and pastes one after the other, however many come at once.

Textual hands each key to whatever has the focus when it arrives, and goes on to the next one before
the first was dealt with. Over a slow line, or pasted, what follows a tab would land in the field
before it, and a save would overtake the choice that it is to save.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.worker import Worker

_LONGEST = 10.0
"""Seconds that a key may take before the next one is looked at all the same."""
_A_LOOK = 0.05
"""Seconds between two looks whether what is waited for can still come."""
_A_MOMENT = 0.005
ASKING = "ask"
"""The group of workers that open a dialog, perhaps after some work, or make what a screen is worked
on by; the keys that follow are for that."""


class KeyQueue:
    """Lets one key or paste at a time into an app; `take` is what the app does with it."""

    def __init__(self, app: App[Any], take: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._take = take
        self._waiting: deque[Key | Paste] = deque()
        self._following: asyncio.Task[None] | None = None

    async def add(self, key: Key | Paste) -> None:
        """Deals with a key now, or after those before it."""
        if self._following:
            self._waiting.append(key)
        else:
            await self._let_in(key)

    async def _let_in(self, key: Key | Paste) -> None:
        target: MessagePump = self._app.focused or self._app.screen
        screen = self._app.screen
        before = set(self._asking())
        self._following = asyncio.create_task(self._follow(target, screen, before))
        await self._take(key)

    async def _follow(
        self, target: MessagePump | None, screen: Screen[Any], before: set[Worker[Any]]
    ) -> None:
        """Goes the way that a key takes that nobody wants: up from the focus to the app.

        Then it stays until a screen is ready to be worked on that the key opened, and a dialog is
        open that it asked for.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                while target is not None and target is not self._app:
                    await _passed(target)
                    target = target._parent
                if self._app.screen is not screen:
                    await self._ready(self._app.screen)
                while any(it.node is self._app.screen for it in set(self._asking()) - before):
                    await asyncio.sleep(_A_LOOK)
        self._app.call_later(self._next)

    async def _ready(self, opened: Screen[Any]) -> None:
        """Waits until a screen that was just opened has begun, if it still stands on top."""
        while opened is self._app.screen and not opened.is_running:
            await asyncio.sleep(_A_MOMENT)
        await _passed(opened)

    def _asking(self) -> Iterator[Worker[Any]]:
        """The workers that are about to open a dialog, wait for its answer, or make a screen's
        first rows."""
        for worker in self._app.workers:
            if worker.group == ASKING and not worker.is_finished:
                yield worker

    async def _next(self) -> None:
        self._following = None
        if self._waiting:
            await self._let_in(self._waiting.popleft())


async def _passed(target: MessagePump) -> None:
    """Waits until a widget or screen has dealt with all that came to it before, or is gone."""
    passed = asyncio.Event()
    if not target.call_later(passed.set):
        return
    while not passed.is_set() and target.is_running:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(passed.wait(), _A_LOOK)
