"""A practice cloud that listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from store.practice.serve import Served
from tests.practice import door


@pytest.fixture
def app(served: Served) -> Iterator[Any]:
    """MSAL for people, in the partner's tenant."""
    with door.program(served) as made:
        yield made
