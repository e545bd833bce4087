"""Passwords on the command line: where one was asked for, and nowhere else."""

from __future__ import annotations

import pytest

from tests.faults.secrets import some, ways_strace
from tests.faults.secrets.ways_commands import WAYS
from tests.faults.secrets.world import World


@pytest.mark.parametrize("way", some(WAYS, "refused by Microsoft", "typed, an abort with cores"))
def test_a_password_leaves_no_trace_where_it_was(at_work: World, way: str) -> None:
    traces = WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))


@pytest.mark.skipif(ways_strace.STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("way", some(ways_strace.WAYS, "made"))
def test_nothing_writes_a_password_where_nobody_asked_for_it(at_work: World, way: str) -> None:
    traces = ways_strace.WAYS[way](at_work)
    assert not traces, "\n".join(map(str, traces))
