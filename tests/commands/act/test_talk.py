"""`partnerdesk act` where nobody listens, and where somebody is asked: pipes and terminals."""

from __future__ import annotations

import os
import subprocess

import pytest

from store.practice.cloud import Practice
from tests.commands.act.story import user, writes
from tests.commands.shell import PROGRAM, Shell
from tests.terminal.pty_driver import Terminal

ADD = ("act", "add-user", "Contoso", "--name", "Nina Nowak", "--user", "nina@contoso.example")
CSV = b"Name,User name\nNina,nina@contoso.example\nOle,ole@contoso.example\n"


def closed() -> int:
    """The end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def test_a_password_that_nobody_took_is_said_to_be_lost(shell: Shell, cloud: Practice) -> None:
    nowhere = closed()
    ran = subprocess.run([PROGRAM, *ADD], stdout=nowhere, stderr=subprocess.PIPE, text=True)
    os.close(nowhere)
    assert ran.returncode == 1
    assert "The password is lost: That of nina@contoso.example is in force" in ran.stderr
    assert user(cloud, "nina")


def test_after_a_password_that_nobody_took_no_other_user_is_added(
    shell: Shell, cloud: Practice
) -> None:
    nowhere = closed()
    words = [PROGRAM, "act", "add-user", "Contoso", "--file", "-", "--confirm", "Contoso"]
    ran = subprocess.run(words, input=CSV, stdout=nowhere, stderr=subprocess.PIPE)
    os.close(nowhere)
    assert ran.returncode == 1
    assert b"The password is lost" in ran.stderr
    assert len([one for one in writes(cloud) if one.endswith("/users")]) == 1


def test_talk_that_nobody_hears_stops_nothing(shell: Shell, cloud: Practice) -> None:
    nowhere = closed()
    ran = subprocess.run([PROGRAM, *ADD], stdout=subprocess.PIPE, stderr=nowhere, text=True)
    os.close(nowhere)
    assert ran.returncode == 0
    assert ran.stdout == f"{user(cloud, 'nina').password}\n"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ((*ADD, "--ask-password"), "Password"),
        (("act", "reset-password", "Contoso", "admin@contoso.example"), "to reset its password"),
    ],
)
def test_ctrl_c_ends_a_question_at_once(
    shell: Shell, cloud: Practice, words: tuple[str, ...], asked: str
) -> None:
    with Terminal(*words) as terminal:
        terminal.sees(asked)
        terminal.settle()  # a signal just before the read begins is heard only after it
        terminal.press("\x03")
        assert terminal.end() not in (0, 3)
    assert writes(cloud) == []


def test_what_would_be_seen_while_it_is_typed_is_not_read(shell: Shell, cloud: Practice) -> None:
    with Terminal(*ADD, "--password-stdin") as terminal:
        terminal.sees("--ask-password")
        assert terminal.end() == 2
    assert writes(cloud) == []


def test_a_password_that_is_no_text_is_refused(shell: Shell, cloud: Practice) -> None:
    ran = subprocess.run([PROGRAM, *ADD, "--password-stdin"], input=b"\xff\xfe\n",
                         capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"})  # fmt: skip
    assert ran.returncode == 2
    assert writes(cloud) == []
