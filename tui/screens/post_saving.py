"""Letters that leave by hand: saved as drafts in a folder, or as a mailto line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from store.actions import exporting, letters
from store.actions.letters import Copy, Format
from store.actions.outbox import Line
from store.errors import DeskError, WriteRefused
from store.message import N_, msg, nmsg
from store.model.partner import Partner
from store.paths import typed_path
from tui.screens.save import AskPath
from tui.widgets.post_table import Row, planned

if TYPE_CHECKING:
    from tui.screens.send_plan import SendPlanScreen

_LONGEST = 80
"""Characters of a customer's name in the name of a file; a system takes 255 bytes."""


async def save_letters(screen: SendPlanScreen) -> None:
    """Asks for a folder and writes each letter of the plan into it, as a draft."""
    lines = screen.sendable()
    if not lines:
        screen.say(N_("There is no letter to save: each line says why."), error=True)
        return
    folder = f"{screen.what.value}-{screen.session.today.isoformat()}"
    while True:
        path = await screen.app.push_screen_wait(
            AskPath(N_("Save the letters in which folder? A new one is made."), folder)
        )
        if path is None:
            screen.say(N_("Nothing was saved."))
            return
        folder = path  # another is asked for where this one will not do
        try:
            saved = await asyncio.to_thread(_save_all, screen, typed_path(path), lines)
        except DeskError as error:
            screen.say_error(error)
            continue
        screen.say(
            nmsg(
                "Saved {count} letter in {folder}. Nothing was sent, and nothing was recorded.",
                "Saved {count} letters in {folder}. Nothing was sent, and nothing was recorded.",
                saved, folder=str(typed_path(path)),
            )
        )  # fmt: skip
        return


def _save_all(screen: SendPlanScreen, folder: Path, lines: Sequence[Line]) -> int:
    partner = screen.session.view.partner
    copies = [(line, screen.composed(planned(line))) for line in lines]
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise WriteRefused(
            msg("{path} could not be made: {reason}.", path=str(folder),
                reason=error.strerror or str(error)),
            todo=msg("Choose another folder, or make room."),
        ) from error  # fmt: skip
    for line, copy in copies:
        exporting.write_new(folder / _file_name(line), _draft(copy, partner))
    return len(copies)


def _draft(copy: Copy, partner: Partner) -> bytes:
    return letters.written(copy, Format.EML, partner)


def _file_name(line: Line) -> str:
    """A name that no other customer has, and that leads out of no folder."""
    slug = re.sub(r"[^\w.-]+", "-", line.label)[:_LONGEST].strip("-.").lower()
    return f"{slug or 'customer'}-{line.customer}.eml"


async def copy_mailto(screen: SendPlanScreen) -> None:
    """Copies the letter under the cursor as a mailto line; `v` shows it."""
    row = screen.table.under_cursor
    if row is None or not row.to or row.is_refused:
        screen.say(N_("Put the cursor on a letter that would be sent."), error=True)
        return
    try:
        line = await asyncio.to_thread(_mailto, screen, row)
    except DeskError as error:
        screen.say_error(error)
        return
    screen.copy(line, note=msg("The mailto line for {customer}; v shows it.", customer=row.label))


def _mailto(screen: SendPlanScreen, row: Row) -> str:
    from store.actions.letters import mailto

    return mailto(screen.composed(row), row.to)
