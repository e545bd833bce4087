"""Ways that passwords go on the screens: shown and left by any door, typed, copied, photographed.

Each does what it says in a world where Anna may act and returns the traces that it left.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

from store.practice.faults import Fault
from tests.faults.secrets.at_the_desk import (
    EVERYTHING,
    QUIT,
    SSH,
    copies_in,
    left,
    of_the_process,
    password_of,
    shown,
    to_customer,
    to_reset,
    type_it,
    unseen,
    wait_for_it,
)
from tests.faults.secrets.traces import Trace
from tests.faults.secrets.ways_commands import SENT, TYPED, WEAK
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


def _crash(terminal: Terminal) -> None:
    terminal.kill(signal.SIGUSR2)
    terminal.end()
    assert terminal.ended()


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


# -- typed ----------------------------------------------------------------------------------------


def typed(world: World) -> list[Trace]:
    """Typed, set, shown, and left; copied and cut in its field before."""
    with world.terminal(environment=EVERYTHING | SSH) as terminal:
        to_reset(terminal)
        type_it(world, terminal)
        for keys in (
            "\x01",
            "\x1b[1;2D\x1b[1;2D",
            "\x03",
            "\x18",
            "\x1b[1;2H\x03",
            "\x1b[1;2F\x18",
        ):
            terminal.press(keys)
            terminal.settle(0.1)
        world.photograph(terminal)
        found = unseen(world, terminal)
        terminal.press("\x13")
        wait_for_it(world, terminal)
        terminal.press(QUIT)
        terminal.end()
        return found + left(world, terminal)


def _refused(password: str, told: str, *faults: Fault) -> Way:
    """Typed and refused: the form is there again, without it."""

    def way(world: World) -> list[Trace]:
        for fault in faults:
            world.cloud.faults.add(fault)
        with world.terminal(environment=EVERYTHING | SSH) as terminal:
            to_reset(terminal)
            type_it(world, terminal, password)
            terminal.press("\x13")
            terminal.sees(told)
            terminal.settle(0.2)
            world.photograph(terminal)
            terminal.press(QUIT)
            terminal.settle(0.2)
            if not terminal.ended():
                terminal.press("y")
            terminal.end()
            return unseen(world, terminal) + left(world, terminal)

    return way


def given_up(world: World) -> list[Trace]:
    """Typed and not sent."""
    with world.terminal(environment=EVERYTHING | SSH) as terminal:
        to_reset(terminal)
        type_it(world, terminal)
        terminal.press("\x1b")
        terminal.settle(0.2)
        terminal.press("y")
        terminal.settle(0.2)
        terminal.press(QUIT)
        terminal.settle(0.2)
        if not terminal.ended():
            terminal.press("y")
        terminal.end()
        return unseen(world, terminal) + left(world, terminal)


def typed_and_crashed(world: World) -> list[Trace]:
    """Typed, and an error of our own before it is sent."""
    with world.terminal(environment=EVERYTHING | SSH) as terminal:
        to_reset(terminal)
        type_it(world, terminal)
        _crash(terminal)
        return unseen(world, terminal) + left(world, terminal)


def lost(world: World) -> list[Trace]:
    """Sent, and the answer lost: it may be in force, and is shown for that."""
    world.cloud.faults.add(Fault(path=SENT, kind="lost", after=True))
    with shown(world) as terminal:
        terminal.press(QUIT)
        terminal.end()
        return left(world, terminal)


def _ending(number: signal.Signals, *, typed: bool) -> Way:
    """Ended in the middle of the request."""

    def way(world: World) -> list[Trace]:
        world.cloud.faults.add(Fault(path=SENT, delay=60))
        with world.terminal(environment=EVERYTHING | SSH) as terminal:
            to_reset(terminal)
            if typed:
                type_it(world, terminal)
            terminal.press("\x13")
            world.until_asked(SENT, terminal)
            found = of_the_process(world, terminal)
            terminal.kill(number)
            terminal.end()
        world.cloud.faults.clear()
        return found + unseen(world, terminal) + left(world, terminal)

    return way


def _dumping(terminal: Terminal) -> None:
    terminal.kill(signal.SIGABRT)
    terminal.end()


def _hung_up(terminal: Terminal) -> None:
    terminal.hang_up()
    terminal.end()


# -- new users ------------------------------------------------------------------------------------


def _to_add(terminal: Terminal) -> None:
    to_customer(terminal)
    terminal.press("n")
    terminal.sees("‹ contoso.example ›")


def added(world: World) -> list[Trace]:
    """A new user's, shown, and the user deleted again by its name."""
    with world.terminal(environment=EVERYTHING | SSH) as terminal:
        _to_add(terminal)
        terminal.press("Nina Nowak\t")
        terminal.settle(0.2)
        terminal.press("nina\x13")
        terminal.until(lambda: any(secret in terminal.text for secret in world.made()))
        world.photograph(terminal)
        terminal.press("u")
        terminal.sees("Type nina@contoso.example")
        terminal.press("nina@contoso.example\r")
        terminal.sees("Deleted nina@contoso.example")
        found = world.traces_on(terminal.text.encode(), "the screen")
        terminal.press(QUIT)
        terminal.end()
        return found + left(world, terminal)


