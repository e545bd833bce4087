"""Drives the desk with keys and waits for what they lead to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.events import Key, Paste
from textual.pilot import Pilot

from store.actions.practice import Rehearsal
from store.desk import Desk
from tests.tui.settling import settling
from tui.app import PartnerDesk
from tui.screens.keyed import Keyed
from tui.settings import Settings

PATIENCE = 15.0
"""Seconds until a wait is given up: long, since nothing but a failure ever takes them."""
_A_MOMENT = 0.005


class Driver:
    """An operator at the keyboard."""

    def __init__(self, app: PartnerDesk, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def desk(self) -> Desk:
        """The desk that is being worked at."""
        return self.app.session.desk

    @property
    def on_screen(self) -> str:
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def last_said(self) -> str:
        """What the message line said last."""
        return self.app.said[-1] if self.app.said else ""

    async def press(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def burst(self, *keys: str) -> None:
        """Presses keys all at once, as a slow line delivers them."""
        for key in keys:
            self.app.post_message(Key(key, key if len(key) == 1 else None))
        await self.pilot.pause()

    async def type(self, words: str) -> None:
        """Puts words into the field that has the focus, as a terminal's paste does."""
        self.app.post_message(Paste(words))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits until something holds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while not holds():
            assert loop.time() < deadline, f"never came true:\n{self.on_screen}\n{self.app.said}"
            await self.pilot.pause()
            await asyncio.sleep(_A_MOMENT)

    async def sees(self, *words: str) -> None:
        """Waits until all of some words stand on the screen."""
        await self.until(lambda: all(self._shows(word) for word in words))

    def _shows(self, words: str) -> bool:
        """Whether words stand on the screen, perhaps over the end of a line, in a box or not."""
        boxed = [line.split("│")[1] for line in self.on_screen.split("\n") if line.count("│") > 1]
        texts = (self.on_screen, " ".join(" ".join(boxed).split()))
        return any(words in text for text in texts) or words in " ".join(self.on_screen.split())

    async def hears(self, words: str) -> None:
        """Waits until the message line says something."""
        await self.until(lambda: words in self.last_said)

    async def at(self, keys: str) -> None:
        """Waits until a screen is on top and ready for keys, by the name of its keys."""

        def ready() -> bool:
            screen = self.app.screen
            if not isinstance(screen, Keyed) or keys != screen.KEYS:
                return False
            return screen.focused is not None or not screen.focus_chain

        await self.until(ready)
        await self.pilot.pause()


@asynccontextmanager
async def at_the_desk(
    desk: Desk,
    size: tuple[int, int] = (80, 24),
    *,
    rehearsal: Rehearsal | None = None,
    **settings: Any,
) -> AsyncIterator[Driver]:
    """The desk, opened full screen on a store; `rehearsal` is the practice cloud of a demo."""
    app = PartnerDesk(desk, Settings(**settings), rehearsal=rehearsal)
    with settling(app):
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.until(lambda: app.home != "opening" and app.session.roster is not None)
            await pilot.pause()
            yield driver
