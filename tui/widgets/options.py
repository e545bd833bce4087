"""A list to choose one thing from, whose cursor can be seen without colours."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import OptionList


class Options(OptionList):
    """Textual's, with the mark that our tables have where the cursor stands."""

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        line = self.scroll_offset.y + y
        if line >= len(self._lines) or self._lines[line] != (self.highlighted, 0):
            return strip
        first = next(iter(strip.crop(0, 1)), None)
        if first is None or first.text != " ":
            return strip
        return Strip.join([Strip([Segment("›", first.style)], 1), strip.crop(1)])
