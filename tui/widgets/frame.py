"""The frame of every screen: where we are, whose desk it is, what was said, which keys work."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from store.message import N_
from tui import text
from tui.bindings import Action, footer_of
from tui.situation import Situation

SEPARATOR = " › "
_APART = "  "
BETWEEN = " · "
"""Stands between the facts of the standing line."""


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
    """The second line: the partner, where the truth comes from, how many customers.

    Where there is little room the name is cut first; below `LEAST_NAME` cells it gives way to the
    rest, which says in which tenant one is and how old everything is.
    """

    LEAST_NAME = 10
    name_: str = ""
    rests: tuple[Content, ...] = ()
    rights: tuple[Content, ...] = ()

    def show(self, name: str, rests: Sequence[Content], rights: Sequence[Content]) -> None:
        """Sets the name, what follows it and what stands right, each from longest to shortest."""
        self.name_, self.rests, self.rights = name, tuple(rests), tuple(rights)
        self.refresh()

    def render(self) -> Content:
        left, right = self._fitting()
        space = max(0, self.size.width - left.cell_length - right.cell_length)
        return text.join((left, text.data(" " * space), right))

    def _fitting(self) -> tuple[Content, Content]:
        """What stands left and right, as much of it as there is room for."""
        last = self.rests[-1] if self.rests else text.nothing()
        for right in self.rights:
            for rest in self.rests:
                room = self.size.width - right.cell_length - 1 - len(BETWEEN) - rest.cell_length
                if room >= min(self.LEAST_NAME, cell_len(self.name_)):
                    name = text.data(text.cut(self.name_, room))
                    return text.join((name, rest), BETWEEN), right
            if last.cell_length + 1 + right.cell_length <= self.size.width:
                return last, right
        return last, text.nothing()


class MessageLine(Static):
    """What was done last, or why it was not; it stays until something else happens."""

    def show(self, content: Content, *, error: bool = False) -> None:
        """Says something."""
        self.set_class(error, "-error")
        self.update(text.made(content))


class KeyBar(Static):
    """The last line: the keys that matter here, and dimmed those that do nothing now, if they fit.

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
        for action, possible in fitting(self.keys, self.situation, self.size.width):
            key, name = text.plain(action.shown), text.plain(action.name)
            parts += [(_APART, "")] if parts else []
            parts += [(key, "bold" if possible else "dim")]
            parts += [(f" {name}", "" if possible else "dim")]
        return text.spans(parts)


def fitting(keys: str, situation: Situation, room: int) -> list[tuple[Action, bool]]:
    """The keys of a screen that `room` cells hold, in their order, and whether each is possible.

    Where there is no room for all, those that do nothing now give way first.
    """
    every = [(action, action.why_not(situation) is None) for action in footer_of(keys)]
    room += len(_APART)
    kept: set[Action] = set()
    for wanted in (True, False):
        for action, possible in every:
            if possible is wanted:
                key, name = text.plain(action.shown), text.plain(action.name)
                room -= cell_len(key) + cell_len(name) + 1 + len(_APART)
                if room < 0:
                    return [one for one in every if one[0] in kept]
                kept.add(action)
    return every


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
