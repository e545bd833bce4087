"""S11: whatever a power cut leaves of the files, the confirmed changes come back."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.journal import files
from tests.faults import count
from tests.faults.crash import crash_states, record, wrong_outcomes


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory, where a thousand stores a second can be made."""
    shm = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else None))
    yield made
    shutil.rmtree(made)


def test_every_crash_state_recovers(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, states = record(memory / "made", monkeypatch)
    total = sum(1 for _ in crash_states(calls))
    assert total > 1_000
    every = max(1, total // count(500, total))
    assert wrong_outcomes(calls, states, memory / "left", every=every) == []


@pytest.mark.parametrize("omitted", ["sync_data", "sync_folder"])
def test_without_a_sync_some_state_does_not_recover(
    omitted: str, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D1: the test above would notice if either sync were taken out."""
    with monkeypatch.context() as mutant:
        mutant.setattr(files, omitted, lambda _: None)
        calls, states = record(memory / "made", mutant)
    every = max(1, sum(1 for _ in crash_states(calls)) // count(300, 2_000))
    assert wrong_outcomes(calls, states, memory / "left", every=every) != []
