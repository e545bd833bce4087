"""The only door for text from outside; `shown` and `harmless` for text on its way out."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from store.errors import BadInput
from store.message import Message, msg

NAME_LIMIT = 256
TEXT_LIMIT = 4_000

# Direction marks, embeddings and isolates: they reorder what stands around them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = re.compile("\r\n|[\n\r\u2028\u2029]")
_ENDS = " \t\r\n\u00a0\u2028\u2029\u3000"
"""What is taken off both ends of a value without a word."""
_SPACES = "\t\n\r\u2028\u2029"
_JOINERS = "\u200c\u200d"
_JOINED = re.compile(f"(?<=[^\x00-\x7f])[{_JOINERS}](?=[^\x00-\x7f])")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol that are blank: the Hangul fillers and the empty Braille pattern."""
REPLACEMENT = "\ufffd"


class Cleaned(NamedTuple):
    """Text that may enter the store, and what had to be changed for it (`None`: nothing)."""

    text: str
    note: Message | None


def cleaned(text: str, field: str, *, limit: int = NAME_LIMIT) -> Cleaned:
    """`text` as one line that may enter the store; `field` is its name for the operator.

    Line breaks become spaces, and the note says so. Control, surrogate and bidirectional control
    characters and text of more than `limit` characters raise `BadInput`. Brackets and wide,
    combining and zero-width characters are kept.
    """
    given = text.strip(_ENDS)
    joined = " ".join(part.strip(" ") for part in _LINE_BREAKS.split(given))
    note = None
    if joined != given:
        note = msg("{field}: a line break became a space.", field=msg(field))
    joined = unicodedata.normalize("NFC", joined)
    if not joined.isprintable():
        for place, character in enumerate(joined, 1):
            refused = _refused(character)
            if refused:
                raise BadInput(
                    msg(
                        "{field}: {refused} U+{code} at character {place} is not taken.",
                        field=msg(field),
                        refused=refused,
                        code=f"{ord(character):04X}",
                        place=place,
                    ),
                    field=field,
                    todo=msg("Take it out and try again."),
                )
    if len(joined) > limit:
        raise BadInput(
            msg(
                "{field}: {length} characters, and {limit} is the most.",
                field=msg(field),
                length=len(joined),
                limit=limit,
            ),
            field=field,
            todo=msg("Shorten it and try again."),
        )
    return Cleaned(joined, note)


def is_visible(text: str) -> bool:
    """Whether `text` has a character that can be seen: not spaces, joiners or accents alone."""
    return any(
        unicodedata.category(character) not in _UNSEEN and character not in _BLANKS
        for character in text
    )


def line(text: str, field: str, *, limit: int = NAME_LIMIT) -> str:
    """The text of `cleaned`, where nobody asks for the note."""
    return cleaned(text, field, limit=limit).text


def shown(text: str) -> str:
    """`text` made harmless for a terminal, a mail or a file: only printable characters remain.

    White space becomes a space and anything else that is not printable U+FFFD, visibly. Joiners
    between two non-ASCII characters (Persian, Indic, emoji families) are left out instead, since
    terminals do not agree on their width.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else " "
        if character in _SPACES or unicodedata.category(character) == "Zs"
        else REPLACEMENT
        for character in _JOINED.sub("", text)
    )


def harmless(text: str) -> str:
    """`text` for a letter, a file or a clipboard: what the door refuses becomes U+FFFD.

    Everything that the door lets in stays as it is, joiners and zero-width characters too.
    """
    if text.isprintable():
        return text
    return "".join(
        " " if character in _SPACES else REPLACEMENT if _refused(character) else character
        for character in text
    )


def _refused(character: str) -> Message | None:
    if character in _BIDI:
        return msg("the bidirectional control character")
    category = unicodedata.category(character)
    if category == "Cc":
        return msg("the control character")
    if category == "Cs":
        return msg("the surrogate")
    return None
