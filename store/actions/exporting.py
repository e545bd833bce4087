"""Gives customer lists out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from store.actions.table_file import HEADER, write
from store.errors import WriteRefused
from store.message import msg
from store.model.customer import Customer
from store.view import View


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


def write_new(path: Path, data: bytes) -> Path:
    """Writes a file that only its owner may read, whole or not at all, over none that exists.

    Raises `WriteRefused`.
    """
    import tempfile

    try:
        # A name that nothing else has: what a killed process left behind is not in the way.
        fd, fresh = tempfile.mkstemp(prefix=".partnerdesk.", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, path)  # unlike a rename, this refuses to replace a file
        finally:
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
