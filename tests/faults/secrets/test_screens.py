"""Passwords on the screens: shown once, and gone however that ends."""

from __future__ import annotations

import pytest

from tests.faults.secrets import some
from tests.faults.secrets.ways_screens import WAYS
from tests.faults.secrets.world import World


@pytest.mark.parametrize("way", some(WAYS, "a crash"))
def test_a_password_on_the_screen_leaves_no_trace_after(at_work: World, way: str) -> None:
    traces = WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))
