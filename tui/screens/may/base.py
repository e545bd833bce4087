"""May they? A table of answers, and below it the chain of the one that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from store.message import N_, Message, msg
from store.model.access import TASK_NAMES, Member
from store.model.customer import Customer
from store.model.may.chain import Chain, Verdict
from tui import text
from tui.screens.filtered import FilteredScreen
from tui.screens.mending import mend
from tui.situation import Situation
from tui.widgets.chain_lines import VERDICT_WORDS, chain_lines, deciding, links_lines
from tui.widgets.hanging import HangingText, Hung, plain
from tui.widgets.may_table import TASK_TITLES, TASKS, Answers, MayTable

_SETTLED = 0.15
"""Seconds that the cursor rests before the chain follows: a held key sends less."""
_ONLY = (None, Verdict.YES, Verdict.UNKNOWN, Verdict.NO)


class MayScreen(FilteredScreen):
    """What both questions share: who may here, and where may one of us.

    Subclasses say which rows there are, and read the answers into `answers` beside the screen's
    own work.
    """

    KEYS = "may"
    AUTO_FOCUS = "#may"

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[int, Answers] = {}
        self.only: Verdict | None = None
        self.progress: Message | None = None
        self._read_of: tuple[int, date] | None = None
        self._settling: Timer | None = None

    def make_table(self) -> MayTable:
        """The table, with what stands left of the answers."""
        raise NotImplementedError

    def rows(self) -> Sequence[int]:
        """The numbers of the rows that match the filter."""
        raise NotImplementedError

    def member_of(self, row: int) -> Member | None:
        """The user of ours that a row is about; `None` once it was removed."""
        raise NotImplementedError

    def customer_of(self, row: int) -> int:
        """The customer that a row is about."""
        raise NotImplementedError

    async def read(self) -> None:
        """Works out all answers, and shows them."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        yield Static(id="counts")
        yield self.make_table()
        with VerticalScroll(id="links"):
            yield HangingText(id="links-text")

    @property
    def table(self) -> MayTable:
        """The table of answers."""
        return self.query_one(MayTable)

    def situation(self) -> Situation:
        there = self.is_mounted and self.table.under_cursor is not None
        return self.session.situation(int(there))

    # -- showing ------------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        now = self.session.view.seq, self.session.today
        if self.is_mounted and self._read_of != now:
            self._read_of = now
            self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        await self.read()

    def show_answers(self) -> None:
        """Shows what is known of the answers now, unless the screen is being left."""
        if self.is_left:
            return
        ids: Sequence[int] = self.rows()
        if self.only is not None:
            place = TASKS.index(self.table.asked)
            wanted, answers = self.only, self.answers
            ids = [key for key in ids if key in answers and answers[key][place] is wanted]
        self.table.show(ids, self.answers)
        self._count()
        self._show_chain()
        self.update_keys()

    def _count(self) -> None:
        """The line above the rows: how many may do what, and which of them are shown.

        A low terminal has room for the task that is looked at alone.
        """
        parts = [text.say(self.progress)] if self.progress else []
        for place, task in enumerate(TASKS):
            if self.has_class("-low") and task is not self.table.asked:
                continue
            found = [answers[place] for answers in self.answers.values()]
            yes, unknown = found.count(Verdict.YES), found.count(Verdict.UNKNOWN)
            counted = msg("{task}: {yes} yes", task=msg(TASK_TITLES[task]), yes=yes)
            if unknown:
                counted = msg("{task}: {yes} yes, {unknown} ?", task=msg(TASK_TITLES[task]),
                              yes=yes, unknown=unknown)  # fmt: skip
            parts.append(text.say(counted))
        if self.filter_text:
            shown = self.table.row_count()
            said = msg(
                "Filter “{filter}”: {shown}. esc ends it.", filter=self.filter_text, shown=shown
            )
            parts.append(text.say(said))
        if self.only is not None:
            wanted, answer = TASK_NAMES[self.table.asked], VERDICT_WORDS[self.only]
            only = msg(
                "Only “{answer}” to {task}; esc shows all.", answer=msg(answer), task=msg(wanted)
            )
            parts.append(text.say(only, "bold"))
        self.query_one("#counts", Static).update(text.made(text.join(parts, " · ")))

    @on(MayTable.Moved, "#may")
    def _follow_cursor(self) -> None:
        if self._settling:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, self._show_chain)

    def _show_chain(self) -> None:
        self.query_one("#links-text", HangingText).show(self._lines())
        self.query_one("#links").scroll_home(animate=False)
        self.call_after_refresh(self._share_lines)

    def _share_lines(self) -> None:
        """The rows take what they need and can have, the chain every other line."""
        body, table, links = self.query_one("#body"), self.table, self.query_one("#links")
        least = links.styles.min_height
        taken = int(least.value) if least else 0
        taken += sum(
            it.outer_size.height for it in body.children if it.display and it not in (table, links)
        )
        rows = table.row_count() + table.header
        table.styles.height = max(1, min(rows, body.size.height - taken))
        self.call_after_refresh(self._show_deciding)

    def _show_deciding(self) -> None:
        """Scrolls until the whole link that decides is in sight, where there is no room for all."""
        found, links = self._looked_at(), self.query_one("#links")
        if found is None:
            return
        chain, width = found[0], self.query_one("#links-text").size.width
        heading = self._lines()[:1]
        bottom = top = sum(len(line.lines(width)) for line in heading)
        for link, lines in links_lines(chain, narrow=self._narrow, low=self._low):
            bottom = top + sum(len(line.lines(width)) for line in lines)
            if link is deciding(chain):
                break
            top = bottom
        if bottom > links.size.height:
            links.scroll_to(y=min(top, bottom - links.size.height), animate=False)

    @property
    def _low(self) -> bool:
        return self.has_class("-low")

    @property
    def _narrow(self) -> bool:
        return self.has_class("-narrow")

    def _lines(self) -> list[Hung]:
        found = self._looked_at()
        if found is None:
            return [Hung(text.say(N_("There is nobody and nothing to ask about."), "dim"))]
        return chain_lines(*found, narrow=self._narrow, low=self._low)

    def _looked_at(self) -> tuple[Chain, str, Customer] | None:
        """The chain of the cell under the cursor, of whom, and at which customer."""
        from store.actions.may import chain

        row, view = self.table.under_cursor, self.session.view
        if row is None:
            return None
        member, customer = self.member_of(row), view.customer(self.customer_of(row))
        if member is None or customer is None:
            return None
        asked = self.table.asked
        found = chain(view, self.session.today, member.upn, asked, customer.id)
        return found, member.upn, customer

    def on_resize(self) -> None:
        """Another size has room for more of the chain, or less."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._count()
        self._show_chain()

    def plain_text(self) -> str:
        table = self.table
        titles = "  ".join(text.plain(column.title) for column in table.columns)
        rows = ("  ".join(filter(None, table.row_cells(row))) for row in range(table.row_count()))
        return "\n".join((titles, *rows, "", plain(self._lines())))

    # -- keys ---------------------------------------------------------------------------------

    def filter_changed(self) -> None:
        self.show_answers()

    def do_next_task(self) -> None:
        self._step(1)

    def do_previous_task(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        place = TASKS.index(self.table.asked) + by
        self.table.choose(TASKS[place % len(TASKS)])
        self.show_answers()

    def do_answers(self) -> None:
        self.only = _ONLY[(_ONLY.index(self.only) + 1) % len(_ONLY)]
        self.show_answers()

    def do_back(self) -> object:
        self.hush()
        if self.end_filter():
            return None
        if self.only is not None:
            self.only = None
            self.show_answers()
            return None
        return super().do_back()

    @on(MayTable.Chosen, "#may")
    def _enter(self) -> None:
        self.call_later(self.action_do, "mend")

    @work(exclusive=True, group="mend")
    async def do_mend(self) -> None:
        row, found = self.table.under_cursor, self._looked_at()
        if row is not None and found is not None:
            await mend(self, found[0], self.member_of(row), self.customer_of(row))

    def do_open_customer(self) -> None:
        from tui.screens.customer import CustomerScreen

        row = self.table.under_cursor
        if row is not None:
            self.app.push_screen(CustomerScreen(self.customer_of(row)))
