"""Following up on the command line: who is due, what was done, and cron."""

from __future__ import annotations

import fcntl
from datetime import timedelta

import icalendar
import pytest

from store.work import Tables
from tests.commands.conftest import Write
from tests.commands.shell import GRANULAR, OSC52, OTHER_GRANULAR, Shell, odd_keys, raw
from tests.conftest import TODAY


@pytest.fixture
def asked(office: Shell) -> Shell:
    """Contoso has had its own link for 6 days, of which it is day 7; Fabrikam was given today."""
    office.today = TODAY - timedelta(days=6)
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-11-16 --days 365")
    office.today = TODAY
    office(f"offer give fabrikam.fr --link '{OTHER_GRANULAR}' --made 2026-11-22")
    return office


def test_those_who_are_due_come_first(asked: Shell) -> None:
    ran = asked("follow-up")
    assert [line.split("  ")[0] for line in ran.lines] == [
        "Customer", "Contoso Ltd", "Fabrikam SARL",
    ]  # fmt: skip
    assert "day 7" in ran.lines[1] and "2027-02-13" in ran.lines[1]
    assert ran.lines[1].endswith("7 of 90 days")
    assert len(asked("follow-up --due").lines) == 2
    first, second = asked("follow-up --json").json()
    assert first == {
        "customer": "Contoso Ltd", "domain": "contoso.com", "kind": "delegated", "offer": None,
        "since": "2026-11-16", "day": 7, "answer_by": "2027-02-13", "age": 7, "due": True,
        "last": None, "snoozed_until": None, "language": "en",
    }  # fmt: skip
    assert second["due"] is False


@pytest.mark.parametrize(
    "line",
    [
        "follow-up snooze contoso.com --days 0",
        "follow-up snooze contoso.com --until 2026-11-29 --note 'On holiday'",
        "follow-up phoned contoso.com --note 'Will look into it'",
        "follow-up reminded contoso.com",
    ],
)
def test_whoever_was_dealt_with_is_not_due(asked: Shell, line: str) -> None:
    assert "Contoso Ltd" in asked(line).out
    assert asked("follow-up --due --json").json() == []
    assert asked("follow-up --due").err == "Nobody is waited for.\n"


def test_a_snooze_is_seen_until_it_ends(asked: Shell) -> None:
    assert asked("follow-up snooze contoso.com fabrikam.fr --days 3").out == (
        "Left 2 customers alone until 2026-11-25.\n"
    )
    assert "left alone until 2026-11-25" in asked("follow-up").out
    asked.today = TODAY + timedelta(days=4)
    assert "left alone" not in asked("follow-up").out


def test_a_note_changes_nothing_about_who_is_due(asked: Shell) -> None:
    asked("follow-up note contoso.com 'Rang twice'")
    assert len(asked("follow-up --due").lines) == 2
    assert "Kept a note about Contoso Ltd." in asked("journal show").out


def test_cron_hears_only_of_what_needs_attention(asked: Shell) -> None:
    ran = asked("follow-up --attention 30", status=3)
    assert "Contoso Ltd" in ran.lines[1] and len(ran.lines) == 2
    (need,) = asked("follow-up --attention 30 --json", status=3).json()
    assert need == {
        "need": "due", "customer": "Contoso Ltd", "domain": "contoso.com", "on": "2027-02-13",
        "letter": None, "said": "Not answered for 7 days.",
    }  # fmt: skip
    asked("follow-up phoned contoso.com")
    quiet = asked("follow-up --attention 30")
    assert (quiet.out, quiet.err) == ("", "")
    assert asked("follow-up --attention 30 --json").json() == []
    assert len(asked("follow-up --attention 90", status=3).lines) == 3, "both links lapse by then"


def test_cron_hears_that_there_is_no_store_to_look_in(shell: Shell) -> None:
    ran = shell("follow-up --attention 30", status=2)
    assert f"There is no store in {shell.store}." in ran.err
    assert not shell.store.exists()


