"""What a watched process does besides its work; `sitecustomize` of a World imports it.

It writes down how each process was called, keeps what is removed, logs all that can be logged,
and takes the signals by which a test asks for a screenshot or a crash. Mutants live here too.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

SEEN = "CANARY_SEEN"
"""The folder for what was seen; without it this module does nothing."""
DEBUG = "CANARY_DEBUG"
"""Set: everything is logged at DEBUG, into a file there."""
MUTANT = "CANARY_MUTANT"
"""What to spoil, by the names in `mutants.py`."""
OVER = "CANARY_OVER"
"""A file that exists when the time of copied passwords is over: helpers sleep until then."""
TOLD = "CANARY_TOLD"
"""A file outside of what is searched, for each password that is made."""
CRASH = "CANARY_CRASH"
"""Set: sending a new password is an error of our own."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_count = itertools.count()


def _note(folder: Path, kind: str, what: Any) -> None:
    line = json.dumps({"pid": os.getpid(), kind: what}, default=repr, ensure_ascii=False)
    with (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _keep(folder: Path, path: Any) -> None:
    """Keeps what is about to be removed or replaced."""
    with contextlib.suppress(OSError, TypeError, ValueError):
        whole = Path(os.fsdecode(path)).absolute()
        if whole.is_file() and not whole.is_symlink():
            kept = folder / "kept" / f"{os.getpid()}-{next(_count)}"
            kept.mkdir(parents=True)
            shutil.copy2(whole, kept / whole.name)


class _Witness:
    """An audit hook: processes that are started, files that are opened to be written, removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.busy = False

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        if self.busy:
            return
        self.busy = True
        try:
            if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
                _note(self.folder, event, [repr(one) for one in given])
            elif event == "open" and isinstance(given[2], int) and given[2] & WRITES:
                if isinstance(given[0], str | bytes):
                    _note(self.folder, "open", os.fsdecode(given[0]))
            elif event in ("os.remove", "os.truncate"):
                _keep(self.folder, given[0])
            elif event == "os.rename":
                _keep(self.folder, given[1])
        finally:
            self.busy = False


def _log_everything(folder: Path) -> None:
    """A log of all that any library says, and of every step of the event loop in debug mode."""
    import asyncio.base_events
    import logging
    import warnings

    logging.basicConfig(filename=folder / f"debug-{os.getpid()}.log", level=logging.DEBUG)
    logging.captureWarnings(True)
    warnings.simplefilter("always")
    loop = asyncio.base_events.BaseEventLoop
    begun = loop.__init__

    def begin(self: Any) -> None:
        begun(self)
        self.slow_callback_duration = 0.0

    loop.__init__ = begin  # type: ignore[method-assign]


def _tell_what_is_made(file: Path) -> None:
    """Writes down each password that is made, so that it can be looked for."""
    from store.model import password

    made = password.generated

    def generated(upn: str = "") -> Any:
        secret = made(upn)
        with file.open("a") as told:
            told.write(f"{secret.reveal()}\n")
        return secret

    password.generated = generated


def _crash_when_sending() -> None:
    from store.graph.customer_passwords import Passwords

    async def reset_password(self: Any, user_id: str, password: Any, **options: Any) -> None:
        body = {"newPassword": password}
        raise RuntimeError(f"sending {body}", password)

    Passwords.reset_password = reset_password  # type: ignore[method-assign]


def _sleep_until(over: Path) -> None:
    """Lets a helper sleep until a test says that its time is over."""
    import time

    nap = time.sleep

    def sleep(seconds: float) -> None:
        while not over.exists():
            nap(0.02)

    time.sleep = sleep


def _take_signals() -> None:
    """SIGUSR1 takes a screenshot, SIGUSR2 crashes, once the desk is on the screen."""

    def ask(number: int, frame: FrameType | None) -> None:
        from textual.app import App

        while frame and not isinstance(frame.f_locals.get("self"), App):
            frame = frame.f_back
        assert frame, "there is no desk"
        app = frame.f_locals["self"]
        if number == signal.SIGUSR1:
            app.call_later(lambda: app.save_screenshot(f"{next(_count)}.svg", os.environ["TMPDIR"]))
        else:
            app.call_later(_crash, app)

    signal.signal(signal.SIGUSR1, ask)
    signal.signal(signal.SIGUSR2, ask)


def _crash(app: Any) -> None:
    """Ends in an error whose frames hold the screen with all that is on it."""
    screen = app.screen
    typed = [widget.value for widget in screen.walk_children() if hasattr(widget, "value")]
    held = [vars(widget) for widget in screen.walk_children()]
    raise RuntimeError(
        f"a crash among {len(held)} widgets and {len(typed)} fields of {type(screen).__name__}"
    )


def begin() -> None:
    """Begins to watch this process."""
    folder = Path(os.environ[SEEN])
    _note(folder, "called", Path("/proc/self/cmdline").read_bytes().decode(errors="replace"))
    _note(folder, "environment", dict(os.environ))
    sys.addaudithook(_Witness(folder))
    if os.environ.get(DEBUG):
        _log_everything(folder)
    if os.environ.get(MUTANT):
        from tests.faults.secrets.mutants import MUTANTS

        MUTANTS[os.environ[MUTANT]]()
    if Path(sys.argv[0]).name == "partnerdesk":
        _tell_what_is_made(Path(os.environ[TOLD]))
        if os.environ.get(CRASH):
            _crash_when_sending()
        _take_signals()
    else:
        _sleep_until(Path(os.environ[OVER]))


if os.environ.get(SEEN):
    begin()
