"""A store is made, written by several handles, rolled, checkpointed and opened again."""

import errno
import hashlib
import json
import os
import re
import stat
from pathlib import Path

import pytest
from tinydb import Query, TinyDB

from store.errors import (
    BadInput,
    OutcomeUnknown,
    StoreDamaged,
    StoreReadOnly,
    StoreUnusable,
    WriteRefused,
)
from store.journal import current, files
from store.journal.line import pack, unpack
from store.journal.rescue import copy_store, write_tinydb
from store.journal.state import State
from store.journal.verify import verify
from tests.faults.odd import append_odd
from tests.stores import NO_ORDER, contents, open_db, sample, tidy


def test_what_is_confirmed_is_there_for_the_next_process(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    with db.transaction("test"):
        db.table("customers").insert({"name": "Contoso"})
        db.table("members").insert({"upn": "zoe@fabrikam.example"})
    other = open_db(tmp_path / "s")
    assert other.table("customers").get(doc_id=1) == {"name": "Contoso"}
    assert other.table("members").all() == [{"upn": "zoe@fabrikam.example"}]
    other.table("customers").update({"name": "Contoso AG"}, Query().name == "Contoso")
    assert db.table("customers").get(doc_id=1) == {"name": "Contoso AG"}
    assert verify(tmp_path / "s").sound


def test_a_transaction_that_fails_changes_nothing_and_takes_no_id(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    before = (tmp_path / "s" / "journal.1.jsonl").read_bytes()
    with pytest.raises(RuntimeError), db.transaction("test"):
        db.table("customers").insert({"name": "Contoso"})
        assert len(db.table("customers")) == 1
        raise RuntimeError
    assert len(db.table("customers")) == 0
    assert (tmp_path / "s" / "journal.1.jsonl").read_bytes() == before
    assert db.table("customers").insert({"name": "Fabrikam"}) == 1


def test_a_transaction_without_a_change_writes_no_line(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    db.table("customers").insert({"name": "Contoso"})
    seq = db.storage.journal.seq
    db.table("customers").update({"name": "Contoso"}, doc_ids=[1])
    with db.transaction("test") as done:
        db.table("customers").update({"name": "x"}, doc_ids=[1])
        db.table("customers").update({"name": "Contoso"}, doc_ids=[1])
    assert done.entry is None
    assert db.storage.journal.seq == seq


def test_ids_are_not_given_out_twice(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    assert db.table("customers").insert_multiple([{"n": 1}, {"n": 2}]) == [1, 2]
    db.table("customers").remove(doc_ids=[2])
    other = open_db(tmp_path / "s")
    assert other.table("customers").insert({"n": 3}) == 3
    db.drop_table("customers")
    assert other.table("customers").all() == []
    assert other.table("customers").insert({"n": 4}) == 4


def test_documents_do_not_share_anything_with_the_caller(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    tags = ["a"]
    db.table("customers").insert({"tags": tags})
    tags.append("b")
    assert db.table("customers").get(doc_id=1) == {"tags": ["a"]}


def test_what_json_cannot_hold_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    for value in (float("nan"), "\ud800", {1, 2}):
        with pytest.raises(WriteRefused):
            db.table("customers").insert({"name": value})
    assert len(db.table("customers")) == 0


def test_segments_roll_and_bases_spare_replaying_them(tmp_path: Path) -> None:
    path = tmp_path / "s"
    states = sample(path)
    assert len(list(path.glob("journal.*.jsonl"))) >= 4
    assert 1 <= len(list(path.glob("base.*.json"))) <= 2
    db = open_db(path)
    assert contents(db.storage.state) == states[-1]
    assert not db.storage.journal.notices
    report = verify(path)
    assert report.sound, list(map(str, report.problems))
    assert report.lines == db.storage.journal.seq


def test_a_handle_follows_another_one_over_several_rolls(tmp_path: Path) -> None:
    path = tmp_path / "s"
    one, two = open_db(path, segment_limit=1_500), open_db(path, segment_limit=1_500)
    for number in range(40):
        writer, reader = (one, two) if number % 3 else (two, one)
        writer.table("customers").insert({"n": number})
        if number % 5 == 0:
            tidy(writer)
        assert len(reader.table("customers")) == number + 1
    assert contents(one.storage.state) == contents(two.storage.state)
    assert verify(path).sound


def test_stock_tinydb_opens_a_base(tmp_path: Path) -> None:
    path = tmp_path / "s"
    sample(path)
    newest = max(path.glob("base.*.json"), key=lambda found: int(found.name.split(".")[1]))
    stock = TinyDB(newest)
    assert stock.tables() == {"_meta", "customers", "audit"}
    assert stock.table("customers").get(Query().n == 0) == {"n": 0, "pad": ""}
    lines = newest.read_text(encoding="utf-8").splitlines()
    assert any(json.loads("{" + line.rstrip(",") + "}") for line in lines if line.startswith('"1'))
    stock.close()


def test_a_damaged_base_is_made_again_and_said_once(tmp_path: Path) -> None:
    path = tmp_path / "s"
    states = sample(path)
    for found in path.glob("base.*.json"):
        found.write_bytes(found.read_bytes()[:-40])
    db = open_db(path)
    assert contents(db.storage.state) == states[-1]
    assert len(db.storage.journal.notices) == 1
    assert "Nothing is lost" in str(db.storage.journal.notices[0])
    tidy(db)
    assert open_db(path).storage.journal.notices == []


def test_damage_in_the_middle_is_named_and_everything_before_it_can_be_rescued(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s"
    states = sample(path, transactions=8, segment_limit=10**9)
    journal = path / "journal.1.jsonl"
    data = bytearray(journal.read_bytes())
    fifth = [i for i, byte in enumerate(data) if byte == ord("\n")][4]
    data[fifth + 30] ^= 4
    journal.write_bytes(data)

    db = open_db(path)
    assert contents(db.storage.state) == states[4]
    assert "journal.1.jsonl is damaged at line 6" in str(db.storage.journal.read_only)
    with pytest.raises(StoreReadOnly) as refusal:
        db.table("customers").insert({"n": 1})
    assert "export --until 5" in str(refusal.value)
    assert journal.read_bytes() == data

    rescued = tmp_path / "rescued"
    assert copy_store(path, rescued, until=5) == 5
    again = open_db(rescued)
    assert contents(again.storage.state) == states[4]
    again.table("customers").insert({"n": 99})
    assert verify(rescued).sound


def test_a_torn_last_line_is_set_aside_and_said(tmp_path: Path) -> None:
    path = tmp_path / "s"
    states = sample(path, transactions=3, segment_limit=10**9)
    with (path / "journal.1.jsonl").open("ab") as journal:
        journal.write(b'{"head":{"format":1,"seq":5,"at":"20')
    db = open_db(path)
    assert contents(db.storage.state) == states[-1]
    (notice,) = db.storage.journal.notices
    (kept,) = path.glob("broken.*")
    assert kept.name in str(notice)
    assert kept.read_bytes() == b'{"head":{"format":1,"seq":5,"at":"20'
    assert open_db(path).storage.journal.notices == []


def test_a_missing_current_beside_a_journal_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "s"
    states = sample(path)
    (path / current.NAME).unlink()
    db = open_db(path)
    assert contents(db.storage.state) == states[-1]
    assert "CURRENT is missing" in str(db.storage.journal.read_only)
    assert not (path / current.NAME).exists()


def test_making_a_store_that_was_interrupted_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "s"
    open_db(path).close()
    (path / current.NAME).unlink()
    db = open_db(path)
    assert db.storage.journal.read_only is None
    db.table("customers").insert({"n": 1})
    assert verify(path).sound


def test_files_are_private_or_the_teams(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        open_db(tmp_path / "mine").close()
        team = tmp_path / "team"
        team.mkdir()
        team.chmod(0o2770)
        open_db(team).table("x").insert({})
        for path, mode in ((tmp_path / "mine", 0o600), (team, 0o660)):
            found = {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()}
            assert found == {mode}
        assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700
    finally:
        os.umask(old)


def test_a_folder_that_anyone_may_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(StoreUnusable, match="Anyone on this host"):
        open_db(tmp_path / "open")


def test_a_failed_append_is_cut_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = open_db(tmp_path / "s")
    db.table("customers").insert({"n": 1})
    journal = tmp_path / "s" / "journal.1.jsonl"
    before = journal.read_bytes()

    def half(fd: int, data: bytes) -> None:
        os.write(fd, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "append", half)
    with pytest.raises(WriteRefused, match="the disk is full"):
        db.table("customers").insert({"n": 2})
    assert journal.read_bytes() == before
    monkeypatch.undo()
    assert db.table("customers").insert({"n": 2}) == 2
    assert verify(tmp_path / "s").sound


def test_a_failed_sync_ends_writing_and_is_an_unknown_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_db(tmp_path / "s")

    def fails(fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files, "sync_data", fails)
    with pytest.raises(OutcomeUnknown):
        db.table("customers").insert({"n": 1})
    monkeypatch.undo()
    with pytest.raises(StoreReadOnly):
        db.table("customers").insert({"n": 2})
    assert open_db(tmp_path / "s").table("customers").insert({"n": 2}) == 2


def test_the_exit_road_is_one_file_for_stock_tinydb(tmp_path: Path) -> None:
    states = sample(tmp_path / "s")
    db = open_db(tmp_path / "s")
    journal = db.storage.journal
    write_tinydb(db.storage.state, journal.seq, journal.head, tmp_path / "out.json", NO_ORDER)
    stock = TinyDB(tmp_path / "out.json")
    assert {document.doc_id: dict(document) for document in stock.table("customers")} == dict(
        json.loads(states[-1])["tables"]["customers"]
    )
    stock.close()


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


def test_a_journal_that_shrank_under_an_open_desk_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "s"
    db = open_db(path)
    for number in range(4):
        db.table("customers").insert({"n": number})
    journal = path / "journal.1.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:3]))
    with pytest.raises(StoreDamaged, match=r"journal\.1\.jsonl was cut, replaced or written"):
        db.table("customers").insert({"n": 5})
    with pytest.raises(StoreReadOnly):
        db.table("customers").insert({"n": 5})
    assert journal.read_bytes() == b"".join(lines[:3])
    assert len(db.storage.state.table("customers")) == 4


@pytest.mark.parametrize("how", ["cut", "replaced", "removed"])
def test_a_journal_that_is_changed_during_a_transaction_is_damage(how: str, tmp_path: Path) -> None:
    path = tmp_path / "s"
    db = open_db(path)
    db.table("customers").insert({"n": 1})
    journal = path / "journal.1.jsonl"
    with pytest.raises(StoreDamaged), db.transaction("test"):
        db.table("customers").insert({"n": 2})
        data = journal.read_bytes()
        match how:
            case "cut":
                os.truncate(journal, len(data) - 1)
            case "replaced":
                (path / "copy").write_bytes(data)
                (path / "copy").rename(journal)
            case "removed":
                journal.unlink()
    assert db.storage.journal.read_only


def test_a_segment_that_is_replaced_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "s"
    db = open_db(path)
    db.table("customers").insert({"n": 1})
    journal = path / "journal.1.jsonl"
    (path / "copy").write_bytes(journal.read_bytes())
    (path / "copy").rename(journal)  # as rsync does
    with pytest.raises(StoreDamaged):
        db.table("customers").insert({"n": 2})
    (path / "copy").write_bytes(journal.read_bytes())
    late = open_db(path, segment_limit=10)
    (path / "copy").rename(journal)
    tidy(late)
    assert late.storage.journal.damage
    assert not (path / "journal.2.jsonl").exists()
    assert open_db(path).table("customers").insert({"n": 2}) == 2


def _genesis(path: Path) -> bytes:
    """Makes a store that nothing was ever written to, without CURRENT; returns its only line."""
    open_db(path).close()
    (path / current.NAME).unlink()
    return (path / "journal.1.jsonl").read_bytes()


@pytest.mark.parametrize("cut", [0, 1, 20, 60, 200, -30, -1])
def test_the_beginning_of_making_a_store_is_gone_over_again(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "s"
    line = _genesis(path)
    (path / "journal.1.jsonl").write_bytes(line[:cut])
    db = open_db(path)
    assert db.table("customers").insert({"n": 1}) == 1
    assert verify(path).sound
    kept = [found.read_bytes() for found in path.glob("broken.*")]
    assert kept == ([line[:cut]] if cut else [])


def test_a_small_journal_without_current_is_damage_unless_it_is_the_beginning(
    tmp_path: Path,
) -> None:
    path = tmp_path / "s"
    line = _genesis(path)
    flipped = bytearray(line)
    flipped[len(line) // 2] ^= 1
    other = line.replace(b"store-created", b"customers.add")
    for left in (
        bytes(flipped),
        line + b"x",
        line + line,
        other,
        other[:-50],
        bytes(len(line)),
        b"x",
        b"\n",
        line[:100] + b"\n",
        line[:100].replace(b'"seq":1', b'"seq":2'),
    ):
        (path / "journal.1.jsonl").write_bytes(left)
        db = open_db(path)
        assert "CURRENT is missing beside a journal" in str(db.storage.journal.read_only), left
        db.close()
        assert {f.name: f.read_bytes() for f in path.iterdir() if f.name != "lock"} == {
            "journal.1.jsonl": left
        }


def test_a_store_of_one_change_that_lost_a_bit_and_current_is_no_new_store(tmp_path: Path) -> None:
    path = tmp_path / "s"
    db = open_db(path)
    db.table("customers").insert({"n": 1})
    db.close()
    (path / current.NAME).unlink()
    journal = path / "journal.1.jsonl"
    data = bytearray(journal.read_bytes())
    for place in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[place] ^= 4
        journal.write_bytes(damaged)
        assert open_db(path).storage.journal.damage
        assert not (path / current.NAME).exists()


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


@pytest.mark.parametrize("call", ["append", "create_file", "sync_folder", "cut", "sync_data"])
def test_a_recovery_that_the_disk_does_not_let_happen_is_refused_and_done_later(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s"
    db = open_db(path)
    db.table("customers").insert({"n": 1})
    torn = b'{"head":{"format":1,"seq":3,"at":"20'
    with (path / "journal.1.jsonl").open("ab") as journal:
        journal.write(torn)

    def fails(*given: object) -> None:
        raise OSError(28, "No space left on device")

    for _ in range(2):
        monkeypatch.setattr(files, call, fails)
        with pytest.raises((WriteRefused, StoreReadOnly), match="disk"):
            db.table("customers").insert({"n": 2})
        monkeypatch.undo()
    assert (call == "sync_data") == bool(db.storage.journal.read_only)
    again = open_db(path)
    assert again.table("customers").insert({"n": 2}) == 2
    assert [found.read_bytes() for found in path.glob("broken.*")] == [torn]
    assert verify(path).sound


def test_what_was_set_aside_before_stays(tmp_path: Path) -> None:
    path = tmp_path / "s"
    open_db(path).close()
    journal = path / "journal.1.jsonl"
    size = journal.stat().st_size
    torn = [b'{"head":{"one', b'{"head":{"two', b'{"head":{"one', b"three"]
    for left in torn:
        with journal.open("ab") as file:
            file.write(left)
        open_db(path).close()
    kept = {found.name: found.read_bytes() for found in path.glob("broken.*")}
    name = f"broken.1.{size}"
    assert kept == {name: torn[0], f"{name}.2": torn[1], f"{name}.3": torn[3]}


def test_a_leftover_of_a_colleague_is_removed_and_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "s"
    open_db(path, segment_limit=10).close()
    leftover = path / "CURRENT.new"
    leftover.write_bytes(b"of a colleague")
    with leftover.open("rb") as theirs:
        db = open_db(path, segment_limit=10)
        tidy(db)
        assert db.storage.journal._segment == 2
        assert theirs.read() == b"of a colleague"
    assert not leftover.exists()


def test_a_file_that_failed_is_not_left_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(fd: int, data: bytes) -> None:
        os.write(fd, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "append", half)
    with pytest.raises(OSError, match="No space"):
        files.create_file(tmp_path / "new", b"content", 0o600)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    files.create_file(tmp_path / "new", b"content", 0o600)
    with pytest.raises(FileExistsError):
        files.create_file(tmp_path / "new", b"other", 0o600)
    assert (tmp_path / "new").read_bytes() == b"content"


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
