"""Mails as RFC 5322, 2045 and 2047 want them, and addresses as mail servers know them.

Python's own `email` is not asked. Version 3.11 reads encoded words in a header's value and takes
what they hold for the value, line breaks too; it makes encoded words as long as the line may be,
and breaks a long address into such, which no server takes for one. It also takes thirty times as
long, and two parsers have to agree with what stands here.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator

from store.clean import harmless

_LINE = 76
"""The most characters of a line, so that nothing on the way has a reason to break it."""
_WORD_BYTES = 39
"""How much of a text one encoded word holds: with `Subject: ` before it, a line has 73 of the 76
characters that it may have, and the word 64 of its 75."""
_REFERENCE = re.compile(r"(.*\S) (\[PD-[0-9A-Z]{6}\])", re.DOTALL)
_PLAIN_WORDS = re.compile(r"[!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+(?: [!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+)*")
_PLAIN = re.compile(r"[\x20-\x7e]*")


def assembled(headers: Iterable[str], *, text: str, page: str, language: str) -> bytes:
    """A mail with text and HTML; `headers` are lines as the functions below write them."""
    boundary = f"=_{secrets.token_hex(16)}"  # which neither of both encodings can hold
    lines = [
        *headers,
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n',
        header("Content-Language", language),
        "\r\n",
        f"--{boundary}\r\n{_part('plain', text)}\r\n",
        f"--{boundary}\r\n{_part('html', page)}\r\n",
        f"--{boundary}--\r\n",
    ]
    return "".join(lines).encode("ascii")


def _part(kind: str, text: str) -> str:
    """A part in whichever encoding is shorter: Chinese would be three times as long in the one."""
    raw = re.sub("\r\n?", "\n", text).encode()  # neither encoding would hide a bare one
    quoted, plain = b2a_qp(raw, istext=True), encodebytes(raw)
    way, body = "quoted-printable", quoted
    if len(plain) < len(quoted):
        way, body = "base64", plain
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'
        + body.decode("ascii").replace("\n", "\r\n")
    )


def header(name: str, value: str) -> str:
    """A header whose value is plain and ours, such as a date or a Message-ID."""
    if not _PLAIN.fullmatch(value):
        raise ValueError(f"not a plain value of {name}")
    return _folded(name, [value])


def subject_header(text: str) -> str:
    """A subject; the reference at its end stays as it is, so that it can be found."""
    found = _REFERENCE.fullmatch(text)
    words, end = (found[1], [found[2]]) if found else (text, [])
    plain = words.split(" ")
    if not _is_plain(words) or "" in plain or max(map(len, plain)) > _LINE - len("Subject: "):
        plain = list(_encoded_words(harmless(words)))
    return _folded("Subject", [*plain, *end])


def address_header(name: str, person: str, address: str) -> str:
    """From, To or Reply-To with one address that `is_mail`; the person's name may be empty."""
    known_as = ascii_address(address)
    if not person:
        return _folded(name, [known_as])
    return _folded(name, [*_phrase(harmless(person)), f"<{known_as}>"])


def _phrase(name: str) -> list[str]:
    """A display name in parts: as it is, as a quoted string, or in encoded words."""
    if not _is_plain(name) or len(name) > _LINE - len("Reply-To: ''"):
        return list(_encoded_words(name))
    if _PLAIN_WORDS.fullmatch(name):
        return [name]
    quoted = re.sub(r'(["\\])', r"\\\1", name)
    return [f'"{quoted}"']


def _is_plain(text: str) -> bool:
    """Whether a text can stand in a header as it is, and nobody reads anything else in it."""
    return bool(_PLAIN.fullmatch(text)) and "=?" not in text


def _folded(name: str, parts: Iterable[str]) -> str:
    """A header in lines; one is longer than it should be only where a part cannot be broken."""
    lines = [f"{name}:"]
    for part in parts:
        if len(lines[-1]) + 1 + len(part) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {part}"
    return "\r\n".join(lines) + "\r\n"


def _encoded_words(text: str) -> Iterator[str]:
    chunk = b""
    for character in text:
        raw = character.encode()
        if len(chunk) + len(raw) > _WORD_BYTES:
            yield f"=?utf-8?b?{b64encode(chunk).decode()}?="
            chunk = b""
        chunk += raw
    yield f"=?utf-8?b?{b64encode(chunk).decode()}?="


def ascii_address(address: str) -> str:
    """An address whose domain is written as mail servers know it.

    Each label stands for exactly the characters it has. Python's own IDNA is that of 2003, which
    makes strasse.de of straße.de: the domain of somebody else.
    """
    local, _, domain = address.partition("@")
    lower = unicodedata.normalize("NFC", domain.lower())
    return f"{local}@{'.'.join(map(_label, lower.split('.')))}"


def _label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
