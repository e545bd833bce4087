"""Signing in on a terminal: a QR code where there is room, a question once, ctrl+c at once."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from store.actions import partner as actions
from store.desk import Desk
from store.practice.serve import Served
from tests.conftest import OPERATOR
from tests.practice.door import ANNA, PARTNER
from tests.practice.listening import found_from
from tests.terminal.pty_driver import Terminal
from tui import qr, settings


@pytest.fixture
def store(tmp_path: Path, served: Served) -> str:
    """A store whose partner lives in a practice cloud that listens."""
    folder = tmp_path / "store"
    with Desk(folder, OPERATOR).open() as desk:
        fields = {"name": "Adatum", "tenant": PARTNER, "cloud": "practice"}
        actions.set_fields(desk, fields)
    found_from(folder, served)
    return str(folder)


def enter(terminal: Terminal, browser: httpx.Client) -> None:
    """Somebody reads the code off the screen and enters it."""
    terminal.sees("ctrl+c stops")
    found = re.search(r"enter the code (\w{9})", " ".join(terminal.text.split()))
    assert found, terminal.text
    browser.post("/devicelogin", data={"code": found[1], "who": ANNA, "answer": "accept"})


def test_a_file_is_asked_for_once_and_a_qr_code_shown(
    store: str, served: Served, browser: httpx.Client
) -> None:
    file = settings.state_folder() / "tokens" / f"practice-{PARTNER}.json"
    with Terminal("--store", store, "sign-in", size=(100, 40)) as terminal:
        terminal.sees("This session has no keyring.", "Keep it in this file? [y/N]")
        terminal.press("y\r")
        enter(terminal, browser)
        code = qr.lines(f"{served.address}/devicelogin")
        assert "\n".join(line.rstrip() for line in code if line.strip()) in terminal.text
        assert b"\x1b[30m\x1b[107m" in terminal.raw, "dark on light, whatever the terminal's theme"
        assert terminal.end() == 0
        terminal.sees(f"Signed in as {ANNA}.")
    assert file.stat().st_mode & 0o777 == 0o600

    with Terminal("--store", store, "sign-in", size=(100, 40)) as terminal:
        enter(terminal, browser)
        assert terminal.end() == 0
        assert "Keep it" not in terminal.text


def test_no_is_taken_for_an_answer(store: str) -> None:
    with Terminal("--store", store, "sign-in") as terminal:
        terminal.sees("Keep it in this file? [y/N]")
        terminal.press("\r")
        assert terminal.end() == 3
        terminal.sees("A sign-in is kept in memory here")
    with Terminal("--store", store, "sign-in") as terminal:
        assert terminal.end() == 3
        assert "Keep it" not in terminal.text


@pytest.mark.parametrize(
    ("size", "environment"),
    [((30, 40), {}), ((80, 16), {}), ((100, 40), {"NO_COLOR": "1"}), ((100, 40), {"LANG": "C"})],
)
def test_without_room_or_colours_the_address_is_enough(
    store: str, size: tuple[int, int], environment: dict[str, str]
) -> None:
    file = settings.config_file()
    file.parent.mkdir(parents=True)
    file.write_text('token-cache = "file"\n')
    ascii_only = {"PYTHONIOENCODING": "ascii"} if "LANG" in environment else {}
    given = {**environment, **ascii_only}
    with Terminal("--store", store, "sign-in", size=size, environment=given) as terminal:
        terminal.until(lambda: "ctrl+cstops" in "".join(terminal.text.split()))
        assert "█" not in terminal.text
        terminal.press("\x03")
        assert terminal.end() == 130


def test_a_wrong_address_may_be_pasted_again(store: str, browser: httpx.Client) -> None:
    from tests.graph.signing import open_at

    file = settings.config_file()
    file.parent.mkdir(parents=True)
    file.write_text('token-cache = "file"\n')
    with Terminal("--store", store, "sign-in", "--browser", size=(1_000, 40)) as terminal:
        terminal.sees("paste it here and press enter")
        address = next(line for line in terminal.lines if "/authorize?" in line)
        terminal.press("http://localhost/?code=1&state=2\r")
        terminal.sees("That address belongs to another sign-in.")
        terminal.press(f"{open_at(browser, address, ANNA)}\r")
        assert terminal.end() == 0
        terminal.sees(f"Signed in as {ANNA}.")
