"""Letters that leave by hand: saved as drafts in a folder, or copied as a mailto line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from store.actions import by_hand, outbox
from store.actions.posting import Line
from store.errors import DeskError
from store.message import N_, msg, nmsg
from store.paths import typed_path
from tui.screens.save import AskPath
from tui.widgets.post_table import planned

if TYPE_CHECKING:
    from tui.screens.send_plan import SendPlanScreen


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
    copies = [screen.composed(planned(line)) for line in lines]  # all of them, or no file
    references = {line.customer: _reference(screen, line.customer) for line in lines}
    return by_hand.save_drafts(folder, copies, screen.session.view.partner, references)


def _reference(screen: SendPlanScreen, customer: int) -> str:
    session, plan = screen.session, screen.plan
    return outbox.conversation(session.view, plan, customer, session.today) if plan else ""


async def copy_mailto(screen: SendPlanScreen) -> None:
    """Copies the letter under the cursor as a mailto line; `v` shows it."""
    row = screen.table.under_cursor
    if row is None or not row.to or row.is_refused:
        screen.say(N_("Put the cursor on a letter that would be sent."), error=True)
        return
    try:
        line = await asyncio.to_thread(
            lambda: by_hand.mailto(screen.composed(row), row.to, _reference(screen, row.customer))
        )
    except DeskError as error:
        screen.say_error(error)
        return
    screen.copy(line, note=msg("The mailto line for {customer}; v shows it.", customer=row.label))
