"""Sentences for the operator that the store returns and the faces translate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_DEEPEST = 4
_LONGEST_RAW = 10_000
_FIELD = re.compile(r"\{(\w+)\}")


class Voice:
    """How a face says a message; this one says it in English and shows values as they are."""

    def one(self, text: str) -> str:
        """The translation of `text`."""
        return text

    def many(self, one: str, many: str, count: int) -> str:
        """The translation that fits `count`."""
        return one if count == 1 else many

    def number(self, number: int) -> str:
        """A number with its thousands grouped."""
        return f"{number:,}"

    def shown(self, text: str) -> str:
        """A value on its way out."""
        return text


class Message:
    """A sentence, not yet translated.

    `text` is English and the key of the translation; `{name}` in it stands for `values["name"]`,
    which may be a message too. With `many` set, `count` chooses between `text` and `many`.
    """

    # Written out: it stands first in every start, where a dataclass takes a millisecond to define.
    __slots__ = ("count", "many", "text", "values")

    def __init__(
        self, text: str, values: Mapping[str, Any] | None = None, many: str = "", count: int = 1
    ) -> None:
        self.text: Final = text
        self.values: Final[Mapping[str, Any]] = {} if values is None else values
        self.many: Final = many
        self.count: Final = count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self._all == other._all

    def __hash__(self) -> int:
        return hash((self.text, self.many, self.count))

    def __repr__(self) -> str:
        return f"Message{self._all!r}"

    @property
    def _all(self) -> tuple[str, Mapping[str, Any], str, int]:
        return self.text, self.values, self.many, self.count

    def __str__(self) -> str:
        return self.said_by(Voice())

    def said_by(self, voice: Voice) -> str:
        """The sentence in the language of `voice`.

        Only `{name}` is replaced. `str.format` would follow attributes (`{a.__class__}`), and a
        sentence may come from a journal line that somebody else wrote.
        """
        sentence = (
            voice.many(self.text, self.many, self.count) if self.many else voice.one(self.text)
        )

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name == "count" and self.many:
                return voice.number(self.count)
            if name not in self.values:
                return match.group(0)
            found = self.values[name]
            if isinstance(found, Message):
                return found.said_by(voice)
            return voice.number(found) if type(found) is int else voice.shown(str(found))

        return _FIELD.sub(value, sentence)

    def to_json(self) -> dict[str, Any]:
        """The message as plain JSON, for the journal."""
        made: dict[str, Any] = {"text": self.text}
        if self.values:
            made["values"] = {
                name: value.to_json() if isinstance(value, Message) else value
                for name, value in self.values.items()
            }
        if self.many:
            made["many"], made["count"] = self.many, self.count
        return made

    @classmethod
    def from_json(cls, found: object, depth: int = 0) -> Message:
        """The message that `to_json` wrote; anything else becomes a sentence as it stands.

        Messages in messages are followed a few times only: a forged line could nest them so
        that saying them never ends.
        """
        if not isinstance(found, dict) or depth > _DEEPEST:
            return cls("{raw}", {"raw": str(found)[:_LONGEST_RAW]})
        values = found.get("values")
        count = found.get("count")
        return cls(
            str(found.get("text", "")),
            {
                str(name): cls.from_json(value, depth + 1) if isinstance(value, dict) else value
                for name, value in values.items()
            }
            if isinstance(values, dict)
            else {},
            found["many"] if isinstance(found.get("many"), str) else "",
            count if type(count) is int else 1,
        )


def N_(text: str) -> str:
    """Marks `text` for translation where it is defined; it is translated where it is shown."""
    return text


def msg(text: str, /, **values: Any) -> Message:
    """A message with its values."""
    return Message(text, values)


def nmsg(one: str, many: str, count: int, /, **values: Any) -> Message:
    """A message that differs for one and many; `{count}` stands for the number."""
    return Message(one, values, many, count)
