"""Copying, by what can be known of the terminal: a pure plan, and a small runner.

The one seam for the whole program. Whether a terminal took what it was sent cannot be known, so
only a program that answered may be said to have copied.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from store.clean import harmless
from store.message import Message, msg
from store.secret import Secret
from tui.settings import Settings

SECONDS = 2.0
_SCREEN_PIECE = 240
"""Bytes that GNU screen takes in one device control string, with room to spare."""


class Step(StrEnum):
    """One way to copy."""

    TMUX = "tmux"
    TMUX_BUFFER = "tmux-buffer"
    OSC52 = "osc52"
    SCREEN = "screen"
    NATIVE = "native"
    FILE = "file"


class Outcome(NamedTuple):
    """What one step truly did: whether to stop here, and what to tell the operator."""

    done: bool
    message: Message


def plan(
    text: str,
    environment: Mapping[str, str],
    settings: Settings,
    which: Callable[[str], str | None] = shutil.which,
) -> list[Step]:
    """The ways to try, in order; empty where copying is switched off.

    Decided by the session, not by what fails: over SSH a desktop's clipboard would be the wrong
    machine's.
    """
    terminal = environment.get("TERM", "")
    to_terminal = []
    fits = -(-len(text.encode()) // 3) * 4 <= settings.osc52_limit
    if fits and terminal not in ("", "dumb", "linux"):
        to_terminal = [Step.SCREEN if environment.get("STY") else Step.OSC52]
    match settings.clipboard:
        case "off":
            return []
        case "file":
            return [Step.FILE]
        case "native":
            return [Step.NATIVE, Step.FILE]
        case "osc52":
            return [*to_terminal, Step.FILE]
        case "tmux":
            return [Step.TMUX, Step.TMUX_BUFFER, Step.FILE]
    if environment.get("TMUX") and which("tmux"):
        return [Step.TMUX, Step.TMUX_BUFFER, *to_terminal, Step.FILE]
    if is_desktop(environment):
        return [Step.NATIVE, *to_terminal, Step.FILE]
    return [*to_terminal, Step.FILE]


def is_desktop(environment: Mapping[str, str]) -> bool:
    """Whether the session is on a desktop of this machine, whose clipboard is the operator's."""
    over_ssh = any(environment.get(name) for name in ("SSH_TTY", "SSH_CONNECTION"))
    shown = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return not over_ssh and (shown or sys.platform == "darwin")


def copy(
    text: str,
    environment: Mapping[str, str],
    settings: Settings,
    *,
    send: Callable[[str], None],
    folder: Path,
) -> Outcome:
    """Goes down the ladder to the first step that does it; returns what that truly did."""
    outcome = Outcome(False, msg("Copying is switched off (clipboard = off). v shows the text."))
    for step in plan(text, environment, settings):
        outcome = run(step, text, send=send, folder=folder, environment=environment)
        if outcome.done:
            break
    return outcome


def may_be_lost(environment: Mapping[str, str]) -> bool:
    """Whether a multiplexer that we cannot talk to may keep what is sent to the terminal.

    sudo strips TMUX and STY but leaves TERM; a tmux that does not answer may be there all the same.
    """
    known = environment.get("TERM", "").startswith(("tmux", "screen")) or environment.get("TMUX")
    return bool(known) and not environment.get("STY")


def osc52(text: str) -> str:
    """The sequence that asks a terminal to put `text` on its clipboard."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def screen_frames(sequence: str) -> str:
    """A sequence in the pieces that GNU screen passes on to its terminal."""
    pieces = (
        sequence[start : start + _SCREEN_PIECE] for start in range(0, len(sequence), _SCREEN_PIECE)
    )
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def to_copy(text: str) -> str:
    """What is copied of a text: harmless, and without the last newlines, which run shell lines."""
    return "\n".join(harmless(line) for line in text.split("\n")).rstrip("\n")


def run(
    step: Step,
    text: str,
    *,
    send: Callable[[str], None],
    folder: Path,
    environment: Mapping[str, str],
) -> Outcome:
    """Does one step; never raises. `send` writes to the terminal, `folder` takes files."""
    size = len(text.encode())
    match step:
        case Step.TMUX:
            answer = program(["tmux", "load-buffer", "-w", "-"], text, environment)
            return Outcome(
                answer is None,
                msg(
                    "In the tmux buffer (prefix ] pastes); tmux passes it to your terminal if it "
                    "can."
                )
                if answer is None
                else msg("tmux did not take it: {reason}.", reason=answer),
            )
        case Step.TMUX_BUFFER:
            answer = program(["tmux", "load-buffer", "-"], text, environment)
            return Outcome(
                answer is None,
                msg("In the tmux buffer: prefix ] pastes.")
                if answer is None
                else msg("tmux did not take it: {reason}.", reason=answer),
            )
        case Step.OSC52 | Step.SCREEN:
            sequence = osc52(text)
            send(screen_frames(sequence) if step is Step.SCREEN else sequence)
            lost = may_be_lost(environment)
            return Outcome(
                True,
                msg(
                    "Sent to your terminal ({size} bytes), but tmux or screen may have kept it. "
                    "Nothing pasted? v shows it.",
                    size=size,
                )
                if lost
                else msg(
                    "Sent to your terminal ({size} bytes). Nothing pasted? v shows it.", size=size
                ),
            )
        case Step.NATIVE:
            answer = program([sys.executable, "-c", _NATIVE], text, environment)
            return Outcome(
                answer is None,
                msg("Copied ({size} bytes).", size=size)
                if answer is None
                else msg("The desktop's clipboard did not take it: {reason}.", reason=answer),
            )
        case Step.FILE:
            return _to_file(text, folder)


_NATIVE = "import sys,pyperclip; pyperclip.copy(sys.stdin.buffer.read().decode())"


def program(
    words: list[str],
    text: str | Secret,
    environment: Mapping[str, str],
    *,
    detached: bool = False,
) -> Message | None:
    """Feeds a program; `None` if it took the text, else why not.

    What a `detached` one leaves behind is not ended with our terminal.

    pyperclip does not look at what its helper answers, and the helper may stay behind holding
    our pipes: so its words go to a file, and any word there counts as a failure.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            done = subprocess.run(
                words,
                input=(text.reveal() if isinstance(text, Secret) else text).encode(),
                stdout=subprocess.DEVNULL,
                stderr=errors,
                timeout=SECONDS,
                env=dict(environment),
                check=False,
                start_new_session=detached,
            )
        except subprocess.TimeoutExpired:
            return msg("no answer within {seconds} seconds", seconds=f"{SECONDS:.0f}")
        except OSError as error:
            return msg("{raw}", raw=error.strerror or str(error))
        errors.seek(0)
        said = errors.read(4_000).decode(errors="replace").strip()
    if done.returncode == 0 and not said:
        return None
    if said:
        return msg("{raw}", raw=said.splitlines()[-1][:200])
    return msg("exit status {status}", status=str(done.returncode))


def _to_file(text: str, folder: Path) -> Outcome:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd, name = tempfile.mkstemp(prefix="copy-", suffix=".txt", dir=folder)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        return Outcome(False, msg("No file either: {reason}.", reason=error.strerror or str(error)))
    return Outcome(True, msg("Saved in {path}.", path=name))
