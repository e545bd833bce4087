"""Runs blocking work beside the event loop, and never makes anybody wait for its end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


async def aside(work: Callable[[], Found]) -> Found:
    """What `work` returns or raises, from a thread of its own.

    Not `asyncio.to_thread`: at its end a program would wait for every thread of that kind, and
    ctrl+c would wait for a server that does not answer. When the caller is cancelled, `work` runs
    to its end unseen.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    outcome: list[Found] = []  # not the future's: asyncio writes those into its log

    def deliver(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        failed: BaseException | None = None
        try:
            outcome.append(work())
        except BaseException as error:
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(deliver, failed)

    threading.Thread(target=run, name="sign-in", daemon=True).start()
    await done
    return outcome[0]
