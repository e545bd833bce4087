"""Saving letters and lists to files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from store.actions import exporting, letters
from store.actions.letters import SUFFIXES, Copy, Format
from store.errors import DeskError
from store.message import N_, Message, msg
from store.model.customer import Customer
from store.paths import typed_path
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialog import Dialog
from tui.screens.dialogs import choose
from tui.widgets.paths import PathSuggester

_FORMS = {
    Format.TEXT: N_("Text"),
    Format.MARKDOWN: N_("Markdown"),
    Format.HTML: N_("HTML"),
    Format.EML: N_("Mail (.eml), opens as a draft"),
}


class AskPath(Dialog[str]):
    """Asks for the name of a file."""

    KEYS = "ask"
    AUTO_FOCUS = "Input"

    def __init__(self, title: Message | str, path: str) -> None:
        super().__init__()
        self.heading = title
        self.path = path

    def body(self) -> ComposeResult:
        yield Static(text.say(self.heading), classes="title")
        field = Input(text.editable(self.path), compact=True, suggester=PathSuggester())
        field.cursor_blink = False
        yield field

    @on(Input.Submitted)
    def do_given(self) -> None:
        """Takes what was typed; nothing is none."""
        self.dismiss(self.query_one(Input).value.strip() or None)


async def save_letter(screen: DeskScreen, copy: Copy, kind: str = "") -> None:
    """Asks for the form and the file, and writes the letter; its name begins with `kind`."""
    form = await choose(screen, N_("Save as"), [(f.value, text.say(n)) for f, n in _FORMS.items()])
    if form is None:
        return
    wanted = Format(form)
    named = copy.customers[0].label if len(copy.customers) == 1 else copy.letter.language
    session = screen.session
    parts = (kind, named) if kind else (session.kind.value, session.offer_name, named)
    slug = re.sub(r"[^\w.-]+", "-", "-".join(filter(None, parts))).strip("-").lower()
    partner = session.view.partner
    await _save(screen, f"{slug}{SUFFIXES[wanted]}", lambda: letters.written(copy, wanted, partner))


async def save_customers(screen: DeskScreen, keys: Sequence[int]) -> None:
    """Asks for the file, and writes the customers that a list shows."""
    rows = screen.session.view.customers
    name = f"customers-{screen.session.today.isoformat()}.csv"

    def data() -> bytes:
        known = ((key, rows[key]) for key in keys if key in rows)
        return exporting.customers_csv(Customer.from_document(*item) for item in known)

    await _save(screen, name, data)


async def save_calendar(screen: DeskScreen) -> None:
    """Asks for the file, and writes what has to be done by a day as a calendar."""
    from store.actions.calendar import ics

    session = screen.session
    view, today = session.view, session.today
    name = f"follow-up-{today.isoformat()}.ics"
    await _save(screen, name, lambda: ics(view, today, said=text.plain))


async def save_summary(screen: DeskScreen, batch: str) -> None:
    """Asks for the file, and writes what became of the letters that were queued together."""
    from store.actions.post_summary import summary_csv

    view = screen.session.view
    name = f"letters-{screen.session.today.isoformat()}.csv"
    await _save(screen, name, lambda: summary_csv(view, batch, said=text.plain))


async def _save(screen: DeskScreen, name: str, data: Callable[[], bytes]) -> None:
    while name:
        path = await screen.app.push_screen_wait(AskPath(N_("Save where?"), name))
        if path is None:
            screen.say(N_("Nothing was saved."))
            return
        name = path  # another name is asked for where this one will not do
        try:
            written = await asyncio.to_thread(_write, path, data)
        except DeskError as error:
            screen.say_error(error)
        else:
            screen.say(msg("Saved in {path}.", path=str(written)))
            return


def _write(path: str, data: Callable[[], bytes]) -> Path:
    return exporting.write_new(typed_path(path), data())
