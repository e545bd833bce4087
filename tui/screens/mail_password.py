"""Asks for the mail server's password, once a sitting."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from store.message import N_, msg
from store.secret import Secret
from tui import text
from tui.screens.dialog import Dialog
from tui.screens.keyed import Keyed
from tui.widgets.secret import SecretField


class MailPassword(Dialog[Secret]):
    """One field that shows bullets; enter takes it, esc none."""

    KEYS = "ask"
    AUTO_FOCUS = "SecretField"

    def __init__(self, user: str, host: str) -> None:
        super().__init__()
        self.user = user
        self.host = host

    def body(self) -> ComposeResult:
        yield Static(text.say(msg("Password of {user} at {host}", user=self.user, host=self.host)),
                     classes="title")  # fmt: skip
        yield SecretField(id="password")
        yield Static(text.say(N_("It is kept until the desk is left, and written nowhere. "
                                 "password-file or password-command under [mail] in config.toml "
                                 "spares the question."), "dim"), classes="notice")  # fmt: skip

    @on(SecretField.Entered)
    def do_given(self) -> None:
        """Takes what was typed."""
        secret = self.query_one(SecretField).take()
        if secret:
            self.dismiss(secret)
        else:
            self.say(N_("Nothing was typed; esc leaves everything as it is."))


async def mail_password(screen: Keyed[Any]) -> bool:
    """Asks for the password where one is needed; whether letters can be sent. Only in a worker."""
    mailing = screen.session.mailing
    account = mailing.account
    if account is None:
        return False
    if not mailing.needs_secret:
        return True
    dialog = MailPassword(account.user or account.sender, account.host)
    secret = await screen.app.push_screen_wait(dialog)
    if secret is None:
        screen.say(N_("No password was typed, and nothing was sent."))
        return False
    mailing.take(secret)
    return True