def many(world: World) -> list[Trace]:
    """Of many, out of a file and into one: never on the screen at all."""
    file = world.here / "passwords.csv"
    world.belongs.append(file)
    people = world.people()
    world.cloud.faults.add(Fault("POST", "/users$", status=400, code="Request_BadRequest"))
    with world.terminal(environment=EVERYTHING | SSH, size=(120, 36)) as terminal:
        _to_add(terminal)
        terminal.press("\x14")
        terminal.sees("Enter reads it")
        terminal.press(f"{people}\r")
        terminal.sees("This is the plan.")
        terminal.press(f"{file.name}\x13")
        terminal.sees("Type Contoso")
        terminal.press("Contoso\r")
        terminal.sees("2 added, 1 refused")
        terminal.press("v")
        terminal.sees("Press Enter to go back")
        terminal.press("\r")
        terminal.settle()
        world.photograph(terminal)
        terminal.press(QUIT)
        terminal.end()
    assert file.read_text().count("neu") == 2
    world.belongs += world.kept(file.name)
    return unseen(world, terminal) + left(world, terminal)


def demo(world: World) -> list[Trace]:
    """In a demo, where Microsoft's side is in the same process and logs as much."""
    with world.terminal("demo", "--customers", "20", environment=EVERYTHING | SSH) as terminal:
        terminal.sees("20 customers")
        terminal.settle(0.2)
        terminal.press("\t/textiles\r\r")
        terminal.sees("Reset a password")
        terminal.press("p")
        terminal.sees("Ada Lindgren")
        terminal.press("ada")
        terminal.until(lambda: "Eva" not in terminal.text)
        terminal.press("\r")
        terminal.sees("cannot be taken back")
        terminal.press("\x13")
        terminal.until(lambda: any(secret in terminal.text for secret in world.made()))
        world.photograph(terminal)
        terminal.press(QUIT)
        terminal.end()
        return left(world, terminal)


SAID = f"The specified password {TYPED} does not comply."
WAYS: dict[str, Way] = {
    "esc": esc,
    "esc, and q after q": _left_by(
        lambda terminal: terminal.press("\x1b") or terminal.settle() or terminal.press("qqqq")
    ),
    "ctrl+q": _left_by(lambda terminal: terminal.press(QUIT)),
    "SIGTERM": _left_by(lambda terminal: terminal.kill(signal.SIGTERM)),
    "SIGHUP": _left_by(lambda terminal: terminal.kill(signal.SIGHUP)),
    "SIGINT": _left_by(lambda terminal: terminal.kill(signal.SIGINT)),
    "a crash": _left_by(_crash),
    "a picture": photographed,
    "plain text": plain,
    "other sizes": resized,
    "copied by OSC 52": _to_the_terminal("xterm-256color"),
    "copied in GNU screen": _to_the_terminal("screen-256color", STY="1234.pts-0.jump1"),
    "copied by a desktop": _by_the_desktop(killed=False),
    "copied by a desktop, then kill -9": _by_the_desktop(killed=True),
    "not copied, off": _not_copied("off"),
    "not copied, to no file": _not_copied("file"),
    "typed": typed,
    "typed, too weak": _refused(WEAK, "three of these"),
    "typed, refused": _refused(
        TYPED, "Refused", Fault(path=SENT, status=400, code="Request_BadRequest", message=SAID)
    ),
    "typed, given up": given_up,
    "typed, a crash": typed_and_crashed,
    "a lost answer": lost,
    "of a new user": added,
    "of many": many,
    "in a demo": demo,
    "typed, kill -9 on the way": _ending(signal.SIGKILL, typed=True),
    "typed, SIGTERM on the way": _ending(signal.SIGTERM, typed=True),
    "made, an abort on the way": _ending(signal.SIGABRT, typed=False),
}
GONE: dict[str, Way] = {}
"""Ways after which nobody is left to clean the terminal; files are another matter."""


def _files_alone(end: Callable[[Terminal], object]) -> Way:
    def way(world: World) -> list[Trace]:
        with shown(world) as terminal:
            end(terminal)
        return world.traces() + world.dumps()

    return way


def _kill(terminal: Terminal) -> None:
    terminal.kill(signal.SIGKILL)
    terminal.end()


GONE["kill -9"] = _files_alone(_kill)
GONE["an abort with cores"] = _files_alone(_dumping)
GONE["a lost terminal"] = _files_alone(_hung_up)
WAYS |= GONE
