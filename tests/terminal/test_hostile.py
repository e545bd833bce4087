"""T1, T2, T3: hostile names on every screen; only what Textual itself may send is sent."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.desk import Desk
from tests.conftest import OPERATOR
from tests.faults import count
from tests.hostile import PAYLOADS, everything, forge, partner_of
from tests.terminal.pty_driver import Terminal, is_restored

ALLOWED = re.compile(
    r"""
    \x1b\[[0-9;]*m                                     # colours and styles
  | \x1b\[\d+;\d+H                                     # where the next cell is
  | \x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2048)[hl]   # modes
  | \x1b\[\?(?:2026|2048)\$p                           # asking for two modes
  | \x1b\[(?:>25u|<u)                                  # the keyboard protocol
  | \x1b\[2J                                           # an empty screen, on leaving
  | \x1b\[c                                            # which terminal is it
  | \x1b\]22;[a-z-]+\x07                                # the shape of the mouse pointer
    """,
    re.VERBOSE,
)
NO_TITLE = ("", ";default")  # pyte reads the mouse pointer's shape, OSC 22, as a title
TOUR = (
    # keys, what stands on the screen then, and what does not any more
    ("1", "Partner overview", ""),
    ("\r", "customer's behalf", ""),
    ("\x1b[6~\x1b[6~", "Timeline", ""),
    ("w", "Who may act", ""),
    ("\x1b", "Timeline", "Who may act"),
    ("\x1b[5~\x1b[5~", "customer's behalf", ""),
    ("y", "Copy what?", ""),
    ("\x1b", "customer's behalf", "Copy what?"),
    ("o", "Subject:", ""),
    ("\x1b[6~\x1b[6~", "1 customer:", ""),
    ("w", "Who got it?", ""),
    ("\x1b", "Nothing was recorded", ""),
    ("s", "Markdown", ""),
    ("\r", "Save where?", ""),
    ("\x1b", "Nothing was saved", ""),
    ("\x1b", "customer's behalf", ""),
    ("e", "Company name", "customer's behalf"),
    ("\t\t\t", "Company name", ""),
    ("\x1b", "customer's behalf", ""),
    ("l", "Finalised on", ""),
    ("\x1b", "customer's behalf", ""),
    ("a", "answer?", ""),
    ("\x1b", "Nothing was recorded", ""),
    ("\x1b", "not offered|unknown", "customer's behalf"),
    ("/x", "Filter", ""),
    ("\x1b", "unknown", "Filter “"),
    ("2", "1 Choose the offer", ""),
    ("3", "Active users", ""),
    ("w", "may act", ""),
    ("\x1b", "Administrative access", "may act"),
    ("\r", "Settings", ""),
    ("\x14", "User name", ""),
    ("\x1b", "Administrative access", ""),
    ("5", "The chain holds", ""),
    ("\r", "Records", ""),
    ("\x1b", "The chain holds", "Records"),
    ("6", "Last sync", ""),
    ("/x", "Filter", ""),
    ("\x1b", "Last sync", "Filter “"),
    ("\r", "Roles", ""),
    ("y", "Copy what?", ""),
    ("\x1b", "Roles", "Copy what?"),
    ("\r", "customer's behalf", ""),
    ("\x1b", "Roles", "customer's behalf"),
    ("\x1b", "Last sync", "Roles"),
    ("5", "The chain holds", ""),
    (",", "Operators", ""),
    ("\x1b", "The chain holds", ""),
    ("?", "Keys:", ""),
    ("\x1b", "The chain holds", "Keys:"),
    (":", "Search for commands", ""),
    ("\x1b", "The chain holds", "Search for"),
)


def stray(raw: bytes) -> str:
    """What was sent beside printable text and what Textual may send."""
    sent = raw.decode("utf-8", errors="surrogateescape")
    rest = ALLOWED.sub("", sent)
    return "".join(c for c in rest if not (c.isprintable() or c in "\r\n"))


def hostile_store(path: Path, payloads: tuple[str, ...]) -> Path:
    """A store whose every value is a payload."""
    Desk(path, OPERATOR).open().close()
    forge(path, partner_of(payloads[0]), payloads[0])
    for key, payload in enumerate(payloads, 1):
        forge(path, everything(payload, key), payload)
    return path


@pytest.fixture
def all_of_them(tmp_path: Path) -> Iterator[Path]:
    yield hostile_store(tmp_path / "store", PAYLOADS)


def tour(terminal: Terminal) -> None:
    """Goes through every screen."""
    for keys, there, gone in TOUR:
        terminal.press(keys)
        terminal.until(
            lambda t=there, g=gone: (
                any(word in terminal.text for word in t.split("|"))  # type: ignore[misc]
                and not (g and g in terminal.text)
            )
        )
        terminal.settle(0.15)


@pytest.mark.parametrize("place", range(0, len(PAYLOADS), count(len(PAYLOADS), 1)))
def test_every_screen_shows_it_harmlessly(place: int, tmp_path: Path) -> None:
    chosen = PAYLOADS[place : place + 1] + PAYLOADS
    store = hostile_store(tmp_path / "store", tuple(dict.fromkeys(chosen)))
    environment = {"PARTNERDESK_CLIPBOARD": "off", "ESCDELAY": "5"}
    with Terminal("--store", str(store), environment=environment) as terminal:
        terminal.until(lambda: "READ-ONLY" in terminal.text or "customers" in terminal.text)
        tour(terminal)
        assert stray(terminal.raw) == ""
        assert terminal.screen.title in NO_TITLE
        terminal.press("\x11")
        assert terminal.end() == 0
        assert is_restored(terminal.raw)
        assert stray(terminal.raw) == ""


def test_a_click_on_data_runs_nothing(all_of_them: Path) -> None:
    with Terminal("--store", str(all_of_them)) as terminal:
        terminal.sees("customers")
        terminal.press("1")
        terminal.sees("Partner overview")
        for row in range(4, 22):
            for column in (5, 8, 12):
                terminal.press(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
                terminal.read(0.02)
            terminal.press("\x1b")
            terminal.read(0.02)
        terminal.settle()
        assert not terminal.ended()
        assert stray(terminal.raw) == ""


def test_neighbours_stay_in_their_place(all_of_them: Path) -> None:
    with Terminal("--store", str(all_of_them), size=(120, 50)) as terminal:
        terminal.sees("customers")
        terminal.press("1")
        terminal.sees("Partner overview", "unknown")
        terminal.settle()
        columns = set()
        for line in terminal.screen.buffer.values():
            row = "".join(line[column].data or " " for column in range(120))
            cells = [line[column].data for column in range(120)]
            for column in range(100):
                if "".join(cells[column : column + 9]) == "unknown (":
                    columns.add(column)
            assert "\x1b" not in row
        assert len(columns) == 1


def test_the_plain_view_is_harmless_too(all_of_them: Path) -> None:
    with Terminal("--store", str(all_of_them)) as terminal:
        terminal.sees("customers")
        terminal.press("1")
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.press("v")
        terminal.until(lambda: b"Press Enter to go back" in terminal.raw)
        terminal.press("\r")
        terminal.until(
            lambda: terminal.raw.rfind(b"\x1b[?1049h") > terminal.raw.rfind(b"Press Enter")
        )
        terminal.settle()
        assert stray(terminal.raw) == ""


def test_the_end_of_a_session_prints_nothing_raw(tmp_path: Path) -> None:
    odd = tmp_path / "st\x1b]0;x\x07ore"
    odd.mkdir()
    odd.chmod(0o777)
    with Terminal("--store", str(odd)) as terminal:
        assert terminal.end() == 1
        assert stray(terminal.raw) == ""
        assert b"Anyone on this host may write" in terminal.raw
