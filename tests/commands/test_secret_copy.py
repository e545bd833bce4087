"""Copying a password: which ways are tried where, what is truly done, and what is left of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.secret import Secret
from tests.commands.test_clipboard import (
    DESKTOP,
    IN_TMUX,
    SCREEN,
    SSH,
    XTERM,
    found,
    missing,
)
from tests.commands.test_clipboard_run import ON_WSL, StandIn, stand_in  # noqa: F401
from tui import clipboard, secret_copy
from tui.clipboard import Outcome
from tui.secret_copy import Step, plan
from tui.settings import Settings

CANARY = "Canary-7f3a-kept-in"
TMUX, OSC52, IN_SCREEN, NATIVE = Step.TMUX, Step.OSC52, Step.SCREEN, Step.NATIVE
PATIENCE = 15.0


@pytest.mark.parametrize(
    ("environment", "setting", "steps"),
    [
        (XTERM, "auto", [OSC52]),
        (IN_TMUX, "auto", [TMUX, OSC52]),
        ({**IN_TMUX, **SSH}, "auto", [TMUX, OSC52]),
        ({**IN_TMUX, "DISPLAY": ":0"}, "auto", [TMUX, OSC52]),
        ({**XTERM, **SSH}, "auto", [OSC52]),
        ({**DESKTOP, **SSH}, "auto", [OSC52]),
        (DESKTOP, "auto", [NATIVE, OSC52]),
        ({**XTERM, "WAYLAND_DISPLAY": "wayland-0"}, "auto", [NATIVE, OSC52]),
        ({"TERM": "linux", "DISPLAY": ":0"}, "auto", [NATIVE]),
        ({"TERM": "linux"}, "auto", []),
        ({"TERM": "dumb"}, "auto", []),
        ({}, "auto", []),
        (SCREEN, "auto", [IN_SCREEN]),
        ({**SCREEN, "DISPLAY": ":0"}, "auto", [NATIVE, IN_SCREEN]),
        (DESKTOP, "off", []),
        (IN_TMUX, "off", []),
        (DESKTOP, "file", []),
        (IN_TMUX, "file", []),
        (DESKTOP, "osc52", [OSC52]),
        (IN_TMUX, "osc52", [OSC52]),
        (SCREEN, "osc52", [IN_SCREEN]),
        ({"TERM": "linux"}, "osc52", []),
        ({**XTERM, **SSH}, "native", [NATIVE]),
        (DESKTOP, "tmux", [TMUX]),
    ],
)
def test_the_session_and_the_setting_decide_what_is_tried(
    environment: dict[str, str], setting: str, steps: list[Step]
) -> None:
    assert plan(environment, Settings(clipboard=setting), found) == steps


def test_tmux_is_tried_only_where_there_is_a_program_for_it() -> None:
    assert plan(IN_TMUX, Settings(), missing) == [OSC52]


@pytest.mark.parametrize(
    ("environment", "setting", "said"),
    [
        (XTERM, "off", "Copying is switched off (clipboard = off)."),
        (DESKTOP, "file", "A password is never saved in a file to copy it (clipboard = file)."),
        (
            {"TERM": "linux"},
            "auto",
            "This terminal has no clipboard that a password could be sent to.",
        ),
    ],
)
def test_where_no_way_is_left_it_is_said_why(
    environment: dict[str, str], setting: str, said: str
) -> None:
    outcome = copied(environment, Settings(clipboard=setting), send=_nothing_is_sent)
    assert not outcome.done
    assert str(outcome.message) == said


@pytest.mark.parametrize("step", [OSC52, IN_SCREEN])
def test_a_terminal_is_sent_one_sequence_and_how_long_it_stays_is_told(step: Step) -> None:
    sent: list[str] = []
    outcome = secret_copy.run(step, Secret(CANARY), send=sent.append, environment=XTERM)
    sequence = clipboard.osc52(CANARY)
    assert sent == [clipboard.screen_frames(sequence) if step is IN_SCREEN else sequence]
    assert str(outcome.message) == (
        "Sent to your terminal; it stays on its clipboard until you copy something else."
    )


def test_where_a_multiplexer_may_have_kept_it_that_is_told() -> None:
    outcome = copied({"TERM": "tmux-256color"}, Settings(), send=lambda sequence: None)
    assert "but tmux or screen may have kept it." in str(outcome.message)


# -- tmux -------------------------------------------------------------------------------------

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Server:
    """A tmux server of a test's own; `environment` is that of a program in it."""

    def __init__(self, folder: Path) -> None:
        self._words = ("tmux", "-S", str(folder / "tmux.sock"), "-f", os.devnull)
        self.says("new-session", "-d", "-x", "80", "-y", "24", "cat")
        pid = self.says("display-message", "-p", "#{pid}").strip()
        self.environment = {
            "PATH": os.environ["PATH"],
            "TERM": "tmux-256color",
            "TMUX": f"{folder / 'tmux.sock'},{pid},0",
        }

    def says(self, *words: str) -> str:
        """What a command answers."""
        line = [*self._words, *words]
        return subprocess.run(line, capture_output=True, check=True, timeout=30).stdout.decode()

    @property
    def buffers(self) -> list[str]:
        """The names of its buffers."""
        return self.says("list-buffers", "-F", "#{buffer_name}").split()

    def end(self) -> None:
        """Ends it with all that runs in it."""
        subprocess.run([*self._words, "kill-server"], capture_output=True, check=False, timeout=30)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A tmux server."""
    started = Server(tmp_path)
    yield started
    started.end()


@needs_tmux
def test_in_tmux_it_is_in_a_buffer_of_its_own_which_is_deleted_after_a_while(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_copy, "KEPT", 2)
    outcome = copied(server.environment, Settings(), send=_nothing_is_sent)
    (name,) = server.buffers
    assert outcome.done
    assert str(outcome.message) == (
        f"In the tmux buffer {name} for 2 seconds: prefix = lists it, enter pastes."
    )
    assert server.says("show-buffer", "-b", name) == CANARY
    server.says("set-buffer", "text that was copied meanwhile")
    _until(lambda: name not in server.buffers)
    assert server.says("show-buffer") == "text that was copied meanwhile"


@needs_tmux
def test_the_buffer_is_deleted_even_when_the_desk_was_killed(server: Server) -> None:
    program = (
        "import os, signal\n"
        "from store.secret import Secret\n"
        "from tui import secret_copy\n"
        "from tui.settings import Settings\n"
        "secret_copy.KEPT = 2\n"
        f"secret_copy.copy(Secret({CANARY!r}), os.environ, Settings(), send=print)\n"
        "print('copied', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join(path for path in sys.path if path)
    environment = {**server.environment, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=environment, timeout=30,
        check=False,
    )  # fmt: skip
    assert done.stdout == b"copied\n", done.stderr
    assert done.returncode < 0
    (name,) = server.buffers
    assert server.says("show-buffer", "-b", name) == CANARY
    _until(lambda: not server.buffers)


@needs_tmux
def test_no_process_has_the_password_among_its_words_or_its_environment(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_copy, "KEPT", 2)
    assert copied(server.environment, Settings(), send=_nothing_is_sent).done
    (name,) = server.buffers
    seen = [words for words in _processes() if CANARY.encode() in words]
    helpers = [words for words in _processes() if name.encode() in words]
    assert not seen
    assert helpers  # whoever deletes it was among those that were looked at


@needs_tmux
def test_a_tmux_that_has_gone_is_not_waited_for(tmp_path: Path) -> None:
    environment = {**IN_TMUX, "TMUX": f"{tmp_path}/no.sock,1,0", "PATH": os.environ["PATH"]}
    sent: list[str] = []
    outcome = copied(environment, Settings(), send=sent.append)
    assert sent == [clipboard.osc52(CANARY)]
    assert "may have kept it" in str(outcome.message)


# -- a desktop --------------------------------------------------------------------------------

REMEMBERS = 'case "$*" in *-o*) cat "$0.taken";; *) cat >"$0.taken";; esac\n'


@ON_WSL
def test_on_a_desktop_it_is_taken_off_again_after_a_while(
    stand_in: StandIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    xclip = Path(f"{stand_in('xclip', REMEMBERS)}.taken")
    monkeypatch.setattr(secret_copy, "KEPT", 1)
    outcome = copied({**os.environ, "DISPLAY": ":0"}, Settings(), send=_nothing_is_sent)
    assert outcome.done
    assert str(outcome.message).startswith("Copied; after 1 seconds it is taken off")
    _until(lambda: xclip.read_text() == "")


@ON_WSL
def test_what_was_copied_meanwhile_stays_on_the_desktop(
    stand_in: StandIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = stand_in("xclip", f'echo "$*" >>"$0.asked"\n{REMEMBERS}')
    xclip, asked = Path(f"{program}.taken"), Path(f"{program}.asked")
    monkeypatch.setattr(secret_copy, "KEPT", 1)
    environment = {**os.environ, "DISPLAY": ":0"}
    assert copied(environment, Settings(), send=_nothing_is_sent).done
    assert xclip.read_text() == CANARY
    xclip.write_text("a letter")
    _until(lambda: "-o" in asked.read_text())
    assert xclip.read_text() == "a letter"


@ON_WSL
def test_a_desktop_that_does_not_take_it_is_not_believed(
    stand_in: StandIn,  # noqa: F811
) -> None:
    stand_in("xclip", "cat >/dev/null\necho no display >&2\nexit 1\n")
    environment = {**os.environ, "DISPLAY": ":0"}
    sent: list[str] = []
    outcome = copied(environment, Settings(), send=sent.append)
    assert sent == [clipboard.osc52(CANARY)]
    assert "Sent to your terminal" in str(outcome.message)


def copied(environment: dict[str, str], settings: Settings, send: Callable[[str], None]) -> Outcome:
    """Copies the canary."""
    return secret_copy.copy(Secret(CANARY), environment, settings, send=send)


def _nothing_is_sent(sequence: str) -> None:
    raise AssertionError("something was sent to the terminal")


def _processes() -> Iterator[bytes]:
    """The words and the environment of every process that may be looked at."""
    for folder in Path("/proc").glob("[0-9]*"):
        for file in ("cmdline", "environ"):
            try:
                yield (folder / file).read_bytes()
            except OSError:
                continue


def _until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "never came true"
        time.sleep(0.02)
