"""The only module that changes files of a store, so that a test can watch or break each call."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import stat
from pathlib import Path


class NotAFile(OSError):
    """The name is taken by something that is not a regular file (link, folder, pipe, device)."""


def open_file(path: Path, flags: int, mode: int = 0o600) -> int:
    """A descriptor of a regular file; links are not followed and a pipe does not block."""
    try:
        fd = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)
    except IsADirectoryError as error:
        raise NotAFile(error.errno, "not a regular file", str(path)) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.lstat(path).st_mode):
                raise NotAFile(error.errno, "not a regular file", str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise NotAFile(0, "not a regular file", str(path))
    return fd


def read_from(fd: int, offset: int = 0) -> bytes:
    """All bytes of `fd` from `offset` on."""
    pieces = []
    wanted = os.fstat(fd).st_size - offset
    while wanted > 0:
        piece = os.pread(fd, wanted, offset)
        if not piece:
            break
        pieces.append(piece)
        offset += len(piece)
        wanted -= len(piece)
    return b"".join(pieces)


def read_file(path: Path) -> bytes:
    """The content of a regular file."""
    fd = open_file(path, os.O_RDONLY)
    try:
        return read_from(fd)
    finally:
        os.close(fd)


def create_file(path: Path, data: bytes, mode: int) -> None:
    """A new file with exactly `data` and `mode`, on disk; its name is durable after `sync_folder`.

    Raises `FileExistsError` rather than touch a file that is there. What failed leaves nothing.
    """
    fd = open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        try:
            os.fchmod(fd, mode)
            append(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(path)
        raise


def write_file(path: Path, data: bytes, mode: int) -> None:
    """As `create_file`, for a name that only leftovers have.

    A leftover is removed, not written to: a colleague's may be of another owner.
    """
    remove(path)
    create_file(path, data, mode)


def set_aside(path: Path, data: bytes, mode: int) -> Path:
    """Keeps `data` in a file called `path`, or with a number behind it; returns which.

    Nothing that was set aside before is replaced; the same data is kept once.
    """
    for number in itertools.count(1):
        name = path if number == 1 else path.with_name(f"{path.name}.{number}")
        try:
            create_file(name, data, mode)
        except (FileExistsError, NotAFile):
            with contextlib.suppress(OSError):
                if read_file(name) == data:
                    return name
            continue
        return name
    raise AssertionError


def append(fd: int, data: bytes) -> None:
    """Writes all of `data`, which may take more than one call."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def sync_data(fd: int) -> None:
    """What was appended is on disk when this returns."""
    os.fdatasync(fd)


def cut(fd: int, size: int) -> None:
    """Cuts the file back to `size` bytes."""
    os.ftruncate(fd, size)


def sync_folder(folder: Path) -> None:
    """Names made, changed and removed in `folder` are on disk when this returns."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def rename(source: Path, target: Path) -> None:
    """Gives `source` the name `target`, replacing what had it, at once or not at all."""
    os.rename(source, target)


def give_name(source: Path, target: Path) -> None:
    """Gives `source` the name `target`; raises `FileExistsError` if something has it already."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        # A filesystem without links: the name is taken first, then replaced by what has it not.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        os.rename(source, target)
    else:
        os.unlink(source)


def remove(path: Path) -> None:
    """Removes a name, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
