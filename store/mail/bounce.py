"""Reports that a mail did not arrive: RFC 3464, what Exim, Gmail and qmail say, and plain words."""

from __future__ import annotations

import re
from email.message import Message as Mail
from email.parser import HeaderParser
from email.policy import compat32
from enum import StrEnum
from typing import NamedTuple

from store.mail.body import parts, text_of
from store.mail.headers import Head, header, ids, is_mailers, shown_words

_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_MOST_BLOCKS = 50
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)[ -]")
_WRITTEN_ID = re.compile(r"^[>\s]*Message-ID:\s*(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+\.[^\s<>\"'(),:;]+")
_LATE = re.compile(
    r"\b(delay(ed)?|will (continue|keep|be retried)|still (be )?(trying|retrying)|retardé)\b",
    re.IGNORECASE,
)


class Action(StrEnum):
    """What became of the mail, in the words of RFC 3464."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


class Bounce(NamedTuple):
    """A report about one mail.

    `message_id` is the reported mail's, and `status` as in 5.1.1; `diagnostic` is what the
    refusing server said, in its own words. All but `action` may be empty.
    """

    action: Action
    recipient: str = ""
    status: str = ""
    diagnostic: str = ""
    message_id: str = ""


def bounce_of(mail: Mail, head: Head) -> Bounce | None:
    """What a mail reports about another that was sent, if it does."""
    reported = _from_report(mail)
    original = _original(mail)
    if reported:
        return reported._replace(message_id=original)
    failed = shown_words(header(mail, "x-failed-recipients"))
    mailers = is_mailers(head.from_address, head.subject)
    if not failed and not (mailers and (original or _in_words(mail))):
        return None  # absence notes have an empty return path too, and numbers in them
    return _from_words(mail, failed)._replace(message_id=original)


def _from_report(mail: Mail) -> Bounce | None:
    """The worst of what the machine-readable part says."""
    found: list[Bounce] = []
    for part in parts(mail):
        if part.get_content_type() not in _REPORTS:
            continue
        for block in _blocks(part):
            action = header(block, "action").strip().lower()
            if action in set(Action):
                found.append(
                    Bounce(
                        Action(action),
                        _typed(header(block, "final-recipient"))
                        or _typed(header(block, "original-recipient")),
                        _first(_STATUS, header(block, "status")),
                        _typed(header(block, "diagnostic-code")),
                    )
                )
    order = list(Action)
    return min(found, key=lambda one: order.index(one.action), default=None)


def _blocks(part: Mail) -> list[Mail]:
    """The groups of fields in a report: of the mail first, then of each recipient."""
    within, rest = part.get_payload(), _text(part)
    found: list[Mail] = []
    if isinstance(within, list):
        found = [one for one in within if isinstance(one, Mail)]
        # Of a report in UTF-8 the parser takes the first group for a head and the rest for text.
        rest = "\n\n".join(map(_text, found))
    made = (block for block in re.split(r"\r?\n\r?\n", rest) if ":" in block)
    found += [HeaderParser(policy=compat32).parsestr(block.lstrip()) for block in made]
    return found[:_MOST_BLOCKS]


def _original(mail: Mail) -> str:
    """The Message-ID of the mail that is reported about, wherever the report carries it."""
    for part in parts(mail):
        kind, within = part.get_content_type(), part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(within, list) and within:
            one = within[0]
            found = ids(header(one, "message-id")) if isinstance(one, Mail) else ()
        elif kind in (
            "text/rfc822-headers", "message/rfc822-headers", "message/global-headers",
            "message/rfc822",
        ):  # fmt: skip
            nested = within[0] if isinstance(within, list) and within else None
            found = ids(header(nested, "message-id")) if isinstance(nested, Mail) else ()
            found = found or tuple(_WRITTEN_ID.findall(_text(part)))
        else:
            continue
        if found:
            return found[0]
    return _first(_WRITTEN_ID, "\n".join(_text(part) for part in parts(mail)))


def _in_words(mail: Mail) -> bool:
    return bool(_STATUS.search(text_of(mail)) or _CODE.search(text_of(mail)))


def _from_words(mail: Mail, failed: str) -> Bounce:
    """What a report for people says; a guess, which the operator sees with the mail beside it."""
    said = text_of(mail)
    status = _first(_STATUS, said) or _first(_CODE, said)
    telling = [line for line in said.splitlines() if _STATUS.search(line) or _CODE.search(line)]
    late = status.startswith("4") or (not status.startswith("5") and _LATE.search(said))
    recipient = _first(_ADDRESS, failed) or _first(_ADDRESS, said)
    return Bounce(
        Action.DELAYED if late else Action.FAILED,
        recipient,
        status,
        shown_words(telling[0]) if telling else "",
    )


def _typed(value: str) -> str:
    """The value behind its type, as in `rfc822; it@contoso.com`."""
    kind, semicolon, rest = value.partition(";")
    return shown_words(rest if semicolon else kind)


def _first(pattern: re.Pattern[str], said: str) -> str:
    match = pattern.search(said)
    if match is None:
        return ""
    return match.group(1) if pattern.groups else match.group()


def _text(part: Mail) -> str:
    """The text of a leaf, as it is written; nothing of a part that has parts."""
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
