"""What the kernel is told to write, call by call: whatever a file was called, however short it was.

Needs strace. Each way returns the writes that hold a secret and go anywhere but where one was
asked for.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.faults.secrets.at_the_desk import QUIT, SSH, to_reset, type_it, wait_for_it
from tests.faults.secrets.traces import Hunt, Trace
from tests.faults.secrets.ways_commands import BY_STDIN, RESET, TYPED
from tests.faults.secrets.ways_tokens import LOGGED, Way
from tests.faults.secrets.world import World

STRACE = shutil.which("strace")
_CALLS = "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,sendfile,splice,execve,memfd_create"
_WHERE = re.compile(rb"(\w+)\((?:\d+<(.*?)>)?")


def _traced(world: World) -> Path:
    """Has strace look over the shoulder of whatever is started; returns what it writes."""
    seen = world.root.with_name("strace")
    program = world.program.read_text().replace(
        "exec ", f"exec {STRACE} -f -qq -y -s 1000000 -e {_CALLS} -e signal=none -o {seen} "
    )
    world.program.write_text(program)
    return seen


def _found(world: World, seen: Path, *meant: bytes) -> list[Trace]:
    world.learn()
    assert b"execve(" in seen.read_bytes(), "nothing was seen"
    passwords, tokens = Hunt(world.passwords), Hunt(world.tokens)
    found = []
    for line in seen.read_bytes().splitlines():
        call = _WHERE.search(line)
        where = call[2] or call[1] if call else b"?"
        kept = b"/tokens/" in where
        form = passwords.in_bytes(line) or ("" if kept else tokens.in_bytes(line))
        if form and not any(one in where for one in meant):
            found.append(Trace(where.decode(errors="replace"), form))
    return found


def made(world: World) -> list[Trace]:
    """Made by a command, and written to its standard output alone."""
    seen = _traced(world)
    ended = world.run(*RESET)
    return _found(world, seen, b"pipe:", bytes(world.told)) + world.traces(but_output=[ended])


def typed(world: World) -> list[Trace]:
    """Given to a command, and written nowhere."""
    seen = _traced(world)
    world.passwords.append(TYPED)
    world.run(*RESET, *BY_STDIN, stdin=f"{TYPED}\n", environment=LOGGED)
    return _found(world, seen)


def at_the_desk(world: World) -> list[Trace]:
    """Typed and shown at the desk, and written to its terminal alone."""
    seen = _traced(world)
    with world.terminal(environment={**SSH, **LOGGED}) as terminal:
        to_reset(terminal)
        type_it(world, terminal)
        terminal.press("\x13")
        wait_for_it(world, terminal)
        terminal.press(QUIT)
        terminal.end()
    return _found(world, seen, b"/dev/pts/", b"/dev/tty")


WAYS: dict[str, Way] = {"made": made, "typed": typed, "at the desk": at_the_desk}
