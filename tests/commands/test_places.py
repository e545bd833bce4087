"""Where things are kept: which store is meant, folders that cannot be used, and bad settings."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.commands.conftest import configure
from tests.commands.shell import Shell, bound_by_modes, process
from tui import settings


def configured(text: str) -> Path:
    """The settings file, with this in it."""
    file = settings.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_the_option_wins_over_the_variable_over_the_setting_over_the_data_folder(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("customers add Data")
    configured(f'store = "{tmp_path / "setting"}"')
    shell("customers add Setting")
    monkeypatch.setenv("PARTNERDESK_STORE", str(tmp_path / "variable"))
    shell("customers add Variable")
    shell(f"--store {tmp_path / 'option'} customers add Option")

    def only(line: str) -> str:
        (found,) = shell(f"{line} customers list --json").json()
        name: str = found["name"]
        return name

    assert only("") == "Variable"
    assert only(f"--store {tmp_path / 'option'}") == "Option"
    monkeypatch.delenv("PARTNERDESK_STORE")
    assert only("") == "Setting"
    settings.config_file().unlink()
    assert only("") == "Data"


def test_a_new_store_is_its_owners_alone(shell: Shell) -> None:
    shell("customers add Contoso")
    assert stat.S_IMODE(shell.store.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in shell.store.iterdir()}
    assert modes == {0o600}


def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "store"
    ran = shell(f"--store {folder} customers add Contoso", status=1)
    assert f"The folder {folder} cannot be made: Not a directory." in ran.err
    assert "Name another one with --store, or set PARTNERDESK_STORE." in ran.err
    assert ran.out == ""


def test_reading_makes_no_store(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "typo" / "store"
    for line in ("customers list", "offer show", "partner show", "journal show"):
        ran = shell(f"--store {folder} {line}")
        assert f"There is no store in {folder} yet." in ran.err
    assert shell(f"--store {folder} doctor --json").json()["store_state"] == "none yet"
    assert not folder.parent.exists()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.txt").write_text("mine")
    shell(f"--store {tmp_path / 'notes'} customers list")
    assert [file.name for file in (tmp_path / "notes").iterdir()] == ["notes.txt"]


def test_the_doctor_says_what_is_wrong_with_the_folder(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    facts = shell(f"--store {tmp_path / 'file'} doctor --json", status=3).json()
    assert "cannot be made" in facts["store_state"]
    assert facts["store"] == str(tmp_path / "file")


def test_a_folder_that_anyone_may_write_is_not_trusted(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    ran = shell(f"--store {folder} customers list", status=1)
    assert f"Anyone on this host may write in {folder}." in ran.err
    assert f"chmod o-w {folder}" in ran.err


def test_a_store_that_may_not_be_written_is_read_and_not_changed(office: Shell) -> None:
    under = bound_by_modes()
    office.store.chmod(0o500)
    try:
        ran = process("customers", "list", under=under)
        assert "Contoso Ltd" in ran.out
        ran = process("customers", "add", "Woodgrove", under=under, status=1)
        assert "may not be written by this account" in ran.err
        ran = process("doctor", under=under, status=3)
        assert "may not be written by this account" in ran.out
    finally:
        office.store.chmod(0o700)
    assert len(office("customers list --json").json()) == 3


def test_where_no_store_can_be_made_another_folder_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    words = ("--store", str(folder), "customers", "add", "Contoso")
    ran = process(*words, under=bound_by_modes(), status=1)
    assert f"There is no store in {folder}, and none can be made" in ran.err
    assert "Name another folder with --store." in ran.err


def test_a_home_of_nobody_is_no_store(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = shell("--store ~nobody-has-this-name/store customers list", status=2)
    assert "~nobody-has-this-name" in ran.err


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('colour = "red"', "has a key colour that means nothing."),
        ('store = "a', "cannot be read: "),
        ("store = 5", "store has a value of another kind than expected."),
        ("osc52-limit = true", "osc52-limit has a value of another kind than expected."),
        ('mouse = "yes"', "mouse has a value of another kind than expected."),
        ('clipboard = "pigeon"', "clipboard is pigeon."),
    ],
)
def test_settings_that_cannot_be_end_every_command_and_the_file_is_named(
    text: str, reason: str
) -> None:
    file = configured(text)
    ran = process("customers", "list", status=2)
    assert reason in ran.err
    assert str(file) in ran.err
    assert ran.out == ""


def test_settings_that_cannot_be_read_are_named() -> None:
    settings.config_file().mkdir(parents=True)
    ran = process("customers", "list", status=2)
    assert f"{settings.config_file()} cannot be read: " in ran.err
    assert "Mend or remove it." in ran.err


def test_the_settings_that_there_are_are_taken_under_both_spellings() -> None:
    configured(
        'language = "en"\nclipboard = "file"\nosc52-limit = 10\nallow_network_store = true\n'
        "mouse = false\n"
    )
    found = settings.load()
    assert (found.clipboard, found.osc52_limit) == ("file", 10)
    assert (found.allow_network_store, found.mouse) == (True, False)


def test_the_clipboard_variable_wins_over_the_setting(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured('clipboard = "file"')
    assert shell("doctor --json").json()["copying"] == "file"
    monkeypatch.setenv("PARTNERDESK_CLIPBOARD", "off")
    assert shell("doctor --json").json()["copying"] == "off"
    ran = process("doctor", environment={"PARTNERDESK_CLIPBOARD": "pigeon"}, status=2)
    assert "clipboard is pigeon." in ran.err
    assert "Choose one of auto, tmux, osc52, native, file, off." in ran.err


def test_the_doctor_says_where_everything_is_and_who_is_here(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
    assert shell("doctor --json").json()["store_state"] == "none yet"
    shell("customers add Contoso")
    facts = shell("doctor --json").json()
    assert facts["store"] == str(shell.store)
    assert facts["store_state"] == "can be written"
    assert facts["settings"] == str(settings.config_file())
    assert facts["saved_texts"] == str(settings.state_folder())
    assert facts["operator"] == "anna"
    assert facts["from"].endswith("192.0.2.7")
    assert facts["copying"] == "osc52 > file"
    assert facts["terminal"] == "xterm-256color"
    assert facts["screen"].startswith("there is no terminal here.")
    table = shell("doctor")
    assert str(shell.store) in table.out
    assert table.err == ""
    titles = [line.split("  ")[0] for line in table.lines[1:]]
    assert "State of the store" in titles and "Letters are from" in titles
    assert not [title for title in titles if "_" in title], "a key that only a program reads"


def test_the_doctor_says_how_letters_leave_and_come_back(office: Shell, tmp_path: Path) -> None:
    facts = office("doctor --json").json()
    assert facts["letters"] == "It is not set where letters leave from."
    assert (facts["answers"], facts["templates"]) == ("not set", "ours alone")
    own = tmp_path / "own"
    (own / "en").mkdir(parents=True)
    (own / "en" / "delegated.txt").write_text("Subject: x")
    (own / "en" / "typo.txt").write_text("Subject: x")
    configure(
        f'templates = "{own}"', "[mail]", 'host = "mail.example.com"', "port = 587",
        'sender = "us@adatum.example"', f'answers = "{tmp_path / "gone"}"',
    )  # fmt: skip
    facts = office("doctor --json").json()
    assert facts["letters"] == "mail.example.com:587, starttls"
    assert facts["letters_from"] == "us@adatum.example"
    assert facts["answers"] == f"{tmp_path / 'gone'} is no folder."
    assert facts["templates"] == f"{own}; used: 1"
    odd = tmp_path / ("long" * 100)
    configure(
        f'templates = "{odd}"', "[mail]", 'host = "mail.example.com"',
        'sender = "us@adatum.example"', f'answers = "{odd}"',
    )  # fmt: skip
    facts = office("doctor --json").json()
    assert facts["answers"] == f"{odd} is no folder."
    assert "File name too long" in facts["templates"]
