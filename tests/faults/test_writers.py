"""S1 and S2: killed and competing writers lose nothing that was confirmed."""

import json
import subprocess
import sys

import pytest

from tests.faults import count


def run(*words: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.writers", *map(str, words)],
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    wrong: list[str] = json.loads(done.stdout)
    return wrong


@pytest.mark.parametrize("limit", [1 << 20, 20_000])
def test_killed_writers_lose_nothing(limit: int) -> None:
    assert run("kill", count(50, 1_000), limit) == []


def test_two_writers_lose_nothing() -> None:
    assert run("race", 2, count(500, 10_000)) == []


def test_eight_writers_lose_nothing() -> None:
    assert run("race", 8, count(50, 2_000)) == []


def test_without_the_lock_something_is_lost() -> None:
    """D1: the tests above would notice if the lock were taken out."""
    assert run("race", 2, 300, "--without-lock") != []
