"""Passwords in a real tmux: not in its scrollback, and not for long in its buffers."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.secrets import some
from tests.faults.secrets.ways_tmux import WAYS
from tests.faults.secrets.world import World

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.mark.parametrize("way", some(WAYS, "copied, then kill -9"))
def test_tmux_keeps_no_password_that_was(at_work: World, way: str) -> None:
    traces = WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))
