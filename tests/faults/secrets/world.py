"""A world of its own for programs that handle secrets, and the search through all of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from store.actions.connection import Connection, Purpose
from store.desk import Desk
from store.practice.cloud import Practice
from tests.conftest import OPERATOR
from tests.faults.secrets import inside
from tests.faults.secrets.traces import Hunt, Trace
from tests.terminal.pty_driver import PATIENCE, PROGRAM, Terminal
from tui import settings
from tui.access import access

ROOT = Path(__file__).parents[3]
_SLEEP = shutil.which("sleep")
TOKENS = "tokens"
"""The folder of the sign-in's own file, the one place on disk for a token."""


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    words: tuple[str, ...]
    status: int
    out: bytes
    err: bytes


class World:
    """A home, a store, a scratch folder and a terminal, all below `root`; nothing of it is ours.

    `passwords` and `tokens` are what may not be found again. `meant` are the bytes of standard
    output where a password belongs.
    """

    def __init__(self, root: Path, cloud: Practice, store: Path) -> None:
        self.root = root
        self.cloud = cloud
        self.store = store
        self.passwords: list[str] = []
        self.tokens: list[str] = []
        self.belongs: list[Path] = []
        self.ended: list[Ended] = []
        self.terminals: list[Terminal] = []
        self.scratch, self.here, self.seen = root / "tmp", root / "here", root / "seen"
        self.told = root.with_name("told")
        for folder in (self.scratch, self.here, self.seen, root / "site", root / "bin"):
            folder.mkdir(parents=True)
        (root / "site" / "sitecustomize.py").write_text("from tests.faults.secrets import inside\n")
        # In a folder of its own, and with cores allowed: whoever debugs a host allows them.
        self.program = root / "bin" / "partnerdesk"
        self.program.write_text(
            f'#!/bin/sh\nulimit -c unlimited\ncd {self.here}\nexec {PROGRAM} "$@"\n'
        )
        self.program.chmod(0o755)
        # Time passes when a test says so, for whoever sleeps in order to clean up.
        sleep = root / "bin" / "sleep"
        over = root / "over"
        sleep.write_text(f'#!/bin/sh\nwhile [ ! -e "{over}" ]; do {_SLEEP} 0.02; done\n')
        sleep.chmod(0o755)

    # -- what happens in it -----------------------------------------------------------------------

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What its processes are told."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        return {
            **kept,
            "TMPDIR": str(self.scratch),
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            inside.OVER: str(self.root / "over"),
            "PYTHONPATH": f"{self.root / 'site'}:{ROOT}",
            "PARTNERDESK_STORE": str(self.store),
            "PARTNERDESK_OPERATOR": "anna",
            inside.SEEN: str(self.seen),
            inside.TOLD: str(self.told),
            **(more or {}),
        }

    def run(
        self,
        *words: str,
        status: int | None = 0,
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Gives a command without a terminal."""
        done = subprocess.run(
            [str(self.program), *words],
            input=stdin.encode(),
            capture_output=True,
            env=self.environment(environment),
            timeout=60,
            check=False,
        )
        ended = Ended(words, done.returncode, done.stdout, done.stderr)
        self.ended.append(ended)
        assert status is None or ended.status == status, f"{words}: {done}"
        return ended

    def start(
        self, *words: str, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> Running:
        """Gives a command that is to be interrupted."""
        return Running(self, words, stdin, environment)

    def terminal(
        self,
        *words: str,
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
    ) -> Terminal:
        """The desk, or a command, on a terminal."""
        made = Terminal(
            *words, environment=self.environment(environment), size=size, program=self.program
        )
        self.terminals.append(made)
        return made

    def keep_sign_in(self, where: str) -> None:
        """Sets where a sign-in is kept: file or memory."""
        file = settings.config_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'token-cache = "{where}"\n')

    def until(
        self,
        holds: Callable[[], object],
        terminal: Terminal | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Waits until something holds; a terminal is read meanwhile."""
        deadline = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < deadline, "never came true"
            if terminal is None:
                time.sleep(0.01)
            else:
                terminal.read(0.01)

    def until_asked(self, path: str, terminal: Terminal | None = None) -> None:
        """Waits until the fault for a path has begun."""
        coming = self.cloud.faults
        self.until(lambda: all(fault.path != path for fault in coming.coming), terminal)

    def people(self, count: int = 3) -> str:
        """A file of new users; its name in the folder that commands are given in."""
        rows = (f"Neu {n},neu{n}@contoso.example,DE" for n in range(count))
        file = self.here / "people.csv"
        file.write_text("\n".join(("Name,User name,Usage location", *rows)) + "\n")
        return file.name

    def made(self) -> list[str]:
        """Every password that was made."""
        return self.told.read_text().split() if self.told.exists() else []

    def clipboard_program(self) -> Path:
        """Puts a desktop's clipboard in place; returns the file that it keeps its text in."""
        text, program = self.root.with_name("clipboard"), self.root / "bin" / "xclip"
        program.write_text(
            f'#!/bin/sh\ncase "$*" in *-o*) cat "{text}";; *) cat >"{text}";; esac\n'
        )
        program.chmod(0o755)
        return text

    def time_is_over(self) -> None:
        """Lets the time pass that a copied password is kept for."""
        (self.root / "over").touch()

    def photograph(self, terminal: Terminal) -> Path:
        """Has the desk save a picture of its screen; returns the file."""
        before = set(self.scratch.glob("*.svg"))
        terminal.kill(signal.SIGUSR1)
        terminal.until(lambda: set(self.scratch.glob("*.svg")) - before)
        (file,) = set(self.scratch.glob("*.svg")) - before
        terminal.until(lambda: file.read_text().rstrip().endswith("</svg>"))
        return file

    # -- what is left of it -----------------------------------------------------------------------

    def learn(self) -> None:
        """Takes every secret that the practice cloud has given out or been given."""
        tokens, grants = self.cloud.tokens, self.cloud.tokens.grants
        given = {*tokens._issued, *grants._refreshes, *grants._codes}
        given |= {device.device_code for device in grants._devices.values()}
        self.tokens = sorted({*self.tokens, *given})
        self.passwords += self.made()
        for tenant in (self.cloud.partner, *self.cloud.customers.values()):
            known = {user.password for user in tenant.users.values() if user.password}
            self.passwords = sorted({*self.passwords, *known})

    def traces(self, *, but_output: Iterable[Ended] = ()) -> list[Trace]:
        """Where any secret is found that was to leave no trace.

        A token belongs in the sign-in's own file and a password in the files of `belongs`; what
        `but_output` printed is where one was asked for. Bytes to terminals are not looked at.
        """
        self.learn()
        assert self.passwords or self.tokens, "there is nothing to be found"
        passwords, tokens = Hunt(self.passwords), Hunt(self.tokens)
        found = passwords.in_folder(self.root, but=self.belongs.__contains__)
        found += tokens.in_folder(self.root, but=_is_sign_in)
        meant = list(but_output)
        for ended in self.ended:
            for name, data in (("stdout", ended.out), ("stderr", ended.err)):
                at = f"{name} of {' '.join(ended.words)}"
                if name == "stderr" or ended not in meant:
                    found += _in(passwords, at, data)
                found += _in(tokens, at, data)
        return found + self.outside()

    def traces_on(self, data: bytes, what: str = "the terminal") -> list[Trace]:
        """Where a secret is found among some bytes."""
        self.learn()
        return _in(Hunt([*self.passwords, *self.tokens]), what, data)

    def outside(self) -> list[Trace]:
        """Files that were written outside of this world, where nobody would look for secrets."""
        found = []
        for file in self.seen.glob("*.jsonl"):
            for line in file.read_text(encoding="utf-8").splitlines():
                path = Path(json.loads(line).get("open", "/dev/null"))
                if not path.is_absolute():
                    path = self.here / path
                ours = path == self.told or path.parent.name == "__pycache__"
                if not ours and not any(map(path.is_relative_to, (self.root, "/dev"))):
                    found.append(Trace(str(path), "written outside"))
        return found

    def dumps(self) -> list[Trace]:
        """Images of memory that were left; and whoever else may be asked to make one."""
        found = self.root.rglob("core*")
        return [Trace(path.name, "core") for path in found if path.is_file() and _is_core(path)]

    def kept(self, name: str) -> list[Path]:
        """What files of a name held before they were removed, replaced or cut."""
        return [path for path in self.seen.glob("kept/*/*") if name in path.name]

    def logged(self, words: str) -> bool:
        """Whether the log of everything has some words, of whatever process."""
        return any(words in log.read_text() for log in self.seen.glob("debug-*.log"))

    def close(self) -> None:
        """Ends what still runs."""
        for terminal in self.terminals:
            terminal.close()


class Running:
    """A command that goes on; a context manager."""

    def __init__(
        self,
        world: World,
        words: tuple[str, ...],
        stdin: str,
        environment: Mapping[str, str] | None,
    ) -> None:
        self._world, self._words = world, words
        self._process = subprocess.Popen(
            [str(world.program), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=world.environment(environment),
        )
        assert self._process.stdin
        self._process.stdin.write(f"{stdin}\n".encode())
        self._process.stdin.flush()

    def seen_from_outside(self) -> bytes:
        """What anybody may see of a process: its words, and its environment for whoever it is."""
        return outside_of(self._process.pid)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> Ended:
        """Ends it by a signal."""
        self._process.send_signal(number)
        return self.end()

    def end(self) -> Ended:
        """Waits for its end."""
        out, err = self._process.communicate(timeout=60)
        ended = Ended(self._words, self._process.returncode, out, err)
        self._world.ended.append(ended)
        return ended

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def sign_in(store: Path, cloud: Practice, who: str, purposes: Iterable[Purpose] = ()) -> None:
    """Signs in by a code, in this process; the sign-in is kept in the world's own file."""

    async def signed_in() -> None:
        with Desk(store, OPERATOR).open() as desk:
            way = Connection(desk.view.partner, desk.path, access(settings.load(), os.environ))
        begun = await way.begin_device(tuple(purposes))
        cloud.tokens.grants.answer(begun.code, who)
        await way.wait(begun)

    asyncio.run(signed_in())


def outside_of(pid: int) -> bytes:
    """What can be seen of a process from outside, as far as the kernel lets us."""
    found = b""
    for name in ("cmdline", "environ", "comm", "status"):
        with contextlib.suppress(OSError):
            found += Path(f"/proc/{pid}/{name}").read_bytes()
    assert found, "the process has ended"
    return found


def _in(hunt: Hunt, place: str, data: bytes) -> list[Trace]:
    form = hunt.in_bytes(data)
    return [Trace(place, form)] if form else []


def _is_sign_in(path: Path) -> bool:
    """Whether it is the sign-in's own file, or what that was before it changed."""
    kept = path.parents[1].name == "kept" and "practice-" in path.name
    return (path.parent.name == TOKENS or kept) and not path.stat().st_mode & 0o077


def _is_core(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
