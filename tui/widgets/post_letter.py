"""A letter as it will leave: from whom, to whom, and then the letter itself."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.actions.letters import Copy
from store.message import Message
from tui import text
from tui.widgets.letter_view import LetterView


class PostLetter(VerticalScroll):
    """One letter with its head; what cannot be shown is said instead."""

    letter: Copy | None = None
    head: tuple[tuple[str, str], ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(id="letter-head")
        yield LetterView(id="letter-text")

    def show(
        self,
        copy: Copy,
        head: Sequence[tuple[str, str]],
        remarks: Sequence[Message] = (),
    ) -> None:
        """Shows a letter below the lines of its head (a name and a value each) and remarks."""
        if (copy.subject, copy.text, tuple(head)) != self._shown():
            self.scroll_home(animate=False)
        self.letter, self.head = copy, tuple(head)
        lines = [text.say(remark, "bold") for remark in remarks]
        lines += [
            text.join((text.say(name, "dim"), text.data(value)), " ")
            for name, value in head
            if value
        ]
        self._head(text.join(lines, "\n"))
        view = self.query_one(LetterView)
        view.display = True
        view.show(copy)

    def say(self, said: Content) -> None:
        """Says why there is no letter to show."""
        self.letter, self.head = None, ()
        self._head(said)
        self.query_one(LetterView).display = False

    def plain(self) -> str:
        """The letter as plain text, with its head."""
        if self.letter is None:
            return ""
        head = "\n".join(f"{text.plain(name)} {value}" for name, value in self.head if value)
        return f"{head}\n{self.letter.subject}\n\n{self.letter.text}"

    def _head(self, said: Content) -> None:
        self.query_one("#letter-head", Static).update(text.made(said))

    def _shown(self) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
        return (self.letter.subject, self.letter.text, self.head) if self.letter else None
