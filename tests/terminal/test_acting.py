"""The demo in a real tmux: what a Full and then a Limited member do at a customer's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.pty_driver import Terminal
from tests.terminal.test_copying import Tmux, needs_tmux, servers  # noqa: F401

CTRL_S, ESC = "\x13", "\x1b"


@pytest.fixture
def tmux(tmp_path: Path, servers: list[Tmux]) -> Iterator[Tmux]:  # noqa: F811
    server = Tmux(tmp_path)
    servers.append(server)
    yield server


def press(terminal: Terminal, keys: str, *there: str) -> None:
    """Presses keys, and waits for what stands there then."""
    terminal.press(keys)
    terminal.sees(*there)
    terminal.settle()


def back(terminal: Terminal) -> None:
    press(terminal, ESC, "On the customer's behalf")


def work_as(terminal: Terminal, name: str) -> None:
    """Becomes another of the partner's users, by the palette."""
    press(terminal, ":", "Search for commands")
    press(terminal, "Work as somebody", "Be another of the partner")
    press(terminal, "\r", "Work as whom?")
    listed = [
        line for line in terminal.text.splitlines() if "admin" in line and "behalf" not in line
    ]
    place = next(at for at, line in enumerate(listed) if name in line)
    terminal.press("\x1b[B" * place)
    terminal.settle()
    press(terminal, "\r", "You are ")


@needs_tmux
def test_a_full_and_then_a_limited_member_at_a_customers(tmux: Tmux) -> None:
    with tmux.open("demo", "--customers", "15") as terminal:
        terminal.sees("15 customers")
        terminal.settle()
        press(terminal, "r", "Microsoft: ")
        terminal.press("/")
        terminal.settle()
        terminal.press("Librairie Dental\r")
        terminal.settle()
        press(terminal, "\r", "On the customer's behalf, as anna@adatum.example")

        press(terminal, "n", "On behalf of Librairie Dental", "librairie-dental.example")
        press(terminal, f"Nina Nowak\tnina{CTRL_S}", "Done: Added nina@librairie-dental.example")
        back(terminal)
        press(terminal, "p", "Ada Lindgren")
        press(terminal, "nina\r", "You may reset this password.")
        press(terminal, CTRL_S, "Done: Reset the password of nina@librairie-dental.example")
        back(terminal)
        press(terminal, "D", "verified, the default")
        press(terminal, f"nowak.example{CTRL_S}", "Done: Added nowak.example", "IN TXT")
        back(terminal)

        work_as(terminal, "Jonas Wei")
        terminal.sees("On the customer's behalf, as jonas@adatum.example")
        press(terminal, "n", "Error: Add user: ", "Limited administration does not cover")
        press(terminal, "p", "Ada Lindgren")
        press(terminal, "bo\r", "You may reset this password.")
        press(terminal, CTRL_S, "Done: Reset the password of bo@librairie-dental.example")
        back(terminal)
        press(terminal, "p", "Ada Lindgren")
        press(terminal, "global\r", "You may not reset this password:", "Global Administrator")
        press(terminal, CTRL_S, "Error: Reset: ")
        terminal.press("\x11")
