"""A store is made, written by several handles, rolled, checkpointed and opened again."""

import json
import os
import stat
from pathlib import Path

import pytest
from tinydb import Query, TinyDB

from store.errors import (
    OutcomeUnknown,
    StoreReadOnly,
    StoreUnusable,
    WriteRefused,
)
from store.journal import current, files
from store.journal.rescue import copy_store, write_tinydb
from store.journal.verify import verify
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
