"""A damaged journal: reading goes on and says so, writing stops and says what to do."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from store.journal.line import dumps
from tests.commands.shell import Shell

READS = [
    "customers list",
    "customers list --json",
    "customers show contoso.com",
    "customers export -",
    "consent status",
    "consent status --json",
    "partner show",
    "users list",
    "offer show",
    "journal show",
]
WRITES = [
    "customers add Woodgrove",
    "customers set contoso.com note=x",
    "customers archive contoso.com",
    "consent record contoso.com granted",
    "offer give contoso.com",
    "users add zoe@adatum.example Zoé",
    "partner set phone=1",
    "offer set trial --summary-id 1",
]


@pytest.fixture
def damaged(office: Shell) -> Shell:
    """An office in whose journal one bit has changed, in the middle, on line 4 of 5."""
    journal = office.store / "journal.1.jsonl"
    data = bytearray(journal.read_bytes())
    lines = data.split(b"\n")
    data[len(b"\n".join(lines[:3])) + len(lines[3]) // 2] ^= 1
    journal.write_bytes(data)
    return office


def content(shell: Shell) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in shell.store.iterdir() if file.name != "lock"}


@pytest.mark.parametrize("line", READS)
def test_reading_works_on_what_is_proven_and_says_what_is_wrong(damaged: Shell, line: str) -> None:
    ran = damaged(line)
    assert ran.out
    assert "journal.1.jsonl is damaged at line 4" in ran.err
    assert "The desk shows what is proven, up to change 3." in ran.err
    assert "journal.1.jsonl" not in ran.out


@pytest.mark.parametrize("line", WRITES)
def test_writing_fails_says_what_to_do_and_touches_nothing(damaged: Shell, line: str) -> None:
    before = content(damaged)
    ran = damaged(line, status=1)
    assert "partnerdesk: Read-only: Nothing can be changed here: journal.1.jsonl" in ran.err
    assert "partnerdesk journal export --until 3 --to NEWFOLDER" in ran.err
    assert ran.out == ""
    assert content(damaged) == before


def test_only_what_was_proven_is_read_as_data(damaged: Shell) -> None:
    (only,) = damaged("customers list --json").json()
    assert only["name"] == "Contoso Ltd"


def test_verify_fails_and_names_file_and_line(damaged: Shell) -> None:
    ran = damaged("journal verify", status=1)
    assert re.match(r"journal\.1\.jsonl, line 4: its (head|body) does not agree", ran.lines[0])
    assert ran.lines[1].startswith("Proven up to change 3, head ")
    assert "Sound" not in ran.out
    report = damaged("journal verify --json", status=1).json()
    assert report["sound"] is False
    assert report["seq"] == 3
    assert report["problems"][0].startswith("journal.1.jsonl, line 4: ")


def test_the_advice_taken_at_its_word_makes_a_store_to_work_on(
    damaged: Shell, tmp_path: Path
) -> None:
    said = damaged("customers add Woodgrove", status=1).err
    advice = re.search(r"partnerdesk (journal export --until \d+ --to )NEWFOLDER", said)
    assert advice
    new = tmp_path / "new"
    damaged(f"{advice[1]}{new}")
    damaged(f"--store {new} customers add Woodgrove")
    found = damaged(f"--store {new} customers list --json").json()
    assert [customer["name"] for customer in found] == ["Contoso Ltd", "Woodgrove"]


def test_the_doctor_calls_for_attention(damaged: Shell) -> None:
    facts = damaged("doctor --json", status=3).json()
    assert "journal.1.jsonl is damaged at line 4" in facts["store_state"]
    assert "is damaged at line 4" in damaged("doctor", status=3).out


def test_cron_does_not_hear_that_all_is_well(damaged: Shell, tmp_path: Path) -> None:
    """Whoever waits for an answer may be in what cannot be read."""
    for line in (
        "follow-up --attention 30", f"answers list '{tmp_path}' --attention",
        "relationships list --attention",
    ):  # fmt: skip
        assert "is damaged at line 4" in damaged(line, status=3).err


def test_a_last_line_that_was_cut_short_is_set_aside_and_said_once(office: Shell) -> None:
    journal = office.store / "journal.1.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    ran = office("customers list --json")
    assert len(ran.json()) == 2
    assert "A last line that was not whole was set aside in broken.1." in ran.err
    assert office("customers list --json").err == ""
    ran = office("journal verify")
    assert "keeps what was set aside." in ran.err


def test_a_missing_current_beside_a_journal_is_damage_and_no_new_store(office: Shell) -> None:
    (office.store / "CURRENT").unlink()
    ran = office("customers add Woodgrove", status=1)
    assert "CURRENT is missing beside a journal" in ran.err
    assert len(office("customers list --json").json()) == 3
    assert "CURRENT is missing." in office("journal verify", status=1).lines[0]
    assert not (office.store / "CURRENT").exists()


def test_a_store_of_a_newer_partnerdesk_is_left_alone(office: Shell) -> None:
    current = office.store / "CURRENT"
    value = json.loads(current.read_bytes())
    del value["sha"]
    value["format"] = 2
    value["sha"] = hashlib.sha256(dumps(value)).hexdigest()
    current.write_bytes(dumps(value) + b"\n")
    before = content(office)
    for line in ("customers list", "customers add Woodgrove"):
        ran = office(line, status=1)
        assert "The store is newer than this partnerdesk" in ran.err
        assert "Install that version or a later one; nothing was touched." in ran.err
    assert content(office) == before
