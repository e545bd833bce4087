"""The desk's way to send mail: the account of the settings, and the password typed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.desk import Desk
from store.errors import NotAllowed
from store.message import Message, msg
from tui.microsoft import Microsoft
from tui.settings import Settings, config_file

if TYPE_CHECKING:
    from store.actions.outbox import Account
    from store.secret import Secret


class Mailing:
    """One sitting's way to send.

    What `look` found: `account` is what letters leave from, `why_not` why there is none. A
    password that was typed is kept until the desk is left, or the server refuses it.
    """

    def __init__(self, desk: Desk, settings: Settings, microsoft: Microsoft) -> None:
        self.account: Account | None = None
        self.why_not: Message | None = None
        self._desk = desk
        self._settings = settings
        self._microsoft = microsoft
        self._secret: Secret | None = None

    def look(self) -> None:
        """Reads the account out of the settings; on a thread of its own, for it reads files."""
        from tui.mail_account import account_of, how_to_set, why_not

        partner = self._desk.view.partner
        why = why_not(self._settings, partner)
        if why:
            todo = how_to_set(config_file())
            self.account, self.why_not = None, msg("{why} {todo}", why=why, todo=todo)
            return
        self.account = account_of(
            self._settings, partner, ask=self._typed, signed_in=self._signed_in
        )
        self.why_not = None

    def _signed_in(self) -> str:
        account = self._microsoft.account
        return account.upn if account else ""

    @property
    def needs_secret(self) -> bool:
        """Whether a password has to be typed before anything is sent."""
        mail = self._settings.mail
        given = mail.password_file or mail.password_command
        return mail.way == "smtp" and mail.auth != "none" and not given and not self._secret

    def take(self, secret: Secret) -> None:
        """Keeps a password that was typed."""
        self._secret = secret

    def forget(self) -> None:
        """Asks for the password the next time: it is no longer good."""
        self._secret = None

    def _typed(self, question: Message) -> Secret:
        if self._secret is None:
            raise NotAllowed(msg("No password was typed."))
        return self._secret
