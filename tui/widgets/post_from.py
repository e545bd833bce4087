"""Where letters leave from, in a line above them."""

from __future__ import annotations

from textual.content import Content

from store.message import Message, msg
from tui import text
from tui.mail_desk import Mailing


def leaves_from(mailing: Mailing, pace: int, no_way: Message | None) -> Content:
    """Where letters leave from, and how fast; or why they cannot."""
    account = mailing.account
    if account is None:
        return text.say(mailing.why_not or no_way or msg("Looking for the way to send…"))
    if no_way:
        return text.say(no_way)
    if account.way.value == "graph":
        how = msg("From the mailbox of {address} at Microsoft", address=account.sender)
    else:
        how = msg("From {address} by {host}", address=account.sender, host=account.host)
    if not pace:
        return text.say(msg("{how}, as fast as it goes.", how=how))
    return text.say(msg("{how}, at most {pace} a minute.", how=how, pace=pace))
