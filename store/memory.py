"""Making very many objects at once, none of them garbage."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_pauses = 0
_guard = threading.Lock()


@contextlib.contextmanager
def no_collections() -> Iterator[None]:
    """Stops the garbage collector, which would look through all of them again and again.

    What is alive at the end is left out of later collections: it is there to stay. Several
    threads may want this at the same time; the collector is back when the last is done.
    """
    global _pauses
    with _guard:
        _pauses += 1
        gc.disable()
    try:
        yield
    finally:
        with _guard:
            _pauses -= 1
            if not _pauses:
                gc.freeze()
                gc.enable()
