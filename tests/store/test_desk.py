"""A desk runs one transaction after another, and tells whoever listens what changed."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from store.actions import customers, offers
from store.desk import Change, Desk, Receipt
from store.errors import BadInput, StoreUnusable
from store.journal.verify import verify
from store.message import Message, msg
from store.model.invitation import How
from store.model.offer import Kind
from store.view import CUSTOMERS
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.store.actions.stories import PATIENCE, Listener, add, desk_at, same, whole

# -- transactions -----------------------------------------------------------------------------


def test_the_view_holds_what_a_transaction_wrote_when_it_returns(desk: Desk) -> None:
    before = desk.view
    receipt = customers.add(desk, {"name": "Contoso"})
    assert desk.view.seq == receipt.seq == before.seq + 1
    assert receipt.before == ((CUSTOMERS, 1, None, 1),)
    assert desk.view.customers[1]["name"] == "Contoso"
    assert len(before.customers) == 0


def test_the_view_holds_all_of_a_large_transaction_when_it_returns(desk: Desk) -> None:
    def work(tables: Tables) -> Message:
        tables.customers.insert_multiple({"name": f"{number}"} for number in range(3_000))
        return msg("x")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # whoever waits comes in as early as it can
    try:
        receipt = desk.transaction("test", work)
        seen = desk.view
    finally:
        sys.setswitchinterval(interval)
    assert (seen.seq, seen.customer_count) == (receipt.seq, 3_000)


def test_a_transaction_that_raises_changes_nothing(desk: Desk) -> None:
    add(desk, "Contoso")
    before, listener = desk.view, Listener(desk)

    def work(tables: Tables) -> Message:
        tables.customers.insert({"name": "Fabrikam"})
        tables.customers.remove(doc_ids=[1])
        assert len(tables.customers) == 1
        raise BadInput(msg("No."))

    with pytest.raises(BadInput, match=r"No\."):
        desk.transaction("test", work)
    assert desk.refresh() is before
    assert listener.changes == []
    assert add(desk, "Woodgrove") == 2


def test_an_error_of_ours_does_not_end_the_desk(desk: Desk) -> None:
    def work(tables: Tables) -> Message:
        tables.customers.insert({"name": "Fabrikam"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.transaction("test", work)
    assert add(desk, "Contoso") == 1


def test_a_transaction_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    seq, listener = desk.view.seq, Listener(desk)
    receipt = desk.transaction("test", lambda tables: msg("Nothing to do."))
    assert (receipt.seq, receipt.before, str(receipt.message)) == (0, (), "Nothing to do.")
    assert desk.refresh().seq == seq
    assert listener.changes == []


def test_many_threads_write_one_after_another(desk: Desk) -> None:
    def write(number: int) -> None:
        for round_ in range(10):
            add(desk, f"Customer {number} {round_}", domain=f"c{number}-{round_}.example")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(desk.view.customers) == list(range(1, 41))
    assert desk.view.customer_count == 40
    assert verify(desk.path).sound


def test_every_change_of_a_record_counts_up_its_revision(desk: Desk) -> None:
    key, other = add(desk, "Contoso"), add(desk, "Fabrikam")
    for rev in (2, 3, 4):
        customers.edit(desk, key, {"note": f"{rev}"}, rev=rev - 1)
        assert desk.view.customers[key]["rev"] == rev
    assert desk.view.customers[other]["rev"] == 1


# -- closing ----------------------------------------------------------------------------------


def test_what_begins_while_the_desk_closes_is_refused_and_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY, poll=3_600).open()
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(PATIENCE)

    monkeypatch.setattr(desk, "_checkpoint", slow)
    refused: list[StoreUnusable] = []

    def late() -> None:
        try:
            add(desk, "Contoso")
        except StoreUnusable as error:
            refused.append(error)

    closing = threading.Thread(target=desk.close)
    waiting = threading.Thread(target=late, daemon=True)
    closing.start()
    assert begun.wait(PATIENCE)
    waiting.start()
    waiting.join(0.1)
    go_on.set()
    closing.join(PATIENCE)
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert "The desk is closed." in str(refused[0])
    desk.close()
    with pytest.raises(StoreUnusable, match="The desk is closed"):
        desk.refresh()


def test_every_transaction_has_an_end_when_the_desk_closes_among_many(tmp_path: Path) -> None:
    for round_ in range(10):
        desk = Desk(tmp_path / f"{round_}", OPERATOR, today=lambda: TODAY).open()
        ended: list[int] = []

        def write(number: int, desk: Desk = desk, ended: list[int] = ended) -> None:
            with contextlib.suppress(StoreUnusable):
                for count in range(1_000):
                    add(desk, f"{number} {count}")
            ended.append(number)

        threads = [threading.Thread(target=write, args=(n,), daemon=True) for n in range(8)]
        for thread in threads:
            thread.start()
        desk.close()
        for thread in threads:
            thread.join(PATIENCE)
        assert sorted(ended) == list(range(8))


# -- who listens ------------------------------------------------------------------------------


def test_a_listener_is_told_what_was_touched(partner: Desk) -> None:
    listener = Listener(partner)
    key = add(partner, "Contoso")
    told = listener.wait()
    assert (told.touched, told.ours) == (frozenset({(CUSTOMERS, key)}), True)
    assert told.view.customers[key]["name"] == "Contoso"
    offers.give(partner, [key], Kind.DELEGATED, How.COPIED)
    assert listener.wait().touched == {("invitations", 1)}
    listener.stop()
    add(partner, "Fabrikam")
    partner.refresh()
    assert len(listener.changes) == 2


@pytest.mark.parametrize("error", [RuntimeError, SystemExit])
def test_a_listener_that_raises_is_told_the_next_change_too(
    error: type[BaseException], desk: Desk
) -> None:
    told: list[int] = []

    def raises(change: Change) -> None:
        told.append(change.view.seq)
        raise error

    stop = desk.listen(raises)
    behind = Listener(desk)
    for number in range(3):
        add(desk, f"Customer {number}")
    desk.refresh()
    assert len(told) == len(behind.changes) == 3
    stop()
    stop()
    add(desk, "Contoso")
    desk.refresh()
    assert (len(told), len(behind.changes)) == (3, 4)


def test_the_touched_records_are_found_by_their_table(desk: Desk) -> None:
    change = Change(desk.view, frozenset({(CUSTOMERS, 1), (CUSTOMERS, 7), ("members", 3)}), True)
    assert change.ids(CUSTOMERS) == {1, 7}
    assert change.ids("offers") == set()


def test_a_change_of_another_desk_appears_by_itself(desk: Desk) -> None:
    with desk_at(desk.path) as other:
        ours, theirs = Listener(desk), Listener(other)
        key = add(other, "Contoso")
        told = ours.wait()
        assert (told.touched, told.ours) == (frozenset({(CUSTOMERS, key)}), False)
        assert desk.view.customers[key]["name"] == "Contoso"
        assert theirs.wait().ours
        customers.edit(desk, key, {"note": "seen"}, rev=1)
        while other.view.customers[key]["note"] != "seen":
            assert not theirs.wait().ours
        assert same(desk.view, other.view)
        assert same(desk.view, whole(desk.view))


def test_a_transaction_sees_what_another_desk_wrote_a_moment_ago(tmp_path: Path) -> None:
    one = Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY, poll=3_600).open()
    two = Desk(tmp_path / "store", OPERATOR, today=lambda: TODAY, poll=3_600).open()
    with one, two:
        listener = Listener(two)
        add(one, "Contoso", domain="contoso.com")
        assert len(two.view.customers) == 0
        with pytest.raises(BadInput, match="belongs to Contoso already"):
            add(two, "Contoso 2", domain="contoso.com")
        assert not listener.wait().ours
        assert two.view.customers[1]["name"] == "Contoso"
        assert add(two, "Fabrikam") == 2


def test_the_counts_of_the_view_are_those_of_its_tables(partner: Desk) -> None:
    def step(run: Callable[[], Receipt]) -> None:
        run()
        assert same(partner.view, whole(partner.view))

    for name in ("Contoso", "Fabrikam", "Woodgrove"):
        add(partner, name)
    step(lambda: offers.give(partner, [1, 2, 3], Kind.DELEGATED, How.COPIED))
    step(lambda: customers.archive(partner, [1, 2]))
    assert partner.view.customer_count == 1
    step(lambda: customers.bring_back(partner, [2]))
    assert partner.view.customer_count == 2

    def empty(tables: Tables) -> Message:
        tables.invitations.remove(doc_ids=[2])
        tables.customers.truncate()
        return msg("x")

    step(lambda: partner.transaction("test", empty))
    assert partner.view.customer_count == 0
    assert dict(partner.view.invitation_ids) == {1: (1,), 3: (3,)}
