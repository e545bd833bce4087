"""One of a few options, one below the other, each with what it means."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from store.message import Message as Words
from tui import text

Options = Sequence[tuple[str, tuple[Words | str, ...]]]
"""Names and what they mean."""


class Radio(Static, can_focus=True):
    """Options as `(•) name`: what is chosen can be told without colours.

    `chosen` is the place of the option, -1 for none. Names and meanings are our own words; of a
    name with a colon, what stands before it is the title.
    """

    BINDINGS = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("space,enter", "choose", show=False),
    ]

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, radio: Radio) -> None:
            super().__init__()
            self.radio = radio

        @property
        def control(self) -> Radio:
            """The widget, for selectors of `on`."""
            return self.radio

    def __init__(
        self,
        options: Options,
        chosen: int,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.options = options
        self.chosen = chosen
        self.cursor = max(0, chosen)

    def say(self, options: Options) -> None:
        """The same options, that mean something else now."""
        if options != self.options:
            self.options = options
            self.refresh(layout=True)

    def action_move(self, by: int) -> None:
        """Goes to another option; beyond the last or the first, out of the widget."""
        place = self.cursor + by
        if 0 <= place < len(self.options):
            self.cursor = place
            self.refresh()
            self.keep_in_sight()
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def action_choose(self) -> None:
        """Chooses the option under the cursor."""
        if self.chosen != self.cursor:
            self.chosen = self.cursor
            self.refresh()
            self.post_message(self.Changed(self))

    def on_focus(self) -> None:
        """The cursor shows only where keys go."""
        self.refresh()
        self.keep_in_sight()

    def on_blur(self) -> None:
        """The cursor shows only where keys go."""
        self.refresh()

    def keep_in_sight(self) -> None:
        """Scrolls to the option under the cursor with what it means, where there is little room."""
        heights = [self._option(place, self.size.width) for place in range(len(self.options))]
        top = sum(map(len, heights[: self.cursor]))
        here = Region(0, top, self.size.width, len(heights[self.cursor]))
        if isinstance(self.parent, Widget):
            offset = self.virtual_region.offset
            self.parent.scroll_to_region(here.translate(offset), animate=False, force=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(len(self._option(place, width)) for place in range(len(self.options)))

    def render(self) -> Content:
        width = self.size.width
        lines = [line for place in range(len(self.options)) for line in self._option(place, width)]
        return text.join(lines, "\n")

    def _option(self, place: int, width: int) -> list[Content]:
        """One option in lines: its mark and name, and what it means."""
        name, meanings = self.options[place]
        here = self.has_focus and place == self.cursor
        mark = "(•)" if place == self.chosen else "( )"
        style = "dim" if self.disabled else "bold reverse" if here else "bold"
        title, colon, rest = text.plain(name).partition(":")
        after = title[len(title.rstrip()) :] + colon + rest
        shown = text.spans([(title.rstrip(), style), (after, "dim" if self.disabled else "")])
        lines = text.hanging(f"{'›' if here else ' '} {mark} ", shown, 6, width)
        for meaning in meanings:
            lines += text.hanging("", text.say(meaning, "dim"), 6, width)
        return lines
