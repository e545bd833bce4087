"""What comes back to a mail that the practice cloud took: the customer's answer, or a bounce."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid

from store.practice.mailed import Mailed

_YES = {
    "en": "Hello,\n\nthank you, we have accepted.\n",
    "fr": "Bonjour,\n\nmerci, nous avons accepté.\n",
    "de": "Guten Tag,\n\nvielen Dank, wir haben zugestimmt.\n",
    "es": "Hola:\n\ngracias, hemos aceptado.\n",
    "zh": "您好：\n\n谢谢，我们已接受。\n",
}
_NO = {
    "en": "Hello,\n\nthank you, but we do not want this.\n",
    "fr": "Bonjour,\n\nmerci, mais nous ne le souhaitons pas.\n",
    "de": "Guten Tag,\n\nvielen Dank, aber das möchten wir nicht.\n",
    "es": "Hola:\n\ngracias, pero no lo deseamos.\n",
    "zh": "您好：\n\n谢谢，但我们不需要。\n",
}
_POSTMASTER = "postmaster@practice.example"


def answer(mailed: Mailed, now: datetime, *, yes: bool) -> bytes:
    """What a customer writes back, in the language that it was written to."""
    asked = _read(mailed)
    reply = _begun(mailed.to[0], mailed.sender, now)
    reply["Subject"] = f"Re: {asked['Subject'] or ''}"
    if asked["Message-ID"]:
        reply["In-Reply-To"] = reply["References"] = str(asked["Message-ID"])
    words, language = _YES if yes else _NO, str(asked["Content-Language"] or "en")[:2]
    reply.set_content(words.get(language, words["en"]), cte="base64")
    return reply.as_bytes()


def bounce(mailed: Mailed, now: datetime) -> bytes:
    """What a mail server writes back about an address that nobody has (RFC 3464)."""
    asked = _read(mailed)
    report = _begun(_POSTMASTER, mailed.sender, now)
    report["Subject"] = "Undeliverable: your message could not be delivered"
    report["Auto-Submitted"] = "auto-replied"
    report["Content-Type"] = 'multipart/report; report-type="delivery-status"'
    said = EmailMessage(policy=policy.SMTP)
    said.set_content(f"Nobody has the address {mailed.to[0]}.\n")
    status = EmailMessage(policy=policy.SMTP)
    status["Content-Type"] = "message/delivery-status"
    status.set_payload(
        [
            _fields({"Reporting-MTA": "dns; practice.example"}),
            _fields(
                {
                    "Final-Recipient": f"rfc822; {mailed.to[0]}",
                    "Action": "failed",
                    "Status": "5.1.1",
                    "Diagnostic-Code": "smtp; 550 5.1.1 No such user",
                }
            ),
        ]
    )
    original = EmailMessage(policy=policy.SMTP)
    original["Content-Type"] = "text/rfc822-headers"
    original.set_payload(f"Message-ID: {asked['Message-ID'] or ''}\r\nTo: {mailed.to[0]}\r\n")
    for part in (said, status, original):
        report.attach(part)
    return report.as_bytes()


def subject(mailed: Mailed) -> str:
    """The subject of a mail that was taken."""
    return str(_read(mailed)["Subject"] or "")


def _read(mailed: Mailed) -> EmailMessage:
    return message_from_bytes(mailed.content, policy=policy.default)


def _begun(sender: str, to: str, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Date"] = sender, to, now
    mail["Message-ID"] = make_msgid(domain="practice.example")
    return mail


def _fields(values: dict[str, str]) -> EmailMessage:
    part = EmailMessage(policy=policy.SMTP)
    for name, value in values.items():
        part[name] = value
    return part
