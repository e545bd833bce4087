"""What a mail says, as plain text: HTML stripped of its tags, attachments left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as Mail
from html import unescape

from store.clean import harmless
from store.mail.headers import decoded

MOST_TEXT = 100_000
"""The characters of a mail that are kept to be shown."""
_MOST_LINES = 3_000
_MOST_HTML = 1_000_000
_TAG = re.compile(r"/?[a-z][a-z0-9]*", re.IGNORECASE)
_BREAKS = frozenset(
    "br p div li ul ol tr table blockquote pre hr h1 h2 h3 h4 h5 h6 /p /div /li /tr /table "
    "/blockquote /pre /h1 /h2 /h3 /h4 /h5 /h6".split()
)
_UNSEEN = frozenset({"script", "style", "title"})


def text_of(mail: Mail) -> str:
    """The text of a mail, its lines cleaned; a part that is another mail is left out."""
    plain: list[Mail] = []
    html: list[Mail] = []
    for part in parts(mail):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            (plain if kind == "text/plain" else html).append(part)
    said = [_written(part) for part in plain]
    if not any(words.strip() for words in said):
        said = [without_tags(_written(part)[:_MOST_HTML]) for part in html]
    return tidy("\n\n".join(said))


def parts(mail: Mail) -> Iterator[Mail]:
    """The parts of a mail, outside in; the parts of a mail inside it are not its own."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        yield part
        within = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(within, list):
            waiting += reversed([one for one in within if isinstance(one, Mail)])


def tidy(said: str) -> str:
    """Text of several lines, each cleaned, with no more than one empty line in a row."""
    kept: list[str] = []
    for line in said[:MOST_TEXT].splitlines():
        clean = harmless(line).rstrip()
        if (clean or (kept and kept[-1])) and len(kept) < _MOST_LINES:
            kept.append(clean)
    return "\n".join(kept).strip("\n")


def without_tags(html: str) -> str:
    """The words of a page; in one go over it, however its tags are broken."""
    start, *pieces = html.split("<")
    said, within = [start], ""
    for piece in pieces:
        match = _TAG.match(piece)
        name = match.group().lower() if match else ""
        if within == "!--" or (not within and piece.startswith("!--")):
            _, closed, words = piece.rpartition("-->")
            within = "" if closed else "!--"
            said += [words] if closed else []
        elif within:
            if name == f"/{within}":
                within = ""
                said.append(piece.partition(">")[2])
        elif name in _UNSEEN:
            within = name
        elif name or piece.startswith(("!", "?", "/")):
            said += ["\n" if name in _BREAKS else "", piece.partition(">")[2]]
        else:
            said.append(f"<{piece}")  # as in 3 < 4
    words = unescape("".join(said))
    return "\n".join(" ".join(line.split()) for line in words.splitlines())


def _is_attached(part: Mail) -> bool:
    return part.get_content_disposition() == "attachment"


def _written(part: Mail) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return decoded(data, str(part.get_param("charset") or ""))
