"""What leaves the screen: copies, plain text and pictures; and what never does, a password."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App

from store.message import N_
from tui import settings
from tui.endings import Endings
from tui.screens.keyed import Keyed
from tui.session import Session

if TYPE_CHECKING:
    from store.secret import Secret
    from tui import clipboard


class Outward(App[int]):
    """The part of the desk that copies, shows as plain text, and takes pictures."""

    session: Session
    endings: Endings

    def copy_to_clipboard(self, wanted: str) -> None:  # textual's name for it
        """What fields copy goes by the same ladder as everything else."""
        from tui.clipboard import to_copy

        self._copy_quietly(to_copy(wanted))

    @work(group="copy")
    async def _copy_quietly(self, wanted: str) -> None:
        outcome = await self.copy_text(wanted)
        if isinstance(self.screen, Keyed):
            self.screen.say(outcome.message, error=not outcome.done)

    async def copy_text(self, wanted: str) -> clipboard.Outcome:
        """Copies by the ladder; returns what the step that was taken truly did."""
        from tui import clipboard

        self._clipboard = wanted
        return await asyncio.to_thread(
            clipboard.copy,
            wanted,
            os.environ,
            self.session.settings,
            send=self._send,
            folder=settings.state_folder(),
        )

    async def copy_secret(self, secret: Secret) -> clipboard.Outcome:
        """Copies a password by its own, shorter ladder; the desk's own clipboard never holds it."""
        from tui import secret_copy

        return await asyncio.to_thread(
            secret_copy.copy, secret, os.environ, self.session.settings, send=self._send
        )

    def _send(self, sequence: str) -> None:
        """Writes to the terminal through the one writer that there is."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def forget_secrets(self) -> None:
        """Takes every password off the screen before that is left, by us or to the shell."""
        if "tui.widgets.secret" in sys.modules:
            from tui import veil

            veil.forget(self, self._send)

    def exit(self, *words: Any, **named: Any) -> None:
        """Leaves, with no password on the screen."""
        self.forget_secrets()
        super().exit(*words, **named)

    def _suspend_signal(self) -> None:
        self.forget_secrets()
        super()._suspend_signal()

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """A picture of the screen, with dots for a password."""
        from tui import veil

        with veil.dots(self):
            return super().export_screenshot(title=title, simplify=simplify)

    def show_plain(self, shown: str) -> None:
        """Shows a text on the terminal's normal screen, where it selects and scrolls by itself."""
        from tui import plain

        try:
            with self.suspend():
                # With the screen restored, one may end us as usual.
                self.endings.catch_signals(False)
                plain.show(shown)
        except Exception as error:
            if isinstance(self.screen, Keyed):
                self.screen.say(
                    N_("This terminal cannot show plain text: {reason}."),
                    error=True,
                    reason=str(error),
                )
        finally:
            self.endings.catch_signals(True)
