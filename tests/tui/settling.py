"""Lets a pilot go on as soon as the desk has nothing left to do.

Textual's own sleeps after each key until the process hardly works: at least three times 20 ms, and
far longer beside other tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import process_time
from typing import Any
from unittest import mock

from tui.app import PartnerDesk

_A_WHILE = 1.0
"""Seconds after which a desk that always has something to do counts as settled."""
_A_MOMENT = 0.005
_QUIET = 10
"""So many moments in a row without work mean that a thread waits, and not for the disk alone."""


class _Threads(ThreadPoolExecutor):
    """The threads of `asyncio.to_thread`, which know how much they still have to do."""

    busy = 0

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(*args, **kwargs)
        self.busy += 1
        asyncio.wrap_future(future).add_done_callback(self._done)
        return future

    def _done(self, ended: asyncio.Future[Any]) -> None:
        self.busy -= 1
        if not ended.cancelled():
            ended.exception()  # whoever waits for it hears of it; asyncio need not complain too


@contextmanager
def settling(app: PartnerDesk) -> Iterator[None]:
    """Within, the pilot of an app waits for callbacks, threads and paint, and for no more."""
    loop = asyncio.get_running_loop()
    threads = _Threads()
    loop.set_default_executor(threads)

    async def settled(*_: float) -> None:
        until, quiet = loop.time() + _A_WHILE, 0
        while loop.time() < until:
            await asyncio.sleep(0)
            if loop._ready:  # type: ignore[attr-defined]
                continue  # others may go on at once
            if threads.busy:
                worked = process_time()
                await asyncio.sleep(_A_MOMENT)
                is_quiet = not loop._ready and process_time() - worked <= _A_MOMENT / 10
                quiet = quiet + 1 if is_quiet else 0
                if quiet < _QUIET:
                    continue  # otherwise it waits as well, perhaps for the test
            if not app.is_running or not app._screen_stack:
                return
            app.screen._on_timer_update()  # paints, without waiting for the next sixtieth
            await asyncio.sleep(0)
            if not loop._ready:  # type: ignore[attr-defined]
                return

    with (
        mock.patch("textual.app.wait_for_idle", settled),
        mock.patch("textual.pilot.wait_for_idle", settled),
    ):
        yield
