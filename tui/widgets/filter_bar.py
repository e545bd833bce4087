"""What a list holds, counted by kind: a bar that is also the filter."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Static

from tui import text
from tui.language import number

Entry = tuple[int | None, str, int]
"""The code, the name and the count of one entry; the code `None` is all."""


class FilterBar(Static):
    """One entry for all and one for each kind; subclasses say which there are."""

    chosen: int | None = None

    class Changed(Message):
        """Another entry was chosen; `code` `None` is all."""

        def __init__(self, code: int | None) -> None:
            super().__init__()
            self.code = code

    def entries(self) -> list[Entry]:
        """What is shown, from left to right."""
        raise NotImplementedError

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
