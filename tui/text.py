"""The only door from data to the screen.

Textual reads markup out of plain strings and passes escape sequences on to the terminal. So no
widget is given a string: it gets a `Content` (or, where it can only take a string, one that was
made here), in which values have been cleaned and nothing is markup. `make check` enforces it.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from store.clean import shown
from store.message import Message
from tui import language

ELLIPSIS = "…"


def say(message: Message | str, style: str = "", /, **values: object) -> Content:
    """A message, or a sentence with values, in the interface language."""
    return _content(language.say(message, **values), style)


def data(value: str, style: str = "") -> Content:
    """A value as it is recorded, made safe to show."""
    return _content(shown(value), style)


def spans(parts: Iterable[tuple[str, str]]) -> Content:
    """Values one after the other, each with its style."""
    return Content.assemble(*((shown(value), style) for value, style in parts))


def join(parts: Iterable[Content | tuple[Content, str]], between: str = "") -> Content:
    """Contents one after the other, with spaces or line breaks between them."""
    made = [part if isinstance(part, Content) else part[0].stylize(part[1]) for part in parts]
    return Content(between).join(made)


def hanging(
    first: str, content: Content, indent: int, width: int, style: str = ""
) -> list[Content]:
    """`content` in lines of `width` cells, all but the first indented; `first` stands before it."""
    wrapped = content.wrap(max(10, width - indent))
    margin = " " * indent
    starts = [_content(set_cell_size(first, indent), style)] + [Content(margin)] * (
        len(wrapped) - 1
    )
    return [start + line for start, line in zip(starts, wrapped, strict=True)]


def wrapped(content: Content, width: int) -> list[Content]:
    """A content in lines of at most `width` cells."""
    return list(content.wrap(max(10, width)))


def made(content: Content) -> Content:
    """A Content that was made here before and has come another way; nothing else is let through."""
    if not isinstance(content, Content):
        raise TypeError(f"not made in tui.text: {type(content).__name__}")
    return content


def nothing() -> Content:
    """No text."""
    return Content("")


def editable(value: str) -> str:
    """A value for a field to be typed in."""
    return shown(value)


def plain(message: Message | str, /, **values: object) -> str:
    """What `say` says, for the few places that take no Content (key names, file names)."""
    return language.say(message, **values)


def cell(value: str, width: int) -> str:
    """A value in exactly `width` terminal cells, for widgets that draw their own lines."""
    safe = shown(value)
    if cell_len(safe) > width:
        return (
            set_cell_size(safe, width - 1) + ELLIPSIS if width > 1 else set_cell_size(safe, width)
        )
    return set_cell_size(safe, width)


def cut(value: str, width: int) -> str:
    """A value in at most `width` terminal cells."""
    return value if cell_len(shown(value)) <= width else cell(value, width)


def _content(text: str, style: str) -> Content:
    made = Content(text)
    return made.stylize(style) if style else made
