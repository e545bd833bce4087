"""Letters as messages: what is sent, what a mailto line says, and what a letter is known by."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from store.errors import BadInput
from store.letters import render
from store.letters.compose import Letter
from store.letters.words import WORDS
from store.message import Message, msg
from store.model.customer import is_mail

if TYPE_CHECKING:
    from collections.abc import Container

LONGEST_MAILTO = 2_000
"""In characters: what Windows and its browsers hand on whole."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE = re.compile(f"PD-[{_ALPHABET}]{{6}}")
_MESSAGE_ID = re.compile(r"<[!-;=?A-Z\[-~]{1,200}@[!-;=?A-Z\[-~]{1,250}>")


class Holding(Protocol):
    """What has a letter, as a copy for some customers has."""

    @property
    def letter(self) -> Letter:
        """The letter."""


def mime(
    copy: Letter | Holding,
    *,
    sender: tuple[str, str],
    to: str,
    reply_to: str = "",
    message_id: str = "",
    reference: str = "",
    replies_to: str = "",
    date: datetime | None = None,
    test: bool = False,
) -> bytes:
    """The message as it goes over the wire: text and HTML, lines that end in CRLF.

    `sender` is a display name and an address, `to` one address. `message_id` and `replies_to`
    have their angle brackets; `date` has a time zone. Raises `BadInput` for what is no address,
    no Message-ID or no reference, whoever wrote it into the store.
    """
    from email.utils import format_datetime

    from store.letters.mail import address_header, assembled, header, subject_header

    letter = copy if isinstance(copy, Letter) else copy.letter
    headers = [
        address_header("From", sender[0], _address(sender[1])),
        address_header("To", "", _address(to)),
    ]
    if reply_to:
        headers.append(address_header("Reply-To", "", _address(reply_to)))
    headers.append(subject_header(subject(letter, reference=reference, test=test)))
    if date:
        headers.append(header("Date", format_datetime(date)))
    if message_id:
        headers.append(header("Message-ID", _id(message_id)))
    if replies_to:
        headers += [header("In-Reply-To", _id(replies_to)), header("References", _id(replies_to))]
    text, page = _both(letter)
    return assembled(
        headers,
        text=text,
        page=page,
        language=letter.language,
    )


def subject(copy: Letter | Holding, *, reference: str = "", test: bool = False) -> str:
    """The subject as it is sent: a test says so first, a reference stands last."""
    letter = copy if isinstance(copy, Letter) else copy.letter
    line = render.subject(letter)
    if test:
        line = f"{WORDS[letter.language].test}: {line}"
    if not reference:
        return line
    if not _REFERENCE.fullmatch(reference):
        raise _odd(msg("{value} is no reference of a letter.", value=reference))
    return f"{line} [{reference}]"


def digest(copy: Letter | Holding, sender: tuple[str, str], to: str, reply_to: str) -> str:
    """What a letter is told from another by: its addresses, subject, language, text and HTML."""
    letter = copy if isinstance(copy, Letter) else copy.letter
    parts = [
        *sender, to, reply_to, render.subject(letter), letter.language,
        *_both(letter),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


_Rendered = tuple[Letter, tuple[str, str]]
_last: _Rendered | None = None


def _both(letter: Letter) -> tuple[str, str]:
    """Text and HTML; of the letter that was asked for last they are kept.

    Whoever sends looks at the digest first, and then wants the message of the same letter.
    """
    global _last
    kept = _last
    if kept is None or kept[0] is not letter:
        kept = _last = (letter, (render.as_text(letter), render.as_html(letter)))
    return kept[1]


def mailto(copy: Letter | Holding, to: str, reference: str = "") -> str:
    """A line that opens a new mail with the letter in it (RFC 6068).

    A letter that such a line cannot carry whole is left out: there the body asks for it to be
    pasted, and has the link. Raises `BadInput` for what is no address.
    """
    from store.letters.mail import ascii_address

    letter = copy if isinstance(copy, Letter) else copy.letter
    start = f"mailto:{quote(ascii_address(_address(to)), safe='@')}"
    start += f"?subject={quote(subject(letter, reference=reference), safe='')}"
    body = render.as_text(letter)
    short = f"{WORDS[letter.language].paste}\n\n{letter.link}\n"
    whole = f"{start}&body={_body(body)}"
    return whole if len(whole) <= LONGEST_MAILTO else f"{start}&body={_body(short)}"


def new_message_id(sender: str) -> str:
    """A Message-ID that nobody else has; raises `BadInput` for what is no address."""
    from store.letters.mail import ascii_address

    domain = ascii_address(_address(sender)).rpartition("@")[2]
    return f"<{secrets.token_hex(16)}@{domain}>"


def new_reference(taken: Container[str] = ()) -> str:
    """A reference as it stands in subjects, that nobody can guess and that is not taken."""
    while True:
        made = f"PD-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"
        if made not in taken:
            return made


def _body(text: str) -> str:
    return quote(text.replace("\n", "\r\n"), safe="")


def _address(value: str) -> str:
    if not is_mail(value):
        raise _odd(msg("{value} is not a mail address.", value=value))
    return value


def _id(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise _odd(msg("{value} is no Message-ID.", value=value))
    return value


def _odd(what: Message) -> BadInput:
    return BadInput(what, todo=msg("Nothing was written to anybody."))
