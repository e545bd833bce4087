"""A letter as it will be read: headings, items with their indent, the link."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from store.actions.letters import Copy
from store.message import N_
from tui import text

_STYLES = {"heading": "bold", "link": "underline"}


class LetterView(Static):
    """One letter, wrapped to the width that there is."""

    letter: Copy | None = None

    def show(self, letter: Copy) -> None:
        """Shows another letter."""
        self.letter = letter
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return text.join(self._lines(self.size.width), "\n")

    def _lines(self, width: int) -> list[Content]:
        if self.letter is None:
            return []
        subject = text.say(N_("Subject: {subject}"), "bold", subject=self.letter.subject)
        made = text.wrapped(subject, width)
        before = ""
        for what, words in self.letter.blocks:
            if not (before == what == "item"):
                made.append(text.nothing())
            shown = text.data(words, _STYLES.get(what, ""))
            made += (
                text.hanging("- ", shown, 2, width)
                if what == "item"
                else text.wrapped(shown, width)
            )
            before = what
        return made
