"""Consent counted by state: a bar that is also the filter."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Static

from store.message import N_
from store.model.consent import STATE_NAMES
from tui import text
from tui.language import number
from tui.roster import ARCHIVED, STATES, Roster


class ConsentBar(Static):
    """One entry for all, one for each state that a customer is in, one for the archived."""

    roster: Roster | None = None
    chosen: int | None = None

    class Changed(Message):
        """Another state was chosen; `code` is the roster's, `None` is all."""

        def __init__(self, code: int | None) -> None:
            super().__init__()
            self.code = code

    def show(self, roster: Roster | None) -> None:
        """Shows the counts of a roster; `None` while it is being made."""
        self.roster = roster
        self.refresh(layout=True)

    def entries(self) -> list[tuple[int | None, str, int]]:
        """Code, name and count of what is shown."""
        if self.roster is None:
            return []
        counts = self.roster.counts
        made: list[tuple[int | None, str, int]] = [(None, text.plain(N_("all")), self.roster.total)]
        made += [
            (code, text.plain(STATE_NAMES[state]), counts[code])
            for code, state in enumerate(STATES)
            if counts[code] or code == self.chosen
        ]
        if counts[ARCHIVED] or self.chosen == ARCHIVED:
            made.append((ARCHIVED, text.plain(N_("archived")), counts[ARCHIVED]))
        return made

    def step(self, by: int) -> None:
        """Chooses the entry after or before the chosen one."""
        codes = [code for code, _, _ in self.entries()]
        if codes:
            self.choose(codes[(codes.index(self.chosen) + by) % len(codes)])

    def choose(self, code: int | None) -> None:
        """Chooses an entry."""
        self.chosen = code
        self.refresh(layout=True)
        self.post_message(self.Changed(code))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines(width)))

    def render(self) -> Content:
        lines = self._lines(self.size.width)
        if len(lines) > self.size.height:
            # No room for all: from the line with the chosen entry on.
            chosen = (n for n, line in enumerate(lines) if any(e.plain[0] == "[" for e in line))
            lines = lines[next(chosen, 0) :][: self.size.height]
        return text.join((text.join(line, " ") for line in lines), "\n")

    def _lines(self, width: int) -> list[list[Content]]:
        """The entries in lines that fit; an entry is never broken."""
        made: list[list[Content]] = [[]]
        room = width
        for code, name, count in self.entries():
            shown = f"{name} {number(count)}"
            chosen = code == self.chosen
            entry = text.data(f"[{shown}]" if chosen else f" {shown} ", "bold" if chosen else "")
            if made[-1] and entry.cell_length > room:
                made.append([])
                room = width
            made[-1].append(entry)
            room -= entry.cell_length + 1
        return made
