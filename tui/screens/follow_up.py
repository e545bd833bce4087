"""Follow-up: who has not answered, what ends, which letters hang, and what to do about each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from store.errors import BadInput, DeskError
from store.message import N_, Message, msg, nmsg
from store.model.outgoing import Outgoing, Stage
from tui import text
from tui.keys import ASKING
from tui.screens.following import Following
from tui.situation import Situation
from tui.widgets.customer_detail import detail
from tui.widgets.follow_bar import LaneBar
from tui.widgets.follow_rows import LANE_NAMES, WITHIN, Row, rows_of
from tui.widgets.follow_table import FollowTable
from tui.widgets.follow_words import last_note, said

_FEW_FILES = 200
"""How many files of answers are read without being asked to."""
_SETTLED = 0.15
"""Seconds that the cursor rests before what is said of its row follows: a held key sends less."""


class FollowUpScreen(Following):
    """One list of everything that waits for somebody, in lanes; marks survive every filter.

    The rows are made beside the screen's own work, and only while it is looked at.
    """

    KEYS = "follow-up"
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self._seen: tuple[int, date] | None = None
        self._reading = False
        self._stays = False
        self._total = 0
        self._settling: Timer | None = None

    def body(self) -> ComposeResult:
        yield Static(id="detail")
        yield LaneBar(id="lanes")
        yield Static(id="shown")
        yield FollowTable(self.session, id="rows")
        yield Static(id="about")

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Dashboard")), text.plain(N_("Follow-up"))

    def shown_as(self) -> Message:
        lane = self.bar.lane
        if self.filter_text:
            return msg("the rows of “{filter}”", filter=self.filter_text)
        if lane is None:
            return msg("all within {days} days", days=WITHIN)
        return msg("lane “{lane}”", lane=msg(LANE_NAMES[lane]))

    @property
    def bar(self) -> LaneBar:
        """The lanes."""
        return self.query_one(LaneBar)

    def situation(self) -> Situation:
        return self.session.situation(len(self.chosen()) if self.is_mounted else 0)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._count_mails()

    @work(exclusive=True, group="mails")
    async def _count_mails(self) -> None:
        """Counts the mails to decide on, in a folder that is read in no time."""
        session = self.session
        folder = session.answers_in or session.settings.mail.answers
        if not folder:
            return
        from store.actions import answers

        def told(_done: int, total: int) -> None:
            if total > _FEW_FILES:
                raise BadInput(msg("Too many to read unasked."))

        def look() -> int | None:
            view, sender = session.view, session.settings.mail.sender
            try:
                read = answers.checked_folder(folder)
                return len(answers.look(read, view, session.today, told, sender).proposals)
            except DeskError:
                return None  # A says why; here perhaps nobody waits for it any more

        session.mails = await asyncio.to_thread(look)
        self.show_frame()

    # -- showing ------------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted:
            return
        if self.session.roster is None:
            self._tell((text.say(N_("Reading all customers…")),))
        elif not self._reading:
            self._reading = True
            # Keys that come with the first look are for its rows.
            self.run_worker(self._follow(), group=ASKING if self._seen is None else "follow")

    async def _follow(self) -> None:
        """Makes the rows until they are of now; nobody waits for those of a screen below."""
        try:
            while self.is_active:  # Textual calls what is below another screen current, too
                view, today = self.session.view, self.session.today
                if self._seen == (view.seq, today):
                    self._show_counts()  # somebody may have signed in
                    return
                if self._seen is None:
                    self._tell((text.say(N_("Looking who waits, and what ends…")),))
                self._rows = await asyncio.to_thread(rows_of, view, today)
                self._seen = view.seq, today
                self.table.marked &= {row.key for row in self._rows}
                self._show()
        finally:
            self._reading = False

    def _show(self) -> None:
        """Shows the rows of the lane that hold the filter's words."""
        wanted, lane = self.filter_text.casefold().split(), self.bar.lane
        self.bar.show(self._rows)
        found = [row for row in self._rows if lane is None or lane in row.lanes]
        self._total = len(found)
        self.table.show([row for row in found if row.holds(wanted)], stays=self._stays)
        self._stays = False
        self._show_counts()
        self._show_about()

    def _show_counts(self) -> None:
        """The line above the rows: the filter, the marks, and what an empty list means."""
        table = self.table
        parts: list[Content] = []
        if self.filter_text:
            parts.append(
                text.say(
                    msg("Filter “{filter}”: {shown} of {total}. esc ends it.",
                        filter=self.filter_text, shown=len(table.rows), total=self._total)
                )
            )  # fmt: skip
        if table.marked:
            hidden = len(table.marked - {row.key for row in table.rows})
            marked = msg(
                "{marked} marked, {hidden} hidden.", marked=len(table.marked), hidden=hidden
            )
            parts.append(text.say(marked, "bold"))
        doubtful = sum(_is_doubtful(row) for row in self._rows)
        if doubtful:
            parts.append(
                text.say(nmsg("{count} letter may have gone or not; O shows it.",
                              "{count} letters may have gone or not; O shows them.", doubtful),
                         "bold")
            )  # fmt: skip
        if self.session.unread:
            parts.append(text.say(self.session.unread))
        if not table.rows and not self.filter_text:
            parts.append(self._why_empty())
        self._tell(parts)

    def _why_empty(self) -> Content:
        if self.bar.chosen is not None:
            return text.say(N_("Nothing is in this lane. s shows the next, esc all."))
        return text.say(
            msg("Nobody waits for an answer, and no access ends within {days} days. Offers are "
                "given in 1 or 2; r in 6 asks Microsoft what there is.", days=WITHIN)
        )  # fmt: skip

    def _tell(self, parts: Iterable[Content]) -> None:
        line = self.query_one("#shown", Static)
        shown = text.join(parts, " ")
        line.update(text.made(shown))
        line.display = bool(shown.plain)
        self.update_keys()

    @on(FollowTable.Moved, "#rows")
    def _follow_cursor(self) -> None:
        self.update_keys()
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, self._show_about)

    def _show_about(self) -> None:
        """What the columns cut or leave out; where there is room, all about the customer."""
        row = self.table.under_cursor
        lines = []
        if row:
            lines = [text.data(row.label, "bold"), text.say(said(row))]
            note = last_note(self.session.view.touches(row.customer))
            lines += [text.say(note)] if note else []
        self.query_one("#about", Static).update(text.join(lines, " "))
        if self.has_class("-wide"):
            if row and row.customer:
                lines = [text.say(said(row)), text.nothing(), detail(self.session, row.customer)]
            self.query_one("#detail", Static).update(text.join(lines, "\n"))

    def on_resize(self) -> None:
        """The pane appears or goes with the width."""
        self.call_after_refresh(self._show_about)

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        return "\n".join("  ".join(filter(None, self.table.row_cells(row))) for row in rows)

    # -- filtering ----------------------------------------------------------------------------

    def filter_changed(self) -> None:
        self._show()

    @on(LaneBar.Changed)
    def _lane_changed(self) -> None:
        self._show()

    def do_lane(self) -> None:
        self.bar.step(1)

    def do_lane_back(self) -> None:
        self.bar.step(-1)

    def do_back(self) -> object:
        self.hush()
        if self.end_filter():
            pass
        elif self.bar.chosen is not None:
            self.bar.choose(None)
        elif self.table.marked:
            self.table.marked.clear()
            self._marks_changed()
        else:
            super().do_back()
        return None

    # -- marking ------------------------------------------------------------------------------

    def do_mark(self) -> None:
        row = self.table.under_cursor
        if row is None:
            return
        self.table.marked ^= {row.key}
        self.table.refresh_row(self.table.cursor)
        self.table.action_move(1)
        self._show_counts()

    def do_mark_all(self) -> None:
        shown = {row.key for row in self.table.rows}
        if shown <= self.table.marked:
            self.table.marked -= shown
        else:
            self.table.marked |= shown
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.table.refresh()
        self._show_counts()

    def chosen(self) -> list[Row]:
        """The rows that an action is about: the marked ones, else the one under the cursor."""
        if self.table.marked:
            return [row for row in self._rows if row.key in self.table.marked]
        row = self.table.under_cursor
        return [row] if row else []

    def unmark(self, customers: Iterable[int]) -> None:
        done = set(customers)
        self.unmark_rows(row for row in self._rows if row.customer in done)
        super().unmark(done)

    def unmark_rows(self, rows: Iterable[Row]) -> None:
        gone, under = {row.key for row in rows}, self.table.under_cursor
        self.table.marked -= gone
        # The next one to look at comes to where this one stood.
        self._stays = under is not None and under.key in gone
        self._marks_changed()

    # -- opening ------------------------------------------------------------------------------

    @on(FollowTable.Chosen, "#rows")
    def _enter(self) -> None:
        self.call_later(self.action_do, "open")


def _is_doubtful(row: Row) -> bool:
    return isinstance(row.about, Outgoing) and row.about.stage is Stage.UNKNOWN
