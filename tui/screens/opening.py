"""The first screen of a store that takes a moment to read."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from store.message import N_
from tui import text
from tui.screens.base import DeskScreen


class OpeningScreen(DeskScreen):
    """Says that the store is being read; it is left by itself."""

    KEYS = "opening"

    def body(self) -> ComposeResult:
        yield Static(text.say(N_("Reading the store…")), classes="notice")

    def crumbs(self) -> tuple[str, ...]:
        return ("partnerdesk",)
