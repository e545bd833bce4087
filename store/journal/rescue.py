"""Makes a working store, or a plain TinyDB file, of what a journal proves."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from store.errors import BadInput, WriteRefused
from store.journal import base, current, files
from store.journal.base import Order
from store.journal.current import Current
from store.journal.folder import prepare
from store.journal.line import ZERO, dumps
from store.journal.reasons import reason_of
from store.journal.segments import segment_path
from store.journal.state import State
from store.journal.verify import history
from store.message import msg

_FRESH = "journal.1.jsonl.new"
_LEFTOVERS = (_FRESH, f"{current.NAME}.new")


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
    try:
        for _, _, line, entry in history(source):
            kept.append(line)
            seq = entry.seq
            genesis = entry.sha if seq == 1 else genesis
            if seq == until:
                break
    except OSError as error:
        raise BadInput(
            msg("{path} cannot be read: {reason}.", path=source, reason=reason_of(error)),
            field="from",
            todo=msg("Nothing was made. Make it readable, or say --until {seq}.", seq=str(seq)),
        ) from error
    if not kept:
        raise BadInput(msg("Nothing in {path} is proven.", path=source), field="from")
    if until is not None and seq < until:
        raise BadInput(
            msg("Only changes up to {seq} are proven.", seq=str(seq)),
            field="until",
            todo=msg("Say --until {seq}.", seq=str(seq)),
        )
    was_there = os.path.lexists(target)
    folder = prepare(target)
    if not {*os.listdir(target)} <= {*_LEFTOVERS}:
        raise BadInput(
            msg("{path} is not empty.", path=target),
            field="to",
            todo=msg("Name a folder that does not exist yet."),
        )
    fresh, made = target / _FRESH, False
    try:
        try:
            files.write_file(fresh, b"".join(kept), folder.file_mode)
            files.give_name(fresh, segment_path(target, 1))
            made = True
            current.switch(target, Current(1, genesis, None), folder.file_mode)
        except BaseException:
            if made:  # another export into the same folder may have been quicker
                _take_back(target, was_there)
            else:
                with contextlib.suppress(OSError):
                    files.remove(fresh)
                    if not was_there:
                        os.rmdir(target)
            raise
    except OSError as error:
        raise _not_written(target, error) from error
    return seq


def _take_back(target: Path, was_there: bool) -> None:
    """Removes what was made of a store, so that it does not stand in the way of the next try."""
    with contextlib.suppress(OSError):
        for name in (current.NAME, *_LEFTOVERS, segment_path(target, 1).name):
            files.remove(target / name)
        if not was_there:
            os.rmdir(target)


def write_tinydb(state: State, seq: int, head: str, target: Path, order: Order) -> None:
    """Writes all tables as one file that stock TinyDB opens; never over an existing file."""
    try:
        data = b"".join(base.packed(state, seq=seq, head=head, order=order))
    except (TypeError, ValueError, RecursionError) as error:
        raise WriteRefused(
            msg(
                "{path} was not written: {document} holds a value that JSON cannot hold "
                "({reason}).",
                path=target,
                document=_unwritable(state),
                reason=str(error)[:200],
            ),
            todo=msg("Correct that record, then do it again."),
        ) from error
    fresh = target.with_name(f".partnerdesk.{os.getpid()}.new")
    try:
        try:
            files.write_file(fresh, data, 0o600)
            files.give_name(fresh, target)
        finally:
            with contextlib.suppress(OSError):
                files.remove(fresh)
        with contextlib.suppress(OSError):  # some filesystems cannot, and the data is there
            files.sync_folder(target.parent)
    except FileExistsError as error:
        raise BadInput(msg("{path} exists already.", path=target), field="to") from error
    except OSError as error:
        raise _not_written(target, error) from error


def _unwritable(state: State) -> str:
    """The first document that cannot be written, as table and id."""
    for name, rows in state.tables.items():
        for key, document in rows.items():
            try:
                dumps(document)
            except (TypeError, ValueError, RecursionError):
                return f"{name} {key}"
    return "?"


def _not_written(target: Path, error: OSError) -> WriteRefused:
    return WriteRefused(
        msg("{path} could not be written: {reason}.", path=target, reason=reason_of(error))
    )
