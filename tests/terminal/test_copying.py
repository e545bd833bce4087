"""Copying a letter at each step of the ladder: what really arrives, and what is said of it."""

import base64
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.actions import customers, letters, partner
from store.desk import Desk
from store.model.offer import Kind
from tests.conftest import OPERATOR
from tests.terminal.pty_driver import PROGRAM, Terminal, is_restored
from tui.clipboard import to_copy

OSC_52 = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")
SSH = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"}

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a partner and one customer."""
    with Desk(tmp_path / "store", OPERATOR).open() as desk:
        fields = {"name": "Adatum", "tenant": "11111111-2222-4333-8444-555555555555"}
        partner.set_fields(desk, {**fields, "mail": "anna@adatum.example", "certified": "yes"})
        customers.add(desk, {"name": "Contoso 东方", "language": "en"})
    return tmp_path / "store"


@pytest.fixture
def letter(store: Path) -> str:
    """The customer's letter as it is to be pasted."""
    with Desk(store, OPERATOR).open() as desk:
        contoso = desk.view.customer(1)
        assert contoso
        (copy,) = letters.copies(desk.view, Kind.DELEGATED, [contoso], "en", desk.today())
        return to_copy(f"{copy.subject}\n\n{copy.text}")


def open_letter(terminal: Terminal) -> None:
    """Goes to the letter of the one customer that there is."""
    terminal.sees("Contoso")
    terminal.settle(0.2)
    terminal.press("\t")
    terminal.settle(0.2)
    terminal.press("o")
    terminal.sees("Subject:", "Contoso")
    terminal.settle(0.2)


def sent(raw: bytes) -> list[str]:
    """Every text that was put on the terminal's clipboard."""
    return [base64.b64decode(found).decode() for found in OSC_52.findall(raw)]


# -- over SSH, without a multiplexer ----------------------------------------------------------


def test_over_ssh_it_is_sent_to_the_terminal(store: Path, letter: str) -> None:
    # DISPLAY is another machine's here: what a desktop's clipboard took would be out of reach.
    with Terminal("--store", str(store), environment={**SSH, "DISPLAY": ":10"}) as terminal:
        open_letter(terminal)
        assert sent(terminal.raw) == []  # nothing is copied without a key
        terminal.press("y")
        terminal.until(lambda: sent(terminal.raw))
        assert sent(terminal.raw) == [letter]
        terminal.sees(f"Sent to your terminal ({len(letter.encode()):,} bytes)")
        assert "Copied (" not in terminal.text


def test_in_gnu_screen_it_is_sent_in_pieces_that_screen_passes_on(store: Path, letter: str) -> None:
    environment = {**SSH, "STY": "1234.pts-0.jump1", "TERM": "screen-256color"}
    with Terminal("--store", str(store), environment=environment) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("Sent to your terminal")
        pieces = re.findall(rb"\x1bP(.*?)\x1b\\", bytes(terminal.raw), re.DOTALL)
        assert len(pieces) > 1
        assert max(map(len, pieces)) <= 256
        assert sent(b"".join(pieces)) == [letter]


def test_where_the_multiplexer_is_hidden_it_says_that_the_text_may_be_lost(store: Path) -> None:
    with Terminal("--store", str(store), environment={**SSH, "TERM": "tmux-256color"}) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("tmux or screen may have kept it", "v shows it")


# -- on a desktop -----------------------------------------------------------------------------


