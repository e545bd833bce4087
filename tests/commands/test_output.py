"""What a script can rely on: JSON of one shape, data on stdout, talk on stderr, exit statuses."""

from __future__ import annotations

import errno
import os
import re

import click
import pytest

from store.journal import files
from tests.commands.shell import GRANULAR, Shell, odd_keys, process
from tui.commands.main import program, words_of

JSON = [
    "partner show --json",
    "customers list --json",
    "customers list --archived --json",
    "customers show contoso.com --json",
    "consent status --json",
    "users list --json",
    "users show zoe@adatum.example --json",
    "journal show --json",
    "journal verify --json",
    "follow-up --json",
    "follow-up expiring --json",
    "offer show --format json",
    "offer show --format json --customer contoso.com",
    "doctor --json",
]
LISTINGS = [
    "partner show",
    "customers list",
    "customers show contoso.com",
    "consent status",
    "follow-up",
    "follow-up expiring",
    "users list",
    "users show zoe@adatum.example",
    "journal show",
    "journal verify",
    "doctor",
]
DATED = ("since", "answer_by", "ends", "on", "archived")


@pytest.fixture
def busy(office: Shell) -> Shell:
    """An office in which a little of everything has happened."""
    office(f"offer give contoso.com --link '{GRANULAR}' --made 2026-11-20 --days 365")
    office("offer give fabrikam.fr")
    office("consent record contoso.com granted --note 'by phone'")
    office("users add zoe@adatum.example Zoé")
    office("users set zoe@adatum.example --access yes --level limited")
    office("partner set operators=anna=zoe@adatum.example")
    office("customers archive immo.example")
    return office


def values_of(value: object, names: tuple[str, ...]) -> list[object]:
    """The values under these names, however deep."""
    if isinstance(value, list):
        return [found for item in value for found in values_of(item, names)]
    if not isinstance(value, dict):
        return []
    here = [found for name, found in value.items() if name in names]
    return here + [found for item in value.values() for found in values_of(item, names)]


@pytest.mark.parametrize("line", JSON)
def test_all_of_stdout_is_one_array_or_object_with_snake_case_keys(busy: Shell, line: str) -> None:
    found = busy(line).json()
    assert isinstance(found, list | dict)
    assert found
    assert odd_keys(found, but=("operators",)) == []


@pytest.mark.parametrize("line", ["customers list --json", "customers show contoso.com --json"])
def test_dates_are_iso_dates_or_null(busy: Shell, line: str) -> None:
    dates = values_of(busy(line).json(), DATED)
    assert "2026-11-22" in dates
    assert [day for day in dates if day and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(day))] == []
    assert "" not in dates


@pytest.mark.parametrize("line", [line for line in LISTINGS if line != "journal verify"])
def test_a_listing_keeps_talk_off_stdout_and_is_silent_when_all_is_well(
    busy: Shell, line: str
) -> None:
    ran = busy(line)
    assert ran.out
    assert ran.err == ""


def test_hints_and_remarks_are_talk_and_never_data(shell: Shell) -> None:
    for line in ("customers list", "users list", "partner show", "offer show"):
        ran = shell(line)
        assert ran.err
        assert not set(ran.err.splitlines()) & set(ran.lines)


def test_letters_keep_their_characters_in_json(busy: Shell) -> None:
    assert '"name": "Zoé"' in busy("users list --json").out


def test_every_command_has_a_help_of_its_own() -> None:
    commands = words_of(program())
    assert len(commands) > 25
    for words, command in commands:
        assert command.help, words
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{words} {option.name}"


@pytest.mark.parametrize("words", [words for words, _ in words_of(program())])
def test_help_is_printed_and_nothing_is_done(shell: Shell, words: str) -> None:
    ran = shell(f"{words} --help")
    assert ran.lines[0].startswith(f"Usage: partnerdesk {words}")
    assert ran.err == ""
    assert shell(f"{words} -h").out == ran.out
    assert not shell.store.exists()


def test_the_version_is_one_line(shell: Shell) -> None:
    assert re.fullmatch(r"partnerdesk \d+\.\d+\.\d+\n", shell("--version").out)


def test_the_help_says_what_each_exit_status_means(shell: Shell) -> None:
    said = " ".join(shell("--help").out.split())
    assert "0 done, 1 failed, 2 usage, 3 needs attention, 4 not allowed." in said


def test_each_exit_status_is_what_a_shell_sees() -> None:
    process("customers", "add", "Contoso", status=0)
    process("offer", "show", "--link-only", status=1)
    process("customers", "show", "nobody", status=2)
    process("customers", "import", "--skip-bad", "-", stdin=b"Name\nA\n\x07\n", status=3)
    process("offer", "give", "Contoso", status=4)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("fly", "No such command 'fly'."),
        ("customers fly", "No such command 'fly'."),
        ("customers list --fly", "No such option '--fly'."),
        ("customers add", "Missing argument 'NAME'."),
        ("customers list --state happy", "'happy' is not one of 'active'"),
        ("--store", "requires an argument"),
    ],
)
def test_words_that_mean_nothing_are_a_usage_error(shell: Shell, words: str, reason: str) -> None:
    ran = shell(words, status=2)
    assert reason in ran.err
    assert ran.out == ""


def test_a_group_without_a_command_shows_what_there_is(shell: Shell) -> None:
    ran = shell("customers", status=2)
    for name in ("list", "show", "add", "set", "archive", "restore", "import", "export"):
        assert f"\n  {name} " in ran.err


def test_an_interrupt_ends_without_a_traceback(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(fd: int) -> None:
        raise KeyboardInterrupt

    shell("customers add Contoso")
    monkeypatch.setattr(files, "sync_data", interrupted)
    ran = shell("customers add Fabrikam", status=130)
    assert "Traceback" not in ran.err


def test_a_full_disk_is_a_failure_that_says_what_to_do_and_changes_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("customers add Contoso")

    def full(fd: int, data: bytes) -> None:
        os.write(fd, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(files, "append", full)
        ran = shell("customers add Fabrikam", status=1)
    assert "partnerdesk: Nothing was saved: The change was not saved: the disk is full." in ran.err
    assert "Make room, then do it again." in ran.err
    assert [found["name"] for found in shell("customers list --json").json()] == ["Contoso"]
    assert shell("journal verify --json").json()["sound"] is True


def test_a_change_that_the_disk_did_not_confirm_needs_attention(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("customers add Contoso")

    def unconfirmed(fd: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(files, "sync_data", unconfirmed)
        ran = shell("customers add Fabrikam", status=3)
    assert "partnerdesk: Not known whether it was saved: " in ran.err
    assert "look for it in the journal before repeating" in ran.err
    assert "Added" not in ran.out
