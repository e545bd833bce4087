"""Without a terminal the desk says in one line what to do instead; a dumb one counts as none."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from tests.commands.shell import PROGRAM, process


def in_terminal(*words: str, term: str) -> tuple[int, str, str]:
    """Runs the program with a terminal for stdin and stderr; exit status, stdout and stderr."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [str(PROGRAM), *words],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": term},
            check=False,
            timeout=60,
        )
        os.set_blocking(ours, False)
        said = os.read(ours, 65_536).decode().replace("\r\n", "\n")
    finally:
        os.close(ours)
        os.close(theirs)
    return done.returncode, done.stdout.decode(), said


def test_the_desk_alone_ends_with_one_line_that_names_the_way(tmp_path: Path) -> None:
    for words in ((), ("--store", str(tmp_path / "store"))):
        ran = process(*words, status=2)
        assert ran.out == ""
        assert ran.err.count("\n") == 1
        assert ran.err.startswith("partnerdesk: there is no terminal here.")
        assert "ssh -t" in ran.err
        assert "partnerdesk --help" in ran.err
    assert not (tmp_path / "store").exists()
    assert not (tmp_path / "home").exists()


def test_a_dumb_terminal_is_no_terminal() -> None:
    status, out, said = in_terminal(term="dumb")
    assert (status, out) == (2, "")
    assert said.startswith("partnerdesk: this terminal (TERM=dumb) cannot show a full screen.")
    assert said.count("\n") == 1


def test_on_a_dumb_terminal_the_demo_is_text() -> None:
    status, out, said = in_terminal("demo", "--customers", "3", term="dumb")
    assert status == 0
    assert "Subject: PRACTICE: " in out
    assert said.startswith("Practice. There is no terminal here, so this is the demo as text.")


def test_commands_need_no_terminal() -> None:
    ran = process("customers", "add", "Contoso", environment={"TERM": "dumb"})
    assert ran.out == "Added Contoso.\n"
