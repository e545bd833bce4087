"""`partnerdesk act add-user --file`: the plan, the passwords, what was left out."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.commands.act.story import user, writes
from tests.commands.shell import Shell
from tests.microsoft import CONTOSO

GOOD = "Name,User name,Usage location\nNina,nina@contoso.example,PL\nOle,ole@contoso.example,\n"
BAD = GOOD + "Ada,ada@contoso.example,\nRut,rut,\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(GOOD)
    return file


def test_the_plan_comes_first_and_changes_nothing(
    shell: Shell, cloud: Practice, people: Path
) -> None:
    people.write_text(BAD)
    ran = shell(f"act add-user Contoso --dry-run --file {people}", status=2)
    assert [line.split()[:2] for line in ran.lines] == [
        ["2", "add"], ["3", "add"], ["4", "there"], ["5", "refuse"],
    ]  # fmt: skip
    assert "Would add 2 users" in ran.err and not writes(cloud)
    shell(f"act add-user Contoso --dry-run --skip-bad --file {people}", status=3)
    found = shell(f"act add-user Contoso --dry-run --json --file {people}", status=2).json()
    assert [one["fate"] for one in found] == ["add", "add", "exists", "refuse"]


def test_users_and_passwords_come_as_lines(shell: Shell, cloud: Practice, people: Path) -> None:
    ran = shell(f"act add-user Contoso --file {people} --confirm contoso")
    assert ran.lines == [
        f"{name}@contoso.example\t{user(cloud, name).password}" for name in ("nina", "ole")
    ]
    assert "1/2  nina@contoso.example: Added" in ran.err and "Added 2 users." in ran.err
    assert not any(user(cloud, name).password in ran.err for name in ("nina", "ole"))


def test_passwords_go_into_a_file_with_only_those_that_count(
    shell: Shell, cloud: Practice, people: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made.csv"
    cloud.faults.add(Fault("POST", r"/users$", status=400, code="Odd", message="Odd."))
    ran = shell(
        f"act add-user Contoso --file {people} --confirm Contoso --json --password-file",
        str(made), status=3,
    )  # fmt: skip
    assert [one["outcome"] for one in ran.json()] == ["refused", "done"]
    with made.open(newline="") as opened:
        assert list(csv.reader(opened)) == [
            ["User name", "Password"], ["ole@contoso.example", user(cloud, "ole").password],
        ]  # fmt: skip
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert user(cloud, "ole").password not in ran.out + ran.err
    assert {path.name for path in tmp_path.iterdir()} >= {"made.csv"}
    assert not list(tmp_path.glob(".made*"))


def test_a_bad_line_refuses_all_and_the_name_has_to_be_typed(
    shell: Shell, cloud: Practice, people: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made.csv"
    bare = f"act add-user Contoso --file {people} --password-file {made}"
    bare_said = shell(bare, status=2).err
    assert "has to be confirmed" in bare_said and "--confirm Contoso" in bare_said
    people.write_text(BAD)
    ran = shell(f"{bare} --confirm Contoso", status=2)
    assert "1 line cannot be taken, so none was. Line 5" in ran.err
    assert not writes(cloud) and not made.exists()
    ran = shell(f"{bare} --confirm Contoso --skip-bad", status=3)
    assert "Line 5: User name: rut is not a user principal name." in ran.err
    assert made.exists() and len(cloud.customers[CONTOSO].users) == 10


def test_who_is_there_already_is_left_alone(shell: Shell, cloud: Practice, people: Path) -> None:
    people.write_text(GOOD + "Ada,ada@contoso.example,\n")
    shell(f"act add-user Contoso --dry-run --file {people}")
    ran = shell(f"act add-user Contoso --file {people} --confirm Contoso")
    assert len(ran.lines) == 2 and "Line 4: The user name ada@contoso.example is taken" in ran.err


def test_it_may_come_on_stdin(shell: Shell, cloud: Practice) -> None:
    ran = shell("act add-user Contoso --file - --confirm Contoso", stdin=GOOD.encode())
    assert len(ran.lines) == 2


def test_files_that_are_none_are_refused(shell: Shell, cloud: Practice, tmp_path: Path) -> None:
    for data in (b"", b"\x00\x01", b"Name\nx\n"):
        file = tmp_path / "odd.csv"
        file.write_bytes(data)
        shell(f"act add-user Contoso --file {file} --confirm Contoso", status=2)
    shell(f"act add-user Contoso --file {tmp_path}/nowhere --confirm Contoso", status=2)
    assert not cloud.log
