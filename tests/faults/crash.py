"""Every state that a power cut may leave behind, built from a recorded list of file calls.

What was written is durable after a sync of its file, a name after a sync of its folder, and
nothing else is promised: of what is pending, any part may be there. (After ALICE, OSDI 2014.)
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.journal import files
from store.journal.verify import verify
from tests.stores import contents, open_db, tidy

Call = tuple[Any, ...]
Names = dict[str, int]
MODES = ("all", "none", "zeros", "garbage", "torn", "torn", "torn", "torn")


class Recorder:
    """Stands in for `os` inside `store.journal.files` and notes what changes the disk."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[Call] = []
        self._folder = str(folder)
        self._inodes: Names = {}
        self._numbers = itertools.count(1)
        self._files: dict[int, int] = {}
        self._folders: set[int] = set()
        self._appending: set[int] = set()
        self._at: dict[int, int] = {}

    def stand_in(self) -> SimpleNamespace:
        """A namespace like `os`."""
        names = ("open", "write", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "close")
        return SimpleNamespace(**{**vars(os), **{n: getattr(self, f"os_{n}") for n in names}})

    def os_open(self, path: Any, flags: int, mode: int = 0o777) -> int:
        there = os.path.lexists(path)
        fd = os.open(path, flags, mode)
        if str(path) == self._folder:
            self._folders.add(fd)
        elif str(path).startswith(self._folder):
            name = os.path.basename(path)
            if not there:
                self._inodes[name] = next(self._numbers)
                self.calls.append(("create", name, self._inodes[name]))
            elif flags & os.O_TRUNC:
                self.calls.append(("cut", self._inodes[name], 0))
            self._files[fd] = self._inodes[name]
            self._at[fd] = 0
            if flags & os.O_APPEND:
                self._appending.add(fd)
        return fd

    def os_write(self, fd: int, data: Any) -> int:
        written = os.write(fd, data)
        if fd in self._files:
            size = os.fstat(fd).st_size
            offset = size - written if fd in self._appending else self._at[fd]
            self.calls.append(("write", self._files[fd], offset, bytes(data[:written])))
            self._at[fd] += written
        return written

    def os_fsync(self, fd: int) -> None:
        if fd in self._folders:
            self.calls.append(("sync names",))
        elif fd in self._files:
            self.calls.append(("sync", self._files[fd]))

    os_fdatasync = os_fsync

    def os_ftruncate(self, fd: int, size: int) -> None:
        os.ftruncate(fd, size)
        self.calls.append(("cut", self._files[fd], size))

    def os_rename(self, source: Any, target: Any) -> None:
        os.rename(source, target)
        old, new = os.path.basename(source), os.path.basename(target)
        self._inodes[new] = self._inodes.pop(old)
        self.calls.append(("rename", old, new))

    def os_unlink(self, path: Any) -> None:
        os.unlink(path)
        name = os.path.basename(path)
        self._inodes.pop(name, None)
        self.calls.append(("unlink", name))

    def os_close(self, fd: int) -> None:
        for known in (self._files, self._at):
            known.pop(fd, None)
        self._folders.discard(fd)
        self._appending.discard(fd)
        os.close(fd)


def record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Call], list[str]]:
    """Runs thirty transactions with several checkpoints; returns the calls and the states.

    `("confirmed",)` among the calls stands where the store told its caller that a state is kept.
    """
    recorder = Recorder(folder)
    monkeypatch.setattr(files, "os", recorder.stand_in())
    db = open_db(folder, segment_limit=2_500)
    states = [contents(db.storage.state)]
    recorder.calls.append(("confirmed",))
    rng = random.Random(2)
    for number in range(30):
        with db.transaction("test"):
            if number % 7 == 6:
                db.table("customers").remove(doc_ids=[number - 3])
            else:
                db.table("customers").insert({"n": number, "pad": "x" * rng.choice([10, 200])})
            db.table("audit").insert({"k": number})
        states.append(contents(db.storage.state))
        recorder.calls.append(("confirmed",))
        tidy(db)
    db.close()
    monkeypatch.undo()
    return recorder.calls, states


def crash_states(calls: list[Call]) -> Iterator[tuple[int, dict[str, bytes]]]:
    """All distinct states: how many transactions were confirmed, and the files that are left."""
    rng = random.Random(9)
    seen: set[Any] = set()
    for length in range(1, len(calls) + 1):
        confirmed = sum(call == ("confirmed",) for call in calls[:length])
        crash = _Crash(calls[:length])
        for kept in crash.name_subsets():
            for mode in MODES:
                left = crash.files(kept, mode, rng)
                key = (confirmed, tuple(sorted((name, hash(data)) for name, data in left.items())))
                if key not in seen:
                    seen.add(key)
                    yield confirmed, left


