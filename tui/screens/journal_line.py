"""One line of the journal, whole."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from store.actions.history import Line
from store.message import N_, msg
from tui import text
from tui.screens.dialog import Dialog

_MOST_SHOWN = 500


class JournalLineScreen(Dialog[None]):
    """Who, from where, when, what, and which records it touched."""

    KEYS = "read"

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line

    def body(self) -> ComposeResult:
        line = self.line
        yield Static(text.say(msg("Change {seq}", seq=str(line.seq))), classes="title")
        rows = (
            (N_("What"), text.plain(line.what)),
            (N_("When (UTC)"), line.at),
            (N_("Who"), line.who),
            (N_("User"), line.member),
            (N_("From"), line.where),
            (N_("Action"), line.did),
        )
        parts = [
            text.join((text.say(title, "dim"), text.data("  "), text.data(value)))
            for title, value in rows
            if value
        ]
        parts.append(text.say(N_("Records"), "dim"))
        parts += [text.data(f"  {change}") for change in line.changes[:_MOST_SHOWN]]
        if len(line.changes) > _MOST_SHOWN:
            parts.append(text.say(msg("  and {count} more",
                                      count=len(line.changes) - _MOST_SHOWN)))  # fmt: skip
        with VerticalScroll():
            yield Static(text.join(parts, "\n"))
