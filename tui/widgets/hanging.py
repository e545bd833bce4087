"""Lines that wrap under themselves, to the width that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from tui import text


class Hung(NamedTuple):
    """One line: `first` stands before it in `style`, and what wraps is `indent` cells in.

    One that is `cut` takes one line only, whatever of it that shows.
    """

    content: Content
    first: str = ""
    indent: int = 0
    style: str = ""
    cut: bool = False

    def lines(self, width: int) -> list[Content]:
        """The line as it is drawn in `width` cells."""
        made = text.hanging(self.first, self.content, self.indent, width, self.style)
        if self.cut and len(made) > 1:
            return [made[0].truncate(max(1, width - 1)) + text.data(text.ELLIPSIS)]
        return made


def plain(lines: Sequence[Hung]) -> str:
    """The lines as text, none of them wrapped or cut."""
    indents = (f"{line.first:<{line.indent}}" for line in lines)
    return "\n".join(
        f"{indent}{line.content.plain}" for indent, line in zip(indents, lines, strict=True)
    )


class HangingText(Static):
    """Such lines, drawn anew with each width."""

    lines: Sequence[Hung] = ()

    def show(self, lines: Sequence[Hung]) -> None:
        """Shows other lines."""
        if lines != self.lines:
            self.lines = lines
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(len(line.lines(width)) for line in self.lines)

    def render(self) -> Content:
        width = self.size.width
        return text.join([part for line in self.lines for part in line.lines(width)], "\n")
