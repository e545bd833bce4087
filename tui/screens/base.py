"""What all full screens share: the frame, following the desk, leaving, and the general keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from store.errors import Conflict, DeskError
from store.message import N_, Message, msg
from tui import text
from tui.bindings import SCREENS
from tui.screens.keyed import Keyed
from tui.standing_line import standing_line
from tui.widgets.frame import Breadcrumbs, KeyBar, MessageLine, Standing, TooSmall

LEAST = (60, 15)
"""The least terminal, in columns and lines, that anything can be shown on."""


class DeskScreen(Keyed[None]):
    """A full screen: breadcrumbs, standing line, body, message line, key bar.

    A screen that is `finished` while another stands above it goes when it is seen again.
    """

    finished = False

    def compose(self) -> ComposeResult:
        self.add_class(*self.desk_app.size_classes())  # before there is anything to style anew
        yield Breadcrumbs(id="breadcrumbs")
        yield Standing(id="standing")
        with Vertical(id="body"):
            yield from self.body()
        yield MessageLine(id="message")
        yield KeyBar(id="keys")
        yield TooSmall(LEAST, id="too-small")

    def body(self) -> ComposeResult:
        """The widgets of the screen, from top to bottom."""
        raise NotImplementedError

    def crumbs(self) -> tuple[str, ...]:
        """The way to this screen; the last one is where we are."""
        return (text.plain(SCREENS[self.KEYS]),)

    def refresh_view(self, customers: set[int] | None = None) -> None:
        """Shows what the desk knows now; `customers` are those that changed, if that is known."""

    def plain_text(self) -> str:
        """What `v` shows of this screen."""
        return ""

    # -- following the desk -------------------------------------------------------------------

    def on_mount(self) -> None:
        self.show_frame()

    def on_screen_resume(self) -> None:
        if self.finished:
            self.desk_app.back()
        else:
            self.desk_changed(None)

    def on_screen_suspend(self) -> None:
        """Another full screen came above: what was said here is old when this one is back."""
        if not isinstance(self.app.screen, ModalScreen):
            self.hush()

    def unmark(self, customers: Iterable[int]) -> None:
        """Takes marks away from customers about whom something was done."""
        self.session.marked -= set(customers)
        self.refresh_view()

    def is_changed(self) -> bool:
        """Whether something was typed here that is not saved, or is still under way."""
        return False

    def why_stay(self) -> Message:
        """What is asked before the desk is left while this `is_changed`."""
        from tui.screens.forms import LEAVE

        return LEAVE

    async def wind_up(self) -> None:
        """Brings what is under way to an end, before the desk is left."""

    def desk_changed(self, customers: set[int] | None) -> None:
        """The desk changed while this screen is open, perhaps below another."""
        if not self.query(KeyBar):
            return  # not made yet, or on its way out
        self.show_frame()
        self.refresh_view(customers)
        self.update_keys()

    def show_frame(self) -> None:
        """Draws breadcrumbs and standing line."""
        self.query_one(Breadcrumbs).show(*self.crumbs())
        self.query_one(Standing).show(*standing_line(self.session))

    # -- the registry's general actions -------------------------------------------------------

    def do_back(self) -> object:
        self.desk_app.back()
        return None

    def do_quit(self) -> None:
        self.desk_app.back(or_quit=True)

    def do_palette(self) -> None:
        from tui.palette import Palette

        self.app.push_screen(Palette())

    def do_plain(self) -> None:
        shown = self.plain_text()
        if self.copied not in shown:
            shown = f"{self.copied}\n\n{shown}"  # a field that was copied is not on the screen
        if shown:
            self.desk_app.show_plain(shown)
        else:
            self.say(N_("There is nothing to show as plain text here."))

    @work
    async def do_undo(self) -> None:
        from store.actions.undo import undo

        last = self.session.done[-1]
        try:
            receipt = await self.change(lambda: undo(self.session.desk, last))
        except Conflict as error:
            self.say_error(error)
            receipt = None
        else:
            if receipt:
                self.session.undone(last, receipt)
                self.say_done(receipt)
        self.update_keys()

    @work
    async def do_refresh(self) -> None:
        desk, syncing = self.session.desk, self.desk_app.syncing
        if syncing.is_running:  # stops it, and must not wait for a store that it waits for
            syncing.start()
            return
        try:
            await asyncio.to_thread(desk.refresh)
        except DeskError as error:
            self.say_error(error)
            return
        if desk.damage:
            self.say_error(desk.damage)
        elif self.session.microsoft.why_not:
            why = self.session.microsoft.why_not
            self.say(msg("Up to date with this store. {why}", why=why))
        else:
            syncing.start()

    def do_go_overview(self) -> None:
        self.desk_app.go("overview")

    def do_go_business(self) -> None:
        self.desk_app.go("business")

    def do_go_users(self) -> None:
        self.desk_app.go("users")

    def do_go_follow_up(self) -> None:
        self.desk_app.go("follow-up")

    def do_go_journal(self) -> None:
        self.desk_app.go("journal")

    def do_go_microsoft(self) -> None:
        self.desk_app.go("microsoft")

    def do_go_partner(self) -> None:
        self.desk_app.ask_partner()
