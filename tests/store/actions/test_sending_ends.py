"""How a run ends that does not go as it should: nothing is doubtful that need not be."""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from store.actions import outbox, partner, resolving
from store.actions import pace as pace_module
from store.actions import sending as sending_module
from store.actions.carriers import BySmtp, MayBegin, Told
from store.actions.outbox import Account, Security
from store.actions.pace import MOST_AT_ONCE
from store.actions.resolving import Resolve
from store.actions.sending import Run, Summary
from store.actions.stages import letters_of
from store.actions.turn import is_taken
from store.desk import Desk
from store.errors import BadInput, NotAllowed, StoreBusy, StoreUnusable
from store.mail.delivery import Came, Delivery, Parcel
from store.mail.smtp import Patience
from store.message import Message, msg
from store.model.outgoing import Outgoing, Stage
from store.work import Tables
from tests.conftest import OPERATOR, TODAY
from tests.letters_office import account_at, furnished, queued
from tests.post_office import GONE, STALL, PostOffice
from tests.store.actions.mailing import CUSTOMERS, account, folder, office, post, stages

__all__ = ["account", "folder", "office", "post"]


class Odd(BySmtp):
    """A mail server, and something that happens as the n-th few letters are carried."""

    def __init__(self, account: Account, number: int, does: Callable[[], int | None]) -> None:
        super().__init__(account)
        self._left, self._does = number, does

    async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
        self._left -= 1
        only = self._does() if self._left == 0 else None
        await super().carry(parcels[:only], may_begin, came)


class Takes:
    """Takes every letter; `each` comes before each, with how many there were before it."""

    def __init__(self, each: Callable[[int], None]) -> None:
        self.few: list[tuple[int, int]] = []
        self._each = each

    async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
        before = sum(taken for _, taken in self.few)
        taken = 0
        for taken, _ in enumerate(parcels, 1):
            self._each(before + taken - 1)
            came(Delivery(Came.ACCEPTED, "250"))
            if not may_begin():
                break
        self.few.append((len(parcels), taken))

    async def close(self) -> None:
        pass


