"""What is wrong with a template of the user's own, and where."""

from __future__ import annotations

from typing import NamedTuple

from store.message import Message, msg


class Trouble(NamedTuple):
    """One thing that is wrong with `file`, in `line` (0: the whole), about `field` if any."""

    file: str
    line: int
    field: str
    what: Message

    @property
    def place(self) -> Message:
        """Where it is."""
        if self.line:
            return msg("{file}, line {line}", file=self.file, line=str(self.line))
        return msg("{raw}", raw=self.file)

    @property
    def said(self) -> Message:
        """It all in one sentence, for whoever reads the letter instead."""
        return msg("{place}: {what} Our own letter is used.", place=self.place, what=self.what)


class Broken(Exception):
    """A template cannot be used."""

    def __init__(self, file: str, line: int, what: Message, field: str = "") -> None:
        super().__init__(what)
        self.trouble = Trouble(file, line, field, what)
