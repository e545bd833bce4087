"""What the terminal is, found out without asking it anything."""

from __future__ import annotations

import select
import sys
import threading
from collections.abc import Callable, Mapping

from store.message import Message, msg

_LOST = select.POLLHUP | select.POLLERR | select.POLLNVAL


def why_no_screen(environment: Mapping[str, str]) -> Message | None:
    """Why no full-screen program can run here, if so."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        return msg(
            "there is no terminal here. Over ssh, use ssh -t; for one thing at a time, use "
            "commands: partnerdesk --help"
        )
    if environment.get("TERM", "") == "dumb":
        return msg(
            "this terminal (TERM=dumb) cannot show a full screen. For one thing at a time, use "
            "commands: partnerdesk --help"
        )
    return None


def when_lost(fd: int, then: Callable[[], None]) -> None:
    """Calls `then`, on a thread of its own, once the terminal behind `fd` has gone.

    The thread sleeps in the kernel until then. A signal alone does not do: it may be ignored
    (nohup), and a program that is blocked writing to the lost terminal does not get round to it.
    """

    def wait() -> None:
        watch = select.poll()
        watch.register(fd, 0)  # hang-ups and errors are reported unasked
        while not any(happened & _LOST for _, happened in watch.poll()):
            pass
        then()

    threading.Thread(target=wait, name="terminal", daemon=True).start()
