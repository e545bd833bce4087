"""A new file for passwords that only this account may read; made before anything is sent."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from store.errors import BadInput, WriteRefused
from store.message import msg
from store.secret import Secret

_MODE = 0o600


class Entry(NamedTuple):
    """A user's name and password."""

    upn: str
    secret: Secret


class PasswordFile:
    """A file that did not exist before; what stands in it is on disk once a call returns.

    One password stands alone on its line; several are CSV with the user names.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1

    def write(self, entries: Sequence[Entry], *, alone: bool = False) -> None:
        """Makes the file, 0600; raises `BadInput` where there is one, and `WriteRefused`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            self._fd = os.open(self.path, flags, _MODE)
        except FileExistsError as error:
            raise BadInput(
                msg("{path} is there already, and is not written over.", path=str(self.path)),
                field="password-file",
                todo=msg("Name a file that is not there yet."),
            ) from error
        except OSError as error:
            raise self._failed(error) from error
        try:
            os.fchmod(self._fd, _MODE)
            self._put(entries, alone)
        except OSError as error:
            self.remove()
            raise self._failed(error) from error

    def keep(self, entries: Sequence[Entry]) -> None:
        """Leaves only these in it, or no file where there are none: the others never counted."""
        if not entries:
            self.remove()
            return
        spare = PasswordFile(self.path.with_name(f".{self.path.name}.{os.getpid()}"))
        try:
            spare.write(entries)
            if self._holds(self):
                os.rename(spare.path, self.path)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            if not self._holds(spare):
                spare.remove()
            spare.close()

    def remove(self) -> None:
        """Takes the file away, if it is still the one that was made."""
        if self._holds(self):
            with contextlib.suppress(OSError):
                os.unlink(self.path)
        self.close()

    def close(self) -> None:
        """Lets go of the file; it stays."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _put(self, entries: Sequence[Entry], alone: bool) -> None:
        data = memoryview(_lines(entries, alone))
        while data:
            data = data[os.write(self._fd, data) :]
        os.fsync(self._fd)

    def _holds(self, other: PasswordFile) -> bool:
        """Whether what stands at this one's path is the file that another one made."""
        try:
            here, there = os.fstat(other._fd), os.lstat(self.path)
        except OSError:
            return False
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def _failed(self, error: OSError) -> WriteRefused:
        return WriteRefused(
            msg("{path} cannot be written: {reason}.", path=str(self.path),
                reason=error.strerror or type(error).__name__),
            todo=msg("Nothing was sent to Microsoft for what is not in it."),
        )  # fmt: skip


def _lines(entries: Sequence[Entry], alone: bool) -> bytes:
    if alone:
        return "".join(f"{entry.secret.reveal()}\n" for entry in entries).encode()
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(("User name", "Password"))
    writer.writerows((entry.upn, entry.secret.reveal()) for entry in entries)
    return out.getvalue().encode()
