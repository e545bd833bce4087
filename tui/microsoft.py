"""The desk's way to Microsoft: who is signed in, as far as it is known without asking."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from store.desk import Desk
from store.errors import DeskError, NotConnected
from store.message import Message, msg
from store.model.partner import Cloud, Partner
from tui.settings import Settings

if TYPE_CHECKING:
    from store.actions.connection import Account, Connection, Keeping
    from store.actions.practice import Rehearsal

NOBODY = msg("Nobody is signed in to Microsoft. i signs in, on the screen Microsoft (6).")


class Microsoft:
    """One sitting's connection, made anew where the partner is another.

    What `look` has found, which reads files and may try the keyring: `account` is whoever is
    signed in, `keeping` where that is kept, `served` the address where this store's practice cloud
    listens, if it does, `host` where its links lead. `rehearsal` is the practice cloud of a demo,
    which lives in this process and needs no sign-in.
    """

    def __init__(self, desk: Desk, settings: Settings, rehearsal: Rehearsal | None = None) -> None:
        self.rehearsal = rehearsal
        self.account: Account | None = None
        self.why_not: Message | None = NOBODY
        self.keeping: Keeping | None = None
        self.served = ""
        self.host = ""
        self._notes: list[Message] = []
        self._desk = desk
        self._settings = settings
        self._connection: Connection | None = None
        self._made_for: object = None
        self._making = threading.Lock()
        self._looking = threading.Lock()

    @property
    def certificate(self) -> str:
        """The file that signs in where nobody is, if the settings name one."""
        return self._settings.certificate

    def connection(self) -> Connection:
        """The way to Microsoft for the partner as it is set now.

        A sign-in that is kept in memory lives in it: another telephone number must not end that.
        Threads that ask at once get the same one, and none that was made for another partner.
        """
        with self._making:
            wanted = _reached_by(self._desk.view.partner)
            if self._connection is None or self._made_for != wanted:
                self._connection = (
                    self.rehearsal.connection(self._desk)
                    if self.rehearsal
                    else _connection(self._desk, self._settings)
                )
                self._made_for = _reached_by(self._connection.partner)
            return self._connection

    def look(self) -> None:
        """Looks who is signed in; on a thread of its own, for it reads files.

        One after the other: what an earlier look found never replaces what a later one did.
        """
        with self._looking:
            self._look()

    def _look(self) -> None:
        account: Account | None = None
        try:
            connection = self.connection()
            self.served, self.host = self._listening(connection)
            why_not = connection.why_not()
            account = None if why_not else connection.account()
            self.keeping = connection.keeping if account else None
            self._notes += connection.take_notes()
        except DeskError as error:
            why_not = error.what
        if account is None and why_not is None:
            why_not = NOBODY
        self.why_not, self.account = why_not, account

    def take_notes(self) -> list[Message]:
        """What the operator should know of how the sign-in was found, once."""
        notes, self._notes = self._notes, []
        return notes

    def _listening(self, connection: Connection) -> tuple[str, str]:
        """The address of the practice cloud, where it listens, and where its links lead."""
        from store.actions.connection import endpoint_of

        if connection.cloud is not Cloud.PRACTICE:
            return "", ""
        served = host = ""
        with contextlib.suppress(NotConnected):
            served = endpoint_of(Cloud.PRACTICE, self._desk.path).graph
        with contextlib.suppress(NotConnected):
            host = connection.host
        return served, host


def _reached_by(partner: Partner) -> object:
    """What of a partner decides where to ask, and as whom."""
    return partner.cloud, partner.tenant, partner.client_ids, partner.operators


def _connection(desk: Desk, settings: Settings) -> Connection:
    from store.actions.connection import Connection
    from tui.access import access

    return Connection(desk.view.partner, desk.path, access(settings, os.environ))
