"""However it ends, the terminal is given back and what was saved is there."""

import re
import signal
import sys
import termios
import time
from pathlib import Path

import pytest

from store.actions import customers, demo
from store.desk import Desk
from store.journal.verify import verify
from tests.conftest import OPERATOR
from tests.faults import count
from tests.terminal.pty_driver import Terminal, is_restored


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with Desk(tmp_path / "store", OPERATOR).open() as desk:
        demo.fill(desk, customers=150, seed=1, language="en")
    return tmp_path / "store"


def test_q_ends_with_0(store: Path) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        terminal.press("q")
        assert terminal.end() == 0
        assert is_restored(terminal.raw)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_signals_restore_the_terminal(store: Path, number: signal.Signals, status: int) -> None:
    for _ in range(count(1, 20)):
        with Terminal("--store", str(store)) as terminal:
            terminal.sees("Partner overview")
            terminal.kill(number)
            ended = terminal.end()
            assert ended == status
            assert is_restored(terminal.raw)
    assert verify(store).sound


def test_a_signal_while_a_change_is_made_loses_nothing(store: Path) -> None:
    for _ in range(count(2, 20)):
        with Terminal("--store", str(store)) as terminal:
            terminal.sees("Partner overview")
            terminal.press("*")
            terminal.sees("150 marked")
            terminal.press("a")
            terminal.sees("What did 150 customers answer?")
            terminal.press("g\r")
            terminal.kill(signal.SIGTERM)
            terminal.end()
            assert is_restored(terminal.raw)
        report = verify(store)
        assert report.sound, list(map(str, report.problems))


def test_a_lost_terminal_ends_the_desk(store: Path) -> None:
    for _ in range(count(1, 20)):
        with Terminal("--store", str(store)) as terminal:
            terminal.sees("Partner overview")
            terminal.hang_up()
            terminal.end()


