"""Passwords on the screens: shown once, and gone however that ends."""

from __future__ import annotations

import pytest

from tests.faults.secrets import some, ways_forms, ways_screens
from tests.faults.secrets.world import World

WAYS = ways_screens.WAYS | ways_forms.WAYS


@pytest.mark.parametrize("way", some(WAYS, "a crash"))
def test_a_password_on_the_screen_leaves_no_trace_after(at_work: World, way: str) -> None:
    traces = WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))
