"""The head of a mail that somebody else wrote: read whatever its state, and never believed."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.message import Message as Mail
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from store.clean import harmless

_LONGEST = 20_000
"""The characters of one header that are looked at."""
_MOST_SHOWN = 500
_MOST_IDS = 100
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")
_ID = re.compile(r"<[^<>\s]{1,998}>")
_ANGLED = re.compile(r"([^<>]*)<([^<>\s,;@]+@[^<>\s,;@]+)>\s*")
_BARE = re.compile(r"\s*([^<>\s,;()@]+@[^<>\s,;()@]+)\s*(?:\(([^()]*)\)\s*)?")
_SLOW = frozenset({"idna", "punycode"})
"""Text encodings whose decoding takes the square of the length."""
_PROGRAMS = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_SAID_BACK = re.compile(
    r"\s*(undeliver|undelivered|delivery (status|failure|has failed)|mail delivery|returned mail"
    r"|failure notice|non remis|remise impossible|échec de (la )?remise|unzustellbar"
    r"|no se puede entregar|无法传递|未送达)",
    re.IGNORECASE,
)
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-reply")


class _Short(Compat32):
    """Reads as leniently as it gets, and no header whole that is there to be slow with."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST]


LENIENT = _Short()


class Head(NamedTuple):
    """What stands in the head of a mail, cleaned; dates are UTC, Message-IDs have their <>.

    `from_address` is empty where the head names none, or several. `by_program` says that no
    person wrote it, as far as it says so itself, and `may_be_bounce` that it is worth a look
    whether it reports a letter that did not arrive.
    """

    message_id: str
    from_name: str
    from_address: str
    subject: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    by_program: bool
    may_be_bounce: bool


def head_of(raw: bytes) -> Head | None:
    """The head at the beginning of a mail; `None` where there is no header at all."""
    mail = BytesHeaderParser(policy=LENIENT).parsebytes(raw)
    if not mail.keys():
        return None
    name, address = _sender(header(mail, "from"))
    if sum(found.lower() == "from" for found in mail.keys()) > 1:  # noqa: SIM118
        address = ""  # programs do not agree on which of several they show
    subject = shown_words(header(mail, "subject"))
    auto = header(mail, "auto-submitted").strip().lower()
    precedence = header(mail, "precedence").strip().lower()
    answered = bool(auto) and not auto.startswith("no")
    said_back = (
        header(mail, "content-type").lstrip().lower().startswith("multipart/report")
        or "x-failed-recipients" in mail
        or header(mail, "return-path").strip() == "<>"
        or is_mailers(address, subject)
    )
    return Head(
        (ids(header(mail, "message-id")) or ("",))[0],
        name,
        address,
        subject,
        _date(header(mail, "date")),
        ids(header(mail, "in-reply-to")),
        ids(header(mail, "references")),
        answered or precedence == "auto_reply" or any(name in mail for name in _AUTOMATIC),
        said_back,
    )


def is_mailers(address: str, subject: str) -> bool:
    """Whether a mail looks as if a mail server wrote it, by its sender or its subject."""
    return bool(_PROGRAMS.match(address) or _SAID_BACK.match(subject))


def header(mail: Mail, name: str) -> str:
    """The first header of a name as it is written, its line breaks taken out; else empty."""
    for found, value in mail.raw_items():
        if found.lower() == name:
            # A compat32 parser keeps bytes that are not ASCII as lone surrogates.
            written = str(value).encode("utf-8", "surrogateescape")
            return _FOLD.sub(" ", decoded(written, ""))
    return ""


def ids(value: str) -> tuple[str, ...]:
    """The Message-IDs in a header, in their order."""
    found = (match.group() for match in _ID.finditer(value))
    return tuple(dict.fromkeys(id_ for id_ in found if id_.isprintable()))[-_MOST_IDS:]


def decoded(data: bytes, charset: str) -> str:
    """Bytes as text: by their charset if that is one, else as UTF-8 or Windows-1252."""
    name = charset.strip().strip("\"'").partition("*")[0].lower()
    if name not in ("", "ascii", "us-ascii", "unknown-8bit", *_SLOW):
        try:
            return data.decode(name, "replace")
        except (LookupError, ValueError):  # no charset, or one that cannot leave a byte out
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def shown_words(value: str) -> str:
    """A header with its encoded words in clear, on one line and cleaned."""
    clear = _WORD.sub(_clear, value) if "=?" in value else value
    return harmless(" ".join(clear.split()))[:_MOST_SHOWN]


def _clear(match: re.Match[str]) -> str:
    charset, encoding, written = match.groups()
    ascii_ = written.encode("ascii", "replace")
    try:
        if encoding in "bB":
            data = binascii.a2b_base64(ascii_ + b"==")
        else:
            data = binascii.a2b_qp(ascii_, header=True)
    except ValueError:
        return match.group()
    return decoded(data, charset)


def _sender(value: str) -> tuple[str, str]:
    """Name and address of a From header; no address where it is not exactly one."""
    if angled := _ANGLED.fullmatch(value):
        name, address = angled.groups()
    elif bare := _BARE.fullmatch(value):
        address, name = bare[1], bare[2] or ""
    else:
        return shown_words(value), ""
    return shown_words(name).strip(" \"'"), harmless(address)[:_MOST_SHOWN]


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value[:100])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