def test_a_lost_terminal_ends_it_even_if_hangups_are_ignored(store: Path, tmp_path: Path) -> None:
    script = tmp_path / "ignoring"
    script.write_text(
        f'#!/bin/sh\ntrap "" HUP\nexec {Terminal.__init__.__kwdefaults__["program"]} "$@"\n'
    )
    script.chmod(0o755)
    with Terminal("--store", str(store), program=script) as terminal:
        terminal.sees("Partner overview")
        terminal.hang_up()
        terminal.end()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """The folder that temporary files go to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def the_demo(scratch: Path, *words: str) -> Terminal:
    return Terminal("demo", "--customers", "150", *words, environment={"TMPDIR": str(scratch)})


def test_a_demo_that_lost_its_terminal_leaves_nothing_behind(scratch: Path) -> None:
    for _ in range(count(1, 20)):
        with the_demo(scratch) as terminal:
            terminal.sees("Partner overview")
            assert list(scratch.iterdir())
            terminal.hang_up()
            terminal.end()
        assert not list(scratch.iterdir())


def test_nor_does_one_whose_way_out_is_stuck(scratch: Path, tmp_path: Path) -> None:
    program = tmp_path / "stuck"
    program.write_text(
        f"#!{sys.executable}\n"
        "import threading\n"
        "from tui.app import PartnerDesk\n"
        "PartnerDesk.exit = lambda *_, **__: threading.Event().wait()\n"
        "from tui.main import main\n"
        "main()\n"
    )
    program.chmod(0o755)
    where = {"TMPDIR": str(scratch)}
    with Terminal("demo", "--customers", "150", environment=where, program=program) as terminal:
        terminal.sees("Partner overview")
        terminal.hang_up()
        assert terminal.end() == 129
    assert not list(scratch.iterdir())


def test_the_keys_of_a_served_demo_go_with_its_terminal(scratch: Path) -> None:
    for on_the_desk in (False, True):
        with the_demo(scratch, "--serve", "0") as terminal:
            terminal.sees("Press enter to open the desk")
            assert list(scratch.glob("*/store/practice/*.pem"))
            if on_the_desk:
                terminal.press("\r")
                terminal.sees("Partner overview")
            terminal.hang_up()
            terminal.kill(signal.SIGHUP)  # as the shell of a lost terminal sends another
            terminal.end()
        assert not list(scratch.iterdir())


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_demo_that_waits_to_be_opened_ends_in_order(
    scratch: Path, number: signal.Signals, status: int
) -> None:
    with the_demo(scratch, "--serve", "0") as terminal:
        terminal.sees("Press enter to open the desk")
        terminal.kill(number)
        assert terminal.end() == status
    assert not list(scratch.iterdir())


def test_a_hundred_sizes_down_to_one_cell(store: Path) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        for step in range(count(25, 100)):
            terminal.resize(1 + (step * 37) % 200, 1 + (step * 13) % 60)
            terminal.read(0.01)
        terminal.resize(80, 24)
        terminal.sees("Partner overview", "? Help")
        terminal.press("q")
        assert terminal.end() == 0


def test_a_stop_and_a_continue(store: Path) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.raw.clear()
        terminal.kill(signal.SIGSTOP)
        terminal.kill(signal.SIGCONT)
        terminal.until(lambda: b"\x1b[?1049h" in terminal.raw)
        terminal.settle()
        terminal.press("/")
        terminal.press("no such customer")
        terminal.sees("no such customer")  # by one reader: each key once, in order
        terminal.press("\x1b")
        terminal.until(lambda: "no such customer" not in terminal.text)
        terminal.press("q")
        assert terminal.end() == 0
        assert is_restored(terminal.raw)
        assert termios.tcgetattr(terminal.fd)[3] & termios.ECHO


def test_a_crash_says_one_line_and_no_values(store: Path, tmp_path: Path) -> None:
    program = tmp_path / "crashing"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "from tui.screens.overview import OverviewScreen\n"
        "def crash(self):\n"
        "    secret = 'canary-' + 'value'\n"
        "    raise RuntimeError('broken on purpose')\n"
        "OverviewScreen.do_export = crash\n"
        "from tui.main import main\n"
        "main()\n"
    )
    program.chmod(0o755)
    with Terminal("--store", str(store), program=program) as terminal:
        terminal.sees("Partner overview")
        terminal.press("x")
        assert terminal.end() == 1
        assert is_restored(terminal.raw)
        after = bytes(terminal.raw[terminal.raw.rfind(b"\x1b[?1049l") :]).decode()
        assert "ended because of an error of its own" in after
        assert "canary-value" not in after
        assert "Traceback" not in after
    (report,) = (tmp_path / "home" / "state" / "partnerdesk").glob("crash-*.txt")
    assert "broken on purpose" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_nothing_is_sent_while_nothing_happens(store: Path) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        terminal.press("/")
        terminal.settle()
        terminal.raw.clear()
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            terminal.read(0.1)
        assert bytes(terminal.raw) == b""


def test_no_color_sends_no_colour(store: Path) -> None:
    with Terminal("--store", str(store), environment={"NO_COLOR": "1"}) as terminal:
        terminal.sees("Partner overview")
        terminal.press("jj ?")
        terminal.sees("Keys: Partner overview")
        codes = {
            code
            for group in re.findall(rb"\x1b\[([\d;]*)m", bytes(terminal.raw))
            for code in group.split(b";")
        }
        coloured = {
            code for code in codes if (code and 30 <= int(code) <= 49) or code in (b"38", b"48")
        }
        assert coloured <= {b"39", b"49"}


def test_another_process_is_seen_without_a_key(store: Path) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("150 customers")
        with Desk(store, OPERATOR).open() as other:
            customers.add(other, {"name": "0 First of all"})
        terminal.sees("151 customers", "0 First of all")


def test_ctrl_c_in_the_plain_view_goes_back_to_the_desk(store: Path) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.press("v")
        terminal.sees("Press Enter to go back to the desk.")
        terminal.press("\x03")
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.press("j")
        terminal.settle()
        terminal.press("q")
        assert terminal.end() == 0
        assert is_restored(terminal.raw)


def line_mode(terminal: Terminal) -> bool:
    """Whether the terminal shows what is typed and hands it over by the line."""
    flags = termios.tcgetattr(terminal.fd)[3]
    return bool(flags & termios.ECHO) and bool(flags & termios.ICANON)


@pytest.mark.parametrize("key", ["\r", "q", "\x1b"])
def test_one_key_ends_the_plain_view_and_others_leave_no_trace(store: Path, key: str) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.press("v")
        terminal.sees("Press Enter to go back to the desk.")
        terminal.until(lambda: not line_mode(terminal))
        before = len(terminal.raw)
        for other in ("\x1bOP", "\x1b[A", "x", "a paste with q\r"):  # f1, up
            terminal.press(other)
            terminal.settle()
        assert bytes(terminal.raw[before:]) == b""
        terminal.press(key)
        terminal.until(lambda: b"\x1b[?1049h" in terminal.raw[before:])
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.press("q")
        assert terminal.end() == 0
        assert is_restored(terminal.raw)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_in_the_plain_view_leaves_a_terminal_that_shows_what_is_typed(
    store: Path, number: signal.Signals
) -> None:
    with Terminal("--store", str(store)) as terminal:
        terminal.sees("Partner overview")
        terminal.settle()
        terminal.press("v")
        terminal.sees("Press Enter to go back to the desk.")
        terminal.until(lambda: not line_mode(terminal))
        terminal.kill(number)
        assert terminal.end() == -number
        assert line_mode(terminal)
