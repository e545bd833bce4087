"""How the desk ends without a key: by a signal, or with its terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import terminal

if TYPE_CHECKING:
    from tui.app import PartnerDesk

_TIME_TO_LEAVE = 3.0
"""Seconds for the usual way out after the terminal has gone."""
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Endings:
    """Ends a desk in order, whatever ends it from outside.

    `clean_up` is called where the usual way out is not to be had, which else does it.
    """

    def __init__(self, app: PartnerDesk, clean_up: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._clean_up = clean_up

    def follow(self) -> None:
        """Follows the signals and the terminal from now on; only where the event loop runs."""
        loop = asyncio.get_running_loop()
        self.catch_signals(True)
        if not self._app.is_headless and sys.stdin:
            terminal.when_lost(sys.stdin.fileno(), lambda: self._terminal_lost(loop))

    def catch_signals(self, catch: bool) -> None:
        """Lets the signals that end a program end the desk in order, or no longer."""
        loop = asyncio.get_running_loop()
        for number in _ENDING:
            with contextlib.suppress(ValueError, RuntimeError):  # not the main thread: a test
                if catch:
                    loop.add_signal_handler(number, self._by_signal, number)
                else:
                    loop.remove_signal_handler(number)

    def after_the_loop(self) -> None:
        """A second hang-up, as shells send it, does not cut off what a first one began."""
        if self._app.return_code == 128 + signal.SIGHUP:
            with contextlib.suppress(ValueError):  # not the main thread: a test
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _by_signal(self, number: int) -> None:
        self._app.exit(128 + number, return_code=128 + number)

    def _terminal_lost(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ends the desk when its terminal has gone: the usual way, or else without it.

        Textual may be stuck writing to what is no longer there; what was being saved is
        finished all the same.
        """
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self._by_signal, signal.SIGHUP)
        threading.Event().wait(_TIME_TO_LEAVE)
        try:
            self._app.session.desk.close()
            self._clean_up()
        finally:
            os._exit(128 + signal.SIGHUP)
