"""What was cut, replaced, left over or refused by the disk is never written over."""

import os
from pathlib import Path

import pytest

from store.errors import (
    StoreDamaged,
    StoreReadOnly,
    WriteRefused,
)
from store.journal import current, files, reader
from store.journal.verify import verify
from tests.stores import open_db, tidy


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


def test_a_current_that_is_damaged_while_the_store_is_opened_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s"
    open_db(path).close()

    def damages(folder: Path, last: int) -> int:
        (folder / current.NAME).write_bytes(b"null")
        return last + 1

    monkeypatch.setattr(reader, "hidden", damages)
    db = open_db(path)
    assert "CURRENT is damaged" in str(db.storage.journal.read_only)
