"""Commands in a pipeline: somebody downstream has had enough, or standard input brings a list."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands.shell import PROGRAM, Shell, process


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
