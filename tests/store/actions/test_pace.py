"""How fast letters go: whoever holds them back is heard, and the time left is one to plan with."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from store.actions import pace as pace_module
from store.actions.pace import MOST_AT_ONCE, Pace


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(pace_module, "time", found)
    return found


def carry(pace: Pace, clock: Clock, letters: int, seconds: float) -> None:
    """As if so many letters had taken so long."""
    began = clock.now
    clock.now += seconds
    pace.carried(letters, began)


def faster(pace: Pace) -> None:
    pace.most = 0


@pytest.mark.parametrize("change", [Pace.stop, faster])
async def test_a_change_from_another_thread_ends_the_wait_that_is_under_way(
    change: Callable[[Pace], None],
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)  # what is not safe between threads raises
    pace = Pace(1)
    pace.carried(1, pace_module.time.monotonic())
    waiting = asyncio.create_task(pace.due())
    await asyncio.sleep(0)
    failed: list[BaseException] = []

    def other() -> None:
        try:
            change(pace)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert failed == []
    await waiting


async def test_a_pause_that_comes_while_it_waits_holds_beyond_the_wait() -> None:
    pace = Pace(6_000)  # a hundredth of a second each
    pace.carried(1, pace_module.time.monotonic())
    waiting = asyncio.create_task(pace.due())
    await asyncio.sleep(0)
    pace.pause()
    while pace.wait > 0:
        await asyncio.sleep(0)
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    pace.go_on()
    await waiting


async def test_a_pause_is_no_time_that_letters_took(clock: Clock) -> None:
    pace = Pace(0)
    carry(pace, clock, 10, 5.0)
    assert pace.seconds_left(100) == pytest.approx(50.0)
    pace.pause()
    waiting = asyncio.create_task(pace.due())
    await asyncio.sleep(0)
    clock.now += 3_600.0
    assert pace.seconds_left(100) == pytest.approx(50.0)
    pace.go_on()
    await waiting
    assert pace.seconds_left(100) == pytest.approx(50.0)
    carry(pace, clock, 10, 5.0)
    assert pace.seconds_left(100) == pytest.approx(50.0)


async def test_a_faster_pace_is_believed_at_once(clock: Clock) -> None:
    pace = Pace(60)
    carry(pace, clock, 1, 0.1)
    waiting = asyncio.create_task(pace.due())
    await asyncio.sleep(0)
    assert pace.seconds_left(100) == pytest.approx(100.0)
    clock.now += 1.0
    pace.most = 0
    await waiting
    assert pace.seconds_left(100) == pytest.approx(10.0)
    pace.most = 30
    assert pace.seconds_left(100) == pytest.approx(200.0)


def test_what_comes_in_between_few_letters_counts(clock: Clock) -> None:
    pace = Pace(0)
    carry(pace, clock, 1, 1.0)
    clock.now += 1.0  # the disk
    carry(pace, clock, 1, 1.0)
    assert pace.seconds_left(2) == pytest.approx(3.0)


def test_before_the_first_letter_only_the_pace_is_known() -> None:
    assert Pace(0).seconds_left(10) is None
    assert Pace(60).seconds_left(10) == pytest.approx(10.0)


def test_few_that_were_not_begun_after_all_say_nothing_of_how_fast_letters_go(
    clock: Clock,
) -> None:
    pace = Pace(30)
    carry(pace, clock, 1, 4.0)
    assert (pace.at_once, pace.wait) == (1, pytest.approx(-2.0))
    carry(pace, clock, 0, 0.0)
    assert (pace.at_once, pace.wait) == (1, pytest.approx(-2.0))


def test_as_many_at_once_as_the_server_is_quick_and_the_pace_allows(clock: Clock) -> None:
    pace = Pace(0)
    assert pace.at_once == 1
    for letters, seconds, at_once in (
        (1, 0.01, MOST_AT_ONCE), (8, 0.8, 2), (2, 0.0, MOST_AT_ONCE), (8, 80.0, 1), (1, 0.05, 5),
    ):  # fmt: skip
        carry(pace, clock, letters, seconds)
        assert pace.at_once == at_once
    pace.most = 1
    assert pace.at_once == 1


@pytest.mark.parametrize("most", [10**9, 10**400])
def test_a_pace_that_nothing_keeps_up_with_is_none(clock: Clock, most: int) -> None:
    pace = Pace(most)
    carry(pace, clock, 8, 0.08)
    assert (pace.wait <= 0, pace.at_once) == (True, MOST_AT_ONCE)
    assert pace.seconds_left(100) == pytest.approx(1.0)
