"""Syncing from the screens: beside everything else, said in the message line, stopped by `r`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.worker import Worker

from store.actions.sync import TAKING_IN, sync
from store.errors import DeskError
from store.message import N_, Message
from tui import text
from tui.screens.keyed import Keyed

if TYPE_CHECKING:
    from tui.app import PartnerDesk


class Syncing:
    """The one sync of a desk that may be under way."""

    def __init__(self, app: PartnerDesk) -> None:
        self._app = app
        self._worker: Worker[None] | None = None
        self._taking_in = False

    @property
    def is_running(self) -> bool:
        """Whether Microsoft is being asked now."""
        return self._worker is not None and self._worker.is_running

    def start(self) -> None:
        """Begins to sync; a second time stops the first, unless it is being recorded already."""
        if self.is_running and self._taking_in:
            self._say(TAKING_IN)
            return
        if self.is_running and self._worker:
            self._worker.cancel()
            self._say(N_("The sync was stopped; nothing was changed."))
            return
        self._taking_in = False
        self._worker = self._app.run_worker(self._sync(), group="sync")

    async def _sync(self) -> None:
        session = self._app.session
        try:
            connection = await asyncio.to_thread(session.microsoft.connection)
            async with await asyncio.to_thread(connection.graph, self._say) as graph:
                found = await sync(session.desk, graph, host=connection.host, told=self._told)
        except DeskError as error:
            for screen in self._top():
                screen.say_error(error)
            return
        notes = [found.receipt.message, *found.receipt.notes]
        for screen in self._top():
            screen.say_content(text.join([text.say(note) for note in notes], " "))

    def _told(self, message: Message) -> None:
        self._taking_in = message == TAKING_IN
        self._say(message)

    def _say(self, message: Message | str) -> None:
        for screen in self._top():
            screen.say(message)

    def _top(self) -> list[Keyed[object]]:
        screen = self._app.screen
        return [screen] if isinstance(screen, Keyed) else []
