"""A small secret file that only this account may read: one writer at a time, never half of it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from store.errors import DeskError, WriteRefused
from store.message import N_, Message, msg

_FOLDER, _FILE = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST = 8 << 20
"""Bytes; what is larger was not written by us."""
_PATIENCE, _PAUSE = 0.5, 0.005
"""Seconds that a writer waits for another, and between two tries."""


class NotPrivate(DeskError):
    """A secret is not read, or not written, because others could have a hand in its file."""

    title = N_("The sign-in is not kept there")
    exit_code = 3


class PrivateFile:
    """One file in a folder of its own kind, 0600 in 0700.

    `mended` says what was found readable by others and is no longer. Reading takes no lock, since
    the file changes by renaming. A lock whose holder was killed is free: the kernel keeps it, not
    the file's existence.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mended: Message | None = None

    def read(self) -> str | None:
        """The text, or `None` if there is no file; raises `NotPrivate`."""
        try:
            self._check_folder(os.lstat(self.path.parent))
            fd = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(error) from error
        try:
            self._check_file(fd)
            return os.read(fd, _LARGEST).decode("utf-8", "replace")
        except OSError as error:
            raise self._refused(error) from error
        finally:
            os.close(fd)

    def stamp(self) -> tuple[int, int, int] | None:
        """Differs whenever the file is another one than before; `None` if there is none."""
        try:
            found = os.lstat(self.path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def write(self, text: str) -> None:
        """Replaces the file, whole or not at all; raises `NotPrivate` or `WriteRefused`.

        To be called inside `held`.
        """
        spare = self.path.with_name(f".{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            self._make_folder()
            self._refuse_odd()
            fd = os.open(
                spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE
            )
            try:
                os.fchmod(fd, _FILE)
                _write_all(fd, text.encode())
                os.fsync(fd)
            finally:
                os.close(fd)
            os.rename(spare, self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(spare)
            raise WriteRefused(
                msg(
                    "The sign-in could not be kept in {path}: {reason}.",
                    path=str(self.path),
                    reason=error.strerror or type(error).__name__,
                ),
                todo=msg('Make room, or set token-cache = "memory" in the settings.'),
            ) from error

    def remove(self) -> bool:
        """Takes the file away, and what killed writers left; whether there was one.

        To be called inside `held`, so that no other process writes it again meanwhile.
        """
        gone = False
        with contextlib.suppress(OSError):
            os.unlink(self.path)
            gone = True
        self._sweep()
        return gone

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other writers out for a moment.

        Who waits too long goes on without: the file stays whole all the same, and the last one
        to write wins.
        """
        self._make_folder()
        try:
            fd = os.open(
                self.path.with_name("lock"),
                os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
                _FILE,
            )
        except OSError as error:
            raise self._refused(error) from error
        try:
            if _locked(fd):
                self._sweep()
            yield
        finally:
            os.close(fd)

    # -- who else could have a hand in it --------------------------------------------------------

    def _make_folder(self) -> None:
        folder = self.path.parent
        try:
            folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
            self._check_folder(os.lstat(folder))
        except OSError as error:
            raise self._refused(error) from error

    def _check_folder(self, found: os.stat_result) -> None:
        folder = self.path.parent
        if not stat.S_ISDIR(found.st_mode):
            raise self._not_ours(msg("{path} is not a folder.", path=str(folder)))
        self._check_owner(found, folder)
        if found.st_mode & _OTHERS:
            os.chmod(folder, _FOLDER)

    def _check_file(self, fd: int) -> None:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise self._not_ours(msg("{path} is not a file.", path=str(self.path)))
        self._check_owner(found, self.path)
        if found.st_mode & _OTHERS:
            os.fchmod(fd, _FILE)
            self.mended = msg(
                "Others on this host could read {path}; that is mended. If you do not trust them, "
                "end all sessions of your account at Microsoft and sign in again.",
                path=str(self.path),
            )

    def _refuse_odd(self) -> None:
        """Raises `NotPrivate` where the name is taken by something that we would not read."""
        with contextlib.suppress(FileNotFoundError):
            found = os.lstat(self.path)
            if not stat.S_ISREG(found.st_mode):
                raise self._not_ours(msg("{path} is not a file.", path=str(self.path)))
            self._check_owner(found, self.path)

    def _check_owner(self, found: os.stat_result, path: Path) -> None:
        if found.st_uid != os.geteuid():
            raise self._not_ours(
                msg(
                    "{path} belongs to {owner}, not to {we}.",
                    path=str(path),
                    owner=_name(found.st_uid),
                    we=_name(os.geteuid()),
                )
            )

    def _not_ours(self, what: Message) -> NotPrivate:
        return NotPrivate(
            what,
            todo=msg(
                "Move it out of the way: a sign-in is kept only where this account alone can "
                "read it."
            ),
        )

    def _refused(self, error: OSError) -> NotPrivate:
        with contextlib.suppress(OSError):
            if stat.S_ISLNK(os.lstat(self.path).st_mode):
                return self._not_ours(msg("{path} is a link.", path=str(self.path)))
        return self._not_ours(
            msg(
                "{path} cannot be used: {reason}.",
                path=str(self.path),
                reason=error.strerror or type(error).__name__,
            )
        )

    def _sweep(self) -> None:
        """Takes away what writers left that were killed in the middle."""
        with contextlib.suppress(OSError):
            for left in self.path.parent.glob(f".{self.path.name}.*"):
                with contextlib.suppress(OSError):
                    left.unlink()


def _locked(fd: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE)


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
