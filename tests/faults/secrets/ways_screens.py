"""Ways that passwords go on the screens: shown and left by any door, typed, copied, photographed.

Each does what it says in a world where Anna may act and returns the traces that it left.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

from tests.faults.secrets.at_the_desk import (
    QUIT,
    SSH,
    copies_in,
    crash,
    left,
    of_the_process,
    password_of,
    shown,
    unseen,
)
from tests.faults.secrets.traces import Trace
from tests.faults.secrets.ways_tokens import Way
from tests.faults.secrets.world import World
from tests.terminal.pty_driver import Terminal, is_restored

# -- shown, and left ------------------------------------------------------------------------------


def _left_by(leave: Callable[[Terminal], object], *, ends: bool = True) -> Way:
    def way(world: World) -> list[Trace]:
        with shown(world) as terminal:
            seen = of_the_process(world, terminal)
            leave(terminal)
            if ends:
                terminal.end()
                assert is_restored(terminal.raw)
            else:
                terminal.close()
            return seen + left(world, terminal)

    return way


def esc(world: World) -> list[Trace]:
    """Left by esc: gone from the screen at once, and from what comes after."""
    with shown(world) as terminal:
        terminal.press("\x1b")
        terminal.until(lambda: password_of(world) not in terminal.text)
        terminal.settle()
        terminal.raw.clear()
        terminal.press("5")
        terminal.sees("Journal", "Reset a password")
        terminal.press("v")
        terminal.sees("Press Enter to go back")
        found = unseen(world, terminal)
        terminal.press("\r")
        terminal.sees("The chain holds")
        terminal.press(QUIT)
        terminal.end()
        return found + left(world, terminal)


def photographed(world: World) -> list[Trace]:
    """Saved as a picture while it is shown, alone and below other things."""
    with shown(world) as terminal:
        picture = world.photograph(terminal)
        assert "shown" in picture.read_text(), "it is a picture of something else"
        terminal.press("?")
        terminal.sees("Help")
        world.photograph(terminal)
        terminal.press("\x1b:")
        terminal.settle()
        world.photograph(terminal)
        terminal.press(QUIT)
        terminal.settle()
        terminal.press(QUIT)
        return left(world, terminal)


def plain(world: World) -> list[Trace]:
    """Asked for as plain text, selected with the mouse, copied by what copies elsewhere."""
    with shown(world) as terminal:
        terminal.press("v")
        terminal.sees("A password stands on no plain text")
        terminal.press("\x1b[<0;1;1M\x1b[<32;79;22M\x1b[<0;79;22m")
        terminal.settle(0.2)
        terminal.press("\x03")
        terminal.settle(0.2)
        terminal.press(QUIT)
        terminal.end()
        return left(world, terminal)


def resized(world: World) -> list[Trace]:
    """Shown at every size, and left while the terminal is too small for it."""
    with shown(world) as terminal:
        for size in ((120, 36), (60, 15), (20, 4), (80, 24), (40, 10)):
            terminal.resize(*size)
            terminal.settle(0.2)
        terminal.press(QUIT)
        terminal.end()
        return left(world, terminal)


# -- copied ---------------------------------------------------------------------------------------


def _to_the_terminal(term: str, **more: str) -> Way:
    def way(world: World) -> list[Trace]:
        environment = {**SSH, "TERM": term, **more}
        with shown(world, environment) as terminal:
            terminal.press("y")
            terminal.sees("Sent to your terminal")
            terminal.settle(0.2)
            terminal.press(QUIT)
            terminal.end()
            assert more or copies_in(terminal) == [password_of(world)]
            return left(world, terminal, copied=True)

    return way


def _not_copied(setting: str) -> Way:
    def way(world: World) -> list[Trace]:
        with shown(world, {**SSH, "PARTNERDESK_CLIPBOARD": setting}) as terminal:
            terminal.press("y")
            terminal.settle()
            terminal.press(QUIT)
            terminal.end()
            return left(world, terminal)

    return way


def _by_the_desktop(*, killed: bool) -> Way:
    """Copied to a desktop's clipboard, which is emptied when the time is over."""

    def way(world: World) -> list[Trace]:
        clipboard = world.clipboard_program()
        with shown(world, {"DISPLAY": ":0"}) as terminal:
            terminal.press("y")
            terminal.sees("taken off the desktop")
            assert clipboard.read_text() == password_of(world)
            if killed:
                terminal.kill(signal.SIGKILL)
            else:
                terminal.press(QUIT)
            terminal.end()
            world.time_is_over()
            try:
                world.until(lambda: not clipboard.read_text(), patience=5)
            except AssertionError:
                return [Trace("the desktop's clipboard", "kept")]
            return left(world, terminal) if not killed else world.traces()

    return way


def _dumping(terminal: Terminal) -> None:
    terminal.kill(signal.SIGABRT)
    terminal.end()


def _hung_up(terminal: Terminal) -> None:
    terminal.hang_up()
    terminal.end()


WAYS: dict[str, Way] = {
    "esc": esc,
    "esc, and q after q": _left_by(
        lambda terminal: terminal.press("\x1b") or terminal.settle() or terminal.press("qqqq")
    ),
    "ctrl+q": _left_by(lambda terminal: terminal.press(QUIT)),
    "SIGTERM": _left_by(lambda terminal: terminal.kill(signal.SIGTERM)),
    "SIGHUP": _left_by(lambda terminal: terminal.kill(signal.SIGHUP)),
    "SIGINT": _left_by(lambda terminal: terminal.kill(signal.SIGINT)),
    "a crash": _left_by(crash),
    "a picture": photographed,
    "plain text": plain,
    "other sizes": resized,
    "copied by OSC 52": _to_the_terminal("xterm-256color"),
    "copied in GNU screen": _to_the_terminal("screen-256color", STY="1234.pts-0.jump1"),
    "copied by a desktop": _by_the_desktop(killed=False),
    "copied by a desktop, then kill -9": _by_the_desktop(killed=True),
    "not copied, off": _not_copied("off"),
    "not copied, to no file": _not_copied("file"),
}


def _files_alone(end: Callable[[Terminal], object]) -> Way:
    """Ended so that nobody is left to clean the terminal; files are another matter."""

    def way(world: World) -> list[Trace]:
        with shown(world) as terminal:
            end(terminal)
        return world.traces() + world.dumps()

    return way


def _kill(terminal: Terminal) -> None:
    terminal.kill(signal.SIGKILL)
    terminal.end()


WAYS |= {
    "kill -9": _files_alone(_kill),
    "an abort with cores": _files_alone(_dumping),
    "a lost terminal": _files_alone(_hung_up),
}
