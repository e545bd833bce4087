"""Processes that write one store at the same time and report each confirmed change on a pipe.

They are forked from a fresh interpreter (`python -m tests.faults.writers …`), never from pytest,
and print what went wrong as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from store.journal import lock as lock_module
from store.journal.tables import JournalDB
from store.journal.verify import verify
from tests.stores import open_db, tidy

_REPORT = struct.Struct("<II")


def fork(work: Callable[[int], None]) -> tuple[int, int]:
    """Starts `work` in a child; returns its pid and the pipe that it reports on."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        try:
            work(write_end)
        except BaseException as error:
            os.write(2, f"writer failed: {error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(write_end)
    return pid, read_end


def reports(pipe: int) -> list[tuple[int, int]]:
    """Everything reported on a pipe until its writer ended."""
    data = b""
    while piece := os.read(pipe, 65_536):
        data += piece
    os.close(pipe)
    return [_REPORT.unpack_from(data, place) for place in range(0, len(data) - 7, 8)]


def one_change(db: JournalDB, writer: int, number: int, rng: random.Random) -> int:
    """Raises the common counter and keeps an audit document of it, in one transaction."""
    with db.transaction("test"):
        counter = db.table("counter")
        if not counter.update({"pad": "x" * rng.randrange(6_000)}, doc_ids=[1]):
            counter.insert({"n": 0, "pad": ""})
        counter.update(_raise, doc_ids=[1])
        total = counter.get(doc_id=1)["n"]  # type: ignore[index, call-overload]
        db.table("audit").insert({"writer": writer, "number": number, "total": total})
    return int(total)


def _raise(document: object) -> None:
    document["n"] += 1  # type: ignore[index]


def write(path: Path, writer: int, limit: int, changes: int, pipe: int) -> None:
    """Changes the store until killed, or `changes` times; reports each confirmation."""
    rng = random.Random(os.getpid())
    db = open_db(path, segment_limit=limit, patience=30.0)
    start = len(db.table("audit"))
    for number in range(start, start + changes):
        os.write(pipe, _REPORT.pack(number, one_change(db, writer, number, rng)))
        tidy(db)
    db.close()


def kill_rounds(rounds: int, limit: int) -> list[str]:
    """S1: two writers, killed at a random moment, again and again, on one store."""
    wrong: list[str] = []
    path = Path(tempfile.mkdtemp()) / "store"
    open_db(path).close()
    confirmed: set[tuple[int, int, int]] = set()
    rng = random.Random(limit)
    for round_number in range(rounds):
        children = [
            fork(lambda pipe, w=writer: write(path, w, limit, 10**6, pipe))  # type: ignore[misc]
            for writer in (1, 2)
        ]
        time.sleep(0.004 + rng.random() * 0.006)  # the fault: a kill at any moment of the work
        for pid, _ in children:
            os.kill(pid, signal.SIGKILL)
        for writer, (pid, pipe) in enumerate(children, 1):
            confirmed |= {(writer, number, total) for number, total in reports(pipe)}
            os.waitpid(pid, 0)
        if round_number % 20 == 19 or round_number == rounds - 1:
            wrong += check(path, confirmed, unconfirmed=2 * (round_number + 1))
        if wrong:
            break
    return wrong


def race(writers: int, changes: int) -> list[str]:
    """S2: writers at the same time, to the end; nothing is lost and ids are unique."""
    wrong: list[str] = []
    path = Path(tempfile.mkdtemp()) / "store"
    open_db(path).close()
    children = [
        fork(lambda pipe, w=writer: write(path, w, 50_000, changes, pipe))  # type: ignore[misc]
        for writer in range(1, writers + 1)
    ]
    confirmed = set()
    for writer, (pid, pipe) in enumerate(children, 1):
        confirmed |= {(writer, number, total) for number, total in reports(pipe)}
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
            wrong.append(f"writer {writer} failed")
    if len(confirmed) != writers * changes:
        wrong.append(f"{len(confirmed)} confirmations of {writers * changes}")
    return wrong + check(path, confirmed, unconfirmed=0)


def check(path: Path, confirmed: set[tuple[int, int, int]], *, unconfirmed: int) -> list[str]:
    """Opens the store and compares it with what was confirmed."""
    wrong: list[str] = []
    report = verify(path)
    wrong += map(str, report.problems)
    db = open_db(path)
    if db.storage.journal.read_only:
        return [*wrong, f"read-only: {db.storage.journal.read_only}"]
    audit = {(d["writer"], d["number"], d["total"]) for d in db.table("audit")}
    totals = sorted(total for _, _, total in audit)
    counter = db.table("counter").get(doc_id=1)
    if confirmed - audit:
        wrong.append(f"{len(confirmed - audit)} confirmed changes are lost")
    if len(audit - confirmed) > unconfirmed:
        wrong.append(f"{len(audit - confirmed)} changes that nobody was promised")
    if totals != list(range(1, len(totals) + 1)):
        wrong.append("the counter skipped or repeated a number")
    if counter and counter["n"] != len(totals):  # type: ignore[call-overload]
        wrong.append("counter and audit disagree")
    db.close()
    return wrong


def main() -> None:
    """`kill ROUNDS LIMIT`, `race WRITERS CHANGES`, each with `--without-lock` for the mutant."""
    what, one, two, *flags = sys.argv[1:]
    if "--without-lock" in flags:
        lock_module.Lock.held = _not_held  # type: ignore[method-assign, assignment]
    wrong = {"kill": kill_rounds, "race": race}[what](int(one), int(two))
    sys.stdout.write(json.dumps(wrong))


@contextlib.contextmanager
def _not_held(self: object, *, patience: float | None = None):  # type: ignore[no-untyped-def]
    yield


if __name__ == "__main__":
    main()
