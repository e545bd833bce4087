"""Mails as customers and servers write them, and letters of the outbox that they are about."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from store.desk import Desk
from store.message import Message, msg
from store.model.outgoing import Outgoing, Stage, What
from store.view import OUTBOX
from store.work import Tables

ID = "<5f0c9a4e7d3b4c21@adatum.example>"
REFERENCE = "PD-7K3QX9"
WHEN = "Fri, 20 Nov 2026 09:30:00 +0100"


def letter(desk: Desk, customer: int, **fields: Any) -> Outgoing:
    """A letter that was sent to a customer, put into the outbox past the queue."""
    row = {
        "customer": customer,
        "what": What.OFFER.value,
        "to": "it@contoso.com",
        "stage": Stage.SENT.value,
        "kind": "delegated",
        "subject": f"Delegated administration [{REFERENCE}]",
        "message_id": ID,
        "reference": REFERENCE,
        "queued_at": "2026-11-15T08:00:00Z",
        **fields,
    }
    made: list[int] = []

    def work(tables: Tables) -> Message:
        made.append(tables.outbox.insert(row))
        return msg("Queued a letter.")

    desk.transaction("test", work)
    found = desk.view.letter(made[0])
    assert found and found.id in desk.view.tables.table(OUTBOX)
    return found


def answer(
    text: str = "Done, we said yes.",
    *,
    sender: str = "Ida Toft <it@contoso.com>",
    subject: str = f"Re: Delegated administration [{REFERENCE}]",
    replies_to: str = ID,
    message_id: str = "<reply-1@contoso.com>",
    when: str = WHEN,
    **headers: str,
) -> bytes:
    """A mail from a customer; `headers` are more of them, with _ for -."""
    mail = EmailMessage(policy=SMTP)
    for name, value in {
        "From": sender,
        "To": "partners@adatum.example",
        "Subject": subject,
        "Date": when,
        "Message-ID": message_id,
        "In-Reply-To": replies_to,
        "References": replies_to,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return bytes(mail)


def report(
    action: str = "failed",
    *,
    status: str = "5.1.1",
    original: str = ID,
    diagnostic: str = "smtp; 550 5.1.1 <it@contoso.com>: Recipient address rejected",
    headers_only: bool = False,
) -> bytes:
    """A report of RFC 3464, as Postfix writes it."""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    body = "" if headers_only else "\nDear Contoso,\n"
    return f"""Return-Path: <>
Date: {WHEN}
From: MAILER-DAEMON@mail.adatum.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: partners@adatum.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9A5.1/mail.adatum.example"
Message-Id: <20261120083000.9A5@mail.adatum.example>

This is a MIME-encapsulated message.

--9A5.1/mail.adatum.example
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--9A5.1/mail.adatum.example
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.adatum.example
Arrival-Date: {WHEN}

Final-Recipient: rfc822; it@contoso.com
Original-Recipient: rfc822;it@contoso.com
Action: {action}
Status: {status}
Remote-MTA: dns; mx.contoso.com
Diagnostic-Code: {diagnostic}

--9A5.1/mail.adatum.example
Content-Type: {kind}

Message-ID: {original}
From: partners@adatum.example
To: it@contoso.com
Subject: Delegated administration
{body}
--9A5.1/mail.adatum.example--
""".encode()


def put(folder: Path, name: str, mail: bytes, *, age: float = 0.0) -> Path:
    """A mail as a file, so many seconds old."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(mail)
    then = datetime(2026, 11, 21, tzinfo=UTC).timestamp() - age
    os.utime(path, (then, then))
    return path


def tree(folder: Path) -> list[tuple[str, int, int, int, bytes]]:
    """All that a folder holds, with modes and times but the one of reading."""
    found = []
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        plain = path.is_file() and not path.is_symlink()
        readable = plain and os.access(path, os.R_OK)
        found.append(
            (
                str(path.relative_to(folder)),
                seen.st_mode,
                seen.st_mtime_ns,
                seen.st_ctime_ns,
                path.read_bytes() if readable else b"",
            )
        )
    return found
