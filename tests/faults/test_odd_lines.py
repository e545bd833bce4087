"""A line with the right hashes and the wrong content is damage, and nothing worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions import history
from store.desk import Desk
from store.errors import StoreDamaged, StoreReadOnly, WriteRefused
from store.journal.line import NotWhole, unpack
from store.journal.verify import verify
from tests.conftest import OPERATOR
from tests.faults.odd import ODD, append_odd, odd_line
from tests.store.actions.stories import Listener, add, desk_at
from tests.store.journal.test_line import made
from tests.stores import contents, open_db, sample

WRONG_CHANGES = {
    "a change is empty",
    "a change is short",
    "a table is a list",
    "an id is true",
    "an id is negative",
    "a document is a number",
}
"""Lists as they should be, of what is no change: the state refuses those."""


@pytest.mark.parametrize("name", [name for name in ODD if name not in WRONG_CHANGES])
def test_it_is_not_a_line_of_ours(name: str) -> None:
    _, first = made()
    with pytest.raises(NotWhole):
        unpack(odd_line(name, first))


@pytest.mark.parametrize("name", ODD)
def test_it_is_damage_when_the_store_is_opened_verified_and_shown(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "s"
    states = sample(path, transactions=12)
    append_odd(path, name)
    before = {file.name: file.read_bytes() for file in path.glob("[!l]*")}
    desk = Desk(path, OPERATOR)
    desk.on_beginning = lambda: None
    with desk.open():
        assert isinstance(desk.damage, StoreDamaged)
        assert f"up to change {desk.head[0]}" in str(desk.damage)
        assert contents(desk.view.tables) == states[-1]
        with pytest.raises(StoreReadOnly):
            add(desk, "Contoso")
    assert {file.name: file.read_bytes() for file in path.glob("[!l]*")} == before
    report = verify(path)
    assert not report.sound
    assert str(report.problems[0]).startswith("journal.")
    shown = list(history.newest_first(path))
    assert [line.seq for line in shown if line.did != "test" or line.seq <= report.seq] == list(
        range(report.seq, 0, -1)
    )


@pytest.mark.parametrize("name", ODD)
def test_it_does_not_end_a_desk_that_is_open(name: str, desk: Desk) -> None:
    add(desk, "Contoso")
    listener = Listener(desk)
    append_odd(desk.path, name)
    listener.wait()
    assert desk.damage is not None
    assert desk.refresh().customers[1]["name"] == "Contoso"
    with pytest.raises(StoreReadOnly):
        add(desk, "Fabrikam")


def test_an_error_that_nobody_foresaw_is_damage_and_does_not_end_a_desk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(desk, "Contoso")
    listener = Listener(desk)
    assert desk._journal is not None

    def refresh() -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(desk._journal, "refresh", refresh)
    listener.wait()
    assert "could not be read on (of ours)" in str(desk.damage)
    monkeypatch.undo()
    assert desk.refresh().customers[1]["name"] == "Contoso"


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    db = open_db(tmp_path / "s")
    deep: list[object] = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(WriteRefused, match="nested too deep"):
        db.table("customers").insert({"deep": deep})
    assert db.table("customers").insert({"n": 1}) == 1
    assert verify(tmp_path / "s").sound


def test_a_beginning_is_shown_before_a_bad_change_behind_a_base(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with desk_at(path, segment_limit=500) as desk:
        for number in range(8):
            add(desk, f"Customer {number}")
    assert list(path.glob("base.*.json"))
    append_odd(path, "a document is a number")
    shown: list[int] = []
    desk = Desk(path, OPERATOR)
    desk.on_beginning = lambda: shown.append(len(desk.beginning))
    with desk.open():
        assert "is damaged at line" in str(desk.read_only)
        assert len(shown) == 1 and shown[0] > 0
        assert desk.take_notices() == []
