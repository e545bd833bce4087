"""A box above a screen."""

from __future__ import annotations

from typing import TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.screens.base import LEAST
from tui.screens.keyed import Keyed
from tui.widgets.frame import KeyBar, MessageLine, TooSmall

Result = TypeVar("Result")


class Dialog(Keyed[Result], ModalScreen[Result]):
    """A box above a screen; esc closes it and nothing has happened."""

    _pending: tuple[Result | None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield from self.body()
            yield MessageLine(id="message")
            yield KeyBar(id="keys")
        yield TooSmall(LEAST, id="too-small")

    def body(self) -> ComposeResult:
        """The widgets of the dialog, from top to bottom."""
        raise NotImplementedError

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Closes the dialog.

        Under help, it goes when that is closed; a second enter finds it gone, and does nothing.
        """
        if self.is_active:
            return super().dismiss(result)
        self._pending = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        if self._pending:
            self.dismiss(self._pending[0])
        else:
            self.update_keys()