def test_cron_hears_of_a_letter_that_nobody_knows_about(asked: Shell, write: Write) -> None:
    asked("follow-up phoned contoso.com")
    letter = {"customer": 2, "what": "offer", "to": "it@fabrikam.fr", "stage": "unknown"}
    write(lambda tables: tables.outbox.insert({**letter, "message_id": "<a@b.example>"}))
    ran = asked("follow-up --attention 30", status=3)
    assert "letter in doubt" in ran.out and "<a@b.example>" in ran.out


def test_cron_hears_of_a_letter_that_a_dead_process_was_sending(asked: Shell, write: Write) -> None:
    asked("follow-up phoned contoso.com")
    letter = {"customer": 2, "what": "offer", "to": "it@fabrikam.fr", "stage": "sending"}
    write(lambda tables: tables.outbox.insert({**letter, "message_id": "<a@b.example>"}))
    lock = asked.store / "outbox.lock"
    assert "letter in doubt" in asked("follow-up --attention 30", status=3).out
    assert not lock.exists(), "a look makes nothing"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert asked("follow-up --attention 30").out == "", "somebody is sending it"
    assert "letter in doubt" in asked("follow-up --attention 30", status=3).out


def test_cron_hears_of_a_queue_that_nobody_sends(asked: Shell, write: Write) -> None:
    asked("follow-up phoned contoso.com")
    letter = {"what": "offer", "to": "it@fabrikam.fr", "stage": "queued"}
    write(lambda tables: tables.outbox.insert({**letter, "customer": 0, "what": "test"}))
    assert asked("follow-up --attention 30").out == "", "a test letter is nobody's"
    write(lambda tables: tables.outbox.insert_multiple([{**letter, "customer": 2}] * 2))
    ran = asked("follow-up --attention 30", status=3)
    assert "2 letters wait in the outbox, and nobody sends them" in ran.out
    (need,) = asked("follow-up --attention 30 --json", status=3).json()
    assert (need["need"], need["customer"], need["letter"]) == ("queued", None, None)
    with (asked.store / "outbox.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert asked("follow-up --attention 30").out == "", "somebody is sending them"


def test_what_ends_is_listed_with_the_last_safe_day_to_ask(asked: Shell) -> None:
    asked("consent record contoso.com granted")
    ran = asked("follow-up expiring")
    assert "needs a new consent" in ran.lines[1] and "2027-10-23" in ran.lines[1]
    (found,) = asked("follow-up expiring --json").json()
    assert (found["lane"], found["ends"], found["last_safe"]) == ("ask", "2027-11-22", "2027-10-23")
    assert odd_keys([found]) == []
    assert asked("follow-up expiring --within 364 --json").json() == []
    assert len(asked("follow-up expiring --within 365 --json").json()) == 1


def test_the_calendar_goes_into_a_new_file_or_to_stdout(asked: Shell) -> None:
    target = asked.store.parent / "days.ics"
    ran = asked(f"follow-up calendar --to '{target}'")
    assert ran.out == "" and ran.err == f"Saved 2 entries as {target}.\n"
    found = icalendar.Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    assert [str(event["summary"]) for event in found] == [
        "Last day to answer: Contoso Ltd", "Last day to answer: Fabrikam SARL",
    ]  # fmt: skip
    assert asked("follow-up calendar").out.startswith("BEGIN:VCALENDAR")
    empty = asked("follow-up calendar --within 0")
    assert "the calendar is empty" in empty.err


def test_a_calendar_of_ours_is_replaced_whole_as_cron_wants_it(asked: Shell) -> None:
    target = asked.store.parent / "days.ics"
    asked(f"follow-up calendar --to '{target}'")
    target.chmod(0o644)
    link = target.with_name("link.ics")
    link.symlink_to(target)
    asked("consent record contoso.com declined")
    assert asked(f"follow-up calendar --to '{link}'").err == f"Saved 1 entry as {target}.\n"
    assert b"Contoso" not in target.read_bytes() and b"Fabrikam" in target.read_bytes()
    assert (target.stat().st_mode & 0o777, link.is_symlink()) == (0o644, True)
    assert sorted(target.parent.glob(".partnerdesk*")) == []


@pytest.mark.parametrize("theirs", ["BEGIN:VCALENDAR\r\nPRODID:-//Other//EN\r\n", "notes", ""])
def test_what_is_no_calendar_of_ours_is_not_written_over(asked: Shell, theirs: str) -> None:
    target = asked.store.parent / "theirs.ics"
    target.write_text(theirs)
    said = asked(f"follow-up calendar --to '{target}'", status=1).err
    assert "exists already" in said
    assert target.read_text() == theirs.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("follow-up snooze contoso.com", "Give --until or --days."),
        ("follow-up snooze contoso.com --until 2026-11-29 --days 3", "Give --until or --days."),
        ("follow-up snooze contoso.com --until soon", "soon is not a date"),
        ("follow-up snooze contoso.com --until 2026-11-21", "Nobody is left alone"),
        ("follow-up snooze contoso.com --days 366", "366"),
        ("follow-up snooze nobody.example --days 3", "No customer is called"),
        ("follow-up note contoso.com ''", "The note is empty."),
        ("follow-up note contoso.com", "TEXT"),
        ("follow-up phoned", "C…"),
        ("follow-up --due --attention 3", "Choose --due or --attention."),
        ("follow-up --due phoned contoso.com", "belong to the list"),
        ("follow-up --attention -1", "-1"),
        ("follow-up extend nobody.example --dry-run", "No customer is called"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(asked: Shell, line: str, said: str) -> None:
    before = asked("journal show --json").json()
    assert said in asked(line, status=2).err
    assert asked("journal show --json").json() == before


def test_a_store_that_is_not_there_is_not_made(shell: Shell) -> None:
    assert shell("follow-up --json").json() == []
    assert shell("follow-up expiring --json").json() == []
    assert not shell.store.exists()
    assert "no store" in shell("follow-up extend --yes", status=3).err


EVIL = f"{OSC52}\u202e\n\x9b"


@pytest.fixture
def hostile(shell: Shell, write: Write) -> Shell:
    """A store in which everything that is text means harm."""

    def change(tables: Tables) -> None:
        key = tables.customers.insert({"name": f"C{EVIL}", "domain": f"d{EVIL}"})
        tables.invitations.insert(
            {"customer": key, "kind": "purchase", "offer": f"o{EVIL}", "language": EVIL,
             "events": [{"what": "given", "on": "2026-11-01", "at": EVIL}]}
        )  # fmt: skip
        tables.relationships.insert(
            {"customer": None, "name": f"r{EVIL}", "customer_name": EVIL, "microsoft_id": EVIL,
             "status": "active", "ends": "2026-12-01T00:00:00Z", "roles": [EVIL]}
        )  # fmt: skip
        for stage in ("unknown", "refused", EVIL):
            why = {"text": f"{EVIL} {{x}}", "values": {"x": EVIL}}
            tables.outbox.insert(
                {"customer": key, "what": EVIL, "to": EVIL, "stage": stage, "message_id": EVIL,
                 "why": why, "at": EVIL}
            )  # fmt: skip
        tables.touches.insert({"customer": key, "what": EVIL, "on": EVIL, "note": EVIL})

    write(change)
    return shell


@pytest.mark.parametrize(
    "line",
    [
        "follow-up",
        "follow-up --json",
        "follow-up --attention 30",
        "follow-up --attention 30 --json",
        "follow-up expiring",
        "follow-up expiring --json",
        "follow-up extend --dry-run",
        "follow-up calendar",
    ],
)
def test_no_listing_lets_a_raw_character_through(hostile: Shell, line: str) -> None:
    ran = hostile(line, status=None)
    assert raw(ran.out) == []
    assert raw(ran.err) == []
    assert ran.out
