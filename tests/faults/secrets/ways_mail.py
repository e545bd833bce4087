"""Ways that the password of a mail server goes: out of a file, a command, a terminal.

Each sends a letter, or tries to, and returns the traces that the password left.
"""

from __future__ import annotations

import base64
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.secrets.traces import Trace
from tests.faults.secrets.ways_commands import TYPED
from tests.faults.secrets.ways_tokens import LOGGED, Way
from tests.faults.secrets.world import World
from tests.post_office import STALL, PostOffice, post_office
from tui import settings

SEND = ("send", "Contoso", "--yes")
_AFTERWARDS: tuple[tuple[str, ...], ...] = (
    ("outbox", "list"), ("outbox", "list", "--json"), ("outbox", "show", "1"),
    ("outbox", "summary"), ("journal", "show", "--json"), ("doctor",),
)  # fmt: skip


@contextmanager
def _office(world: World, *lines: str, good: bool = True) -> Iterator[PostOffice]:
    """A mail server, set as the way to send, and a customer who can be written to."""
    world.passwords.append(TYPED)
    with post_office(users={"anna": TYPED if good else "another"}) as office:
        file = settings.config_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        more = (f"port = {office.port}", 'security = "none"', 'user = "anna"', *lines)
        file.write_text('token-cache = "file"\n[mail]\nhost = "127.0.0.1"\n' + "\n".join(more))
        world.run("partner", "set", "contact=Anna", "mail=partners@adatum.example", "certified=yes")
        world.run("customers", "set", "Contoso", "contact=it@contoso.example")
        world.run("offer", "set", "delegated", "--link", "https://127.0.0.1/partner/invitation")
        yield office


def _file(world: World) -> Path:
    file = world.here / "password"
    file.write_text(f"{TYPED}\n")
    file.chmod(0o600)
    world.belongs.append(file)
    return file


def _afterwards(world: World) -> list[Trace]:
    for words in _AFTERWARDS:
        world.run(*words, status=None)
    return world.traces()


def from_a_file(world: World) -> list[Trace]:
    """Read where it is kept, and used."""
    with _office(world, f'password-file = "{_file(world)}"') as office:
        world.run(*SEND, environment=LOGGED)
        assert [login[2] for login in office.logins] == [TYPED]
    return _afterwards(world)


def from_a_command(world: World) -> list[Trace]:
    """Given by a command, which may be one that fails after it has said it."""
    command = f"cat {_file(world)}"
    with _office(world, f"password-command = {json.dumps(command)}") as office:
        world.run(*SEND, environment=LOGGED)
        assert office.logins
    failing = f"sh -c 'cat {_file(world)}; exit 3'"
    with _office(world, f"password-command = {json.dumps(failing)}") as office:
        world.run("send", "--resume", "--yes", status=None, environment=LOGGED)
        world.run(*SEND, status=None, environment=LOGGED)
        assert not office.logins
    return _afterwards(world)


def refused(world: World) -> list[Trace]:
    """Wrong, and said to be."""
    with _office(world, f'password-file = "{_file(world)}"', good=False) as office:
        world.run(*SEND, status=1, environment=LOGGED)
        assert office.logins
    return _afterwards(world)


def repeated(world: World) -> list[Trace]:
    """Repeated by the server that refuses it, as it is and as it was sent."""
    coded = base64.b64encode(TYPED.encode()).decode()
    with _office(world, f'password-file = "{_file(world)}"', good=False) as office:
        office.says_no = f"535 5.7.8 not {TYPED}, and not {coded}"
        ended = world.run(*SEND, status=1, environment=LOGGED)
        assert b"not \xe2\x80\xa2" in ended.err
    return _afterwards(world)


def typed(world: World) -> list[Trace]:
    """Typed at a question, where a terminal would show it."""
    with (
        _office(world) as office,
        world.terminal(*SEND, environment=LOGGED) as terminal,
    ):
        terminal.until(lambda: terminal.raw.rstrip().endswith(b":"))
        terminal.press(f"{TYPED}\r")
        assert terminal.end() == 0
        assert [login[2] for login in office.logins] == [TYPED]
    return _afterwards(world) + world.traces_on(bytes(terminal.raw))


def _ended(number: signal.Signals) -> Callable[[World], list[Trace]]:
    def way(world: World) -> list[Trace]:
        """Ended while the server is silent."""
        with _office(world, f'password-file = "{_file(world)}"') as office:
            office.before = lambda key: STALL
            reached: list[str] = []
            office.sender = lambda about: reached.append(about)  # type: ignore[func-returns-value]
            with world.start(*SEND, environment=LOGGED) as running:
                world.until(lambda: reached)
                seen = running.seen_from_outside()
                running.kill(number)
        return world.traces_on(seen, "what ps shows") + world.dumps() + _afterwards(world)

    return way


WAYS: dict[str, Way] = {
    "from a file": from_a_file,
    "from a command": from_a_command,
    "refused": refused,
    "repeated by the server": repeated,
    "typed at a question": typed,
    "from a file, kill -9": _ended(signal.SIGKILL),
    "from a file, an abort with cores": _ended(signal.SIGABRT),
}
