"""Asks for one line of text."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from store.message import Message
from tui import text
from tui.screens.dialog import Dialog
from tui.screens.keyed import Keyed


class AskText(Dialog[str]):
    """One field; enter takes what stands in it, also nothing, and esc takes no answer."""

    KEYS = "ask"
    AUTO_FOCUS = "Input"

    def __init__(self, question: Message | str, value: str, hint: Message | str) -> None:
        super().__init__()
        self.question = question
        self.value = value
        self.hint = hint

    def body(self) -> ComposeResult:
        yield Static(text.say(self.question), classes="title")
        field = Input(text.editable(self.value), compact=True)
        field.cursor_blink = False
        yield field
        yield Static(text.say(self.hint, "dim"), classes="notice")

    @on(Input.Submitted)
    def do_given(self) -> None:
        """Takes what was typed."""
        self.dismiss(self.query_one(Input).value.strip())


async def ask_text(
    screen: Keyed[Any], question: Message | str, value: str = "", hint: Message | str = ""
) -> str | None:
    """What was typed; `None` for no answer."""
    return await screen.app.push_screen_wait(AskText(question, value, hint))
