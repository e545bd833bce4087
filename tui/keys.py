"""Keys and pastes one after the other, however many come at once.

Textual hands each key to whatever has the focus when it arrives, and goes on to the next one before
the first was dealt with. Over a slow line, or pasted, what follows a tab would land in the field
before it, and a save would overtake the choice that it is to save.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.events import Key, Paste
from textual.message_pump import MessagePump

_LONGEST = 0.5
"""Seconds that a key may take before the next one is looked at all the same."""


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
        self._following = asyncio.create_task(self._follow(target))
        await self._take(key)

    async def _follow(self, target: MessagePump | None) -> None:
        """Goes the way that a key takes that nobody wants: up from the focus to the app."""
        while target is not None and target is not self._app:
            passed = asyncio.Event()
            if target.call_later(passed.set):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(passed.wait(), _LONGEST)
            target = target._parent
        self._app.call_later(self._next)

    async def _next(self) -> None:
        self._following = None
        if self._waiting:
            await self._let_in(self._waiting.popleft())
