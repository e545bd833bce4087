"""Reports that a letter did not arrive, as different servers write them."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import compat32

import pytest

from store.mail.bounce import Action, Bounce, bounce_of
from store.mail.headers import head_of
from tests.answers.mails import ID, answer, report


def said(mail: bytes) -> Bounce | None:
    head = head_of(mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    assert head
    return bounce_of(message_from_bytes(mail, policy=compat32), head)


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_report_says_what_failed_and_of_which_mail(headers_only: bool) -> None:
    assert said(report(headers_only=headers_only)) == Bounce(
        Action.FAILED,
        "it@contoso.com",
        "5.1.1",
        "550 5.1.1 <it@contoso.com>: Recipient address rejected",
        ID,
    )


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", "FAILED"])
def test_a_report_is_not_always_of_a_failure(action: str) -> None:
    found = said(report(action, status="4.4.1"))
    assert found
    assert (found.action, found.status) == (Action(action.lower()), "4.4.1")


def test_an_action_that_is_none_makes_no_report() -> None:
    found = said(report("exploded", diagnostic=""))
    assert found is None or found.action is Action.FAILED


def test_exchange_reports_with_its_own_words() -> None:
    mail = f"""From: postmaster@contoso.com
Subject: Undeliverable: Delegated administration
Content-Type: multipart/report; report-type=delivery-status; boundary="x"
In-Reply-To: {ID}

--x
Content-Type: text/html; charset="utf-8"

<p>Your message to it@contoso.com couldn't be delivered.</p>
--x
Content-Type: message/delivery-status

Reporting-MTA: dns;EUR05.prod.outlook.com

Final-Recipient: rfc822;it@contoso.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 not found by SMTP address lookup

--x--
""".encode()
    found = said(mail)
    assert found
    assert (found.action, found.status, found.message_id) == (Action.FAILED, "5.1.10", "")
    assert found.diagnostic.endswith("Recipient not found by SMTP address lookup")


def test_the_worst_of_several_recipients_counts() -> None:
    mail = report("delivered").replace(
        b"Remote-MTA: dns; mx.contoso.com\n",
        b"\nFinal-Recipient: rfc822; boss@contoso.com\nAction: failed\nStatus: 5.2.2\n",
    )
    found = said(mail)
    assert found
    assert (found.action, found.recipient, found.status) == (
        Action.FAILED, "boss@contoso.com", "5.2.2",
    )  # fmt: skip


def test_a_report_in_utf_8_is_read_as_well() -> None:
    mail = report().replace(b"message/delivery-status", b"message/global-delivery-status")
    found = said(mail)
    assert found
    assert (found.action, found.status, found.message_id) == (Action.FAILED, "5.1.1", ID)


EXIM = f"""Return-path: <>
X-Failed-Recipients: it@contoso.com
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.adatum.example>
To: partners@adatum.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  it@contoso.com
    host mx.contoso.com [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<it@contoso.com>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

Message-ID: {ID}
From: partners@adatum.example
"""
QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mail.adatum.example
Subject: failure notice

Hi. This is the qmail-send program at mail.adatum.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<it@contoso.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 unknown user

--- Below this line is a copy of the message.

Message-Id: {ID}
"""
LATE = f"""Return-Path: <>
From: MAILER-DAEMON@mail.adatum.example
Subject: Warning: message delayed 24 hours

The message could not be delivered yet; we will continue to try.
it@contoso.com: 450 4.2.0 greylisted

Message-Id: {ID}
"""


@pytest.mark.parametrize(
    ("mail", "action", "status", "diagnostic"),
    [
        (EXIM, Action.FAILED, "550", "550 No such user here"),
        (QMAIL, Action.FAILED, "5.1.1", "Remote host said: 550 5.1.1 unknown user"),
        (LATE, Action.DELAYED, "4.2.0", "it@contoso.com: 450 4.2.0 greylisted"),
    ],
    ids=["exim", "qmail", "late"],
)
def test_a_report_for_people_is_read_too(
    mail: str, action: Action, status: str, diagnostic: str
) -> None:
    assert said(mail.encode()) == Bounce(action, "it@contoso.com", status, diagnostic, ID)


def test_an_answer_that_quotes_a_report_is_no_report() -> None:
    assert said(answer(f"We got this:\n\n550 5.1.1 no\nMessage-ID: {ID}\n")) is None


def test_an_absence_note_is_no_report() -> None:
    note = answer(
        "I am away until Monday; call 555 0100.", Auto_Submitted="auto-replied", Return_Path="<>"
    )
    assert said(note) is None
