"""How the desk is left: asked first where something would be lost, and in order however it ends."""

from __future__ import annotations

import asyncio
import contextlib

from textual import work

from store.message import N_
from tui.outward import Outward
from tui.screens.base import LEAST, DeskScreen
from tui.screens.keyed import Keyed

_TO_WIND_UP = 2.0
"""Seconds that what is under way has left when the desk is ended from outside, which is less than
it takes until a lost terminal cuts it off."""


class Leaving(Outward):
    """The part of the desk that ends it."""

    asked_unseen = False
    """Whether ctrl+q was pressed where nothing can be asked: the second time is meant."""
    _is_leaving = False

    def is_too_small(self) -> bool:
        """Whether the terminal is too small to show anything."""
        return self.size.width < LEAST[0] or self.size.height < LEAST[1]

    async def action_quit(self) -> None:
        """ctrl+q: out, from anywhere; asks where something would be lost, or is under way.

        A second time, while what is under way comes to its end, nothing is waited for.
        """
        unsaved = [s for s in self.screen_stack if isinstance(s, DeskScreen) and s.is_changed()]
        if not unsaved or self._is_leaving:
            self.exit(0)
        elif self.is_too_small() and not self.asked_unseen:
            self.asked_unseen = True
        elif self.is_too_small():
            self.exit(0)
        elif not (isinstance(self.screen, Keyed) and self.screen.KEYS == "confirm"):
            self._ask_to_quit(unsaved[-1])

    @work(group="quit")
    async def _ask_to_quit(self, screen: DeskScreen) -> None:
        from tui.screens.dialogs import confirm

        if await confirm(screen, screen.why_stay()):
            self._is_leaving = True
            await screen.wind_up()
            self.exit(0)

    async def _on_exit_app(self) -> None:
        """Whatever ends the desk, what is under way has a moment to come to its end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TO_WIND_UP):
                for screen in self.screen_stack:
                    if isinstance(screen, DeskScreen):
                        await screen.wind_up()

    def action_help_quit(self) -> None:
        """ctrl+c ends programs elsewhere; here it says how."""
        if isinstance(self.screen, Keyed):
            self.screen.say(N_("q goes back and quits from the home screen; ctrl+q quits."))
