"""A letter as text, Markdown, HTML, or a mail to open and send."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from markupsafe import escape as escaped

from store.letters.compose import Letter
from store.letters.marks import BEGIN, END
from store.model.customer import is_mail

_VALUE = re.compile(f"{BEGIN}([^{END}]*){END}")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&!])")
_Escape = Callable[[str], str]
_LIST_MARK = re.compile(r"^(\d*)([+.)-])(?=\s|$|-)")


def as_text(letter: Letter) -> str:
    """Plain text; paragraphs are single lines, so that any program can wrap them."""
    return _joined(
        {
            "heading": lambda text: text,
            "item": lambda text: f"- {text}",
            "link": lambda text: text,
            "paragraph": lambda text: text,
        },
        letter,
        _as_it_is,
    )


def as_markdown(letter: Letter) -> str:
    """CommonMark; values are escaped, so that a name cannot become markup."""
    own = _markdown(letter.link)
    made = _joined(
        {
            "heading": lambda text: f"## {text}",
            "item": lambda text: f"- {text}",
            "link": lambda text: f"<{text}>" if letter.link and text == own else text,
            "paragraph": lambda text: text,
        },
        letter,
        _markdown,
    )
    if letter.link:
        made = made.replace(f"<{_markdown(letter.link)}>", f"<{letter.link}>")
    return made


def as_html(letter: Letter) -> str:
    """A whole HTML page; values are escaped, and only the letter's own link is a link."""
    parts: list[str] = []
    for what, blocks in groupby(letter.blocks, key=lambda block: block.what):
        texts = [_values(str(escaped(block.text)), _as_it_is) for block in blocks]
        match what:
            case "heading":
                parts += [f"<h2>{text}</h2>" for text in texts]
            case "item":
                items = "".join(f"<li>{text}</li>\n" for text in texts)
                parts.append(f"<ul>\n{items}</ul>")
            case "link":
                own = str(escaped(letter.link))
                parts += [
                    f'<p><a href="{own}">{text}</a></p>' if text == own else f"<p>{text}</p>"
                    for text in texts
                ]
            case _:
                parts += [f"<p>{text}</p>" for text in texts]
    title = escaped(subject(letter))
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{letter.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def as_eml(
    letter: Letter, *, sender: tuple[str, str] = ("", ""), to: str = "", reference: str = ""
) -> bytes:
    """An unsent mail (RFC 5322) with text and HTML; mail programs open it as a draft.

    `sender` is a display name and an address. What is no address is left out. The subject ends
    with the `reference`, by which an answer is known.
    """
    from store.letters.mail import address_header, assembled, header, subject_header

    name, address = sender
    line = subject(letter)
    headers = [subject_header(f"{line} [{reference}]" if reference else line)]
    if is_mail(address):
        headers.append(address_header("From", name, address))
    if is_mail(to):
        headers.append(address_header("To", "", to))
    headers.append(header("X-Unsent", "1"))
    return assembled(headers, text=as_text(letter), page=as_html(letter), language=letter.language)


def plain_blocks(letter: Letter) -> list[tuple[str, str]]:
    """What each block is, and its plain text."""
    return [(block.what, _values(block.text, _as_it_is)) for block in letter.blocks]


def subject(letter: Letter) -> str:
    """The subject, as plain text."""
    return _values(letter.subject, _as_it_is)


def _joined(shapes: dict[str, Callable[[str], str]], letter: Letter, value: _Escape) -> str:
    return "".join(_spaced(shapes, letter, value)).strip() + "\n"


def _spaced(
    shapes: dict[str, Callable[[str], str]], letter: Letter, value: _Escape
) -> Iterator[str]:
    before = ""
    for block in letter.blocks:
        if before:
            yield "\n" if before == block.what == "item" else "\n\n"
        yield shapes[block.what](_values(block.text, value))
        before = block.what


def _values(text: str, escape: _Escape) -> str:
    return _VALUE.sub(lambda found: escape(found[1]), text)


def _as_it_is(value: str) -> str:
    return value


def _markdown(value: str) -> str:
    return _LIST_MARK.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", value))
