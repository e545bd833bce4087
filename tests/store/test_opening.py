"""A store opens whole, says what it found, and shows the first of a large one early."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from store.actions import customers, partner
from store.desk import Desk
from store.errors import StoreDamaged, StoreReadOnly, StoreUnusable
from store.journal.reader import segment_path
from store.journal.verify import verify
from store.message import Message, msg
from store.model.customer import sort_key
from store.view import View
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.store.actions.stories import Listener, add, desk_at, same


def test_what_was_written_is_there_when_the_desk_opens_again(tmp_path: Path) -> None:
    with desk_at(tmp_path / "store") as first:
        add(first, "Contoso", domain="contoso.com", tags="a;b")
        left = first.view
    with desk_at(tmp_path / "store") as second:
        assert same(second.view, left)
        assert second.head[0] == left.seq
        assert second.read_only is None
        assert second.take_notices() == []


def damaged_at(path: Path) -> None:
    """Makes a store of two customers and changes one byte of the first one's line."""
    with desk_at(path) as desk:
        add(desk, "Contoso")
        add(desk, "Fabrikam")
    segment = segment_path(path, 1)
    segment.write_bytes(segment.read_bytes().replace(b"Contoso", b"Kontoso", 1))


def test_a_damaged_store_can_be_read_and_says_why_it_cannot_be_changed(tmp_path: Path) -> None:
    damaged_at(tmp_path / "store")
    segment = segment_path(tmp_path / "store", 1)
    before = segment.read_bytes()
    with desk_at(tmp_path / "store") as desk:
        assert isinstance(desk.damage, StoreDamaged)
        assert "journal.1.jsonl is damaged at line 2" in str(desk.read_only)
        assert desk.view.customer_count == 0
        with pytest.raises(StoreReadOnly) as refusal:
            add(desk, "Woodgrove")
        assert "journal.1.jsonl is damaged at line 2" in str(refusal.value.what)
        assert "partnerdesk journal export --until 1" in str(refusal.value.todo)
    assert segment.read_bytes() == before


def test_damage_that_comes_while_the_desk_is_open_is_told(desk: Desk) -> None:
    add(desk, "Contoso")
    listener = Listener(desk)
    segment = segment_path(desk.path, 1)
    last = segment.read_bytes().splitlines(keepends=True)[-1]
    with segment.open("ab") as file:
        file.write(last)  # a whole line, but not the one that follows
    told = listener.wait()
    assert (told.touched, told.ours) == (frozenset(), False)
    assert desk.damage is not None
    assert desk.view.customers[1]["name"] == "Contoso"
    with pytest.raises(StoreReadOnly):
        add(desk, "Fabrikam")


