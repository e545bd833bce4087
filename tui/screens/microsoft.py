"""Microsoft: who is signed in, what the last sync said, and all relationships."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from store.message import N_, msg
from tui import text
from tui.screens.filtered import FilteredScreen
from tui.situation import Situation
from tui.widgets.account import account_lines, counted
from tui.widgets.pairs import pairs
from tui.widgets.relationship_table import RelationshipTable, Row, rows_of

_SETTLED = 0.15
"""Seconds that the cursor rests before the lines below follow: a held key sends less."""
_MOST_IMPORTANT = 2
"""How many lines about the sign-in a low terminal has room for."""


class MicrosoftScreen(FilteredScreen):
    """Sign-in, the last sync, relationships."""

    KEYS = "microsoft"
    AUTO_FOCUS = "#relationships"

    def __init__(self) -> None:
        super().__init__()
        self.only_remarkable = False
        self._rows: Sequence[Row] = ()
        self._seq = -1
        self._settling: Timer | None = None

    def body(self) -> ComposeResult:
        yield Static(id="account")
        yield Static(id="shown")
        yield RelationshipTable(id="relationships")
        yield Static(id="about")

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Dashboard")), text.plain(N_("Microsoft"))

    @property
    def table(self) -> RelationshipTable:
        """The list's rows."""
        return self.query_one(RelationshipTable)

    def situation(self) -> Situation:
        there = self.is_mounted and self.table.under_cursor is not None
        return self.session.situation(int(there))

    # -- showing ------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.session.view.partner.tenant:
            self.desk_app.look_for_account()  # another process may have signed in, or out

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted:
            return
        self._show_account()
        if self._seq != self.session.view.seq:
            self._read()
        for note in self.session.microsoft.take_notes():
            self.say(note)

    def on_resize(self) -> None:
        """Another height has room for more lines, or less."""
        self.call_after_refresh(self._show_account)

    def _show_account(self) -> None:
        lines = account_lines(self.session)
        if self.has_class("-low"):
            lines = lines[:_MOST_IMPORTANT]
        self.query_one("#account", Static).update(text.made(pairs(lines)))

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        """Makes the rows beside the screen's own work: there may be ten thousand."""
        view = self.session.view
        rows = await asyncio.to_thread(rows_of, view)
        self._rows, self._seq = rows, view.seq
        self._show()

    def _show(self) -> None:
        wanted = self.filter_text.casefold().split()
        found = [
            row
            for row in self._rows
            if row.holds(wanted) and (row.listed.remarks or not self.only_remarkable)
        ]
        self.table.show(found)
        self.query_one("#shown", Static).update(text.made(self._counts(len(found))))
        self._show_about()
        self.update_keys()

    def _counts(self, shown: int) -> Content:
        """The line above the rows: how many there are, and which of them are shown."""
        total = len(self._rows)
        if not total:
            return text.say(
                N_("No relationships yet. r asks Microsoft, m on a customer makes one.")
            )
        parts = [counted(total, sum(bool(row.listed.remarks) for row in self._rows))]
        if self.filter_text:
            parts.append(
                text.say(
                    msg("Filter “{filter}”: {shown} of {total}. esc ends it.",
                        filter=self.filter_text, shown=shown, total=total)
                )
            )  # fmt: skip
        if self.only_remarkable:
            parts.append(text.say(N_("Only those with a remark; s shows all."), "bold"))
        return text.join(parts, " · ")

    @on(RelationshipTable.Moved, "#relationships")
    def _follow_cursor(self) -> None:
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, self._show_about)

    def _show_about(self) -> None:
        """What the columns cut or leave out of the relationship under the cursor."""
        found = self.table.under_cursor
        parts = []
        if found:
            parts = [text.data(found.relationship.name, "bold")]
            parts += [text.say(remark.said) for remark in found.remarks]
        self.query_one("#about", Static).update(text.join(parts, " "))

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        listed = "\n".join("  ".join(filter(None, self.table.row_cells(row))) for row in rows)
        return f"{pairs(account_lines(self.session)).plain}\n\n{listed}"

    # -- filtering ----------------------------------------------------------------------------

    def filter_changed(self) -> None:
        self._show()

    def do_remarkable(self) -> None:
        self.only_remarkable = not self.only_remarkable
        self._show()

    def do_back(self) -> object:
        self.hush()
        if self.end_filter():
            return None
        if self.only_remarkable:
            self.do_remarkable()
            return None
        return super().do_back()

    # -- doing --------------------------------------------------------------------------------

    @on(RelationshipTable.Chosen, "#relationships")
    def _enter(self) -> None:
        self.call_later(self.action_do, "open")

    def do_open(self) -> None:
        from tui.screens.relationship import RelationshipScreen

        found = self.table.under_cursor
        if found:
            self.app.push_screen(RelationshipScreen(found.relationship.key))

    def do_terminate(self) -> None:
        from tui.screens.terminate import terminate

        found = self.table.under_cursor
        if found:
            # The app's, not this screen's: what was asked of Microsoft is followed to its end.
            self.app.run_worker(terminate(self, found.relationship.key), group="terminate")

    def do_groups(self) -> None:
        from tui.screens.groups import GroupsScreen

        self.app.push_screen(GroupsScreen())

    @work(exclusive=True, group="sign-in")
    async def do_sign_in(self) -> None:
        from tui.screens.sign_in import sign_in

        await sign_in(self)

    @work(exclusive=True, group="sign-in")
    async def do_sign_out(self) -> None:
        from tui.screens.sign_in import sign_out

        await sign_out(self)
