"""A letter of the outbox, as it reads today."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.widgets import Static

from store.actions import outbox
from store.actions.letters import Copy
from store.errors import DeskError
from store.message import N_, Message, msg
from store.model.outgoing import Outgoing
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.widgets.post_letter import PostLetter


class PostedLetter(Dialog[None]):
    """One letter, composed anew: its text was never kept."""

    KEYS = "read"

    def __init__(self, copy: Copy, head: list[tuple[str, str]], remark: Message) -> None:
        super().__init__()
        self.letter = copy
        self.head = head
        self.remark = remark

    def body(self) -> ComposeResult:
        yield Static(text.say(self.remark), classes="title")
        yield PostLetter(id="letter")

    def on_mount(self) -> None:
        self.query_one(PostLetter).show(self.letter, self.head)


async def open_letter(screen: DeskScreen, letter: Outgoing) -> None:
    """Shows how a letter reads today; only in a worker."""
    session = screen.session
    try:
        copy = await asyncio.to_thread(
            outbox.recomposed, session.view, letter, session.today, session.settings.templates
        )
    except DeskError as error:
        screen.say_error(error)
        return
    remark = msg("As it reads today; the text itself is not kept.")
    head = [(N_("To:"), letter.to), (N_("Reference:"), letter.reference)]
    screen.app.push_screen(PostedLetter(copy, head, remark))
