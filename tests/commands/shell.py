"""Commands as a shell gives them: words in; stdout, stderr and an exit status out."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.operator import Operator
from tests.conftest import TODAY
from tui import settings
from tui.commands.base import Context
from tui.commands.main import run
from tui.settings import Settings

PROGRAM = Path(sys.executable).with_name("partnerdesk")
TENANT = "11111111-2222-4333-8444-555555555555"
CONTOSO = "aaaaaaaa-0000-4000-8000-000000000001"
FABRIKAM = "aaaaaaaa-0000-4000-8000-000000000002"
GRANULAR = (
    "https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/granularAdminRelationships/"
    f"bbbbbbbb-0000-4000-8000-000000000001-{TENANT}"
)
"""A link made in Partner Center for one customer."""
OTHER_GRANULAR = GRANULAR.replace("000000000001-", "000000000002-")
OSC52 = "\x1b]52;c;aGk=\x07"
"""What would put *hi* on the clipboard of a terminal that it reached."""

_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit status, its data and its talk."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of data."""
        return self.out.splitlines()

    def json(self) -> Any:
        """The data, which has to be JSON and nothing else."""
        return json.loads(self.out)


class Shell:
    """Runs commands in this process, on the test's own home and clock."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.today = TODAY

    @property
    def store(self) -> Path:
        """The folder of the store that commands use when nothing else is said."""
        return settings.store_folder(Settings(), os.environ)

    def __call__(self, line: str, *words: str, status: int | None = 0, stdin: bytes = b"") -> Ran:
        """Runs a command line, and `words` as they are behind it.

        It has to end with `status`; with `None` any of ours will do, but no traceback.
        """
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        context = Context(settings.load(), os.environ, _no_desk, today=self._clock)
        said = [*shlex.split(line), *words]
        try:
            ended: object = run(said, context)
        except SystemExit as end:
            ended = end.code
        out, err = self._capsys.readouterr()
        wanted = range(5) if status is None else (status,)
        assert ended in wanted, f"{said} ended with {ended!r}, said\n{out}\nand\n{err}"
        return Ran(int(str(ended)), out, err)

    def _clock(self) -> date:
        return self.today


def _no_desk(folder: Path, found: Settings, operator: Operator) -> int:
    raise AssertionError("a command opened the full-screen desk")


def process(
    *words: str,
    status: int = 0,
    environment: Mapping[str, str] | None = None,
    under: tuple[str, ...] = (),
    stdin: bytes = b"",
) -> Ran:
    """Runs the installed program, as a process of its own and without a terminal."""
    done = subprocess.run(
        [*under, str(PROGRAM), *words],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        check=False,
        timeout=60,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, f"{words} ended with {done.returncode}:\n{out}\n{err}"
    return Ran(status, out, err)


def bound_by_modes() -> tuple[str, ...]:
    """The words to run a program under, so that a file's mode counts for root too."""
    if os.geteuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv, or another user than root")
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def raw(text: str) -> list[str]:
    """The characters of a text that a terminal or a reader's eye could be misled by."""
    return [
        f"U+{ord(character):04X}"
        for character in text.replace("\r\n", "\n")
        if character in _BIDI
        or (unicodedata.category(character) in ("Cc", "Cs") and character != "\n")
    ]


def odd_keys(value: Any, *, but: tuple[str, ...] = ()) -> list[str]:
    """The keys in a JSON value that are not snake_case; those inside `but` are data."""
    if isinstance(value, list):
        return [key for item in value for key in odd_keys(item, but=but)]
    if not isinstance(value, dict):
        return []
    found = [key for key in value if not _SNAKE.fullmatch(key)]
    return found + [
        key for name, item in value.items() if name not in but for key in odd_keys(item, but=but)
    ]
