"""One of a few options, one below the other, each with what it means."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widgets import Static

from tui import text


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
        options: Sequence[tuple[str, tuple[str, ...]]],
        chosen: int,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.options = options
        self.chosen = chosen
        self.cursor = max(0, chosen)

    def action_move(self, by: int) -> None:
        """Goes to another option; beyond the last or the first, out of the widget."""
        place = self.cursor + by
        if 0 <= place < len(self.options):
            self.cursor = place
            self.refresh()
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

    def on_blur(self) -> None:
        """The cursor shows only where keys go."""
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width).plain.split("\n"))

    def render(self) -> Content:
        return text.made(self._lines(self.size.width))

    def _lines(self, width: int) -> Content:
        lines: list[Content] = []
        for place, (name, meanings) in enumerate(self.options):
            here = self.has_focus and place == self.cursor
            mark = "(•)" if place == self.chosen else "( )"
            style = "dim" if self.disabled else "bold reverse" if here else "bold"
            title, colon, rest = text.plain(name).partition(":")
            shown = text.join(
                (
                    text.data(title.rstrip(), style),
                    text.data(
                        title[len(title.rstrip()) :] + colon + rest, "dim" if self.disabled else ""
                    ),
                )
            )
            lines.append(text.hanging(f"{'›' if here else ' '} {mark} ", shown, 6, width))
            lines += [text.hanging("", text.say(m, "dim"), 6, width) for m in meanings]
        return text.join(lines, "\n")
