"""A password on a real terminal: copied in tmux, and gone from the terminal once the desk is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.pty_driver import Terminal
from tests.terminal.test_copying import Tmux, needs_tmux, sent, servers  # noqa: F401

PASSWORD = re.compile(r"[A-Za-z0-9]{4}(?:-[A-Za-z0-9]{4}){4}")


@pytest.fixture
def tmux(tmp_path: Path, servers: list[Tmux]) -> Iterator[Tmux]:  # noqa: F811
    """A tmux that lets no program have a second screen: what one leaves there stays."""
    server = Tmux(tmp_path, "set -g alternate-screen off", "set -g remain-on-exit on")
    servers.append(server)
    yield server


def reset_in(terminal: Terminal) -> str:
    """Resets a password in the demo; returns what is shown."""
    terminal.sees("15 customers")
    terminal.settle()
    terminal.press("r")
    terminal.sees("Microsoft: ")
    terminal.press("/")
    terminal.settle()
    terminal.press("Librairie Dental\r")
    terminal.settle()
    terminal.press("\r")
    terminal.sees("On the customer's behalf, as anna@adatum.example")
    terminal.press("p")
    terminal.sees("On behalf of Librairie Dental", "Bo Andersson")
    terminal.press("bo\r")
    terminal.sees("You may reset this password.")
    terminal.press("\x13")
    terminal.sees("Done: Reset the password of bo@librairie-dental.example")
    terminal.until(lambda: PASSWORD.search(terminal.text))
    found = PASSWORD.search(terminal.text)
    assert found
    return found.group()


@needs_tmux
def test_in_tmux_a_password_is_in_a_buffer_of_its_own_and_nothing_of_it_stays_behind(
    tmux: Tmux, tmp_path: Path
) -> None:
    with tmux.open("demo", "--customers", "15") as terminal:
        password = reset_in(terminal)
        terminal.press("y")
        terminal.sees("In the tmux buffer partnerdesk-", "for 30 seconds")
        (name,) = tmux.says("list-buffers", "-F", "#{buffer_name}").split()
        assert name in terminal.text
        assert tmux.says("show-buffer", "-b", name) == password
        assert sent(terminal.raw) == []
        assert password in tmux.says("capture-pane", "-p", "-S", "-")
        terminal.press("\x11")
        terminal.until(lambda: "dead" in tmux.says("list-panes", "-F", "#{?pane_dead,dead,}"))
        left = tmux.says("capture-pane", "-p", "-S", "-")
        assert password not in left
    for file in (tmp_path / "home").rglob("*"):
        assert not file.is_file() or password.encode() not in file.read_bytes()


def test_v_shows_no_password_and_the_desk_suspends_without_it() -> None:
    with Terminal("demo", "--customers", "15") as terminal:
        password = reset_in(terminal)
        terminal.press("v")
        terminal.sees("A password stands on no plain text")
        terminal.press("\x1b")
        terminal.sees("On the customer's behalf")
        assert password not in terminal.text
        terminal.press("q")
        terminal.settle()
        terminal.press("\x11")
        assert terminal.end() == 0
