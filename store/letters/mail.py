"""Mails as RFC 5322, 2045 and 2047 want them, and addresses as mail servers know them."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from store.clean import harmless

LINE = 76
"""The most characters of a line, so that nothing on the way has a reason to break it."""
_WORD_BYTES = 39
"""How much of a text one encoded word holds: with `Subject: ` before it, a line has 73 of the 76
characters that it may have, and the word 64 of its 75."""
_REFERENCE = re.compile(r"(.*\S) (\[PD-[0-9A-Z]{6}\])")
_PLAIN_WORD = re.compile(r"[!#$%&'*+/=?^_`{|}~0-9A-Za-z-]+")


class MailPolicy(EmailPolicy):
    """Folds the headers of a letter by itself.

    Python 3.11 makes encoded words as long as the line may be, breaks a long address into encoded
    words that no server takes for one, and puts a space into a display name of several.
    """

    def fold(self, name: str, value: Any) -> str:
        """A header as it is written, in lines."""
        return self.fold_binary(name, value).decode("ascii")

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as it is written, in lines; what is not plain is in encoded words."""
        match name:
            case "Subject":
                parts = _subject(str(value))
            case "From" | "To" | "Reply-To":
                found = value.addresses[0]
                parts = [*_phrase(found.display_name), f"<{found.addr_spec}>"]
                parts = parts if found.display_name else [found.addr_spec]
            case "Message-ID" | "In-Reply-To" | "References":
                parts = str(value).split()
            case _:
                return super().fold_binary(name, value)
        return (self.linesep.join(_folded(f"{name}:", parts)) + self.linesep).encode("ascii")


def assembled(headers: Iterable[tuple[str, Any]], *, text: str, page: str, language: str) -> bytes:
    """A mail with text and HTML. The names of `headers` are constants; their values are clean."""
    mail = EmailMessage(policy=MailPolicy(linesep="\r\n", max_line_length=LINE, cte_type="7bit"))
    for name, value in headers:
        mail[name] = value
    mail.set_content(text)
    mail.add_alternative(page, subtype="html")
    mail["Content-Language"] = language  # last: setting the content drops it
    return mail.as_bytes()


def written_address(name: str, address: str) -> Address:
    """A display name, made harmless, and one address that `is_mail`, for a header."""
    return Address(harmless(name), addr_spec=ascii_address(address))


def _folded(start: str, parts: Iterable[str]) -> list[str]:
    """Parts in lines; a part is longer than a line only where it cannot be broken."""
    lines = [start]
    for part in parts:
        if len(lines[-1]) + 1 + len(part) > LINE and lines[-1] != start:
            lines.append("")
        lines[-1] += f" {part}"
    return lines


def _subject(text: str) -> list[str]:
    """A subject in parts; the reference at its end stays as it is, so that it can be found."""
    found = _REFERENCE.fullmatch(text)
    words, end = (found[1], [found[2]]) if found else (text, [])
    plain = words.split(" ")
    if not words.isascii() or "=?" in words or "" in plain or max(map(len, plain)) > LINE - 9:
        return [*_encoded_words(words), *end]
    return [*plain, *end]


def _phrase(name: str) -> list[str]:
    """A display name in parts: words where it has no others, one quoted string, or encoded."""
    if not name.isascii() or "=?" in name or len(name) > LINE - 12:
        return _encoded_words(name)
    if all(map(_PLAIN_WORD.fullmatch, name.split(" "))):
        return [name]
    quoted = re.sub(r'(["\\])', r"\\\1", name)
    return [f'"{quoted}"']


def _encoded_words(text: str) -> list[str]:
    chunks = [b""]
    for character in text:
        raw = character.encode()
        if len(chunks[-1]) + len(raw) > _WORD_BYTES:
            chunks.append(b"")
        chunks[-1] += raw
    return [f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks]


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
