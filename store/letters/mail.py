"""Headers of a mail as RFC 2047 wants them, and addresses as mail servers know them."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from email.policy import EmailPolicy
from typing import Any

_WORD_BYTES = 39
"""How much of a text one encoded word holds: with `Subject: ` before it, a line has 73 of the 76
characters that it may have, and the word 64 of its 75."""


class MailPolicy(EmailPolicy):
    """Writes encoded words of its own: Python 3.11 makes them as long as the line may be."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as it is written; what is not plain goes into encoded words."""
        text, rest = str(value), ""
        if name == "From" and value.addresses:
            text, rest = value.addresses[0].display_name, f" <{value.addresses[0].addr_spec}>"
        if name not in ("From", "Subject") or text.isascii():
            return super().fold_binary(name, value)
        lines = [*_encoded_words(text), *([rest.strip()] if rest else [])]
        return f"{name}: {f'{self.linesep} '.join(lines)}{self.linesep}".encode("ascii")


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
