"""Makes a working store, or a plain TinyDB file, of what a journal proves."""

from __future__ import annotations

import os
from pathlib import Path

from store.errors import BadInput, WriteRefused
from store.journal import base, current, files
from store.journal.base import Order
from store.journal.current import Current
from store.journal.folder import prepare
from store.journal.line import ZERO
from store.journal.segments import segment_path
from store.journal.state import State
from store.journal.verify import history
from store.message import msg


def copy_store(source: Path, target: Path, *, until: int | None = None) -> int:
    """Writes the proven lines of `source`, as they stand, into a new store; returns the last seq.

    `until` ends with that line. The lines keep their hashes, so the new store proves the same
    history. `source` is only read.
    """
    if not source.is_dir():
        raise BadInput(msg("There is no store in {path}.", path=source), field="from")
    if until is not None and until < 1:
        raise BadInput(msg("The first change has number 1."), field="until")
    kept: list[bytes] = []
    seq, genesis = 0, ZERO
    for _, _, line, entry in history(source):
        if until is not None and entry.seq > until:
            break
        kept.append(line)
        seq = entry.seq
        genesis = entry.sha if seq == 1 else genesis
    if not kept:
        raise BadInput(msg("Nothing in {path} is proven.", path=source), field="from")
    if until is not None and seq < until:
        raise BadInput(
            msg("Only changes up to {seq} are proven.", seq=str(seq)),
            field="until",
            todo=msg("Say --until {seq}.", seq=str(seq)),
        )
    folder = prepare(target)
    if os.listdir(target):
        raise BadInput(
            msg("{path} is not empty.", path=target),
            field="to",
            todo=msg("Name a folder that does not exist yet."),
        )
    try:
        files.write_file(segment_path(target, 1), b"".join(kept), folder.file_mode)
        current.switch(target, Current(1, genesis, None), folder.file_mode)
    except OSError as error:
        raise WriteRefused(
            msg("{path} could not be written: {reason}.", path=target, reason=error.strerror or "")
        ) from error
    return seq


def write_tinydb(state: State, seq: int, head: str, target: Path, order: Order) -> None:
    """Writes all tables as one file that stock TinyDB opens; never over an existing file."""
    data = b"".join(base.packed(state, seq=seq, head=head, order=order))
    if target.exists():
        raise BadInput(msg("{path} exists already.", path=target), field="to")
    try:
        files.write_file(target, data, 0o600)
    except OSError as error:
        raise WriteRefused(
            msg("{path} could not be written: {reason}.", path=target, reason=error.strerror or "")
        ) from error
