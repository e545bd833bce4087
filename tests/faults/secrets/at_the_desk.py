"""The way through the desk to a password, on a real terminal, and what to look for afterwards."""

from __future__ import annotations

import base64
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.faults.secrets.traces import Hunt, Trace
from tests.faults.secrets.ways_commands import ADA, TYPED
from tests.faults.secrets.ways_tokens import LOGGED, TEXTUAL
from tests.faults.secrets.world import World, outside_of
from tests.terminal.pty_driver import Terminal

EVERYTHING = LOGGED | TEXTUAL
SSH = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"}
_OSC_52 = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)")
_ENTER, _LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
QUIT = "\x11"


def to_customer(terminal: Terminal) -> None:
    """Goes to the one customer's screen."""
    terminal.sees("Contoso", "1 customer")
    terminal.settle(0.2)
    terminal.press("\t")
    terminal.settle(0.2)
    terminal.press("\r")
    terminal.sees("Reset a password  yes")


def to_reset(terminal: Terminal) -> None:
    """Goes to the form for Ada's password."""
    to_customer(terminal)
    terminal.press("p")
    terminal.sees("Ada Lindgren")
    terminal.press("ada")
    terminal.until(lambda: "Eva" not in terminal.text)
    terminal.press("\r")
    terminal.sees("You may reset this password.")


def type_it(world: World, terminal: Terminal, password: str = TYPED) -> None:
    """Chooses to type a password on the form, and types it."""
    world.passwords.append(password)
    terminal.press("\x1b[C")
    terminal.sees("typed here")
    terminal.press("\t")
    terminal.settle(0.2)
    terminal.press("\t")
    terminal.settle(0.2)
    terminal.press(password)
    terminal.until(lambda: "•" * len(password) in terminal.text or password in terminal.text)


def password_of(world: World) -> str:
    """Ada's, as the practice cloud knows it."""
    contoso = next(tenant for tenant in world.cloud.customers.values() if tenant.name == "Contoso")
    ada = contoso.user(ADA)
    return ada.password if ada else ""


def wait_for_it(world: World, terminal: Terminal) -> str:
    """Waits until the password stands on the screen; returns it."""
    terminal.until(lambda: password_of(world) and password_of(world) in terminal.text)
    world.learn()
    return password_of(world)


@contextmanager
def shown(
    world: World,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (80, 24),
) -> Iterator[Terminal]:
    """A terminal on which a password that was made is shown."""
    with world.terminal(environment=EVERYTHING | dict(environment or SSH), size=size) as terminal:
        to_reset(terminal)
        terminal.press("\x13")
        wait_for_it(world, terminal)
        terminal.settle(0.2)
        yield terminal


def crash(terminal: Terminal) -> None:
    """Ends the desk by an error of its own."""
    terminal.kill(signal.SIGUSR2)
    terminal.end()
    assert terminal.ended()


def left(world: World, terminal: Terminal, *, copied: bool = False) -> list[Trace]:
    """The traces once the desk has ended: in files, and on the terminal that it leaves.

    `copied` allows it in the sequence for the terminal's clipboard, and there alone.
    """
    raw = bytes(terminal.raw)
    found = world.traces() + world.dumps()
    found += world.traces_on(_normal_screen(_without_copies(raw)), "the normal screen")
    found += world.traces_on(terminal.text.encode(), "the screen")
    if not copied:
        found += _copies(world, raw)
    return found


def unseen(world: World, terminal: Terminal) -> list[Trace]:
    """The traces in all that was sent to a terminal, for what was never to be shown at all."""
    return world.traces_on(bytes(terminal.raw)) + _copies(world, bytes(terminal.raw))


def of_the_process(world: World, terminal: Terminal) -> list[Trace]:
    """The traces in what others may see of the desk's process."""
    return world.traces_on(outside_of(terminal.pid), "what ps shows")


def _copies(world: World, raw: bytes) -> list[Trace]:
    hunt = Hunt([*world.passwords, *world.tokens])
    texts = [base64.b64decode(found) for found in _OSC_52.findall(raw)]
    return [Trace("the terminal's clipboard", form) for form in map(hunt.in_bytes, texts) if form]


def copies_in(terminal: Terminal) -> list[str]:
    """What was put on the terminal's clipboard."""
    return [base64.b64decode(found).decode() for found in _OSC_52.findall(bytes(terminal.raw))]


def _without_copies(raw: bytes) -> bytes:
    return _OSC_52.sub(b"", raw)


def _normal_screen(raw: bytes) -> bytes:
    """What was sent while the terminal's own screen was shown, and is in its scrollback."""
    pieces = raw.split(_ENTER)
    return pieces[0] + b"".join(piece.partition(_LEAVE)[2] for piece in pieces[1:])