@pytest.fixture
def xclip(tmp_path: Path) -> Path:
    """A clipboard program that keeps what it is given in a file, and the folder it is in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "xclip"
    program.write_text(f'#!/bin/sh\ncat >"{tmp_path}/taken"\n')
    program.chmod(0o755)
    return folder


def test_on_a_desktop_its_clipboard_takes_it(
    store: Path, letter: str, xclip: Path, tmp_path: Path
) -> None:
    environment = {"DISPLAY": ":0", "PATH": f"{xclip}:/usr/bin:/bin"}
    with Terminal("--store", str(store), environment=environment) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees(f"Copied ({len(letter.encode()):,} bytes).")
        assert (tmp_path / "taken").read_text() == letter
        assert sent(terminal.raw) == []


def test_a_desktop_that_does_not_take_it_is_not_believed(
    store: Path, letter: str, xclip: Path
) -> None:
    (xclip / "xclip").write_text("#!/bin/sh\ncat >/dev/null\necho no display >&2\n")
    environment = {"DISPLAY": ":0", "PATH": f"{xclip}:/usr/bin:/bin"}
    with Terminal("--store", str(store), environment=environment) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("Sent to your terminal")
        assert sent(terminal.raw) == [letter]
        assert "Copied" not in terminal.text


# -- where nothing else is left ---------------------------------------------------------------


def test_where_the_terminal_takes_none_it_is_saved(
    store: Path, letter: str, tmp_path: Path
) -> None:
    with Terminal("--store", str(store), environment={**SSH, "TERM": "linux"}) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("Saved in")
        assert sent(terminal.raw) == []
    (file,) = (tmp_path / "home" / "state" / "partnerdesk").glob("copy-*.txt")
    assert file.read_text() == f"{letter}\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_text_over_the_terminals_limit_is_saved(store: Path, letter: str, tmp_path: Path) -> None:
    config = tmp_path / "home" / "config" / "partnerdesk" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("osc52-limit = 1000\n")
    with Terminal("--store", str(store), environment=SSH) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("Saved in")
        assert sent(terminal.raw) == []


def test_off_means_off(store: Path) -> None:
    environment = {**SSH, "PARTNERDESK_CLIPBOARD": "off"}
    with Terminal("--store", str(store), environment=environment) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("Copying is switched off", "v shows the text")
        assert sent(terminal.raw) == []


def test_v_shows_it_on_the_normal_screen_and_comes_back(store: Path, letter: str) -> None:
    with Terminal("--store", str(store), environment=SSH) as terminal:
        open_letter(terminal)
        terminal.raw.clear()
        terminal.press("v")
        terminal.until(lambda: b"Press Enter to go back to the desk." in terminal.raw)
        shown = bytes(terminal.raw[terminal.raw.index(b"\x1b[?1049l") :]).decode()
        assert letter in shown.replace("\r\n", "\n")  # whole lines: they select as they are
        terminal.press("\r")
        terminal.until(lambda: b"\x1b[?1049h" in terminal.raw)
        terminal.sees("Subject:", "Contoso")
        terminal.settle()
        terminal.press("\x1b")
        terminal.sees("Choose the offer")
        terminal.press("q")
        assert terminal.end() == 0
        assert is_restored(terminal.raw)


# -- in tmux ----------------------------------------------------------------------------------


class Tmux:
    """A tmux server of its own with the desk in it, looked at through a terminal."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.socket = folder / "tmux.sock"
        self.config = folder / "tmux.conf"
        self.config.write_text("".join(f"{option}\n" for option in options))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a command for this server begins with."""
        return ("-S", str(self.socket), "-f", str(self.config))

    def open(self, *words: str, environment: dict[str, str] | None = None) -> Terminal:
        """A terminal in which tmux runs the desk."""
        program = Path(shutil.which("tmux") or "")
        line = ("new-session", str(PROGRAM), *words)
        return Terminal(*self.words, *line, environment=environment, program=program)

    def says(self, *words: str) -> str:
        """What a tmux command answers."""
        line = ("tmux", *self.words, *words)
        return subprocess.run(line, capture_output=True, check=True, timeout=30).stdout.decode()

    def end(self) -> None:
        """Ends the server and the desk in it."""
        line = ("tmux", *self.words, "kill-server")
        subprocess.run(line, capture_output=True, check=False, timeout=30)


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Tmux]]:
    """The servers that a test starts."""
    started: list[Tmux] = []
    yield started
    for server in started:
        server.end()


@needs_tmux
@pytest.mark.parametrize("setting", ["external", "on", "off"])
def test_in_tmux_it_is_in_the_buffer_and_goes_on_to_the_terminal(
    setting: str, store: Path, letter: str, tmp_path: Path, servers: list[Tmux]
) -> None:
    tmux = Tmux(tmp_path, f"set -s set-clipboard {setting}")
    servers.append(tmux)
    with tmux.open("--store", str(store), environment=SSH) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("In the tmux buffer (prefix ] pastes)")
        assert tmux.says("show-buffer") == letter
        terminal.until(lambda: letter in sent(terminal.raw))


@needs_tmux
def test_a_tmux_that_cannot_reach_its_terminal_has_it_in_the_buffer(
    store: Path, letter: str, tmp_path: Path, servers: list[Tmux]
) -> None:
    tmux = Tmux(tmp_path, "set -s terminal-overrides '*:Ms@'")
    servers.append(tmux)
    with tmux.open("--store", str(store), environment={**SSH, "TERM": "vt220"}) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("In the tmux buffer (prefix ] pastes)", "if it can")
        assert tmux.says("show-buffer") == letter
        assert sent(terminal.raw) == []


@needs_tmux
def test_a_tmux_that_has_gone_is_not_waited_for(store: Path, letter: str, tmp_path: Path) -> None:
    # As after `sudo -E`, or in a shell that outlived its server.
    environment = {**SSH, "TMUX": f"{tmp_path}/no.sock,1,0", "TERM": "tmux-256color"}
    with Terminal("--store", str(store), environment=environment) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("Sent to your terminal", "may have kept it")
        assert sent(terminal.raw) == [letter]


@needs_tmux
def test_without_a_name_for_tmux_the_terminal_inside_it_keeps_the_text(
    store: Path, letter: str, tmp_path: Path, servers: list[Tmux]
) -> None:
    """As after sudo, which takes TMUX away: only with `set-clipboard on` does it get through."""
    tmux = Tmux(tmp_path, "set -s set-clipboard on", "set -g update-environment ''")
    servers.append(tmux)
    wrapper = tmp_path / "without-tmux"
    wrapper.write_text(f'#!/bin/sh\nunset TMUX\nexec {PROGRAM} "$@"\n')
    wrapper.chmod(0o755)
    line = (*tmux.words, "new-session", str(wrapper), "--store", str(store))
    program = Path(shutil.which("tmux") or "")
    with Terminal(*line, environment=SSH, program=program) as terminal:
        open_letter(terminal)
        terminal.press("y")
        terminal.sees("tmux or screen may have kept it")
        terminal.until(lambda: letter in sent(terminal.raw))
        assert tmux.says("show-buffer") == letter
