"""Copying: which ways are tried where, and what is sent to a terminal."""

from __future__ import annotations

import base64
import re

import pytest

from tui import clipboard
from tui.clipboard import Step, plan
from tui.settings import Settings

XTERM = {"TERM": "xterm-256color"}
IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}
SSH = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"}
DESKTOP = {**XTERM, "DISPLAY": ":0"}
SCREEN = {"TERM": "screen-256color", "STY": "1234.pts-0.host"}

TMUX, BUFFER, OSC52, IN_SCREEN, NATIVE, FILE = (
    Step.TMUX,
    Step.TMUX_BUFFER,
    Step.OSC52,
    Step.SCREEN,
    Step.NATIVE,
    Step.FILE,
)


def found(name: str) -> str:
    return f"/usr/bin/{name}"


def missing(name: str) -> None:
    return None


@pytest.mark.parametrize(
    ("environment", "setting", "steps"),
    [
        (XTERM, "auto", [OSC52, FILE]),
        (IN_TMUX, "auto", [TMUX, BUFFER, OSC52, FILE]),
        ({**IN_TMUX, **SSH}, "auto", [TMUX, BUFFER, OSC52, FILE]),
        ({**IN_TMUX, "DISPLAY": ":0"}, "auto", [TMUX, BUFFER, OSC52, FILE]),
        ({**XTERM, **SSH}, "auto", [OSC52, FILE]),
        ({**XTERM, "SSH_TTY": "/dev/pts/0"}, "auto", [OSC52, FILE]),
        ({**DESKTOP, **SSH}, "auto", [OSC52, FILE]),
        ({**XTERM, **SSH, "WAYLAND_DISPLAY": "wayland-0"}, "auto", [OSC52, FILE]),
        (DESKTOP, "auto", [NATIVE, OSC52, FILE]),
        ({**XTERM, "WAYLAND_DISPLAY": "wayland-0"}, "auto", [NATIVE, OSC52, FILE]),
        ({"TERM": "linux", "DISPLAY": ":0"}, "auto", [NATIVE, FILE]),
        ({"TERM": "linux"}, "auto", [FILE]),
        ({"TERM": "dumb"}, "auto", [FILE]),
        ({"TERM": ""}, "auto", [FILE]),
        ({}, "auto", [FILE]),
        (SCREEN, "auto", [IN_SCREEN, FILE]),
        ({**SCREEN, **SSH}, "auto", [IN_SCREEN, FILE]),
        ({**SCREEN, "DISPLAY": ":0"}, "auto", [NATIVE, IN_SCREEN, FILE]),
        (DESKTOP, "off", []),
        (IN_TMUX, "off", []),
        (DESKTOP, "file", [FILE]),
        (IN_TMUX, "file", [FILE]),
        (DESKTOP, "osc52", [OSC52, FILE]),
        (IN_TMUX, "osc52", [OSC52, FILE]),
        (SCREEN, "osc52", [IN_SCREEN, FILE]),
        ({"TERM": "linux"}, "osc52", [FILE]),
        ({**XTERM, **SSH}, "native", [NATIVE, FILE]),
        (IN_TMUX, "native", [NATIVE, FILE]),
        (XTERM, "tmux", [TMUX, BUFFER, FILE]),
        (DESKTOP, "tmux", [TMUX, BUFFER, FILE]),
    ],
)
def test_the_session_and_the_setting_decide_what_is_tried(
    environment: dict[str, str], setting: str, steps: list[Step]
) -> None:
    assert plan("text", environment, Settings(clipboard=setting), found) == steps


def test_tmux_is_tried_only_where_there_is_a_program_for_it() -> None:
    assert plan("text", IN_TMUX, Settings(), missing) == [OSC52, FILE]
    assert plan("text", {**IN_TMUX, "DISPLAY": ":0"}, Settings(), missing) == [NATIVE, OSC52, FILE]


def test_a_text_over_the_limit_is_not_sent_to_a_terminal() -> None:
    small = Settings(osc52_limit=400)
    assert plan("x" * 300, XTERM, small, found) == [OSC52, FILE]
    assert plan("x" * 301, XTERM, small, found) == [FILE]
    assert plan("x" * 301, SCREEN, small, found) == [FILE]
    assert plan("x" * 301, DESKTOP, small, found) == [NATIVE, FILE]
    assert plan("x" * 301, IN_TMUX, small, found) == [TMUX, BUFFER, FILE]
    assert plan("é" * 151, XTERM, small, found) == [FILE]


@pytest.mark.parametrize("limit", [400, 401, 402, 403, 74_994])
def test_what_is_sent_is_never_over_the_limit(limit: int) -> None:
    settings = Settings(osc52_limit=limit)
    for size in range(limit * 3 // 4 - 4, limit * 3 // 4 + 4):
        text = "x" * size
        payload = len(base64.b64encode(text.encode()))
        assert (OSC52 in plan(text, XTERM, settings, found)) == (payload <= limit)


@pytest.mark.parametrize("text", ["", "x", "two\nlines", "é 东方 🙂", "x" * 10_000])
def test_the_sequence_carries_the_whole_text(text: str) -> None:
    sequence = clipboard.osc52(text)
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    payload = sequence.removeprefix("\x1b]52;c;").removesuffix("\x07")
    assert base64.b64decode(payload, validate=True).decode() == text


@pytest.mark.parametrize("size", [0, 1, 170, 171, 172, 5_000])
def test_screen_is_given_the_sequence_in_pieces_that_it_passes_on(size: int) -> None:
    sequence = clipboard.osc52("x" * size)
    framed = clipboard.screen_frames(sequence)
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", framed, re.DOTALL)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == framed
    assert "".join(pieces) == sequence
    assert max(map(len, pieces)) <= 240
    assert len(pieces) == -(-len(sequence) // 240)


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("one line\n", "one line"),
        ("two\nlines\n", "two\nlines"),
        ("no end", "no end"),
        ("", ""),
        ("\n", ""),
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a\u202eb", "a\ufffdb"),
        ("tab\there", "tab here"),
        ("crlf\r\nline\r\n", "crlf \nline "),
        ("é 东方 👩\u200d👩", "é 东方 👩\u200d👩"),
    ],
)
def test_what_is_copied_is_harmless_and_runs_no_line(text: str, copied: str) -> None:
    assert clipboard.to_copy(text) == copied


def test_not_even_a_second_newline_at_the_end_is_copied() -> None:
    assert clipboard.to_copy("rm -rf build\n\n") == "rm -rf build"


@pytest.mark.parametrize(
    ("environment", "lost"),
    [
        (XTERM, False),
        (IN_TMUX, True),
        (SCREEN, False),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen"}, True),
        ({"TERM": "screen.xterm-256color", **SSH}, True),
        ({}, False),
    ],
)
def test_a_multiplexer_that_cannot_be_talked_to_may_keep_the_copy(
    environment: dict[str, str], lost: bool
) -> None:
    assert clipboard.may_be_lost(environment) is lost
