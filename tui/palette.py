"""The palette: the registry of actions, searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.command import CommandPalette, Hit, Hits, Provider

from store.message import N_
from tui import text
from tui.bindings import actions_on
from tui.screens.base import Keyed


class Palette(CommandPalette):
    """Textual's palette, in our words."""

    def __init__(self) -> None:
        super().__init__(placeholder=text.plain(N_("Search for commands…")), id="--command-palette")


class RegistryCommands(Provider):
    """The palette: every action of the screen below it; those not possible now say why."""

    async def discover(self) -> Hits:
        for hit in self._hits(""):
            yield hit

    async def search(self, query: str) -> Hits:
        for hit in self._hits(query):
            yield hit

    def _hits(self, query: str) -> Iterable[Hit]:
        screen = self.screen
        if not isinstance(screen, Keyed):
            return
        matcher = self.matcher(query)
        situation = screen.situation()
        for number, action in enumerate(actions_on(screen.KEYS)):
            name = text.plain(action.name)
            words = f"{name} {text.plain(action.help)}"
            score = matcher.match(words) if query else 1 - number / 100
            if score <= 0:
                continue
            reason = action.why_not(situation)
            style = "bold" if reason is None else "dim"
            key = text.data(f"  {text.plain(action.shown)}", "dim")
            yield Hit(
                score,
                text.join((text.data(name, style), key)),
                _doing(screen, action.id),
                name,
                text.say(reason or action.help),  # type: ignore[arg-type]  # Content is taken too
            )


def _doing(screen: Keyed[Any], action: str) -> Callable[[], object]:
    return lambda: screen.call_later(screen.action_do, action)
