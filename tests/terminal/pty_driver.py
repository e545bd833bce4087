"""Runs the console script on a pseudo-terminal and reads what it sends, through an emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

PROGRAM = Path(sys.executable).with_name("partnerdesk")
PATIENCE = 30.0


class Terminal:
    """A terminal of some size with a program in it.

    `raw` is every byte the program sent, `lines` what stands on the emulated screen.
    """

    def __init__(
        self,
        *words: str,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        program: Path = PROGRAM,
    ) -> None:
        self.columns, self.rows = size
        self.raw = bytearray()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COVERAGE", "PYTEST"))
        }
        kept.update({"TERM": "xterm-256color", "LANG": "C.UTF-8", **(environment or {})})
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(str(program), [str(program), *words], kept)
        self._life = os.pidfd_open(self.pid)
        self.resize(*size)
        self._status: int | None = None

    # -- what it does -------------------------------------------------------------------------

    def press(self, keys: str | bytes) -> None:
        """Sends keys as a terminal sends them."""
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, columns: int, rows: int) -> None:
        """Gives the terminal another size."""
        self.columns, self.rows = columns, rows
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)
        self.screen.resize(rows, columns)

    def kill(self, number: signal.Signals) -> None:
        """Sends a signal."""
        os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Takes the terminal away, as a lost connection does."""
        os.close(self.fd)
        self.fd = -1

    # -- what it shows ------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        # The second cell of a wide character is empty, and may lose its first one to a resize:
        # pyte's own `display` ends in an error then.
        screen = self.screen
        return [
            "".join(screen.buffer[y][x].data for x in range(screen.columns)).rstrip()
            for y in range(screen.lines)
        ]

    @property
    def text(self) -> str:
        """What stands on the screen, as one text."""
        return "\n".join(self.lines)

    def read(self, seconds: float = 0.05) -> bytes:
        """Takes in what arrives within a while; returns it."""
        if self.fd < 0:
            select.select([self._life], [], [], seconds)
            return b""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65_536)
        except OSError:  # nobody has this terminal any more
            select.select([self._life], [], [], seconds)
            return b""
        self.raw += data
        self._stream.feed(data)
        return data

    def until(self, holds: Callable[[], object]) -> None:
        """Reads until something holds."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"never came true:\n{self.text}"
            self.read()

    def sees(self, *words: str) -> None:
        """Reads until all of some words stand on the screen, perhaps over the end of a line."""
        self.until(lambda: all(w in self.text or w in " ".join(self.text.split()) for w in words))

    def settle(self, quiet: float = 0.3) -> None:
        """Reads until nothing has arrived for `quiet` seconds."""
        while self.read(quiet):
            pass

    # -- how it ends --------------------------------------------------------------------------

    def ended(self) -> bool:
        """Whether the program has ended."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = status
        return self._status is not None

    def end(self) -> int:
        """Waits for the program's end; returns its exit status, negative for a signal."""
        deadline = time.monotonic() + PATIENCE
        while not self.ended():
            assert time.monotonic() < deadline, f"it does not end:\n{self.text}"
            self.read()
        while self.read():
            pass
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def close(self) -> None:
        """Ends whatever is left."""
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._status = 0
        if self._life >= 0:
            os.close(self._life)
            self._life = -1
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def is_restored(raw: bytes) -> bool:
    """Whether the last word on each mode that the desk sets is the one that unsets it."""
    for on, off in (
        (b"\x1b[?1049h", b"\x1b[?1049l"),
        (b"\x1b[?1000h", b"\x1b[?1000l"),
        (b"\x1b[?2004h", b"\x1b[?2004l"),
        (b"\x1b[?25l", b"\x1b[?25h"),
        (b"\x1b[?1004h", b"\x1b[?1004l"),
    ):
        if raw.rfind(on) > raw.rfind(off):
            return False
    return True
