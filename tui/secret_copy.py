"""Copying a password: a shorter ladder than that of other texts, and nothing stays for long.

No file, no plain view, not the desk's own clipboard. What was copied is taken back after a while
where that can be done, by a process that outlives the desk; the secret goes through pipes only.
"""

from __future__ import annotations

import secrets
import shutil
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum

from store.message import Message, msg
from store.secret import Secret
from tui import clipboard
from tui.clipboard import Outcome
from tui.settings import Settings

KEPT = 30
"""Seconds that a copied secret stays where we can take it back."""


class Step(StrEnum):
    """One way to copy a secret."""

    TMUX = "tmux"
    OSC52 = "osc52"
    SCREEN = "screen"
    NATIVE = "native"


def plan(
    environment: Mapping[str, str],
    settings: Settings,
    which: Callable[[str], str | None] = shutil.which,
) -> list[Step]:
    """The ways to try, in order; empty where secrets are not copied at all.

    As with other texts the session decides: over SSH a desktop's clipboard would be the wrong
    machine's.
    """
    terminal = environment.get("TERM", "")
    to_terminal = []
    if terminal not in ("", "dumb", "linux"):
        to_terminal = [Step.SCREEN if environment.get("STY") else Step.OSC52]
    match settings.clipboard:
        case "off" | "file":
            return []
        case "native":
            return [Step.NATIVE]
        case "osc52":
            return to_terminal
        case "tmux":
            return [Step.TMUX]
    if environment.get("TMUX") and which("tmux"):
        return [Step.TMUX, *to_terminal]
    if clipboard.is_desktop(environment):
        return [Step.NATIVE, *to_terminal]
    return to_terminal


def copy(
    secret: Secret,
    environment: Mapping[str, str],
    settings: Settings,
    *,
    send: Callable[[str], None],
) -> Outcome:
    """Goes down the ladder to the first step that does it; returns what that truly did."""
    outcome = Outcome(False, _refusal(settings))
    for step in plan(environment, settings):
        outcome = run(step, secret, send=send, environment=environment)
        if outcome.done:
            break
    return outcome


def run(
    step: Step, secret: Secret, *, send: Callable[[str], None], environment: Mapping[str, str]
) -> Outcome:
    """Does one step; never raises. `send` writes to the terminal."""
    match step:
        case Step.TMUX:
            return _to_tmux(secret, environment)
        case Step.OSC52 | Step.SCREEN:
            framed = clipboard.screen_frames if step is Step.SCREEN else str
            send(framed(clipboard.osc52(secret.reveal())))
            if clipboard.may_be_lost(environment):
                return Outcome(
                    True,
                    msg("Sent to your terminal, but tmux or screen may have kept it. Where it "
                        "went it stays until you copy something else."),
                )  # fmt: skip
            return Outcome(
                True,
                msg("Sent to your terminal; it stays on its clipboard until you copy something "
                    "else."),
            )  # fmt: skip
        case Step.NATIVE:
            words = [sys.executable, "-c", _FOR_A_WHILE, str(KEPT)]
            answer = clipboard.program(words, secret, environment, detached=True)
            if answer is not None:
                why = msg("The desktop's clipboard did not take it: {reason}.", reason=answer)
                return Outcome(False, why)
            return Outcome(
                True,
                msg("Copied; after {seconds} seconds it is taken off the desktop's clipboard, "
                    "unless that holds something else by then.", seconds=KEPT),
            )  # fmt: skip


def _refusal(settings: Settings) -> Message:
    """Why a secret is not copied where no step is left."""
    if settings.clipboard == "file":
        return msg("A password is never saved in a file to copy it (clipboard = file).")
    if settings.clipboard == "off":
        return msg("Copying is switched off (clipboard = off).")
    return msg("This terminal has no clipboard that a password could be sent to.")


def _to_tmux(secret: Secret, environment: Mapping[str, str]) -> Outcome:
    """Puts it into a buffer of its own, which can be deleted whatever was copied since.

    Whoever deletes it waits before it is there, so that no moment is left to kill us in between.
    """
    buffer = f"partnerdesk-{secrets.token_hex(2)}"
    answer = clipboard.program(["sh", "-c", _DELETE, "sh", str(KEPT), buffer], "", environment,
                               detached=True)  # fmt: skip
    if answer is None:
        load = ["tmux", "load-buffer", "-b", buffer, "-"]
        answer = clipboard.program(load, secret, environment)
    if answer is not None:
        return Outcome(False, msg("tmux did not take it: {reason}.", reason=answer))
    return Outcome(
        True,
        msg("In the tmux buffer {buffer} for {seconds} seconds: prefix = lists it, enter pastes.",
            buffer=buffer, seconds=KEPT),
    )  # fmt: skip


_DELETE = '(sleep "$1"; tmux delete-buffer -b "$2") </dev/null >/dev/null 2>&1 &'
"""Ends at once, and leaves behind who deletes a buffer after some seconds."""

_FOR_A_WHILE = """
import os, sys, time, pyperclip
secret = sys.stdin.buffer.read().decode()
pyperclip.copy(secret)
if os.fork():
    os._exit(0)
os.setsid()
time.sleep(int(sys.argv[1]))
if pyperclip.paste() == secret:
    pyperclip.copy("")
"""
"""Copies what it reads, and leaves behind who takes that off the clipboard after some seconds."""
