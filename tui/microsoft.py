"""The desk's way to Microsoft: who is signed in, as far as it is known without asking."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.desk import Desk
from store.errors import DeskError
from store.message import Message, msg
from tui.settings import Settings

if TYPE_CHECKING:
    from store.actions.connection import Account, Connection
    from store.actions.practice import Rehearsal

NOBODY = msg("Nobody is signed in to Microsoft: 6, then i.")


class Microsoft:
    """One sitting's connection, made anew where the partner changed.

    `account` is whoever is signed in, once `look` has looked: that reads a file. `rehearsal` is the
    practice cloud of a demo, which lives in this process and needs no sign-in.
    """

    def __init__(self, desk: Desk, settings: Settings, rehearsal: Rehearsal | None = None) -> None:
        self.rehearsal = rehearsal
        self.account: Account | None = None
        self.why_not: Message | None = NOBODY
        self._desk = desk
        self._settings = settings
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        """The way to Microsoft for the partner as it is set now."""
        partner = self._desk.view.partner
        if self._connection is None or self._connection.partner != partner:
            self._connection = (
                self.rehearsal.connection(self._desk)
                if self.rehearsal
                else _connection(self._desk, self._settings)
            )
        return self._connection

    def look(self) -> None:
        """Looks who is signed in; on a thread of its own, for it reads a file."""
        try:
            connection = self.connection()
            self.why_not = connection.why_not()
            self.account = None if self.why_not else connection.account()
        except DeskError as error:
            self.why_not, self.account = error.what, None
        else:
            if self.account is None and self.why_not is None:
                self.why_not = NOBODY


def _connection(desk: Desk, settings: Settings) -> Connection:
    from store.actions.connection import Connection
    from tui.access import access

    return Connection(desk.view.partner, desk.path, access(settings, os.environ))
