"""Ways that a password goes in a real tmux: what stays in its scrollback and in its buffers.

Each does what it says in a world where Anna may act and returns the traces that it left.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.secrets.at_the_desk import (
    EVERYTHING,
    QUIT,
    SSH,
    copies_in,
    password_of,
    to_reset,
    wait_for_it,
)
from tests.faults.secrets.traces import Trace
from tests.faults.secrets.ways_tokens import Way
from tests.faults.secrets.world import World
from tests.terminal.pty_driver import Terminal
from tests.terminal.test_copying import Tmux

_PROMPT = "at-the-shell"


class Session:
    """A shell in tmux with the desk in front of it, on which a password is shown."""

    def __init__(self, world: World, tmux: Tmux, terminal: Terminal) -> None:
        self.world, self.tmux, self.terminal = world, tmux, terminal

    @property
    def pid(self) -> int:
        """The desk's process: the youngest that the shell started."""
        shell = self.tmux.says("display-message", "-p", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        return int(children[-1])

    def at_the_shell(self) -> None:
        """Waits until the shell has its terminal again."""
        joined = lambda: "".join(self.terminal.lines)  # noqa: E731
        self.terminal.until(lambda: joined().endswith(f"{_PROMPT}$"))

    def kept(self) -> bytes:
        """Everything that tmux still has of its pane: the screen, what scrolled off it, both
        screens, and its buffers."""
        said = [
            self.tmux.says("capture-pane", "-p", "-J", "-S", "-", "-E", "-"),
            self._or_nothing("capture-pane", "-p", "-a", "-J", "-S", "-", "-E", "-"),
            self.tmux.says("list-buffers"),
            *map(self._buffer, self.buffers),
        ]
        return "\n".join(said).encode()

    @property
    def buffers(self) -> list[str]:
        """The names of tmux's buffers."""
        return self.tmux.says("list-buffers", "-F", "#{buffer_name}").split()

    def _buffer(self, name: str) -> str:
        return self._or_nothing("show-buffer", "-b", name)

    def _or_nothing(self, *words: str) -> str:
        try:
            return self.tmux.says(*words)
        except subprocess.CalledProcessError:
            return ""

    def outlasting(self) -> list[Trace]:
        """The buffers that are still there a good while after their time was over."""
        try:
            self.world.until(lambda: not self.buffers, self.terminal, patience=5)
        except AssertionError:
            return [Trace(f"tmux's buffer {name}", "kept") for name in self.buffers]
        return []

    def left(self) -> list[Trace]:
        """The traces once the shell is back."""
        found = self.world.traces() + self.world.dumps()
        return found + self.world.traces_on(self.kept(), "tmux")


@contextmanager
def shown(world: World, *options: str) -> Iterator[Session]:
    """A password, shown by a desk that was started from a shell in tmux."""
    folder = world.root.with_name("tmux")
    folder.mkdir()
    tmux = Tmux(folder, "set -g update-environment ''", "set -g status off", *options)
    shell = ("bash", "--norc", "--noprofile", "-i")
    environment = {
        **EVERYTHING,
        **SSH,
        "PS1": f"{_PROMPT}$ ",
        "HISTFILE": str(world.here / "history"),
    }
    program = Path(shutil.which("tmux") or "")
    terminal = Terminal(
        *tmux.words, "new-session", *shell,
        environment=world.environment(environment), size=(100, 30), program=program,
    )  # fmt: skip
    world.terminals.append(terminal)
    try:
        session = Session(world, tmux, terminal)
        session.at_the_shell()
        terminal.press("partnerdesk\r")
        to_reset(terminal)
        terminal.press("\x13")
        wait_for_it(world, terminal)
        terminal.settle(0.2)
        yield session
    finally:
        tmux.end()
        terminal.close()


def _left_by(leave: Callable[[Session], object], *options: str) -> Way:
    def way(world: World) -> list[Trace]:
        with shown(world, *options) as session:
            leave(session)
            session.at_the_shell()
            return session.left()

    return way


def _quit(session: Session) -> None:
    session.terminal.press(QUIT)


def _signal(number: signal.Signals) -> Callable[[Session], None]:
    return lambda session: os.kill(session.pid, number)


def _resized(session: Session) -> None:
    for size in ((80, 12), (100, 40), (60, 20), (120, 50), (100, 30)):
        session.terminal.resize(*size)
        session.terminal.settle(0.2)
    session.terminal.press(QUIT)


def suspended(world: World) -> list[Trace]:
    """Stopped, and left to the shell: gone there, and gone when the desk is back."""
    with shown(world) as session:
        os.kill(session.pid, signal.SIGTSTP)
        session.at_the_shell()
        found = session.left()
        session.terminal.press("clear\rfg\r")
        session.terminal.sees("On behalf of Contoso")
        session.terminal.settle()
        found += session.left()
        session.terminal.press(QUIT)
        session.at_the_shell()
        return found + session.left()


def _copied(*, killed: bool) -> Way:
    """In a buffer of tmux's own until its time is over, whatever becomes of the desk."""

    def way(world: World) -> list[Trace]:
        with shown(world, "set -s set-clipboard on") as session:
            session.terminal.press("y")
            session.terminal.sees("In the tmux buffer")
            (buffer,) = session.buffers
            assert session._buffer(buffer) == password_of(world)
            if killed:
                _signal(signal.SIGKILL)(session)
            else:
                session.terminal.press(QUIT)
                session.at_the_shell()
            found = [] if not copies_in(session.terminal) else [Trace("terminal", "sent on")]
            world.time_is_over()
            found += session.outlasting()
            return found + (world.traces() if killed else session.left())

    return way


WAYS: dict[str, Way] = {
    "left by ctrl+q": _left_by(_quit),
    "left by SIGTERM": _left_by(_signal(signal.SIGTERM)),
    "left by SIGHUP": _left_by(_signal(signal.SIGHUP)),
    "left by a crash": _left_by(_signal(signal.SIGUSR2)),
    "left after other sizes": _left_by(_resized),
    "left to the shell": suspended,
    "left, with one screen": _left_by(_quit, "set -g alternate-screen off"),
    "ended, with one screen": _left_by(_signal(signal.SIGTERM), "set -g alternate-screen off"),
    "crashed, with one screen": _left_by(_signal(signal.SIGUSR2), "set -g alternate-screen off"),
    "copied": _copied(killed=False),
    "copied, then kill -9": _copied(killed=True),
}