async def test_letters_that_were_not_begun_after_all_go_with_the_next_few(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    carrier = Odd(account, 1, lambda: 1)  # as after a pause that is over at once
    assert await Run(office, account, carrier=carrier).send(ids) == Summary(sent=CUSTOMERS)
    assert len(set(post.to)) == len(post.to) == CUSTOMERS


async def test_a_brisk_pace_is_kept_too(
    tmp_path: Path, office: Desk, post: PostOffice, account: Account
) -> None:
    at: list[float] = []
    post.after = lambda key: at.append(time.monotonic())  # type: ignore[func-returns-value]
    pace = 600
    await Run(office, account, pace=pace).send(queued(office, account).ids)
    # What goes at once takes its time afterwards: no letter is more than a quarter second early.
    early = [n for n in range(CUSTOMERS) if at[n] - at[0] < n * 60 / pace - 0.35]
    assert early == []


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_what_could_not_be_written_down_is_counted_as_doubtful(
    folder: Path, post: PostOffice, number: int
) -> None:
    desk = Desk(folder, OPERATOR, today=lambda: TODAY).open()
    account = account_at(post)
    ids = queued(desk, account).ids
    run = Run(desk, account, carrier=Odd(account, number, desk.close))
    summary = await run.send(ids)
    assert isinstance(run.ended, StoreUnusable)
    with Desk(folder, OPERATOR, today=lambda: TODAY).open() as again:
        resolving.settle(again)
        found = stages(again)
    assert summary == Summary(
        sent=found.count(Stage.SENT), unknown=found.count(Stage.UNKNOWN),
        left=found.count(Stage.QUEUED),
    )  # fmt: skip
    assert summary.unknown


async def test_nobody_hears_it_and_still_nothing_is_doubtful(
    office: Desk, post: PostOffice, account: Account
) -> None:
    def told(letter: Outgoing) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await Run(office, account, told=told).send(queued(office, account).ids)
    found = stages(office)
    assert set(found) == {Stage.SENT, Stage.QUEUED}
    assert found.count(Stage.SENT) == len(post.mails) < CUSTOMERS


async def test_a_mistake_of_ours_leaves_the_letter_under_way_in_doubt_and_no_other(
    office: Desk, post: PostOffice, account: Account
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Run(office, account, carrier=Odd(account, 2, fail)).send(queued(office, account).ids)
    sent = len(post.mails)
    rest = [Stage.QUEUED] * (CUSTOMERS - sent - 1)
    assert stages(office) == [Stage.SENT] * sent + [Stage.UNKNOWN] + rest
    assert sent == 1


async def test_a_rule_that_comes_while_letters_go_keeps_the_rest_back(
    office: Desk, post: PostOffice, account: Account
) -> None:
    def forbid() -> None:
        partner.set_fields(office, {"certified": "no"})

    run = Run(office, account, carrier=Odd(account, 1, forbid))
    summary = await run.send(queued(office, account).ids)
    assert isinstance(run.ended, NotAllowed)
    assert summary.sent <= 8
    assert (summary.unknown, summary.sent + summary.left) == (0, CUSTOMERS)
    assert len(post.mails) == summary.sent


async def test_a_letter_of_a_sort_that_nobody_knows_here_stays_and_the_others_go(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids

    def work(tables: Tables) -> Message:
        tables.outbox.update({"what": "hologram"}, doc_ids=ids[2:3])
        return msg("As a newer one would.")

    office.transaction("test", work)
    assert await Run(office, account).send(ids) == Summary(sent=CUSTOMERS - 1, left=1)
    letter = office.view.letter(ids[2])
    assert letter is not None
    assert "hologram" in str(letter.why)
    with pytest.raises(BadInput):
        outbox.recomposed(office.view, letter, TODAY)
    resolving.resolve(office, ids[2:3], Resolve.DROPPED)


async def test_a_letter_that_was_tried_is_tried_after_those_that_were_not(
    office: Desk, post: PostOffice, account: Account
) -> None:
    ids = queued(office, account).ids
    post.recipient = lambda to: "421 4.7.0 not for this one" if "c0." in to else None
    await Run(office, account).send(ids)
    assert post.mails == []
    waiting = [letter.id for letter in outbox.queued(office.view)]
    assert waiting == [*ids[1:], ids[0]]
    assert (await Run(office, account).send(waiting)).sent == CUSTOMERS - 1


async def test_a_store_that_is_busy_for_a_while_is_told_at_last_what_came_of_the_letters(
    folder: Path, post: PostOffice
) -> None:
    async def others_write() -> None:
        with (folder / "lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            writing.set()
            while run.ended is None:
                await asyncio.sleep(0.005)

    class Meanwhile(BySmtp):
        """As the second few go, somebody else writes for longer than anybody waits."""

        number = 0

        async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
            self.number += 1
            if self.number == 2:
                others.append(asyncio.create_task(others_write()))
                await writing.wait()
            await super().carry(parcels, may_begin, came)

    others: list[asyncio.Task[None]] = []
    writing = asyncio.Event()
    with Desk(folder, OPERATOR, today=lambda: TODAY, patience=0.2).open() as desk:
        account = account_at(post)
        run = Run(desk, account, carrier=Meanwhile(account))
        summary = await run.send(queued(desk, account).ids)
        await others[0]
        sent = len(post.mails)
        assert summary == Summary(sent=sent, left=CUSTOMERS - sent)
        assert isinstance(run.ended, StoreBusy)
        assert stages(desk) == [Stage.SENT] * sent + [Stage.QUEUED] * (CUSTOMERS - sent)
        assert 1 < sent < CUSTOMERS


async def test_a_letter_that_is_found_days_later_was_given_on_the_day_it_went(
    folder: Path, post: PostOffice
) -> None:
    post.after = lambda key: GONE if len(post.mails) == 3 else None
    with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
        account = account_at(post)
        await Run(desk, account).send(queued(desk, account).ids)
        (doubt,) = outbox.doubtful(desk.view)
    later = TODAY + timedelta(days=5)
    with Desk(folder, OPERATOR, today=lambda: later).open() as desk:
        resolving.resolve(desk, [doubt.id], Resolve.ARRIVED)
        letter = desk.view.letter(doubt.id)
        assert letter is not None
        (invitation,) = desk.view.invitations(doubt.customer)
        assert [letter.on, *(event.on for event in invitation.events)] == [TODAY, TODAY]


async def test_where_the_way_is_forbidden_while_letters_go_it_is_still_written_what_came_of_them(
    office: Desk, account: Account
) -> None:
    elsewhere = account._replace(host="mail.example", security=Security.TLS)
    ids = queued(office, elsewhere).ids

    def forbid(number: int) -> None:
        def work(tables: Tables) -> Message:
            tables.partner.update({"cloud": "practice"}, doc_ids=[1])
            return msg("A practice store sends to no other host.")

        if number == 1:
            office.transaction("test", work)

    run = Run(office, elsewhere, carrier=Takes(forbid))
    summary = await run.send(ids)
    assert isinstance(run.ended, NotAllowed)
    assert summary.unknown == 0
    assert 1 < summary.sent < CUSTOMERS
    assert stages(office) == [Stage.SENT] * summary.sent + [Stage.QUEUED] * summary.left


async def test_a_carrier_that_gives_up_after_the_last_letter_takes_nothing_back(
    office: Desk, account: Account
) -> None:
    class GivesUp(Takes):
        async def carry(self, parcels: Sequence[Parcel], may_begin: MayBegin, came: Told) -> None:
            await super().carry(parcels, may_begin, came)
            raise NotAllowed(msg("No more today."))

    run = Run(office, account, carrier=GivesUp(lambda number: None))
    assert await run.send(queued(office, account).ids) == Summary(sent=1, left=CUSTOMERS - 1)
    assert isinstance(run.ended, NotAllowed)
    assert stages(office) == [Stage.SENT] + [Stage.QUEUED] * (CUSTOMERS - 1)


async def test_cancelled_twice_it_still_writes_down_what_came_of_the_letter_under_way(
    office: Desk, post: PostOffice, account: Account
) -> None:
    post.after = lambda key: STALL
    carrier = BySmtp(account, Patience(5.0, 5.0, 0.5))
    run = Run(office, account, carrier=carrier)
    sending = asyncio.create_task(run.send(queued(office, account).ids))
    while not post.mails:
        await asyncio.sleep(0.005)
    for _ in range(2):
        sending.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert stages(office) == [Stage.UNKNOWN] + [Stage.QUEUED] * (CUSTOMERS - 1)


async def test_cancelled_before_its_first_letter_it_keeps_its_turn_until_the_dead_ones_are_settled(
    folder: Path, post: PostOffice
) -> None:
    with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
        account = account_at(post)
        ids = queued(desk, account).ids

        def work(tables: Tables) -> Message:
            tables.outbox.update({"stage": Stage.SENDING.value}, doc_ids=[ids[0]])
            return msg("As if killed.")

        desk.transaction("test", work)
        with (folder / "lock").open("rb") as file:  # somebody writes for a while
            fcntl.flock(file, fcntl.LOCK_EX)
            sending = asyncio.create_task(Run(desk, account).send(ids))
            while not is_taken(desk):
                await asyncio.sleep(0.005)
            sending.cancel()
            await asyncio.wait([sending], timeout=0.05)
            assert is_taken(desk), "whoever sends now would be called dead"
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert not is_taken(desk)
        assert stages(desk) == [Stage.UNKNOWN] + [Stage.QUEUED] * (CUSTOMERS - 1)
        assert post.mails == []


async def test_what_somebody_else_changes_at_the_last_moment_is_not_sent_as_it_was(
    folder: Path, post: PostOffice, account: Account
) -> None:
    def told(letter: Outgoing) -> None:
        # This desk does not look by itself: what it composes next is what it knew before.
        if letter.id == ids[0]:
            other.transaction("test", work)

    def work(tables: Tables) -> Message:
        keys = list(tables.view.customers)[CUSTOMERS:]
        tables.customers.update({"contact": "new@x.example"}, doc_ids=keys)
        return msg("They moved.")

    furnished(folder, CUSTOMERS)  # twice as many
    with (
        Desk(folder, OPERATOR, today=lambda: TODAY, poll=600).open() as desk,
        Desk(folder, OPERATOR, today=lambda: TODAY).open() as other,
    ):
        ids = queued(desk, account).ids
        summary = await Run(desk, account, told=told).send(ids)
        assert summary == Summary(sent=CUSTOMERS, left=CUSTOMERS)
        whys = [str(letter.why) for letter in outbox.queued(desk.view)]
        assert len(whys) == CUSTOMERS
        assert all("reads otherwise" in why or "another one now" in why for why in whys)
    assert len(post.mails) == CUSTOMERS


async def test_a_rule_of_somebody_elses_holds_from_the_next_transaction_on(
    folder: Path, account: Account
) -> None:
    def told(letter: Outgoing) -> None:
        if letter.id == ids[0]:
            partner.set_fields(other, {"certified": "no"})

    furnished(folder, CUSTOMERS)  # twice as many
    with (
        Desk(folder, OPERATOR, today=lambda: TODAY, poll=600).open() as desk,
        Desk(folder, OPERATOR, today=lambda: TODAY).open() as other,
    ):
        ids = queued(desk, account).ids
        run = Run(desk, account, told=told, carrier=Takes(lambda number: None))
        summary = await run.send(ids)
        assert isinstance(run.ended, NotAllowed)
        assert (
            1 < summary.sent <= 1 + MOST_AT_ONCE
        )  # those that were begun with it are on their way
        assert (summary.unknown, summary.sent + summary.left) == (0, 2 * CUSTOMERS)


async def test_a_server_that_becomes_slow_has_one_letter_at_once_and_the_rest_is_queued_again(
    office: Desk, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        now = 1_000.0

        def monotonic(self) -> float:
            return self.now

    def slower(number: int) -> None:
        clock.now += 0.01 if number < 3 else 5.0

    clock, carrier = Clock(), Takes(slower)
    for module in (pace_module, sending_module):
        monkeypatch.setattr(module, "time", clock)
    run = Run(office, account, carrier=carrier)
    assert await run.send(queued(office, account).ids) == Summary(sent=CUSTOMERS)
    assert carrier.few == [(1, 1), (MOST_AT_ONCE, 3)] + [(1, 1)] * (CUSTOMERS - 4)
    assert [letter.tries for letter in letters_of(office.view)] == [1] * CUSTOMERS
