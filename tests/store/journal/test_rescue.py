"""What verify says holds, and what a copy or a TinyDB file of a journal is made of."""

import errno
import hashlib
import os
import re
from pathlib import Path

import pytest

from store.errors import (
    BadInput,
    WriteRefused,
)
from store.journal import current, files
from store.journal.line import pack, unpack
from store.journal.rescue import copy_store, write_tinydb
from store.journal.state import State
from store.journal.verify import verify
from tests.faults.odd import append_odd
from tests.stores import NO_ORDER, contents, open_db, sample


def test_only_a_last_line_without_its_end_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "s"
    sample(path, transactions=3, segment_limit=10**9)
    journal = path / "journal.1.jsonl"
    data = journal.read_bytes()
    journal.write_bytes(data[:-30])
    report = verify(path)
    assert (report.sound, report.seq, len(report.notes)) == (True, 3, 1)
    for place in (data.rfind(b'"at"') + 6, len(data) - 10):
        edited = bytearray(data)
        edited[place] ^= 1
        journal.write_bytes(edited)
        report = verify(path)
        assert "journal.1.jsonl, line 4: its" in str(report.problems[0])
        assert report.seq == 3


@pytest.mark.parametrize("left", [b"", b'{"head":{"format":1,"seq":'])
def test_a_segment_without_its_first_line_is_a_problem(left: bytes, tmp_path: Path) -> None:
    path = tmp_path / "s"
    sample(path)
    last = max(path.glob("journal.*"), key=lambda found: int(found.name.split(".")[1]))
    last.write_bytes(left)
    assert not verify(path).sound
    last.unlink()
    last.mkdir()
    assert not verify(path).sound


def test_only_what_is_proven_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "s"
    states = sample(path)
    append_odd(path, "a document is a number")
    assert copy_store(path, tmp_path / "copy") == 30 + len(list(path.glob("journal.*")))
    report = verify(tmp_path / "copy")
    assert report.sound, list(map(str, report.problems))
    db = open_db(tmp_path / "copy")
    assert contents(db.storage.state) == states[-1]
    assert db.table("customers").insert({"n": 1})


