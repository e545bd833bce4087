"""The journal on the command line: show, verify, and both ways out."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from tests.commands.shell import Shell


def test_the_newest_change_comes_first_with_number_time_and_who(office: Shell) -> None:
    ran = office("journal show")
    assert ran.lines[0].split() == ["No.", "When", "(UTC)", "Who", "What"]
    assert [line.split()[0] for line in ran.lines[1:]] == ["5", "4", "3", "2", "1"]
    assert re.fullmatch(
        r"5 +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z +anna +Added Fabrikam Immobilier\.",
        ran.lines[1],
    )
    assert ran.err == ""


def test_it_can_be_cut_short_and_searched(office: Shell) -> None:
    assert len(office("journal show --limit 2").lines) == 3
    assert len(office("journal show --limit 0").lines) == 1
    found = office("journal show --search FABRIKAM --json").json()
    assert [line["seq"] for line in found] == [5, 4]
    assert [line["seq"] for line in office("journal show --search partner.set --json").json()] == [
        2
    ]
    assert office("journal show --search nothing --json").json() == []


def test_as_json_each_line_says_who_from_where_did_what_to_what(office: Shell) -> None:
    office("partner set operators=anna=anna@adatum.example")
    office("customers archive contoso.com")
    line = office("journal show --limit 1 --json").json()[0]
    assert (line["by"], line["member"]) == ("anna", "anna@adatum.example")
    assert (line["did"], line["what"]) == ("customers.archive", "Archived Contoso Ltd.")
    assert line["changes"] == ["put customers 1"]
    assert line["seq"] == 7
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])


def test_the_operator_and_the_ssh_client_are_kept(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERDESK_OPERATOR", "zoe\x1b[2J")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
    shell("customers add Contoso")
    line = shell("journal show --limit 1 --json").json()[0]
    assert line["by"] == "zoe\ufffd[2J"
    assert line["from"].endswith(" 192.0.2.7")


def test_a_sound_journal_is_said_to_be_sound_with_its_head(office: Shell) -> None:
    ran = office("journal verify")
    assert ran.lines[0] == "Sound: 5 lines, each following the one before."
    assert re.fullmatch(r"Proven up to change 5, head [0-9a-f]{64}\.", ran.lines[1])
    report = office("journal verify --json").json()
    assert report["sound"] is True
    assert (report["lines"], report["segments"], report["seq"]) == (5, 1, 5)
    assert report["head"] in ran.lines[1]
    assert (report["problems"], report["notes"]) == ([], [])


def test_where_no_store_is_verify_says_so_and_makes_none(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    ran = shell(f"--store {folder} journal verify", status=2)
    assert f"There is no store in {folder}." in ran.err
    assert not folder.exists()


def test_an_export_is_a_working_store_with_the_same_history(office: Shell, tmp_path: Path) -> None:
    new = tmp_path / "new"
    ran = office(f"journal export --to {new}")
    assert ran.out == (f"Made a store of 5 changes in {new}. Use it: partnerdesk --store {new}\n")
    assert office(f"--store {new} customers list").out == office("customers list").out
    assert office(f"--store {new} journal show").out == office("journal show").out
    assert office(f"--store {new} journal verify").out == office("journal verify").out
    assert stat.S_IMODE(new.stat().st_mode) == 0o700
    office(f"--store {new} customers add Woodgrove")
    office(f"--store {new} journal verify")
    assert len(office("customers list --json").json()) == 3


def test_an_export_until_a_change_ends_with_it_and_goes_on_from_there(
    office: Shell, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    ran = office(f"journal export --until 3 --to {new}")
    assert "Made a store of 3 changes" in ran.out
    (only,) = office(f"--store {new} customers list --json").json()
    assert only["name"] == "Contoso Ltd"
    office(f"--store {new} customers add Woodgrove")
    assert office(f"--store {new} journal show --json").json()[0]["seq"] == 4
    assert office(f"--store {new} journal verify --json").json()["sound"] is True


def test_an_export_beyond_the_end_says_where_the_end_is(office: Shell, tmp_path: Path) -> None:
    ran = office(f"journal export --until 6 --to {tmp_path / 'new'}", status=2)
    assert "Only changes up to 5 are proven." in ran.err
    assert "Say --until 5." in ran.err


def test_an_export_goes_into_no_folder_that_has_something_in_it(
    office: Shell, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "precious").write_text("mine")
    ran = office(f"journal export --to {full}", status=2)
    assert f"{full} is not empty." in ran.err
    assert [found.name for found in full.iterdir()] == ["precious"]


def test_an_export_where_no_store_is_says_so(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "none"
    ran = shell(f"--store {folder} journal export --to {tmp_path / 'new'}", status=2)
    assert str(folder) in ran.err


def test_an_export_into_a_home_of_nobody_says_so(
    office: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for option in ("--to", "--tinydb"):
        ran = office(f"journal export {option} ~nobody-has-this-name/new", status=2)
        assert "~nobody-has-this-name" in ran.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "Say where to: --to NEWSTORE or --tinydb FILE."),
        ("--to a --tinydb b", "Say where to: --to NEWSTORE or --tinydb FILE."),
        ("--tinydb b --until 3", "--until belongs to --to."),
        ("--to a --until three", "'three' is not a valid integer"),
    ],
)
def test_an_export_says_what_is_missing(office: Shell, words: str, reason: str) -> None:
    assert reason in office(f"journal export {words}", status=2).err


def test_stock_tinydb_opens_the_file_and_finds_everything(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "desk.json"
    office("offer give contoso.com")
    ran = office(f"journal export --tinydb {file}")
    assert ran.out == f"Wrote all tables to {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with TinyDB(file) as db:
        contoso = db.table("customers").get(where("domain") == "contoso.com")
        assert contoso["name"] == "Contoso Ltd"
        assert len(db.table("customers")) == 3
        assert db.table("partner").get(doc_id=1)["mail"] == "partners@adatum.example"
        (invitation,) = db.table("invitations").all()
        assert invitation["customer"] == contoso.doc_id


def test_a_tinydb_file_is_written_over_none_that_exists_and_into_folders_that_do(
    office: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "precious.json"
    file.write_text("mine")
    ran = office(f"journal export --tinydb {file}", status=2)
    assert f"{file} exists already." in ran.err
    assert file.read_text() == "mine"
    ran = office(f"journal export --tinydb {tmp_path / 'none' / 'x.json'}", status=1)
    assert "could not be written: No such file or directory." in ran.err
