"""The calendar file: what it holds, and that any calendar takes it as it is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from store.actions import calendar, customers, offers
from store.actions import partner as partner_actions
from store.actions.consent import record
from store.desk import Desk
from store.message import Message
from store.model.consent import Answer
from store.model.invitation import How
from store.model.offer import Kind
from store.model.roles import GLOBAL_ADMINISTRATOR
from tests.commands.shell import raw
from tests.conftest import TODAY
from tests.hostile import PAYLOADS
from tests.store.actions.stories import add, desk_at, own
from tests.store.model.samples import ago

HOSTILE = [
    *(name for name in PAYLOADS if "\ud800" not in name),  # no journal takes that
    "a;b,c:d\\n",
    "x\r\nBEGIN:VEVENT\r\nSUMMARY:y",
]
LATE = "Ask for a new consent now, the last safe day has passed: Tailspin"
STAMP = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def made(desk: Desk, within: int | None = None, today: date = TODAY) -> bytes:
    return calendar.ics(desk.view, today, within, now=STAMP)


def events(data: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def read(data: bytes) -> list[tuple[date, str]]:
    """The day and the title of each event, by the library's own reading."""
    return sorted((event.decoded("dtstart"), str(event["summary"])) for event in events(data))


def unfolded(data: bytes) -> list[str]:
    """Its lines as RFC 5545 folds them, read by hand: no line is longer than 75 octets."""
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b"")
    lines: list[bytes] = []
    for line in data.split(b"\r\n")[:-1]:
        assert len(line) <= 75
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode() for line in lines]


@pytest.fixture
def office(partner: Desk) -> Desk:
    """Contoso has a link of its own; Fabrikam's access ends in 100 days, Tailspin's in 20."""
    give(partner, add(partner, "Contoso"), 1, days=365)
    for name, number, days in (("Fabrikam", 2, 100), ("Tailspin", 3, 20)):
        key = add(partner, name)
        give(partner, key, number, days=days)
        record(partner, [key], Answer.GRANTED)
    return partner


def give(desk: Desk, key: int, number: int, days: int) -> None:
    offers.give(desk, [key], Kind.DELEGATED, How.COPIED, own=own(number, days=days))


def test_it_holds_the_days_that_something_has_to_be_done_by(office: Desk) -> None:
    assert read(made(office)) == [
        (TODAY, LATE),
        (ago(-20), "Access ends: Tailspin"),
        (ago(-70), "Last safe day to ask for a new consent: Fabrikam"),
        (ago(-89), "Last day to answer: Contoso"),
        (ago(-100), "Access ends: Fabrikam"),
    ]
    assert read(made(office, 20)) == [
        (TODAY, LATE),
        (ago(-20), "Access ends: Tailspin"),
    ]
    late = (TODAY, LATE)
    assert read(made(office, 19)) == [late]
    assert read(made(office, 70))[-1] == (
        ago(-70), "Last safe day to ask for a new consent: Fabrikam",
    ), "the day to ask is within 70 days, though the end is not"  # fmt: skip


def test_each_is_an_all_day_event_with_an_alarm_a_week_before(office: Desk) -> None:
    for event in events(made(office)):
        start, end = event.decoded("dtstart"), event.decoded("dtend")
        assert type(start) is date and end - start == timedelta(days=1)
        assert event.decoded("dtstamp") == STAMP
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("trigger") == timedelta(days=-7)
        assert str(alarm["action"]) == "DISPLAY"
    lines = unfolded(made(office))
    assert lines[0] == "BEGIN:VCALENDAR" and "VERSION:2.0" in lines
    # RFC 5546 wants an organizer of whatever is published by that method.
    assert not any(line.startswith("METHOD") for line in lines)
    assert "DTSTAMP:20261122T093000Z" in lines and "DTSTART;VALUE=DATE:20261122" in lines


def test_an_event_keeps_its_id_and_tells_nobody_what_it_is_about(office: Desk) -> None:
    first = {str(e["uid"]): str(e["summary"]) for e in events(made(office))}
    customers.edit(office, 2, {"name": "Fabrikam SARL"})
    later = {str(e["uid"]): str(e["summary"]) for e in events(made(office, today=ago(-1)))}
    assert first.keys() == later.keys() and len(first) == 5
    assert first != later
    assert not any(char in uid for uid in first for char in "<>: ")


def test_two_stores_of_one_partner_overwrite_no_day_of_each_other(
    office: Desk, tmp_path: Path
) -> None:
    with desk_at(tmp_path / "other") as other:
        partner_actions.set_fields(
            other, {"tenant": office.view.partner.tenant, "name": "Adatum", "certified": "yes",
                    "contact": "Anna", "mail": "a@adatum.example"}
        )  # fmt: skip
        give(other, add(other, "Woodgrove"), 9, days=365)
        (uid,) = [str(event["uid"]) for event in events(made(other))]
    assert uid not in [str(event["uid"]) for event in events(made(office))]


def test_what_was_asked_for_is_not_to_be_asked_for_again(office: Desk) -> None:
    give(office, 3, 4, days=365)
    titles = [title for _, title in read(made(office))]
    assert not any("a new consent" in title and "Tailspin" in title for title in titles)
    assert {"Last day to answer: Tailspin", "Access ends: Tailspin"} <= set(titles)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_name_is_never_more_than_a_name(partner: Desk, name: str) -> None:
    give(partner, add(partner, "Contoso"), 1, days=365)

    def rename(tables: Any) -> Message:
        tables.customers.update({"name": name}, doc_ids=[1])
        return Message("Renamed past the door.")

    partner.transaction("test", rename)
    data = made(partner)
    (event,) = events(data)
    assert str(event["summary"]).startswith("Last day to answer: ")
    assert raw(data.decode()) == []
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded(data)]
    assert names == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE",
        "BEGIN", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "DESCRIPTION", "TRANSP",
        "BEGIN", "ACTION", "DESCRIPTION", "TRIGGER", "END", "END", "END",
    ]  # fmt: skip


def test_a_practice_partners_calendar_says_so(office: Desk) -> None:
    partner_actions.set_fields(office, {"cloud": "practice"})
    titles = [title for _, title in read(made(office))]
    assert titles and all(title.startswith("PRACTICE: ") for title in titles)


def test_an_empty_calendar_is_still_one(partner: Desk) -> None:
    assert unfolded(made(partner))[-1] == "END:VCALENDAR"
    assert read(made(partner)) == []


@pytest.mark.parametrize(
    ("ends", "count"),
    [("9999-12-31T23:59:59Z", 2), ("0001-01-01T00:00:00Z", 1), ("never", 0), (7, 0)],
)
def test_an_end_beyond_the_calendar_does_no_harm(partner: Desk, ends: object, count: int) -> None:
    def write(tables: Any) -> Message:
        made = {"microsoft_id": "m-1", "name": "odd", "status": "active", "ends": ends}
        tables.relationships.insert({**made, "roles": [GLOBAL_ADMINISTRATOR], "customer": None})
        return Message("Written past the door.")

    partner.transaction("test", write)
    assert len(read(made(partner))) == count
    for event in events(made(partner)):
        assert "dtend" not in event or event.decoded("dtend") > event.decoded("dtstart")
