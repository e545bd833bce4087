"""A letter out of the mailbox of whoever is signed in."""

from __future__ import annotations

from store.graph.asking import Ask, Effect
from store.graph.body import Mime
from store.graph.calls import Calls
from store.graph.scopes import Scope


class Mail(Calls):
    """Sending; what Microsoft answers says that it was accepted, not that it arrived."""

    async def send_mail(self, message: bytes) -> int:
        """Hands a whole message (RFC 5322) over; returns the status, 202.

        It is never repeated after a lost answer: nobody could look up whether it went.
        """
        asked = Ask("POST", "/me/sendMail", (Scope.MAIL_SEND,), Effect.UNSEEN, Mime(message))
        return (await self._wire.ask(asked)).status
