"""Microsoft: who is signed in, what the last sync said, and all relationships."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from tui.screens.base import DeskScreen


class MicrosoftScreen(DeskScreen):
    """Sign-in, the last sync, relationships."""

    KEYS = "microsoft"

    def body(self) -> ComposeResult:
        yield Static(id="account")
