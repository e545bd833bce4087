"""Tokens, however they are got, used and lost: only in the private file of the sign-in."""

from __future__ import annotations

import pytest

from tests.faults.secrets import some
from tests.faults.secrets.ways_tokens import SIGNED_IN, SIGNED_OUT
from tests.faults.secrets.world import World


@pytest.mark.parametrize("way", some(SIGNED_OUT, "a sign-in kept in memory"))
def test_signing_in_leaves_its_tokens_in_one_file_or_in_none(world: World, way: str) -> None:
    traces = SIGNED_OUT[way](world)
    assert not traces, "\n".join(map(str, traces))


@pytest.mark.parametrize("way", some(SIGNED_IN, "a sync", "an abort, with cores"))
def test_a_token_leaves_no_trace_after(signed_in: World, way: str) -> None:
    traces = SIGNED_IN[way](signed_in)
    assert not traces, "\n".join(map(str, traces))
