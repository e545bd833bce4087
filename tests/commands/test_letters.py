"""`partnerdesk letters`: templates of one's own, tried; and the letter for the customer's file."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest

from store.letters.sources import OURS
from tests.commands.conftest import configure
from tests.commands.shell import Shell, bound_by_modes, process


@pytest.fixture
def folder(office: Shell, tmp_path: Path) -> Path:
    """Where the settings look for letters of one's own; nothing is there yet."""
    configure(f'templates = "{tmp_path / "letters"}"')
    return tmp_path / "letters"


def test_all_letters_are_listed_and_whose_they_are(office: Shell, folder: Path) -> None:
    before = office("letters list --json").json()
    assert {one["own"] for one in before} == {False}
    assert {"delegated", "trial", "purchase", "reminder", "renewal", "record"} <= {
        one["kind"] for one in before
    }
    office("letters take reminder --language fr")
    (own,) = [one for one in office("letters list --json").json() if one["own"]]
    assert (own["language"], own["kind"], own["unused"]) == ("fr", "reminder", None)
    (line,) = [line for line in office("letters list").lines if "yours" in line]
    assert line.split() == ["fr", "reminder", "yours", str(folder / "fr" / "reminder.txt")]


def test_without_a_folder_the_setting_is_named(office: Shell) -> None:
    for words in ("letters take delegated", "letters check"):
        ran = office(words, status=2)
        assert "No folder for letters of your own is set." in ran.err
        assert 'templates = "~/letters"' in ran.err
    assert len(office("letters list --json").json()) == len(list(OURS.glob("*/*.txt")))


def test_a_start_is_written_once_and_wins(office: Shell, folder: Path) -> None:
    ran = office("letters take delegated")
    file = folder / "en" / "delegated.txt"
    assert ran.out == f"Wrote {file}. It wins over ours from now on.\n"
    assert file.read_bytes() == (OURS / "en" / "delegated.txt").read_bytes()
    assert "exists already" in office("letters take delegated", status=1).err
    assert "No letter is called nothing." in office("letters take nothing", status=2).err
    assert "no letters in tlh" in office("letters take delegated --language tlh", status=2).err


def test_a_check_ends_with_1_where_something_is_wrong(office: Shell, folder: Path) -> None:
    office("letters take delegated")
    ran = office("letters check")
    assert ran.out == "1 template of your own, tried in 2 letters: nothing is wrong.\n"
    file = folder / "en" / "delegated.txt"
    file.write_text(file.read_text().replace("partner.name", "partner.nam", 1))
    ran = office("letters check", status=1)
    assert ran.lines == [
        "en/delegated.txt, line 1: There is no field partner.nam; partner.name perhaps?",
        "  For 2 customers: contoso.com, immo.example",
    ]
    assert "Our own letters are used instead." in ran.err
    (finding,) = office("letters check --json", status=1).json()["findings"]
    assert finding == {
        "file": "en/delegated.txt",
        "line": 1,
        "field": "partner.nam",
        "what": "There is no field partner.nam; partner.name perhaps?",
        "customers": 2,
        "named": ["contoso.com", "immo.example"],
    }


def test_a_file_that_nobody_reads_is_said_and_is_no_error(office: Shell, folder: Path) -> None:
    office("letters take delegated")
    (folder / "en" / "delgated.txt").write_text("x")
    ran = office("letters check")
    assert "delgated.txt is not used: No letter is called delgated.txt." in ran.err
    assert ran.out.startswith("1 template of your own, tried in ")
    (folder / "en" / "delegated.txt").unlink()
    ran = office("letters check")
    assert ran.out == "" and "No template of your own is used." in ran.err


def test_every_field_is_listed_with_a_sentence(office: Shell) -> None:
    ran = office("letters fields")
    assert any(line.startswith("partner.name ") and line.endswith(".") for line in ran.lines)
    assert "Letters: delegated, trial, purchase, reminder, renewal, record." in ran.err


def test_the_letter_for_the_file_is_printed_in_the_customer_s_language(office: Shell) -> None:
    assert "gave us no access" in office("letters record fabrikam.fr", status=4).err
    office("consent record fabrikam.fr granted")
    ran = office("letters record fabrikam.fr")
    assert ran.lines[0].startswith("Subject: Pour votre dossier : l’accès accordé à Adatum")
    assert ran.lines[2] == "Bonjour Fabrikam SARL,"
    other = office("letters record fabrikam.fr --language de --format html").out
    assert '<html lang="de">' in other
    assert "Für Ihre Unterlagen" in other


def test_a_letter_that_says_more_than_is_known_says_so_before_it_goes(office: Shell) -> None:
    office("consent record contoso.com granted")
    for words in ("letters record contoso.com", "send contoso.com --what record --mailto"):
        assert "No user of yours is on the desk" in office(words, status=None).err
    office("users add anna@adatum.example Anna")
    assert "No user of yours" not in office("letters record contoso.com").err


def test_the_letter_for_the_file_is_written_over_nothing(office: Shell, tmp_path: Path) -> None:
    office("consent record contoso.com granted")
    file = tmp_path / "file.eml"
    ran = office(f"letters record contoso.com --format eml --to {file}")
    assert ran.out == f"Wrote the letter for the customer's file to {file}.\n"
    mail = message_from_bytes(file.read_bytes())
    assert (mail["To"], mail["X-Unsent"]) == ("it@contoso.com", "1")
    assert "exists already" in office(f"letters record contoso.com --to {file}", status=1).err


def test_a_broken_template_is_said_where_its_letter_is_printed(office: Shell, folder: Path) -> None:
    office("consent record contoso.com granted")
    office("letters take record")
    (folder / "en" / "record.txt").write_text("Subject: x\n\n{{ nobody }}\n")
    ran = office("letters record contoso.com")
    assert "en/record.txt, line 3: There is no field nobody. Our own letter is used." in ran.err
    assert ran.lines[0].startswith("Subject: For your file")


def test_a_template_of_ones_own_is_what_offer_show_prints(office: Shell, folder: Path) -> None:
    office("letters take delegated")
    file = folder / "en" / "delegated.txt"
    file.write_text(file.read_text().replace("Hello", "Good day"))
    assert office("offer show --customer contoso.com").lines[2] == "Good day Contoso Ltd,"
    file.write_text("Subject: x\n\nNo link.\n")
    ran = office("offer show --customer contoso.com")
    assert ran.lines[2] == "Hello Contoso Ltd,"
    assert "en/delegated.txt: The link is not in it" in ran.err


def test_a_check_does_not_pass_over_what_it_may_not_read(office: Shell, folder: Path) -> None:
    office("letters take delegated --language fr")
    (folder / "fr").chmod(0)
    for word in ("check", "list"):
        ran = process("letters", word, status=2, under=bound_by_modes())
        assert f"The folder {folder / 'fr'} cannot be read: Permission denied." in ran.err


def test_nobody_is_told_to_record_a_grant_of_whom_declined(office: Shell) -> None:
    said = office("letters record contoso.com", status=4).err
    assert "Where it did, record that first: partnerdesk consent record contoso.com granted" in said
    office("offer give contoso.com")
    office("consent record contoso.com declined")
    said = office("letters record contoso.com", status=4).err
    assert "Its consent is recorded: declined." in said
    assert "consent record" not in said
