"""A practice cloud that listens, and somebody at its pages: fixtures for every test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from store.actions.connection import PRACTICE_ADDRESS
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice import door


@pytest.fixture(scope="session")
def certificate_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One certificate for all tests that do not ask for their own."""
    return tmp_path_factory.mktemp("certificate")


@pytest.fixture
def cloud() -> Practice:
    """A small practice cloud; tests may bring another of this name."""
    return door.small_cloud()


@pytest.fixture
def served(cloud: Practice, certificate_folder: Path) -> Iterator[Served]:
    """The practice cloud, listening."""
    with Served(cloud, certificate_folder) as listening:
        yield listening


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    """Somebody at its pages."""
    with door.browser(served) as client:
        yield client


def found_from(store: Path, served: Served) -> None:
    """Lets whoever uses a store find the practice cloud, as `practice serve` does."""
    file = store / PRACTICE_ADDRESS
    file.parent.mkdir(parents=True, exist_ok=True)
    where = {"address": served.address, "ca_file": str(served.ca_file)}
    file.write_text(json.dumps(where))
