"""Processes of the command line that are killed at any moment: `python -m tests.faults.killed`.

They are forked from this warm interpreter, one for each line of JSON on its input, a list of words.
It answers with the process's id at once, and with how it ended afterwards.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from types import TracebackType

from tests.conftest import TODAY

_WARM = (
    "anyio._backends._asyncio", "h11", "httpcore", "msal", "msal_extensions", "tomllib",
    "jinja2.sandbox", "smtplib", "store.actions.connection", "store.actions.sending",
    "store.graph.client", "store.graph.signin", "store.journal.tables", "store.mail.message",
    "store.mail.smtp", "tui.access", "tui.commands.main", "tui.commands.prepare",
    "tui.commands.send", "tui.commands.sync", "tui.settings",
)  # fmt: skip
"""What the commands would import one after the other, each process anew."""


class Forge:
    """Makes processes of the command line; the pytest side of this module."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PARTNERDESK_OPERATOR": "anna"},
        )

    def start(self, *words: str) -> int:
        """Gives a command; returns the id of its process."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> int:
        """How the last one ended: its status, or minus the signal that killed it."""
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def __enter__(self) -> Forge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def command(words: list[str]) -> int:
    """What the child does with its life."""
    from tui import settings
    from tui.commands.base import Context
    from tui.commands.main import run

    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1) if "--loud" in words else (0, 1, 2):
        os.dup2(silence, stream)
    words = [word for word in words if word != "--loud"]
    context = Context(settings.load(), os.environ, lambda *_: 9, today=lambda: TODAY)
    try:
        return run(words, context)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


def main() -> None:
    """Serves until its input ends; two commands at once are two of these."""
    for name in _WARM:
        importlib.import_module(name)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 70
            try:
                status = command(json.loads(line))
            finally:
                os._exit(status)
        os.write(1, b"%d\n" % pid)
        _, ended = os.waitpid(pid, 0)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(ended))


if __name__ == "__main__":
    main()