def test_the_advice_can_be_typed_from_the_thousandth_change_on(tmp_path: Path) -> None:
    path = tmp_path / "s"
    open_db(path).close()
    journal = path / "journal.1.jsonl"
    lines = [journal.read_bytes()]
    last = unpack(lines[0])
    for number in range(2, 1_403):
        line, last = pack(
            seq=number,
            prev=last.sha,
            at="2026-11-22T10:00:00.000Z",
            by={"name": "anna"},
            origin={"host": "jump1"},
            did="test",
            why=None,
            changes=[["put", "customers", number, {"n": number}]],
        )
        lines.append(line)
    lines[1_300] = lines[1_300].replace(b'"n":', b'"m":')
    journal.write_bytes(b"".join(lines))
    damage = open_db(path).storage.journal.damage
    assert re.search(r"at line 1301 \(byte \d+\)", str(damage))
    until = re.search(r"--until (\S+) --to", str(damage))
    assert until
    with pytest.raises(BadInput, match="Say --until 1300"):
        copy_store(path, tmp_path / "new", until=1_301)
    assert copy_store(path, tmp_path / "new", until=int(until[1])) == 1_300
    assert "line 1301" in str(verify(path).problems[0])


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("call", ["append", "give_name", "sync_folder", "rename"])
def test_a_copy_that_failed_leaves_nothing_and_can_be_made_again(
    call: str, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample(tmp_path / "s", transactions=3)
    new = tmp_path / "new"
    if there:
        new.mkdir(0o700)

    def fails(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, call, fails)
    with pytest.raises(WriteRefused, match="could not be written: the disk is full"):
        copy_store(tmp_path / "s", new)
    assert new.exists() == there
    assert not there or list(new.iterdir()) == []
    monkeypatch.undo()
    copy_store(tmp_path / "s", new)
    assert verify(new).sound


def test_a_copy_that_was_killed_can_be_made_again(tmp_path: Path) -> None:
    sample(tmp_path / "s", transactions=3)
    new = tmp_path / "new"
    new.mkdir(0o700)
    (new / "journal.1.jsonl.new").write_bytes(b"half")
    copy_store(tmp_path / "s", new)
    assert verify(new).sound
    assert sorted(found.name for found in new.iterdir()) == ["CURRENT", "journal.1.jsonl"]


@pytest.mark.parametrize("call", ["append", "give_name"])
def test_a_tinydb_file_that_failed_is_not_left_half_written(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "desk.json"
    out.parent.mkdir()

    def fails(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, call, fails)
    with pytest.raises(WriteRefused, match="the disk is full"):
        write_tinydb(State(), 0, "", out, NO_ORDER)
    assert list(out.parent.iterdir()) == []
    monkeypatch.undo()
    write_tinydb(State(), 0, "", out, NO_ORDER)
    assert [found.name for found in out.parent.iterdir()] == ["desk.json"]
    with pytest.raises(BadInput, match="exists already"):
        write_tinydb(State(), 0, "", out, NO_ORDER)
    link = out.with_name("link.json")
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="exists already"):
        write_tinydb(State(), 0, "", link, NO_ORDER)
    assert sorted(found.name for found in out.parent.iterdir()) == ["desk.json", "link.json"]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_filesystem_without_links_takes_a_tinydb_file_too(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> None:
        raise OSError(number, "no links here")

    monkeypatch.setattr(os, "link", fails)
    out = tmp_path / "desk.json"
    write_tinydb(State(), 0, "", out, NO_ORDER)
    before = out.read_bytes()
    with pytest.raises(BadInput, match="exists already"):
        write_tinydb(State(), 1, "", out, NO_ORDER)
    assert [found.name for found in tmp_path.iterdir()] == ["desk.json"]
    assert out.read_bytes() == before


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_a_value_that_no_file_can_hold_is_named(value: object, tmp_path: Path) -> None:
    state = State().after([["put", "customers", 1, {}], ["put", "customers", 7, {"x": value}]])
    out = tmp_path / "desk.json"
    with pytest.raises(WriteRefused, match="customers 7 holds a value that JSON cannot hold"):
        write_tinydb(state, 0, "", out, NO_ORDER)
    assert list(tmp_path.iterdir()) == []


def test_a_base_that_was_changed_with_its_fingerprint_is_told_from_a_damaged_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s"
    states = sample(path)
    now = current.read(path)
    assert now.base
    base = path / f"base.{now.base.segment}.json"
    data = base.read_bytes().replace(b'"n":0', b'"n":7', 1)
    base.write_bytes(data)
    (problem,) = verify(path).problems
    assert "It is only a cache and is made again; nothing is lost." in str(problem)
    mark = now.base._replace(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    (path / current.NAME).write_bytes(now._replace(base=mark).packed())
    (problem,) = verify(path).problems
    assert f"{base.name} fits CURRENT and does not agree with the journal" in str(problem)
    assert "changed from outside" in str(problem) and "nothing is lost" not in str(problem)
    copy_store(path, tmp_path / "new")
    assert contents(open_db(tmp_path / "new").storage.state) == states[-1]


def test_a_segment_that_cannot_be_read_makes_no_shorter_copy(tmp_path: Path) -> None:
    path = tmp_path / "s"
    sample(path)
    (path / "journal.2.jsonl").unlink()
    (path / "journal.2.jsonl").mkdir()
    with pytest.raises(BadInput, match=r"cannot be read: .*Nothing was made.*--until \d+") as said:
        copy_store(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    until = re.search(r"--until (\d+)", str(said.value))
    assert until
    copy_store(path, tmp_path / "new", until=int(until[1]))
    assert verify(tmp_path / "new").sound
