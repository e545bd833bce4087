"""One writer at a time: an advisory lock on a file that is never deleted."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pwd
import random
import time
from collections.abc import Iterator
from pathlib import Path

from store.errors import StoreBusy, StoreUnusable, WriteRefused
from store.journal import files
from store.journal.reasons import refused
from store.message import Message, msg

NAME = "lock"
_FIRST_WAIT, _LONGEST_WAIT = 0.0002, 0.005


class Lock:
    """`flock` on `folder/lock`; the kernel frees it when its holder dies.

    Not `lockf`: closing any other descriptor of the file would drop that one.
    """

    def __init__(self, folder: Path, mode: int, *, patience: float) -> None:
        self._path = folder / NAME
        self._mode = mode
        self._patience = patience
        self._fd = self._open()

    def _open(self) -> int:
        try:
            try:
                return files.open_file(self._path, os.O_RDWR)
            except FileNotFoundError:
                return self._make()
        except OSError as error:
            raise StoreUnusable(
                msg(
                    "The lock file {path} cannot be used: {reason}.",
                    path=self._path,
                    reason=error.strerror or str(error),
                ),
                todo=msg("Nothing was saved. It has to be a file that this account may write."),
            ) from error

    def _make(self) -> int:
        try:
            fd = files.open_file(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, self._mode)
        except FileExistsError:
            return files.open_file(self._path, os.O_RDWR)  # a colleague was quicker
        os.fchmod(fd, self._mode)
        return fd

    @contextlib.contextmanager
    def held(self, *, patience: float | None = None) -> Iterator[None]:
        """Holds the lock; raises `StoreBusy` after `patience` seconds."""
        self._take(self._patience if patience is None else patience)
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def check(self) -> None:
        """Raises `WriteRefused` if the file was deleted or replaced while we hold it."""
        if not self._is_in_place():
            raise WriteRefused(
                msg("The store's lock file was taken away during the change."),
                todo=msg(
                    "Nothing was saved; do it again. Never delete the file {name}.", name=NAME
                ),
            )

    def close(self) -> None:
        """Gives the descriptor back."""
        os.close(self._fd)

    def _take(self, patience: float) -> None:
        until = time.monotonic() + patience
        wait = _FIRST_WAIT
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise refused(error) from error
                if time.monotonic() >= until:
                    raise self._busy(patience) from None
                time.sleep(wait * random.uniform(0.5, 1.5))
                wait = min(wait * 1.5, _LONGEST_WAIT)
                continue
            if self._is_in_place():
                return
            os.close(self._fd)
            self._fd = self._open()

    def _is_in_place(self) -> bool:
        ours = os.fstat(self._fd)
        try:
            there = os.lstat(self._path)
        except FileNotFoundError:
            return False
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def _busy(self, patience: float) -> StoreBusy:
        return StoreBusy(
            msg(
                "The store has been locked for {seconds} seconds by {holder}.",
                seconds=round(patience),
                holder=self._holder(),
            ),
            todo=msg("Nothing was saved. Let that process finish or end it, then do it again."),
        )

    def _holder(self) -> Message:
        """Who holds the lock, from the kernel's table; a child may hold it for a dead parent."""
        ours = os.fstat(self._fd)
        place = f"{os.major(ours.st_dev):02x}:{os.minor(ours.st_dev):02x}:{ours.st_ino}"
        with contextlib.suppress(OSError):
            for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
                part = line.split()
                if "FLOCK" in part and place in part and "->" not in part:
                    return _process(int(part[part.index(place) - 1]))
        return msg("another process")


def _process(pid: int) -> Message:
    try:
        user = pwd.getpwuid(os.stat(f"/proc/{pid}").st_uid).pw_name
    except (OSError, KeyError):
        return msg("a child of process {pid}, which has ended", pid=str(pid))
    return msg("process {pid} of {user}", pid=str(pid), user=user)
