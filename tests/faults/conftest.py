"""A town for every test, on a street that all tests of one process share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.town import Street, Town, street


@pytest.fixture(scope="session")
def shared_street() -> Iterator[Street]:
    """What listens, and a furnished store, in memory."""
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else None))
    with street(folder) as made:
        yield made
    shutil.rmtree(folder)


@pytest.fixture
def town(shared_street: Street) -> Iterator[Town]:
    """One desk and one practice cloud, with a wire between them."""
    folder = shared_street.furnished.with_name("town")
    with shared_street.town(folder) as made:
        yield made
    shutil.rmtree(folder)