class _Crash:
    """What is durable and what is pending after some calls."""

    def __init__(self, calls: list[Call]) -> None:
        self.names: Names = {}
        self.pending_names: list[Call] = []
        self.durable: dict[int, bytes] = {}
        self.pending: dict[int, list[Call]] = {}
        for call in calls:
            match call:
                case ("create", _, inode):
                    self.durable[inode], self.pending[inode] = b"", []
                    self.pending_names.append(call)
                case ("rename" | "unlink", *_):
                    self.pending_names.append(call)
                case ("sync names",):
                    _change_names(self.names, self.pending_names)
                    self.pending_names = []
                case ("write" | "cut", inode, *_):
                    self.pending[inode].append(call)
                case ("sync", inode):
                    self.durable[inode] = _changed(self.durable[inode], self.pending[inode])
                    self.pending[inode] = []

    def name_subsets(self) -> Iterator[list[Call]]:
        """The pending changes of names that may have come through: any, where they are few."""
        for size in range(len(self.pending_names) + 1):
            yield self.pending_names[:size]
        if len(self.pending_names) <= 4:
            for size in range(len(self.pending_names)):
                yield from map(list, itertools.combinations(self.pending_names, size))

    def files(self, kept: list[Call], mode: str, rng: random.Random) -> dict[str, bytes]:
        """The files that are left if `kept` came through and data was torn as `mode` says."""
        names = dict(self.names)
        _change_names(names, kept)
        return {
            name: self._data(inode, mode, rng) for name, inode in names.items() if name != "lock"
        }

    def _data(self, inode: int, mode: str, rng: random.Random) -> bytes:
        durable, pending = self.durable[inode], self.pending[inode]
        if mode == "none" or not pending:
            return durable
        full = _changed(durable, pending)
        if mode == "all":
            return full
        if mode == "torn":
            kept = rng.randrange(len(pending))
            data = _changed(durable, pending[:kept])
            call = pending[kept]
            if call[0] == "write":
                part = call[3][: rng.randrange(len(call[3]) or 1)]
                data = _changed(data, [("write", inode, call[2], part)])
            return data
        missing = max(0, len(full) - len(durable))
        filler = bytes(missing) if mode == "zeros" else rng.randbytes(missing)
        return durable[: len(full)] + filler


def _change_names(names: Names, calls: Iterable[Call]) -> None:
    for call in calls:
        match call:
            case ("create", name, inode):
                names[name] = inode
            case ("rename", old, new) if old in names:
                names[new] = names.pop(old)
            case ("unlink", name):
                names.pop(name, None)


def _changed(data: bytes, calls: Iterable[Call]) -> bytes:
    made = bytearray(data)
    for call in calls:
        match call:
            case ("write", _, offset, piece):
                made.extend(bytes(max(0, offset - len(made))))
                made[offset : offset + len(piece)] = piece
            case ("cut", _, size):
                made.extend(bytes(max(0, size - len(made))))
                del made[size:]
    return bytes(made)


def wrong_outcomes(calls: list[Call], states: list[str], folder: Path, *, every: int) -> list[str]:
    """Recovers every `every`-th crash state in `folder`; returns what went wrong, in words."""
    wrong = []
    for number, (confirmed, left) in enumerate(crash_states(calls)):
        if number % every:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        for name, data in left.items():
            (folder / name).write_bytes(data)
        try:
            with closing(open_db(folder, segment_limit=10**9)) as db:
                found = contents(db.storage.state)
                db.table("audit").insert({"after": "crash"})
            with closing(open_db(folder, segment_limit=1)) as rolled:
                segment = rolled.storage.journal._segment
                tidy(rolled)
                assert rolled.storage.journal._segment == segment + 1, "no segment can be begun"
                rolled.table("audit").insert({"after": "the roll"})
            problems = verify(folder).problems
            assert not problems, str(problems[0])
        except Exception as error:
            wrong.append(f"state {number}, {confirmed} confirmed: {error}")
            continue
        # The transaction that was under way may be there, wholly, or not at all.
        if found not in states[max(0, confirmed - 1) : confirmed + 1]:
            wrong.append(f"state {number}, {confirmed} confirmed: another state came back")
    return wrong
