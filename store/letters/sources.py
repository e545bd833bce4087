"""Where templates are read from: the user's own folder first, then ours."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from store.clean import harmless
from store.letters.trouble import Broken
from store.message import msg
from store.paths import typed_path

OURS = Path(__file__).parent / "templates"
MOST_BYTES = 64 << 10
"""The size of a template of the user's own that is read."""
NAME = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]+)?/_?[a-z0-9-]{1,64}\.txt")
_TAG = re.compile(r"\{%.*?%\}")
Stamp = tuple[int, int, int] | None


def own_folder(templates: str) -> Path | None:
    """The folder of the setting; `None` where nothing is set."""
    return typed_path(templates) if templates else None


def stamp(folder: Path | None, name: str) -> Stamp:
    """What changes when the user's own template does; `None` where there is none."""
    if folder is None:
        return None
    try:
        found = (folder / name).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def source(folder: Path | None, name: str) -> str | None:
    """The text of a template, the user's own or ours; `None` where nobody has one.

    Raises `Broken` for one of the user's own that cannot be read or is no text.
    """
    if not NAME.fullmatch(name):
        return None
    own = _own(folder, name) if folder else None
    if own is not None:
        return _kept_lines(own)
    try:
        return _kept_lines((OURS / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _own(folder: Path, name: str) -> str | None:
    try:
        # Not blocking: what looks like a file may be a pipe that nobody writes to.
        number = os.open(folder / name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Broken(name, 0, msg("It cannot be read: {why}", why=error.strerror)) from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise Broken(name, 0, msg("It is no file."))
    with os.fdopen(number, "rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Broken(name, 0, msg("It is longer than {most} bytes.", most=MOST_BYTES))
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\t", " ")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Broken(name, line, msg("It is not written in UTF-8.")) from error
    for place, words in enumerate(text.split("\n"), 1):
        if harmless(words) != words:
            raise Broken(name, place, msg("It has a character that a letter cannot have."))
    return text


def _kept_lines(text: str) -> str:
    """A template in which a line that holds more than tags keeps its end.

    Jinja takes away the line end after every tag, and would join `- a{% endif %}` to what follows.
    """
    return "\n".join(
        f"{line[:-2]}+%}}" if line.endswith("%}") and _TAG.sub("", line).strip() else line
        for line in map(str.rstrip, text.split("\n"))
    )
