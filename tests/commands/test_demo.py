"""The demo as text: a practice partner, the same for the same seed, and nothing of ours touched."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from store.model.consent import State
from tests.commands.shell import Shell, process


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that temporary files of this test go to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_it_prints_the_job_as_text(shell: Shell) -> None:
    ran = shell("demo --customers 40")
    assert ran.err == "Practice. There is no terminal here, so this is the demo as text.\n"
    assert ran.lines[0] == "Adatum Cloud Services: 40 customers, Build your business"
    assert ran.lines[2].split() == ["Consent", "Customers"]
    subject = ran.lines.index(
        "Subject: PRACTICE: Adatum Cloud Services asks to administer your Microsoft cloud "
        "services for you"
    )
    assert ran.lines[subject + 2].startswith("PRACTICE: this is not a real offer")
    assert ran.lines[-1] == "Everything that the screens do is a command too: partnerdesk --help"


def test_it_has_customers_in_every_state(shell: Shell) -> None:
    lines = shell("demo --customers 40").lines
    rows = dict(line.rsplit(maxsplit=1) for line in lines[3 : lines.index("", 3)])
    assert set(rows) == {str(state).replace("-", " ") for state in State}
    assert sum(map(int, rows.values())) == 40


@pytest.mark.parametrize(
    ("count", "flow"),
    [
        (0, "Build your business"),
        (99, "Build your business"),
        (100, "Partner overview"),
        (250, "Partner overview"),
    ],
)
def test_the_number_of_customers_chooses_the_flow(shell: Shell, count: int, flow: str) -> None:
    assert shell(f"demo --customers {count}").lines[0].endswith(f"{count} customers, {flow}")


def test_without_a_number_it_has_the_number_that_its_help_names(shell: Shell) -> None:
    assert "default: 250" in shell("demo --help").out
    assert "250 customers" in shell("demo").lines[0]


def test_the_same_seed_gives_the_same_and_another_gives_another(shell: Shell) -> None:
    first = shell("demo --customers 40 --seed 7").out
    assert shell("demo --customers 40 --seed 7").out == first
    assert shell("demo --customers 40 --seed 8").out != first


def test_in_french_its_letter_and_its_partner_are_french(shell: Shell) -> None:
    ran = shell("demo --customers 3 --language fr")
    assert ran.lines[0].startswith("Adatum Services Cloud")
    assert "Bonjour" in ran.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--language de", "Choose en or fr."),
        ("--customers -1", "-1 is not in the range"),
        ("--customers 200001", "200001 is not in the range"),
        ("--seed x", "'x' is not a valid integer"),
    ],
)
def test_what_it_cannot_show_is_refused(shell: Shell, words: str, reason: str) -> None:
    ran = shell(f"demo {words}", status=2)
    assert reason in ran.err
    assert ran.out == ""


def test_the_operators_own_store_is_not_touched(office: Shell, scratch: Path) -> None:
    before = {file: file.read_bytes() for file in office.store.iterdir()}
    office("demo --customers 40")
    assert {file: file.read_bytes() for file in office.store.iterdir()} == before


def test_it_leaves_nothing_behind(scratch: Path) -> None:
    home = scratch.parent / "home"
    ran = process("demo", "--customers", "40")
    assert ran.lines[0].endswith("40 customers, Build your business")
    assert list(scratch.iterdir()) == []
    assert not home.exists()
