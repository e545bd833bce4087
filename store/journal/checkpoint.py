"""Writes the base of a segment beside the work, so that no change waits for it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from pathlib import Path

from store.errors import DeskError
from store.journal import base, current, files
from store.journal.base import Order
from store.journal.current import BaseMark, Current
from store.journal.journal import Journal
from store.journal.lock import Lock
from store.journal.reader import Mark
from store.journal.segments import base_path

_TEMPORARY = re.compile(r"base\.\d+\.json\.(\d+)\.new")


def due(journal: Journal) -> Mark | None:
    """Rolls to a new segment if it is time, and returns the base that is missing, if any.

    Called when nobody waits; what does not work now is tried again later.
    """
    with contextlib.suppress(DeskError, OSError):
        if journal.roll_due:
            journal.roll()
    return journal.base_due()


def write(folder: Path, mode: int, mark: Mark, order: Order) -> bool:
    """Makes `base.N.json` of `mark` and lets `CURRENT` name it; whether it did.

    Any failure leaves things as they are: the segments hold everything.
    """
    fresh = folder / f"base.{mark.segment}.json.{os.getpid()}.new"
    try:
        data = b"".join(base.packed(mark.state, seq=mark.seq, head=mark.head, order=order))
        files.write_file(fresh, data, mode)
        lock = Lock(folder, mode, patience=5.0)
        try:
            with lock.held():
                return _install(folder, mode, mark, fresh, data)
        finally:
            lock.close()
    except (DeskError, OSError, ValueError, RecursionError):
        # A forged line may hold what no file can.
        return False
    finally:
        with contextlib.suppress(OSError):
            files.remove(fresh)


def _install(folder: Path, mode: int, mark: Mark, fresh: Path, data: bytes) -> bool:
    now = current.read(folder)
    if now.segment < mark.segment or (now.base and now.base.segment > mark.segment):
        return False
    files.rename(fresh, base_path(folder, mark.segment))
    made = BaseMark(mark.segment, len(data), hashlib.sha256(data).hexdigest(), mark.seq, mark.head)
    current.switch(folder, Current(now.segment, now.genesis, made), mode)
    _tidy(folder, keep={mark.segment, now.base.segment if now.base else 0})
    return True


def _tidy(folder: Path, keep: set[int]) -> None:
    """Removes bases older than the last two, and what writers that died left half-made."""
    for name in os.listdir(folder):
        number = name[5:-5]
        if name.startswith("base.") and number.isdigit() and int(number) not in keep:
            files.remove(folder / name)
        left = _TEMPORARY.fullmatch(name)
        if left and not os.path.exists(f"/proc/{left[1]}"):
            files.remove(folder / name)
