"""Exporting customers: to a new file or to stdout, safe for spreadsheets, and back to the same."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import pytest

from tests.commands.conftest import Write
from tests.commands.shell import Shell

ODD = ["=1+1", "'quoted", "''twice", "-minus", "@at", "+49", 'say "hi"', "a;b,c", " 东方"]


@pytest.fixture
def odd(shell: Shell) -> Shell:
    """A home with customers whose names a spreadsheet would take for something else."""
    for number, name in enumerate(ODD):
        shell(f"customers add --domain d{number}.example --tag x --tag y", "--", name)
    shell("customers set d0.example note='=cmd|calc' alias=@SUM language=fr contact=a@b.example")
    shell("customers set d1.example relationship=-1")
    return shell


def records(shell: Shell, line: str = "customers list --json") -> list[dict[str, object]]:
    return [
        {name: value for name, value in found.items() if name != "id"}
        for found in shell(line).json()
    ]


def test_a_file_of_ours_imports_back_to_the_same(odd: Shell, tmp_path: Path) -> None:
    file, other = tmp_path / "out.csv", tmp_path / "other"
    ran = odd("customers export", str(file))
    assert ran.out == f"Wrote {len(ODD)} customers to {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    odd(f"--store {other} customers import", str(file))
    assert records(odd, f"--store {other} customers list --json") == records(odd)
    assert f"{len(ODD)} left alone" in odd("customers import", str(file)).out


def test_stdout_can_be_piped_into_another_store(odd: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for line in ("customers export -", "customers list --csv"):
        ran = odd(line)
        assert ran.err == ""
        odd(f"--store {other} customers import -", stdin=ran.out.encode())
        assert records(odd, f"--store {other} customers list --json") == records(odd)


def test_no_cell_is_a_formula_for_a_spreadsheet(odd: Shell) -> None:
    rows = list(csv.reader(io.StringIO(odd("customers export -").out)))
    cells = [cell for row in rows for cell in row]
    assert "'=1+1" in cells and "'=cmd|calc" in cells
    assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@\t\r")]


def test_a_list_as_csv_keeps_to_what_was_asked_for(odd: Shell) -> None:
    ran = odd("customers list --csv --search d3.example")
    assert ran.out.count("\r\n") == 2
    assert "'-minus" in ran.out


def test_archived_customers_are_not_exported(odd: Shell) -> None:
    odd("customers archive d0.example")
    assert "d0.example" not in odd("customers export -").out


def test_a_file_that_exists_is_never_replaced(odd: Shell, tmp_path: Path) -> None:
    file = tmp_path / "precious.csv"
    file.write_text("mine")
    ran = odd("customers export", str(file), status=1)
    assert f"{file} exists already." in ran.err
    assert "Choose another name." in ran.err
    assert file.read_text() == "mine"
    assert [found.name for found in tmp_path.glob("*precious*")] == ["precious.csv"]


def test_a_name_that_is_a_dangling_link_is_not_followed(odd: Shell, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "elsewhere.csv")
    odd("customers export", str(link), status=1)
    assert not (tmp_path / "elsewhere.csv").exists()


def test_a_folder_that_is_not_there_is_named(odd: Shell, tmp_path: Path) -> None:
    file = tmp_path / "none" / "out.csv"
    ran = odd("customers export", str(file), status=1)
    assert f"{file} could not be written: No such file or directory." in ran.err
    assert "Choose another folder" in ran.err


def test_a_home_of_nobody_is_no_place_for_a_file(
    odd: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = odd("customers export ~nobody-has-this-name/out.csv", status=2)
    assert "~nobody-has-this-name" in ran.err


def test_what_was_stored_past_the_door_leaves_it_harmless(shell: Shell, write: Write) -> None:
    write(lambda tables: tables.customers.insert({"name": "a\x1b]0;x\x07\nb", "alias": "\t=1"}))
    ran = shell("customers export -")
    assert '"a\ufffd]0;x\ufffd b"' in ran.out
    assert '"\' =1"' in ran.out
