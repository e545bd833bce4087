"""Ways that passwords go on the forms: typed, refused, given up, lost, and of new users.

Each does what it says in a world where Anna may act and returns the traces that it left.
"""

from __future__ import annotations

import signal

from store.practice.faults import Fault
from tests.faults.secrets.at_the_desk import (
    EVERYTHING,
    QUIT,
    SSH,
    crash,
    left,
    of_the_process,
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
from tests.terminal.pty_driver import Terminal

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
        crash(terminal)
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
        # The journal's news may be painted a moment before the screen's own.
        terminal.until(lambda: not any(secret in terminal.text for secret in world.made()))
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
