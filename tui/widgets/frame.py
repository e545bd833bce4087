"""The frame of every screen: where we are, whose desk it is, what was said, which keys work."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from store.message import N_
from tui import text
from tui.bindings import Situation, footer_of

SEPARATOR = " › "


def trail(crumbs: Sequence[str], width: int) -> str:
    """Breadcrumbs in at most `width` cells: middle ones give way, the last one never does."""
    kept = list(crumbs)
    while len(kept) > 2 and cell_len(SEPARATOR.join(kept)) > width:
        middle = len(kept) // 2
        if kept[middle] == text.ELLIPSIS:
            del kept[middle - 1 if middle > 1 else middle]
        else:
            kept[middle] = text.ELLIPSIS
    if len(kept) == 2 and cell_len(SEPARATOR.join(kept)) > width:
        kept[0] = text.ELLIPSIS
    return SEPARATOR.join(kept)


class Breadcrumbs(Static):
    """The first line: the way to this screen, in the article's own names."""

    crumbs: tuple[str, ...] = ()

    def show(self, *crumbs: str) -> None:
        """Sets the way; values among the crumbs may be anything."""
        self.crumbs = crumbs
        self.refresh()

    def render(self) -> Content:
        return text.data(trail(self.crumbs, max(1, self.size.width)))


class Standing(Static):
    """The second line: the partner, where the truth comes from, how many customers."""

    left: Content = text.nothing()
    right: Content = text.nothing()

    def show(self, left: Content, right: Content) -> None:
        """Sets what stands left and right."""
        self.left, self.right = left, right
        self.refresh()

    def render(self) -> Content:
        space = self.size.width - self.left.cell_length - self.right.cell_length
        if space < 1:
            return text.made(self.left)
        return text.join((self.left, text.data(" " * space), self.right))


class MessageLine(Static):
    """What was done last, or why it was not; it stays until something else happens."""

    def show(self, content: Content, *, error: bool = False) -> None:
        """Says something."""
        self.set_class(error, "-error")
        self.update(text.made(content))


class KeyBar(Static):
    """The last line: the keys that matter here, and dimmed those that do nothing now.

    Textual's own footer keeps a widget for every change of focus; this one is a line of text.
    """

    keys = ""
    situation = Situation()

    def show(self, keys: str, situation: Situation) -> None:
        """Sets the screen whose keys are shown, and what it stands at."""
        if (keys, situation) != (self.keys, self.situation):
            self.keys, self.situation = keys, situation
            self.refresh()

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        room = self.size.width
        for action in footer_of(self.keys):
            key, name = text.plain(action.shown), text.plain(action.name)
            room -= cell_len(key) + cell_len(name) + 3
            if room < -2:
                break
            possible = action.why_not(self.situation) is None
            parts += [("  ", "")] if parts else []
            parts += [(key, "bold" if possible else "dim")]
            parts += [(f" {name}", "" if possible else "dim")]
        return text.spans(parts)


class TooSmall(Static):
    """One line instead of everything, where the terminal is too small for anything."""

    def __init__(self, least: tuple[int, int], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.least = least

    def render(self) -> Content:
        has, needs = self.app.size, self.least
        return text.say(
            N_("The desk needs {needs}, this terminal has {has}."),
            needs=f"{needs[0]}×{needs[1]}",
            has=f"{has.width}×{has.height}",
        )
