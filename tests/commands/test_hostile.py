"""What somebody wrote into the store past the door appears, but does nothing to a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from store.message import Message
from store.operator import Operator
from store.work import Tables
from tests.commands.conftest import Write
from tests.commands.shell import GRANULAR, OSC52, Shell, process, raw

HOSTILE = [
    OSC52,
    "a\u202eb\u2066c",
    "two\nlines",
    "c1\x9b31m",
    "del\x7f\x00",
    "[/]",
    "[@click=app.quit]x[/]",
    "x" * 10_000,
]
EVIL = f"{OSC52}\u202e\n\x9b"
LISTINGS = [
    "customers list",
    "customers list --archived",
    "customers list --json",
    "customers list --csv",
    "customers show a.example",
    "customers show a.example --json",
    "customers export -",
    "consent status",
    "consent status --json",
    "partner show",
    "partner show --json",
    "users list",
    "users list --json",
    "journal show",
    "journal show --json",
    "journal verify",
    "doctor",
    "doctor --json",
    "offer show",
]


@pytest.fixture
def hostile(shell: Shell, write: Write) -> Shell:
    """A store in which everything that is text means harm."""

    def change(tables: Tables) -> None:
        tables.partner.insert(
            {"name": f"P{EVIL}", "contact": EVIL, "mail": EVIL, "phone": EVIL, "tenant": EVIL,
             "operators": {f"l{EVIL}": f"u{EVIL}"}}
        )  # fmt: skip
        for name in HOSTILE:
            tables.customers.insert(
                {"name": name, "alias": name, "tags": [name], "note": name, "contact": name}
            )
        tables.customers.insert({"name": f"Old {EVIL}", "archived": "2026-01-01"})
        target = tables.customers.insert(
            {"name": f"Target {EVIL}", "domain": "a.example", "relationship": EVIL}
        )
        for event in (
            {"what": "reported", "status": EVIL},
            {"what": "given", "how": EVIL},
            {"what": EVIL},
        ):
            tables.invitations.insert(
                {"customer": target, "kind": "delegated",
                 "events": [{**event, "on": "2026-11-20", "by": EVIL, "note": EVIL}]}
            )  # fmt: skip
        tables.members.insert({"upn": f"m{EVIL}", "name": EVIL, "access": True, "level": "full"})
        tables.offers.insert({"kind": "delegated", "link": f"https://x{EVIL}", "summary_id": EVIL})

    evil = Operator(f"anna{EVIL}", EVIL, EVIL, EVIL)
    write(change, evil, Message(f"Did {EVIL} {{name}}", {"name": EVIL}))
    return shell


@pytest.mark.parametrize("line", LISTINGS)
def test_no_listing_lets_a_raw_character_through(hostile: Shell, line: str) -> None:
    ran = hostile(line)
    assert raw(ran.out) == []
    assert raw(ran.err) == []
    assert ran.out


def test_every_customer_is_one_line_of_the_list_and_brackets_stay(hostile: Shell) -> None:
    ran = hostile("customers list")
    assert len(ran.lines) == 1 + len(HOSTILE) + 1
    for text in ("[/] ", "[@click=app.quit]x[/] ", "two lines ", "x" * 10_000, "\ufffd]52;c;aGk="):
        assert text in ran.out


def test_json_gives_the_very_names_that_are_stored(hostile: Shell) -> None:
    names = {found["name"] for found in hostile("customers list --json").json()}
    assert names == {*HOSTILE, f"Target {EVIL}"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_customer_can_still_be_named_and_archived(hostile: Shell, name: str) -> None:
    ran = hostile("customers archive", name)
    assert ran.out.startswith("Archived ")
    assert raw(ran.out) == []
    assert len(ran.lines) == 1


def test_candidates_of_an_ambiguous_name_are_named_harmlessly(shell: Shell, write: Write) -> None:
    def change(tables: Tables) -> None:
        for number in range(2):
            tables.customers.insert({"name": f"Firm {EVIL}{number}", "domain": EVIL})

    write(change)
    ran = shell("customers show firm", status=2)
    assert "Firm \ufffd]52" in ran.err
    assert raw(ran.err) == []


@pytest.mark.parametrize("form", ["text", "markdown", "html", "eml", "json"])
def test_no_form_of_a_letter_lets_a_raw_character_through(
    shell: Shell, write: Write, form: str
) -> None:
    def change(tables: Tables) -> None:
        tables.partner.insert(
            {"name": f"P{EVIL}", "contact": f"C{EVIL}", "mail": f"m{EVIL}", "phone": EVIL}
        )
        tables.customers.insert(
            {"name": f"Name {EVIL}", "domain": "a.example", "contact": f"it{EVIL}"}
        )

    write(change)
    for line in (f"offer show --format {form}", f"offer show --format {form} --customer a.example"):
        ran = shell(line)
        assert raw(ran.out) == []
        assert raw(ran.err) == []


@pytest.mark.parametrize("form", ["text", "markdown", "html", "eml", "json"])
def test_a_hostile_link_of_a_customer_is_harmless_in_its_letter(
    shell: Shell, write: Write, form: str
) -> None:
    def change(tables: Tables) -> None:
        tables.partner.insert({"name": "P", "contact": "C", "mail": "m@a.example"})
        customer = tables.customers.insert({"name": "A", "domain": "a.example"})
        tables.invitations.insert(
            {"customer": customer, "kind": "delegated", "granular": True, "link": f"https://{EVIL}",
             "made": "2026-11-20", "events": [{"what": "given", "on": "2026-11-20"}]}
        )  # fmt: skip

    write(change)
    assert raw(shell(f"offer show --customer a.example --format {form}").out) == []
    assert raw(shell("offer show --customer a.example --link-only", status=None).out) == []


def test_a_link_that_runs_a_script_is_no_link_of_a_page(shell: Shell, write: Write) -> None:
    write(lambda tables: tables.offers.insert({"kind": "delegated", "link": "javascript:alert(1)"}))
    assert 'href="javascript:' not in shell("offer show --format html").out


def test_a_customer_whose_language_is_none_that_we_write_gets_a_letter_all_the_same(
    shell: Shell, write: Write
) -> None:
    write(lambda tables: tables.customers.insert({"domain": "a.example", "language": "tlh"}))
    assert "Hello a.example," in shell("offer show --customer a.example").out


FAR = [
    {"days": 10**12, "events": [{"what": "answered", "answer": "granted", "on": "2026-11-21"}]},
    {"days": 365, "events": [{"what": "answered", "answer": "granted", "on": "9999-12-31"}]},
    {"made": "9999-12-31", "events": [{"what": "given", "on": "2026-11-20"}]},
    {"made": "0001-01-01", "events": [{"what": "given", "on": "0001-01-01"}]},
    {"made": 5, "days": "x", "events": [7, None, {"what": 3, "on": []}]},
]


@pytest.mark.parametrize("fields", FAR)
def test_dates_out_of_this_world_end_no_listing(
    shell: Shell, write: Write, fields: dict[str, Any]
) -> None:
    def change(tables: Tables) -> None:
        customer = tables.customers.insert({"name": "A", "domain": "a.example"})
        made = {"customer": customer, "kind": "delegated", "granular": True, "link": GRANULAR}
        tables.invitations.insert({**made, **fields})

    write(change)
    for line in LISTINGS:
        assert shell(line).out
    assert shell("offer show --customer a.example").out


def test_values_of_another_kind_than_expected_end_no_listing(shell: Shell, write: Write) -> None:
    def change(tables: Tables) -> None:
        tables.partner.insert({"name": 5, "operators": "x", "cloud": "moon", "certified": 1})
        tables.customers.insert({"name": ["a"], "tags": "b", "archived": 0, "domain": None})
        tables.customers.insert({"tags": [1, {}], "alias": {}, "language": 3})
        tables.invitations.insert({"customer": "x", "events": {"what": "given"}})
        tables.invitations.insert({"customer": 1, "kind": 7, "link": 5, "events": ["x"]})
        tables.members.insert({"upn": None, "name": 5, "access": "yes", "level": 9})
        tables.offers.insert({"kind": 5, "link": [1], "delegation": "no"})

    write(change)
    for line in LISTINGS:
        if "a.example" not in line:
            assert shell(line).out


def test_completion_offers_no_raw_characters_to_the_shell(hostile: Shell) -> None:
    ran = process(
        environment={
            "_PARTNERDESK_COMPLETE": "bash_complete",
            "COMP_WORDS": "partnerdesk customers show ",
            "COMP_CWORD": "3",
        }
    )
    assert raw(ran.out) == []
    assert {line.split(",")[0] for line in ran.lines} == {"plain"}


@pytest.mark.parametrize(
    "line",
    [
        "customers show",
        "customers",
        "customers list",
        "customers list --state",
        "customers import",
        "users show",
        "partner set",
        "consent record contoso.com",
        "offer show --kind",
        "offer give contoso.com --made",
        "offer set trial --link",
    ],
)
def test_the_operators_own_words_come_back_harmless(office: Shell, line: str) -> None:
    ran = office(line, f"https://{EVIL}", status=2)
    assert raw(ran.err) == []
    assert ran.out == ""
