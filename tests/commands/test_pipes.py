"""Commands in a pipeline: somebody downstream has had enough, or standard input brings a list."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.commands.shell import PROGRAM, TENANT, Shell, process


@pytest.fixture
def many(shell: Shell) -> Shell:
    """A store with more customers than a pipe holds."""
    lines = "".join(f"Customer number {n},c{n}.example\n" for n in range(4_000))
    shell("customers import -", stdin=f"Name,Domain\n{lines}".encode())
    return shell


@pytest.mark.parametrize("line", ["customers list", "customers list --json", "customers export -"])
def test_whoever_reads_only_the_first_line_sees_no_traceback(many: Shell, line: str) -> None:
    with subprocess.Popen(
        [str(PROGRAM), *line.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    ) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(timeout=60) == 0


def test_one_command_feeds_another(many: Shell, tmp_path: Path) -> None:
    exported = process("customers", "export", "-")
    ran = process(
        "--store", str(tmp_path / "copy"), "customers", "import", "-", stdin=exported.out.encode()
    )
    assert ran.out == "Imported customers: 4,000 added, 0 changed, 0 left alone, 0 refused.\n"


@pytest.mark.parametrize("line", ["follow-up --attention 30", "send --dry-run"])
def test_the_exit_status_calls_for_attention_though_nobody_reads_why(
    many: Shell, line: str
) -> None:
    """`| head` in a cron job: 0 would say that all is well."""
    many(f"partner set name=Adatum tenant={TENANT} certified=yes")
    many.today = date(2020, 1, 1)  # they wait for years by any clock
    names = [f"c{n}.example" for n in range(1_500)]
    many(f"offer give {' '.join(names)}")
    words = [*line.split(), *(names if line.startswith("send") else ())]
    with subprocess.Popen(
        [str(PROGRAM), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout and running.stderr
        assert running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
        assert running.wait(timeout=60) == 3


def test_an_answer_that_cannot_be_written_is_no_traceback(many: Shell) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [str(PROGRAM), "customers", "list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "partnerdesk: The answer was lost: It could not be written: No space left on device.\n"
    )


def test_a_command_does_without_stdin_stdout_and_stderr(many: Shell) -> None:
    line = f"exec {PROGRAM} customers add 'Contoso Ltd' --domain contoso.com <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", line], check=False).returncode == 0
    assert "contoso.com" in process("customers", "show", "contoso.com").out


def test_a_file_on_stdout_is_in_its_own_encoding(many: Shell) -> None:
    many("customers add 'Müller 中文' --domain mueller.example")
    ran = process(
        "offer", "show", "--customer", "mueller.example", "--format", "html",
        environment={"PYTHONIOENCODING": "latin-1"},
    )  # fmt: skip
    assert "Müller 中文" in ran.out


def test_what_programs_read_loses_no_letter_to_the_terminals_encoding(many: Shell) -> None:
    many("customers add 'Müller 中文' --domain mueller.example")
    poor = {"PYTHONIOENCODING": "latin-1"}
    raw = [
        subprocess.run(
            [str(PROGRAM), "customers", "list", "--search", "mueller", form],
            env={**os.environ, **poor}, capture_output=True, check=True,
        ).stdout
        for form in ("--csv", "--json")
    ]  # fmt: skip
    assert "Müller 中文" in raw[0].decode()
    (found,) = json.loads(raw[1])
    assert found["name"] == "Müller 中文"