def test_damage_that_a_transaction_meets_is_told_at_once_and_once(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with Desk(path, OPERATOR, today=lambda: TODAY, poll=3_600).open() as desk:
        add(desk, "Contoso")
        listener = Listener(desk)
        segment = segment_path(path, 1)
        os.truncate(segment, segment.stat().st_size - 1)
        with pytest.raises(StoreDamaged):
            add(desk, "Fabrikam")
        assert listener.wait().touched == frozenset()
        desk.refresh()
        assert len(listener.changes) == 1
        assert desk.view.customers[1]["name"] == "Contoso"


def test_a_store_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    desk = Desk(tmp_path / "file" / "store", OPERATOR)
    with pytest.raises(StoreUnusable, match="cannot be made"):
        desk.open()
    with pytest.raises(StoreUnusable):
        add(desk, "Contoso")
    desk.close()


def test_a_line_that_was_cut_short_is_set_aside_and_said_once(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with desk_at(path) as desk:
        add(desk, "Contoso")
    segment = segment_path(path, 1)
    last = segment.read_bytes().splitlines()[-1]
    with segment.open("ab") as file:
        file.write(last[: len(last) // 2])
    with desk_at(path) as desk:
        (notice,) = desk.take_notices()
        assert "set aside in broken.1." in str(notice)
        assert desk.take_notices() == []
        assert add(desk, "Fabrikam") == 2
    assert [name for name in os.listdir(path) if name.startswith("broken.1.")]
    assert verify(path).sound


# -- a large store ----------------------------------------------------------------------------


def fill(desk: Desk, names: list[str]) -> None:
    """Adds customers of some size, as one transaction."""

    def work(tables: Tables) -> Message:
        tables.customers.insert_multiple(
            {**customers.blank(), "name": name, "note": "x" * 500} for name in names
        )
        return msg("x")

    desk.transaction("test", work)


class Beginning:
    """Opens a desk and keeps what it knew while the store was still being read."""

    def __init__(self, path: Path) -> None:
        self.desk = Desk(path, OPERATOR, today=lambda: TODAY, poll=0.02, segment_limit=20_000)
        self.times = 0
        self.partner = ""
        self.desk.on_beginning = self._take
        self.desk.open()

    def _take(self) -> None:
        self.times += 1
        self.partner = self.desk.view.partner.name
        assert not self.desk.opened.done()


def by_name(view: View) -> list[tuple[int, dict[str, object]]]:
    return sorted(view.customers.items(), key=lambda item: (sort_key(item[1]), item[0]))


def test_a_large_store_shows_its_first_customers_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with desk_at(path, segment_limit=20_000) as desk:
        partner.set_fields(desk, {"name": "Adatum"})
        fill(desk, [f"{'aAbB'[number % 4]} {number * 7 % 400:03}" for number in range(400)])
    assert list(path.glob("base.*.json"))
    with desk_at(path, segment_limit=1 << 20) as desk:  # more changes, behind the checkpoint
        customers.edit(desk, 1, {"name": "zz moved to the end"})
        customers.edit(desk, 400, {"name": "! moved to the front", "note": "new"})
        customers.archive(desk, [5])
        desk.transaction("test", lambda tables: msg(str(tables.customers.remove(doc_ids=[9]))))
        add(desk, "! the newest")
        add(desk, "zz the newest")
    opened = Beginning(path)
    with opened.desk as desk:
        beginning, everything = list(desk.beginning.items()), by_name(desk.view)
        assert (opened.times, opened.partner) == (1, "Adatum")
        assert 50 < len(beginning) < len(everything) == 401
        assert beginning == everything[: len(beginning)]
        assert beginning[0][1]["name"] == "! moved to the front"
        assert desk.view.customer_count == 400


def test_the_beginning_fills_a_screen_though_the_newest_customer_comes_early(
    tmp_path: Path,
) -> None:
    path = tmp_path / "store"
    with desk_at(path, segment_limit=20_000) as desk:
        # The newest has a name between those of the first two; rows are kept 512 ids together.
        fill(desk, [*(f"a {number:04}" for number in range(511)), "a 0000 and a half"])
    with Beginning(path).desk as desk:
        assert len(desk.beginning) >= 50
        assert list(desk.beginning.items()) == by_name(desk.view)[: len(desk.beginning)]


@pytest.mark.parametrize("end", ["read on", "close"])
def test_the_rest_waits_until_the_first_page_is_drawn(tmp_path: Path, end: str) -> None:
    path = tmp_path / "store"
    with desk_at(path, segment_limit=20_000) as desk:
        fill(desk, [f"{number:04}" for number in range(400)])
    begun = threading.Event()
    desk = Desk(path, OPERATOR, hold=60.0)
    desk.on_beginning = begun.set
    desk.start()
    assert begun.wait(10)
    with pytest.raises(TimeoutError):
        desk.opened.result(0.1)
    assert 50 < len(desk.beginning) < 400
    if end == "read on":
        desk.read_on()
        desk.opened.result(10)
        assert desk.view.customer_count == 400
    desk.close()


def test_a_small_store_has_no_beginning_and_is_simply_there(tmp_path: Path) -> None:
    with desk_at(tmp_path / "store") as desk:
        add(desk, "Contoso")
    opened = Beginning(tmp_path / "store")
    with opened.desk as desk:
        assert (opened.times, len(desk.beginning)) == (0, 0)
        assert desk.view.customer_count == 1


def test_a_store_is_tidied_while_nobody_waits_and_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with desk_at(path, segment_limit=20_000) as desk:
        for number in range(6):
            fill(desk, [f"{number} {name:03}" for name in range(60)])
        left = desk.view
    with desk_at(path, segment_limit=20_000) as desk:
        assert same(desk.view, left)
        assert desk.take_notices() == []
    assert len(list(path.glob("journal.*.jsonl"))) > 1
    assert verify(path).sound


def test_a_missing_checkpoint_costs_nothing_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with desk_at(path, segment_limit=20_000) as desk:
        fill(desk, [f"{name:03}" for name in range(100)])
        left = desk.view
    for base in path.glob("base.*.json"):
        base.unlink()
    with desk_at(path) as desk:
        assert same(desk.view, left)
        (notice,) = desk.take_notices()
        assert "Nothing is lost." in str(notice)
