"""Gives customer lists out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from store.actions.table_file import HEADER, write
from store.errors import WriteRefused
from store.message import msg
from store.model.customer import Customer
from store.view import View

_BEGINNING = 1024
"""Bytes in which a mark of ours is looked for."""


def customers_csv(customers: Iterable[Customer]) -> bytes:
    """A list of customers as a file that imports back to the same and holds no formula."""
    return write(
        {
            field: ", ".join(customer.tags) if field == "tags" else str(getattr(customer, field))
            for field in HEADER
        }
        for customer in customers
    )


def listed(view: View) -> list[Customer]:
    """The customers that are not archived, by name."""
    found = (Customer.from_document(*item) for item in view.customers.items())
    return sorted((c for c in found if not c.archived), key=lambda c: (c.name.casefold(), c.id))


def write_new(path: Path, data: bytes, *, over: bytes = b"") -> Path:
    """Writes a file that only its owner may read, whole or not at all, over none that exists.

    One that has `over` near its beginning, as only a file of ours has, is replaced, and who may
    read it stays as it is. Raises `WriteRefused`.
    """
    import tempfile

    try:
        if over:  # what a link points to is replaced, and not the link
            path = Path(os.path.realpath(path))
        mode = _mode_of_ours(path, over) if over else None
        # A name that nothing else has: what a killed process left behind is not in the way.
        fd, fresh = tempfile.mkstemp(prefix=".partnerdesk.", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if mode is None:
                os.link(fresh, path)  # unlike a rename, this refuses to replace a file
            else:
                os.chmod(fresh, mode)
                os.rename(fresh, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(fresh)
    except FileExistsError as error:
        raise WriteRefused(
            msg("{path} exists already.", path=str(path)), todo=msg("Choose another name.")
        ) from error
    except OSError as error:
        raise WriteRefused(
            msg("{path} could not be written: {reason}.", path=str(path),
                reason=error.strerror or str(error)),
            todo=msg("Choose another folder, or make room."),
        ) from error  # fmt: skip
    return path.resolve()


def _mode_of_ours(path: Path, mark: bytes) -> int | None:
    """Who may read a plain file that has a mark of ours near its beginning; else `None`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or mark not in file.read(_BEGINNING):
            return None
        return stat.S_IMODE(found.st_mode)
