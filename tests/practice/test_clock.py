"""The practice clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.practice.clock import Clock, Schedule, stamp

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_a_clock_with_a_start_stands_still_until_it_is_pushed() -> None:
    clock = Clock(START)
    assert clock.now() == clock.now() == START
    clock.advance(timedelta(days=90))
    assert clock.now() == START + timedelta(days=90)


def test_a_clock_without_a_start_is_the_real_time_and_what_was_added() -> None:
    clock = Clock()
    clock.advance(timedelta(days=400))
    before = datetime.now(UTC) + timedelta(days=400)
    now = clock.now()
    assert before <= now <= datetime.now(UTC) + timedelta(days=400)


def test_what_is_due_happens_in_its_order_with_what_follows_from_it() -> None:
    schedule, seen = Schedule(), list[str]()

    def first(when: datetime) -> None:
        seen.append(f"first {when.hour}")
        schedule.at(when + timedelta(hours=1), lambda then: seen.append(f"follows {then.hour}"))

    schedule.at(START + timedelta(hours=2), lambda when: seen.append(f"last {when.hour}"))
    schedule.at(START, first)
    schedule.run(START)
    assert seen == ["first 9"]
    schedule.run(START + timedelta(days=1))
    assert seen == ["first 9", "follows 10", "last 11"]


def test_a_time_is_written_as_graph_writes_it() -> None:
    assert stamp(START.replace(microsecond=1234)) == "2026-11-22T09:00:00.0012340Z"
    assert stamp(None) is None
