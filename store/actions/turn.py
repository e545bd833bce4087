"""Whose turn it is to send: a lock that dies with its holder, so that no two ever send."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Self

from store.desk import Desk
from store.errors import StoreBusy, StoreReadOnly
from store.journal import files
from store.journal.folder import prepare
from store.journal.reasons import refused
from store.message import msg

NAME = "outbox.lock"


class Turn:
    """The right to send letters of a store, while the context lasts.

    Entering raises `StoreBusy` where another run has it, of this process or another one. Whoever
    has it knows that every letter which is *being sent* is so by a process that is dead.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._fd = -1

    def __enter__(self) -> Self:
        if self._desk.read_only:
            raise StoreReadOnly(self._desk.read_only)
        folder = prepare(self._desk.path, allow_network=True)
        try:
            fd = _opened(folder.path / NAME, folder.file_mode)
        except OSError as error:
            raise refused(error) from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise refused(error) from error
            raise StoreBusy(
                msg("Letters of this store are being sent already, by another desk or command."),
                todo=msg("Wait for it to end, or stop it there."),
            ) from None
        self._fd = fd
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def is_taken(desk: Desk) -> bool:
    """Whether somebody sends letters of a store at this moment; nothing is made or written.

    Looking takes the lock for an instant where nobody has it: only ask where it matters.
    """
    try:
        fd = files.open_file(desk.path / NAME, os.O_RDONLY)
    except OSError:
        return False  # nobody ever sent from here, or it is not ours to know
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


def _opened(path: Path, mode: int) -> int:
    try:
        return files.open_file(path, os.O_RDWR)
    except FileNotFoundError:
        try:
            fd = files.open_file(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            return files.open_file(path, os.O_RDWR)  # a colleague was quicker
        os.fchmod(fd, mode)
        return fd
