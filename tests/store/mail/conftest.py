"""Certificates for mail servers on this host, good ones and bad ones."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.graph.authorities import made_in


class Certificates(NamedTuple):
    """An authority to believe, and the server's certificate with its key."""

    authority: str
    server: str


def certificates(folder: Path, *, host: str = "127.0.0.1", days: int = 30) -> Certificates:
    """New ones in a folder of their own."""
    folder.mkdir(exist_ok=True)
    authority, server = made_in(folder, host=host, days=days)
    return Certificates(str(authority), str(server))


@pytest.fixture
def good(tmp_path: Path) -> Certificates:
    """A certificate that checks out, once its authority is believed."""
    return certificates(tmp_path / "good")
