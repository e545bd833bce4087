"""S13: the lock outlives nobody, and whoever waits in vain is told for whom."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.errors import StoreBusy, StoreUnusable, WriteRefused
from store.journal.verify import verify
from tests.faults import count
from tests.stores import open_db

HOLD = """
import os, sys
from pathlib import Path
from tests.stores import open_db
db = open_db(Path(sys.argv[1]))
with db.transaction("hold"):
    if sys.argv[2] == "fork" and os.fork() == 0:
        os.write(1, b"%d\\n" % os.getpid())
        os.close(1)
        sys.stdin.read()
        os._exit(0)
    if sys.argv[2] != "fork":
        os.write(1, b"%d\\n" % os.getpid())
    os.close(1)
    sys.stdin.read()
"""


def holder(path: Path, how: str = "") -> tuple[subprocess.Popen[bytes], int]:
    """A process in the middle of a transaction, and the pid that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how or "stay"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    pid = int(process.stdout.readline())
    process.stdout.close()
    return process, pid


def end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    process.wait()


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s", patience=10)
    for number in range(count(3, 10)):
        process, pid = holder(tmp_path / "s")
        os.kill(pid, signal.SIGKILL)
        process.wait()
        end(process)
        assert db.table("x").insert({"n": number}) == number + 1
    assert verify(tmp_path / "s").sound


def test_a_stopped_holder_is_named(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s", patience=0.2)
    process, pid = holder(tmp_path / "s")
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(StoreBusy, match=f"process {pid} of "):
        db.table("x").insert({})
    assert time.monotonic() - started >= 0.2
    os.kill(pid, signal.SIGCONT)
    end(process)
    assert db.table("x").insert({}) == 1


def test_a_forked_child_may_hold_the_lock_of_a_dead_parent(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s", patience=0.2)
    process, _ = holder(tmp_path / "s", "fork")
    process.kill()
    process.wait()
    with pytest.raises(StoreBusy, match=r"a child of process [0-9]+, which has ended"):
        db.table("x").insert({})
    end(process)
    late = open_db(tmp_path / "s", patience=10)
    assert late.table("x").insert({}) == 1


def test_a_deleted_lock_file_is_noticed_before_anything_is_written(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    before = (tmp_path / "s" / "journal.1.jsonl").read_bytes()
    with pytest.raises(WriteRefused, match="lock file was taken away"), db.transaction("x"):
        db.table("x").insert({})
        (tmp_path / "s" / "lock").unlink()
    assert (tmp_path / "s" / "journal.1.jsonl").read_bytes() == before
    assert db.table("x").insert({}) == 1


def test_a_lock_that_is_no_file_is_refused(tmp_path: Path) -> None:
    open_db(tmp_path / "s").close()
    (tmp_path / "s" / "lock").unlink()
    (tmp_path / "s" / "lock").mkdir()
    db = open_db(tmp_path / "s")
    with pytest.raises(StoreUnusable, match="lock"):
        db.table("x").insert({})
