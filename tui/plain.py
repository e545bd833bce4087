"""A text on the terminal's normal screen, where it selects and scrolls by itself."""

from __future__ import annotations

import contextlib
import signal
import sys

from store.message import N_
from tui import text


def show(shown: str) -> None:
    """Writes a text and waits for Enter, or ctrl+c; the full screen has been left before."""
    sys.stdout.write("\n" + "\n".join(map(text.editable, shown.split("\n"))) + "\n\n")
    sys.stdout.write(text.plain(N_("Press Enter to go back to the desk.")) + "\n")
    sys.stdout.flush()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, before)
