"""A program on a pseudo-terminal, watched by the bytes that it sends and when."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

LIMIT = 120.0
_SIZE = struct.pack("HHHH", 24, 80, 0, 0)


class Watched:
    """A program started on an 80×24 terminal; `started` is when, in `perf_counter` seconds."""

    def __init__(self, *words: str) -> None:
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, _SIZE)
            kept = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
            os.execve(words[0], list(words), kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, _SIZE)

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def press(self, keys: str) -> None:
        """Sends keys."""
        os.write(self._fd, keys.encode())

    def until(self, holds: Callable[[bytes], object]) -> float:
        """Reads until what came since the call holds; returns when, in `perf_counter` seconds."""
        data, deadline = b"", time.monotonic() + LIMIT
        while not holds(data):
            if time.monotonic() > deadline:
                raise TimeoutError(f"never came: {data[-2000:]!r}")
            data += self.read(0.5)
        return time.perf_counter()

    def sees(self, words: str | bytes) -> float:
        """Reads until some words came; returns when."""
        wanted = re.escape(words.encode() if isinstance(words, str) else words)
        return self.until(lambda data: re.search(wanted, data))

    def read(self, seconds: float) -> bytes:
        """What arrives within a while, perhaps nothing."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        return os.read(self._fd, 1 << 20) if ready else b""

    def quiet(self, seconds: float = 0.15) -> int:
        """Reads until nothing came for a while; returns how many bytes did."""
        count = 0
        while data := self.read(seconds):
            count += len(data)
        return count

    def memory(self) -> int:
        """Resident memory, in kB."""
        with Path(f"/proc/{self.pid}/status").open(encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
