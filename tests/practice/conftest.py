"""A practice cloud that listens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice import door


@pytest.fixture(scope="session")
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One certificate for all tests that do not ask for their own."""
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture
def cloud() -> Practice:
    return door.small_cloud()


@pytest.fixture
def served(cloud: Practice, certificate_folder: Path) -> Iterator[Served]:
    with Served(cloud, certificate_folder) as listening:
        yield listening


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    with door.browser(served) as client:
        yield client


@pytest.fixture
def app(served: Served) -> Iterator[Any]:
    """MSAL for people, in the partner's tenant."""
    with door.program(served) as made:
        yield made
