"""Sending a mail out of the mailbox of whoever is signed in; it is kept, and goes nowhere."""

from __future__ import annotations

import base64
import binascii
from email import message_from_bytes, policy
from email.errors import MessageError

from store.practice.calls.base import On
from store.practice.exchange import Answer, Refused, bad
from store.practice.mailed import Mailed

_MOST_RECIPIENTS = 500


def send(on: On) -> Answer:
    """POST /me/sendMail with a MIME message in base64: 202, which is no more than *accepted*."""
    if on.caller.user is None or on.member is None:
        raise bad("/me request is only valid with delegated authentication flow.")
    if not on.at_home:
        raise Refused(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
    content = _content(on.asked.body)
    try:
        mail = message_from_bytes(content, policy=policy.SMTP)
        sender = [one.addr_spec for one in mail["From"].addresses] if mail["From"] else []
        to = [
            one.addr_spec
            for name in ("To", "Cc", "Bcc")
            for header in mail.get_all(name, ())
            for one in header.addresses
        ]
    except (MessageError, ValueError, AttributeError, IndexError) as error:
        raise bad("Invalid MIME content.", "ErrorMimeContentInvalid") from error
    if mail.defects or len(sender) > 1:
        raise bad("Invalid MIME content.", "ErrorMimeContentInvalid")
    if not to or len(to) > _MOST_RECIPIENTS or not all("@" in one for one in to):
        raise bad("At least one recipient is not valid.", "ErrorInvalidRecipients")
    if sender and sender[0].casefold() != on.member.upn.casefold():
        raise Refused(
            403,
            "ErrorSendAsDenied",
            "The user account which was used to submit this request does not have the right to "
            "send mail on behalf of the specified sending account.",
        )
    on.practice.mailbox.append(Mailed(on.member.upn, tuple(to), content, on.now))
    return Answer(202)


def _content(body: object) -> bytes:
    if not isinstance(body, bytes):
        raise bad("The practice cloud takes a mail only as MIME, in base64.")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise bad(
            "Invalid base64 string for MIME content.", "ErrorMimeContentInvalidBase64String"
        ) from error
