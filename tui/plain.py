"""A text on the terminal's normal screen, where it selects and scrolls by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
import tty
from collections.abc import Iterator
from types import FrameType

from store.message import N_
from tui import text

_ENDS = frozenset({b"", b"\r", b"\n", b"q", b"\x1b", b"\x04"})
"""What goes back to the desk: enter, q, esc, ctrl+d, or no terminal any more."""
_CHUNK = 4_096


def show(shown: str) -> None:
    """Writes a text and waits for enter, q, esc or ctrl+c; the full screen has been left before."""
    sys.stdout.write("\n" + "\n".join(map(text.editable, shown.split("\n"))) + "\n\n")
    sys.stdout.write(text.plain(N_("Press Enter to go back to the desk.")) + "\n")
    sys.stdout.flush()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt, OSError):
            if sys.stdin.isatty():
                _wait(sys.stdin.fileno())
            else:
                sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, before)


def _wait(fd: int) -> None:
    """Waits for a key that goes back.

    A key that comes alone counts. Several bytes at once are an arrow, or a paste whose q would
    hand the rest of it to the desk as keys.
    """
    with _silent(fd):
        while os.read(fd, _CHUNK) not in _ENDS:
            pass


@contextlib.contextmanager
def _silent(fd: int) -> Iterator[None]:
    """Keys arrive one by one and are not shown; the terminal is itself again whatever happens."""
    try:
        before = termios.tcgetattr(fd)
    except termios.error:
        yield
        return

    def restore() -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(fd, termios.TCSADRAIN, before)

    def end(number: int, _frame: FrameType | None) -> None:
        """A signal would end the process before anything is put back."""
        restore()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    deadly = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    caught = [number for number in deadly if signal.getsignal(number) is signal.SIG_DFL]
    for number in caught:
        signal.signal(number, end)
    try:
        tty.setcbreak(fd, termios.TCSADRAIN)
        yield
    finally:
        restore()
        for number in caught:
            signal.signal(number, signal.SIG_DFL)
