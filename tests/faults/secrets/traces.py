"""Looks for secrets in whatever a run left, in each form that a program may have given them."""

from __future__ import annotations

import base64
import codecs
import html
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

_ENDS = 12
"""So much of a secret's beginning or end counts as the secret: `reprlib` leaves that of it."""
_SHORT = 24
"""From this length on, a beginning says which secret it is and nothing else begins like it."""
_TAG = re.compile(rb"<[^<>]{0,300}>")
_SEQUENCE = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P.*?\x1b\\|[ -/]*[0-~])", re.DOTALL
)
_TYPED = (
    re.compile(rb"character=(?:'((?:\\'|[^'])+)'|\"([^\"]+)\")"),
    re.compile(rb"FEED (?:'((?:\\'|[^'])+)'|\"([^\"]+)\")"),
)
"""How logs of keys write them, one after the other."""


class Trace(NamedTuple):
    """Where a secret was found, and in what form; never the secret itself."""

    place: str
    form: str

    def __str__(self) -> str:
        return f"{self.place} ({self.form})"


def _base64(text: bytes, coded: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """What stands in the base64 of anything that holds a text, wherever in it the text begins."""
    for before in range(3):
        whole = coded(b"\0" * before + text)
        yield whole[(before * 8 + 5) // 6 : (before + len(text)) * 8 // 6]


def _written(secret: str) -> Iterator[tuple[str, bytes]]:
    plain = secret.encode()
    yield "plain", plain
    for name in ("utf-16-le", "utf-16-be", "utf-32-le"):
        yield name, secret.encode(name)
    yield "hex", plain.hex().encode()
    yield "hex", plain.hex(" ").encode()
    yield "hex", plain.hex().upper().encode()
    for coded in (base64.b64encode, base64.urlsafe_b64encode):
        for piece in _base64(plain, coded):
            yield "base64", piece
    yield "quoted-printable", codecs.encode(plain, "quopri")
    once = json.dumps(secret)[1:-1]
    yield "JSON", once.encode()
    yield "JSON", json.dumps(secret, ensure_ascii=False)[1:-1].encode()
    yield "JSON in JSON", json.dumps(once)[1:-1].encode()
    for found in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield "URL", found.encode()
        yield "URL", re.sub("%..", lambda match: match[0].lower(), found).encode()
    yield "repr", repr(secret)[1:-1].encode()
    yield "repr", repr(plain)[2:-1].encode()
    yield "HTML", html.escape(secret).encode()
    yield "reversed", plain[::-1]


def forms(secret: str) -> dict[bytes, str]:
    """Every way of writing a secret, and what it is called; of a long one its two ends, too."""
    found: dict[bytes, str] = {}
    pieces = [("", secret)]
    if len(secret) >= _SHORT:
        pieces += [("beginning, ", secret[:_ENDS]), ("end, ", secret[-_ENDS:])]
    for which, piece in pieces:
        for name, form in _written(piece):
            if len(form) >= 6:
                found.setdefault(form, which + name)
    return found


class Hunt:
    """Looks for some secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms: dict[bytes, str] = {}
        for secret in secrets:
            assert len(secret) >= 8, "too short to be told from anything else"
            self._forms |= forms(secret)
        # A regular expression of thousands of words is slow; one look for each is not.
        self._words = sorted(self._forms, key=len)

    def in_bytes(self, data: bytes) -> str:
        """In what form a secret stands in some bytes; "" where none does."""
        for seen, how in self._seen(data):
            for word in self._words:
                if word in seen:
                    return f"{self._forms[word]}{how}"
        return ""

    def in_folder(self, folder: Path, *, but: Callable[[Path], bool]) -> list[Trace]:
        """Every file below a folder that holds a secret, but those where it belongs.

        A name counts as what a file holds, and so does what a link leads to.
        """
        found = []
        for at, folders, files in os.walk(folder):
            for name in (*folders, *files):
                path = Path(at, name)
                where = str(path.relative_to(folder))
                form = self.in_bytes(os.fsencode(name))
                if form:
                    found.append(Trace(f"the name of {where!r}", form))
                if path.is_symlink():
                    form = self.in_bytes(os.fsencode(os.readlink(path)))
                elif path.is_file() and not but(path):
                    form = self.in_bytes(path.read_bytes())
                else:
                    continue
                if form:
                    found.append(Trace(where, form))
        return found

    def _seen(self, data: bytes) -> Iterator[tuple[bytes, str]]:
        """The bytes as they are, and as somebody would read them who puts them together."""
        yield data, ""
        shown = _SEQUENCE.sub(b"", data) if b"\x1b" in data else data
        shown = _TAG.sub(b"", shown) if b"<" in shown else shown
        if shown != data:
            yield shown, " between sequences"
        yield b"".join(shown.split()), " over lines"
        for typed in _TYPED:
            keys = b"".join(one or other for one, other in typed.findall(data))
            if keys:
                yield keys, " key by key"
