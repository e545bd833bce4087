"""The outbox: what is queued, what became of the rest, and what somebody has to look up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from store.actions import outbox, resolving
from store.actions.follow_up import is_dealt_with
from store.actions.resolving import Resolve
from store.errors import DeskError
from store.message import N_, Message, msg, nmsg
from store.model.outgoing import Outgoing, Stage, What
from store.view import OUTBOX
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm
from tui.screens.filtered import FilteredScreen
from tui.situation import Situation
from tui.widgets.filter_bar import FilterBar
from tui.widgets.post_bar import PostBar
from tui.widgets.post_detail import detail
from tui.widgets.post_table import PostTable, Row, posted

if TYPE_CHECKING:
    from store.desk import Receipt

_AGAIN = (Stage.UNKNOWN, Stage.REFUSED)
_KNOWN = frozenset(map(str, What))
_DROPPABLE = (Stage.UNKNOWN, Stage.REFUSED, Stage.QUEUED)


class OutboxScreen(FilteredScreen):
    """All letters that were ever queued, the doubtful first."""

    KEYS = "outbox"
    AUTO_FOCUS = "#letters"
    _seen: object = None

    def body(self) -> ComposeResult:
        yield PostBar(id="stages")
        yield Static(id="shown")
        with Container(id="post"):
            yield PostTable(id="letters")
            with VerticalScroll(id="letter"):
                yield Static(id="about-letter")

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Dashboard")), text.plain(N_("Outbox"))

    @property
    def table(self) -> PostTable:
        """The letters."""
        return self.query_one(PostTable)

    @property
    def here(self) -> Outgoing | None:
        """The letter under the cursor."""
        row = self.table.under_cursor if self.is_mounted else None
        return self.session.view.letter(row.key) if row else None

    def chosen(self) -> list[Outgoing]:
        """The letters that an action is about: the marked ones, else the one under the cursor."""
        keys, here = sorted(self.table.marked, reverse=True), self.here
        return list(filter(None, map(self.session.view.letter, keys))) or ([here] if here else [])

    def situation(self) -> Situation:
        chosen = self.chosen() if self.is_mounted else []
        return self.session.situation(len(chosen))._replace(
            not_arrived=_why_not(chosen, (Stage.UNKNOWN,),
                                 msg("Only of a letter of unknown end can that be said.")),
            not_again=_why_not(chosen, _AGAIN,
                               msg("Only what is unknown or refused is sent again.")),
            not_dropped=_why_not(chosen, _DROPPABLE, msg("Only what has not left is dropped.")),
        )  # fmt: skip

    # -- showing ------------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        rows = self.session.view.tables.table(OUTBOX)
        if not self.is_mounted or (customers is not None and not self._differs(rows, customers)):
            return
        self._seen = rows
        letters = sorted((Outgoing.from_document(*item) for item in rows.items()),
                         key=lambda letter: -letter.id)  # fmt: skip
        bar = self.query_one(PostBar)
        bar.show(letters)
        shown = [
            row
            for letter in letters
            if letter.stage in bar.stages and self._matches(row := self._row(letter), letter)
        ]
        self.table.marked &= rows.keys()
        self.table.show(shown)
        self._show_counts(len(letters))
        self._follow_cursor()

    def _differs(self, rows: object, customers: set[int]) -> bool:
        """Whether a change is to be shown now; below another screen, once that is gone."""
        return self.is_active and (rows is not self._seen or bool(customers))

    def _row(self, letter: Outgoing) -> Row:
        return posted(letter, self._label(letter), is_past=self._is_past(letter))

    def _is_past(self, letter: Outgoing) -> bool:
        """Whether it was refused, and the customer got another one or was spoken to since."""
        return letter.stage is Stage.REFUSED and is_dealt_with(self.session.view, letter)

    def _about(self, letter: Outgoing) -> Content:
        if self._is_past(letter):
            todo = msg("The customer got a later letter, or was spoken to since.")
            letter = letter._replace(todo=todo)
        return detail(letter, self._label(letter))

    def _label(self, letter: Outgoing) -> str:
        customer = self.session.view.customer(letter.customer)
        if customer:
            return customer.label
        return text.plain(N_("test letter")) if letter.what == What.TEST else ""

    def _matches(self, row: Row, letter: Outgoing) -> bool:
        words = self.filter_text.casefold().split()
        if not words:
            return True
        why = text.plain(row.why) if row.why else ""
        shown = (row.label, row.to, row.subject, text.plain(row.what), why, letter.code)
        searched = "\n".join((*shown, letter.message_id, letter.reference)).casefold()
        return all(word in searched for word in words)

    def _show_counts(self, total: int) -> None:
        shown = self.table.row_count()
        parts = []
        if self.filter_text:
            found = msg("Filter “{filter}”: {shown} of {total}. esc ends it.",
                        filter=self.filter_text, shown=shown, total=total)  # fmt: skip
            parts.append(text.say(found))
        if self.table.marked:
            marked, seen = self.table.marked, {row.key for row in self.table.rows}
            said = msg("{marked} marked, {hidden} hidden.", marked=len(marked),
                       hidden=len(marked - seen))  # fmt: skip
            parts.append(text.say(said, "bold"))
        if not total:
            parts.append(text.say(N_("Nothing was ever queued here. M on a customer, or on the "
                                     "marked ones of a list, sends the offer.")))  # fmt: skip
        elif not shown and not self.filter_text:
            parts.append(text.say(N_("No letter is at this stage. s shows the next, esc all.")))
        line = self.query_one("#shown", Static)
        line.update(text.join(parts, " "))
        line.display = bool(parts)
        self.update_keys()

    @on(PostTable.Moved, "#letters")
    def _follow_cursor(self) -> None:
        here = self.here
        about = text.nothing() if here is None else self._about(here)
        self.query_one("#about-letter", Static).update(text.made(about))
        self.query_one("#letter", VerticalScroll).scroll_home(animate=False)
        self.update_keys()

    def plain_text(self) -> str:
        table, here = self.table, self.here
        rows = ["  ".join(table.row_cells(row)) for row in range(table.row_count())]
        about = self._about(here).plain if here else ""
        return "\n".join((*rows, "", about))

    # -- filtering and marking ----------------------------------------------------------------

    def filter_changed(self) -> None:
        self.refresh_view()

    @on(FilterBar.Changed)
    def _stage_changed(self) -> None:
        self.refresh_view()

    def do_stage(self) -> None:
        self.query_one(PostBar).step(1)

    def do_stage_back(self) -> None:
        self.query_one(PostBar).step(-1)

    def do_mark(self) -> None:
        row = self.table.under_cursor
        if row is not None:
            self.table.marked ^= {row.key}
            self.table.refresh_row(self.table.cursor)
            self.table.action_move(1)
            self._marks_changed()

    def do_mark_all(self) -> None:
        shown = {row.key for row in self.table.rows}
        if shown <= self.table.marked:
            self.table.marked -= shown
        else:
            self.table.marked |= shown
        self.table.refresh()
        self._marks_changed()

    def _marks_changed(self) -> None:
        self._show_counts(sum(self.query_one(PostBar).counts))

    def do_back(self) -> object:
        bar = self.query_one(PostBar)
        self.hush()
        if self.end_filter():
            pass
        elif bar.chosen is not None:
            bar.choose(None)
        elif self.table.marked:
            self.table.marked = set()
            self.table.refresh()
            self._marks_changed()
        else:
            super().do_back()
        return None

    # -- settling -----------------------------------------------------------------------------

    @work(group="ask")
    async def do_arrived(self) -> None:
        await self._settle(
            Resolve.ARRIVED,
            nmsg("Record that {count} letter arrived? Look for its Message-ID at the recipient's, "
                 "in your Sent folder or in the server's log first.",
                 "Record that {count} letters arrived? Look for their Message-IDs at the "
                 "recipients', in your Sent folder or in the server's log first.",
                 len(self.chosen())),
        )  # fmt: skip

    @work(group="ask")
    async def do_again(self) -> None:
        doubtful = sum(letter.stage is Stage.UNKNOWN for letter in self.chosen())
        question = nmsg("Queue {count} letter again? R sends it then.",
                        "Queue {count} letters again? R sends them then.",
                        len(self.chosen()))  # fmt: skip
        if doubtful:
            question = nmsg(
                "Queue {count} letter again, though it may have arrived? Look for the Message-ID "
                "in your Sent folder or in the server's log first. R sends it then.",
                "Queue {count} letters again, though some may have arrived? Look for the "
                "Message-IDs in your Sent folder or in the server's log first. R sends them then.",
                len(self.chosen()),
            )
        await self._settle(Resolve.AGAIN, question)

    @work(group="ask")
    async def do_drop(self) -> None:
        await self._settle(
            Resolve.DROPPED,
            nmsg("Drop {count} letter? It is not sent, and stays listed as dropped.",
                 "Drop {count} letters? They are not sent, and stay listed as dropped.",
                 len(self.chosen())),
        )  # fmt: skip

    async def _settle(self, how: Resolve, question: Message) -> None:
        letters, desk = self.chosen(), self.session.desk
        keys = [letter.id for letter in letters]
        if not await confirm(self, question, [letter.customer for letter in letters]):
            self.say(N_("Nothing was done."))
            return
        await self._change(lambda: resolving.resolve(desk, keys, how))

    async def _change(self, act: Callable[[], Receipt]) -> None:
        receipt = await self.change(act)
        if receipt:
            self.table.marked = set()
            self.refresh_view()
            self.say_done(receipt)

    # -- going on -----------------------------------------------------------------------------

    def do_resume(self) -> None:
        from tui.screens.send import SendScreen

        queued = outbox.queued(self.session.view)
        marked = [letter for letter in queued if letter.id in self.table.marked]
        letters = [letter for letter in marked or queued if letter.what in _KNOWN]
        if queued and not letters:
            self.say(N_("A newer version queued these letters; it has to send them."), error=True)
            return
        if not letters:
            self.say(N_("Nothing is queued."))
            return
        what = What(letters[0].what)
        customers = [letter.customer for letter in letters]
        self.app.push_screen(SendScreen(what, customers, kind=letters[0].kind,
                                        letters=[letter.id for letter in letters]))  # fmt: skip

    @on(PostTable.Chosen, "#letters")
    def _enter(self) -> None:
        self.call_later(self.action_do, "open")

    @work(exclusive=True, group="letter")
    async def do_open(self) -> None:
        from tui.screens.posted_letter import open_letter

        here = self.here
        if here is not None:
            await open_letter(self, here)

    def do_copy_id(self) -> None:
        here = self.here
        if here is not None:
            self.copy(here.message_id)

    def do_open_customer(self) -> None:
        from tui.screens.customer import CustomerScreen

        here = self.here
        if here is None or self.session.view.customer(here.customer) is None:
            self.say(N_("This letter is to no customer."))
        else:
            self.app.push_screen(CustomerScreen(here.customer))

    def on_mount(self) -> None:
        super().on_mount()
        self._look_for_the_dead()

    def do_refresh(self) -> Worker[None]:
        """Also looks once more for letters that nobody sends any longer."""
        self._look_for_the_dead()
        return super().do_refresh()

    @work(exclusive=True, group="settle")
    async def _look_for_the_dead(self) -> None:
        """What a killed process was sending is of unknown end from now on."""
        desk = self.session.desk
        try:
            await asyncio.to_thread(resolving.settle, desk)
        except DeskError as error:
            self.say_error(error)


def open_outbox(screen: DeskScreen) -> None:
    """Shows the outbox above a screen."""
    screen.app.push_screen(OutboxScreen())


def _why_not(
    letters: Collection[Outgoing], stages: Collection[Stage], why: Message
) -> Message | None:
    if not letters:
        return msg("Nothing is chosen in the list.")
    return None if all(letter.stage in stages for letter in letters) else why
