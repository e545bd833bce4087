"""Canary passwords and tokens through every path: where they go is known, and nowhere else."""

from collections.abc import Iterable

from tests.faults import count


def some(ways: Iterable[str], *sample: str) -> list[str]:
    """All of some names under `make faults`, else a sample of them."""
    known = list(ways)
    assert set(sample) <= set(known)
    return known if count(0, 1) else list(sample)
