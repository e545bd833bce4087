"""Passwords on the command line: where one was asked for, and nowhere else."""

from __future__ import annotations

import pytest

from tests.faults.secrets import some
from tests.faults.secrets.ways_commands import WAYS
from tests.faults.secrets.world import World


@pytest.mark.parametrize("way", some(WAYS, "refused by Microsoft", "typed, an abort with cores"))
def test_a_password_leaves_no_trace_where_it_was(at_work: World, way: str) -> None:
    traces = WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))
