"""The entry point: no words open the desk, words run one command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import DeskError
from store.operator import Operator
from tui import language, settings
from tui.settings import Settings

if TYPE_CHECKING:
    from store.actions.practice import Rehearsal

_HOLD = 5.0
"""Seconds that reading waits for the first paint, if that never happens."""


def main() -> None:
    """Runs `partnerdesk`; ends the process with its exit status."""
    words = sys.argv[1:]
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of few characters gets the rest
    try:
        found = settings.load()
    except DeskError as error:
        language.install(language.choose(os.environ))
        _say(error)
        sys.exit(error.exit_code)
    language.install(language.choose(os.environ, found.language))
    if words or "_PARTNERDESK_COMPLETE" in os.environ:
        from tui.commands.base import Context
        from tui.commands.main import run

        sys.exit(run(words, Context(found, os.environ, open_desk)))
    from store.operator import current_operator

    folder = settings.store_folder(found)
    sys.exit(open_desk(folder, found, current_operator(os.environ)))


def _open_what_is_closed() -> None:
    """Puts nothing where there is no stdin, stdout or stderr, before a file takes their number."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("r+"))  # noqa: SIM115


def open_desk(
    folder: Path,
    found: Settings,
    operator: Operator,
    rehearsal: Rehearsal | None = None,
    clean_up: Callable[[], None] = lambda: None,
) -> int:
    """Opens the full-screen desk on a store; returns the exit status.

    `rehearsal` is the practice cloud of a demo, `clean_up` what is called where the process has
    to end without returning from here.
    """
    from tui.terminal import why_no_screen

    reason = why_no_screen(os.environ)
    if reason:
        sys.stderr.write(f"partnerdesk: {language.say(reason)}\n")
        return 2
    from store.desk import Desk
    from store.memory import no_collections

    before_paint = ExitStack()
    before_paint.enter_context(no_collections())
    # The store is read while textual is imported; of a large one, only what is shown first.
    desk = Desk(folder, operator, allow_network=found.allow_network_store, hold=_HOLD).start()
    before_paint.callback(desk.read_on)
    from tui.app import PartnerDesk

    return PartnerDesk(desk, found, before_paint.close, rehearsal, clean_up).run_desk()


def _say(error: DeskError) -> None:
    sys.stderr.write(f"partnerdesk: {language.say(error.what)}\n")
    if error.todo:
        sys.stderr.write(f"{language.say(error.todo)}\n")
