"""The full-screen desk: modes, look, copying. No rules of the business are here."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import constants, on, work
from textual.app import SystemCommand
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Event, Key, Paste
from textual.message import Message as TextualMessage
from textual.screen import Screen

from store.desk import Change, Desk, Receipt
from store.errors import DeskError
from store.message import N_, msg
from store.model.partner import OVERVIEW_FROM, Flow, flow_for
from store.view import PARTNER
from tui import settings, text
from tui.crash import write_report
from tui.doubtful import tell_doubtful
from tui.driver import DeskDriver
from tui.endings import Endings
from tui.keys import KeyQueue
from tui.leaving import Leaving
from tui.palette import RegistryCommands, RehearsalCommands
from tui.screens.base import LEAST, DeskScreen
from tui.screens.keyed import Keyed
from tui.screens.modes import MODES
from tui.session import Session
from tui.settings import Settings
from tui.stylesheet import OnceParsed
from tui.theme import THEME

if TYPE_CHECKING:
    from store.actions.practice import Rehearsal
    from tui.syncing import Syncing

_HERE = Path(__file__).parent
_HOME = {"opening", "overview", "business"}
_SEEN_OR_NOT = {"ctrl+q", "ctrl+z"}
_AT_ONCE = 5_000
"""Up to so many customers the columns are made before the first paint."""


class PartnerDesk(Leaving):
    """One operator's desk on one store.

    `said` is what message lines have shown lately, newest last; `farewell` is said on the
    restored terminal. `painted` is called after the first paint, and may be again; `clean_up`
    where the process has to end without going back to whoever opened the desk.
    """

    TITLE = "partnerdesk"
    CSS_PATH = next(
        path for path in (_HERE / "screens.css", _HERE.parent / "screens.css") if path.exists()
    )
    COMMANDS = {RegistryCommands, RehearsalCommands}
    MODES = MODES
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (LEAST[0], "-narrow"), (80, "-normal"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST[1], "-low"), (24, "-high")]

    class DeskChanged(TextualMessage):
        """The store changed, by us or by another process."""

        def __init__(self, change: Change) -> None:
            super().__init__()
            self.change = change

    class DeskBegun(TextualMessage):
        """The first customers of a large store have been read."""

    class DeskOpened(TextualMessage):
        """The store has been read, or cannot be."""

    def __init__(
        self,
        desk: Desk,
        found: Settings,
        painted: Callable[[], None] = lambda: None,
        rehearsal: Rehearsal | None = None,
        clean_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._variables_of = ""
        self._variables: dict[str, str] = {}
        self.session = Session(desk, found, rehearsal=rehearsal)
        # The first mode is the home screen, not an empty one that it would replace.
        self.home = self.DEFAULT_MODE = self._home_mode()  # type: ignore[misc]
        plain = "NO_COLOR" in os.environ
        super().__init__(ansi_color=plain or None)
        self._painted = painted
        self._keys = KeyQueue(self, self._take_key)
        self.endings = Endings(self, clean_up)
        self.said: list[str] = []
        self.farewell = ""
        self._missed: set[int] = set()
        self._flow = self.home
        self.register_theme(THEME)
        self.theme = "ansi-dark" if plain else "partnerdesk"
        # Textual's own logs hold every key, and so a password that is typed.
        vars(constants).update(LOG_FILE=None, DEBUG=False)
        self.devtools = None
        self._disable_tooltips = self._disable_notifications = True  # the message line says it
        self.stylesheet: OnceParsed = OnceParsed(variables=self.get_css_variables())
        self.animation_level = "none"

    # -- starting and ending ------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Ours, unless the environment or the tests want another."""
        found = super().get_driver_class()
        return DeskDriver if found is LinuxDriver else found

    def run_desk(self) -> int:
        """Runs until the operator leaves; returns the exit status."""
        try:
            result = self.run(mouse=self.session.settings.mouse)
        finally:
            self.endings.after_the_loop()
            self.session.desk.close()
        if self.farewell:
            sys.stderr.write(f"{self.farewell}\n")
        return self.return_code or result or 0

    def on_mount(self) -> None:
        """Follows the store, the calendar and the terminal from now on."""
        desk = self.session.desk
        desk.listen(lambda change: self._from_store(self.DeskChanged(change)))
        if self.session.roster is not None:
            self.call_next(self._greet)
        else:
            desk.on_beginning = lambda: self._from_store(self.DeskBegun())
            desk.opened.add_done_callback(lambda done: self._from_store(self.DeskOpened()))
            self._show_home()
        self.endings.follow()
        self.set_interval(30, self.watch_calendar)

    def on_ready(self) -> None:
        """The first page is about to be drawn."""
        self.call_after_refresh(self._painted)

    def on_resize(self) -> None:
        """Draws everything again, also where the size came back to what it was.

        A terminal that shrank and grew between two looks has lost what stood there.
        """
        self.asked_unseen = False
        for screen in self.screen_stack:
            screen.refresh()

    def get_screen(self, screen: Any, screen_class: Any = None) -> Any:
        """A screen, with its part of the look."""
        found = super().get_screen(screen, screen_class)
        if getattr(found, "KEYS", "") not in _HOME:
            self.stylesheet.read_on()
        return found

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables, which take a while to work out and are asked for often."""
        if self._variables_of != self.theme:
            self._variables_of, self._variables = self.theme, super().get_css_variables()
        return self._variables

    def size_classes(self) -> Iterator[str]:
        """The classes by which a screen is laid out at the terminal's size."""
        for extent, points in (
            (self.size.width, self.HORIZONTAL_BREAKPOINTS),
            (self.size.height, self.VERTICAL_BREAKPOINTS),
        ):
            yield max(point for point in points if point[0] <= extent)[1]

    def _from_store(self, message: TextualMessage) -> None:
        """Posts a message from the store's thread, unless we are leaving."""
        if self.is_running:
            self.post_message(message)

    def _home_mode(self) -> str:
        """The screen to work from, by as much of the store as has been read.

        A store that is not too large gets its columns here, before anything is painted.
        """
        desk = self.session.desk
        view = desk.view
        if not desk.opened.done():
            known = sum(not row.get("archived") for row in desk.beginning.values())
            flow = flow_for(known, view.partner.flow)
            return flow.value if known >= OVERVIEW_FROM else "opening"
        if desk.opened.exception() is not None:
            return "opening"
        if view.customer_count <= _AT_ONCE:
            self.session.build_roster()
        return flow_for(view.customer_count, view.partner.flow).value

    @work(thread=True, exclusive=True, group="account")
    def look_for_account(self) -> None:
        """Looks who is signed in to Microsoft, and draws the keys for it."""
        self.session.microsoft.look()
        if self.is_running:
            self.call_from_thread(self._refresh_screens, None)

    @cached_property
    def syncing(self) -> Syncing:
        """The sync with Microsoft."""
        from tui.syncing import Syncing

        return Syncing(self)

    def _greet(self) -> None:
        """What is asked and said once the store has been read."""
        if self.session.view.partner.tenant:
            self.look_for_account()
        if not self.session.view.partner.is_set and not self.session.desk.read_only:
            self.ask_partner()
        tell_doubtful(self)
        self.call_after_refresh(self._tell_notices)

    @on(DeskBegun)
    @on(DeskOpened)
    def _show_home(self) -> None:
        if self.home == "opening":
            self.home = self._flow = self._home_mode()
            self.switch_mode(self.home)

    @on(DeskOpened)
    def _desk_opened(self) -> None:
        desk = self.session.desk
        error = desk.opened.exception()
        if error is not None:
            reason = error.what if isinstance(error, DeskError) else msg("{raw}", raw=str(error))
            todo = (
                error.todo if isinstance(error, DeskError) and error.todo else msg("{raw}", raw="")
            )
            self.farewell = text.plain(
                msg("partnerdesk: {what} {todo}", what=reason, todo=todo)
            ).rstrip()
            self.exit(1, return_code=1)
            return
        if self.session.roster is None:
            self._build_roster()
        self._greet()
        self._refresh_screens(None)

    @work(exclusive=True, group="roster")
    async def _build_roster(self) -> None:
        await asyncio.to_thread(self.session.build_roster)
        roster = self.session.roster
        if roster is not None and self._missed:
            roster.update(self.session.view, self.session.today, self._missed)
            self._missed = set()
        self._refresh_screens(None)

    def _fatal_error(self) -> None:
        """A crash: one line here, the rest in a private file."""
        self.forget_secrets()
        self.farewell = text.plain(
            msg(
                "partnerdesk ended because of an error of its own. Everything saved is there. "
                "{where}",
                where=write_report(settings.state_folder()),
            )
        )
        self._close_messages_no_wait()

    # -- following ----------------------------------------------------------------------------

    @on(DeskChanged)
    def _desk_changed(self, event: DeskChanged) -> None:
        customers = self.session.take_in(event.change)
        if self.session.roster is None:
            self._missed |= customers
        self._refresh_screens(customers)
        if event.change.ids(PARTNER):
            self.look_for_account()
        self._hint_at_flow()
        self._tell_notices()

    def watch_calendar(self) -> None:
        """Follows the day that it is."""
        if self.session.new_day():
            self._refresh_screens(None)

    def _hint_at_flow(self) -> None:
        """Says so when the number of customers begins to ask for the other way of working."""
        view = self.session.view
        before, self._flow = self._flow, flow_for(view.customer_count, view.partner.flow).value
        wanted = self._flow
        if wanted in (self.home, before) or "opening" in (self.home, before):
            return
        if isinstance(self.screen, Keyed):
            self.screen.say(
                N_("From 100 customers on, Partner overview (1) is the way to work.")
                if wanted == Flow.OVERVIEW
                else N_("Below 100 customers, Build your business (2) is the way to work.")
            )

    def _refresh_screens(self, customers: set[int] | None) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen) and screen.is_mounted:
                screen.desk_changed(customers)

    def _tell_notices(self) -> None:
        notices = self.session.desk.take_notices()
        damage = self.session.desk.damage
        top = self.screen
        if damage and isinstance(top, Keyed):
            top.say_error(damage)
        elif notices and isinstance(top, Keyed):
            top.say(notices[-1])

    def did(self, receipt: Receipt) -> None:
        """Remembers an own change, so that it can be undone."""
        if receipt.seq and receipt.did != "undo":
            self.session.done.append(receipt)

    # -- going about --------------------------------------------------------------------------

    def go(self, mode: str) -> None:
        """Shows another of the main screens; the home screen may be switched for this sitting."""
        if mode in {flow.value for flow in Flow}:
            self.home = mode
        if mode == self.current_mode:
            while len(self.screen_stack) > 1:
                self.pop_screen()
        self.switch_mode(mode)

    def ask_partner(self) -> None:
        """Opens the partner's form above what is shown."""
        from tui.screens.partner import PartnerScreen

        if not isinstance(self.screen, PartnerScreen):
            self.push_screen(PartnerScreen())

    def back(self, *, or_quit: bool = False) -> None:
        """One step out: to the screen below, to the home screen, or (only `q`) out."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.current_mode != self.home:
            self.switch_mode(self.home)
        elif or_quit:
            self.exit(0)
        elif isinstance(self.screen, Keyed):
            self.screen.say(N_("This is the home screen; q quits."))

    def close_form(self, form: Screen[None], receipt: Receipt) -> None:
        """Closes a form that has been saved; the screen below says what was."""
        if form is self.screen:
            self.back()
        elif isinstance(form, DeskScreen):
            form.finished = True  # help stands above it; it goes when that is closed
        if isinstance(self.screen, Keyed):
            self.screen.say_done(receipt)

    async def on_event(self, event: Event) -> None:
        """One key or paste after the other."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self._keys.add(event)
        else:
            await super().on_event(event)

    async def _take_key(self, event: Key | Paste) -> None:
        """Lets a key in, unless the terminal is too small to show what it would do."""
        if not self.is_too_small() or (isinstance(event, Key) and event.key in _SEEN_OR_NOT):
            await super().on_event(event)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands are in the registry, or are none of ours."""
        return ()
