"""What both ways of working have in common: the list of customers and what is done from it."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.message import N_, msg, nmsg
from store.model.outgoing import What
from tui import text
from tui.screens.base import DeskScreen
from tui.screens.filtered import FilteredScreen
from tui.situation import BESIDE, NOTHING_CHOSEN, Situation
from tui.widgets.consent_bar import ConsentBar
from tui.widgets.customer_table import CustomerTable


class CustomerListScreen(FilteredScreen):
    """Filter, mark and open customers; offer, record answers, import and export.

    `filter_text` and the consent bar together say what the table shows.
    """

    AUTO_FOCUS = "#customers"

    def list_widgets(self) -> ComposeResult:
        """The list, from its counts to its rows."""
        yield ConsentBar(id="consent")
        yield Static(id="shown")
        yield CustomerTable(self.session, id="customers")

    @property
    def table(self) -> CustomerTable:
        """The list's rows."""
        return self.query_one("#customers", CustomerTable)

    @property
    def under_cursor(self) -> int | None:
        """The customer that the cursor shows, if any."""
        return self.table.under_cursor if self.is_mounted else None

    def situation(self) -> Situation:
        return self.session.situation(self.session.how_many_chosen(self.under_cursor))

    # -- showing ------------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted:
            return
        roster = self.session.roster
        if self.query_one(ConsentBar).roster is not roster or customers != set():
            self.query_one(ConsentBar).show(roster)
        if roster is None:
            self.table.show(list(self.session.desk.beginning or self.session.view.customers))
        else:
            self.table.show(roster.select(self.filter_text, self.query_one(ConsentBar).chosen))
        self._show_counts()

    def _show_counts(self) -> None:
        """The line above the rows: the filter, what matches it, what is marked and hidden."""
        shown = len(self.table.ids)
        parts: list[Content] = []
        if self.session.roster is None:
            parts.append(text.say(N_("Reading all customers…")))
        elif self.filter_text:
            state = self.query_one(ConsentBar).chosen
            roster = self.session.roster
            total = roster.total if state is None else roster.counts[state]
            parts.append(
                text.say(
                    msg("Filter “{filter}”: {shown} of {total}. esc ends it.",
                        filter=self.filter_text, shown=shown, total=total)
                )
            )  # fmt: skip
        marked = self.session.marked
        if marked:
            hidden = len(marked - set(self.table.ids))
            parts.append(text.say(msg("{marked} marked, {hidden} hidden.", marked=len(marked),
                                      hidden=hidden), "bold"))  # fmt: skip
        if not shown and not self.filter_text:
            parts.append(text.say(self.why_empty()))
        line = self.query_one("#shown", Static)
        line.update(text.join(parts, " "))
        line.display = bool(parts)
        self.update_keys()

    def why_empty(self) -> str:
        """What an empty list says, and the key that helps."""
        if self.query_one(ConsentBar).chosen is not None:
            return N_("No customer is in this state. s shows the next, esc all.")
        return N_("No customers yet. n adds one, i takes in a list from Partner Center.")

    def plain_text(self) -> str:
        return "\n".join(
            "  ".join(filter(None, self.table.row_cells(row)))
            for row in range(self.table.row_count())
        )

    # -- filtering ----------------------------------------------------------------------------

    def filter_changed(self) -> None:
        self.refresh_view(set())

    @on(ConsentBar.Changed)
    def _state_changed(self) -> None:
        self.refresh_view(set())

    def do_state(self) -> None:
        self.query_one(ConsentBar).step(1)

    def do_state_back(self) -> None:
        self.query_one(ConsentBar).step(-1)

    def do_back(self) -> object:
        bar = self.query_one(ConsentBar)
        self.hush()
        if self.end_filter():
            pass
        elif bar.chosen is not None:
            bar.choose(None)
        elif self.session.marked:
            self.session.marked.clear()
            self._marks_changed()
        else:
            super().do_back()
        return None

    # -- marking ------------------------------------------------------------------------------

    def do_mark(self) -> None:
        key = self._one()
        if key is None:
            return
        self.session.marked ^= {key}
        self.table.refresh_row(self.table.cursor)
        self.table.action_move(1)
        self._show_counts()

    def do_mark_all(self) -> None:
        shown = set(self.table.ids)
        if shown <= self.session.marked:
            self.session.marked -= shown
        else:
            self.session.marked |= shown
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.table.refresh()
        self._show_counts()

    def chosen(self) -> list[int]:
        """The customers that an action is about."""
        return self.session.chosen(self.under_cursor)

    def _one(self) -> int | None:
        """The customer under the cursor; says so where the cursor is elsewhere."""
        if self.under_cursor is None:
            self.say(BESIDE if self.situation().beside else NOTHING_CHOSEN, error=True)
        return self.under_cursor

    @on(CustomerTable.Moved, "#customers")
    def _moved(self) -> None:
        self.update_keys()

    # -- doing --------------------------------------------------------------------------------

    @on(CustomerTable.Chosen, "#customers")
    def _enter(self) -> None:
        self.call_later(self.action_do, "open")

    def do_open(self) -> None:
        from tui.screens.customer import CustomerScreen

        key = self._one()
        if key is not None:
            self.app.push_screen(CustomerScreen(key))

    def do_offer(self) -> None:
        from tui.screens.offer import OfferScreen

        self.app.push_screen(OfferScreen(self.chosen()))

    @work(group="ask")
    async def do_mail(self) -> None:
        from tui.screens.send import send_letters

        await send_letters(self, What.OFFER, self.chosen())

    @work(exclusive=True, group="make")
    async def do_make(self) -> None:
        from tui.screens.make import make_links

        await make_links(self, self.chosen_for_links())

    def chosen_for_links(self) -> list[int]:
        """The customers for whom links are made."""
        return self.chosen()

    def do_outbox(self) -> None:
        from tui.screens.outbox import open_outbox

        open_outbox(self)

    @work
    async def do_answer(self) -> None:
        from tui.screens.answer import ask_for_answer

        await ask_for_answer(self, self.chosen())

    def do_may(self) -> None:
        from tui.screens.may.here import MayHere

        key = self._one()
        if key is not None:
            self.app.push_screen(MayHere(key))

    def do_new(self) -> None:
        from tui.screens.customer_form import CustomerForm

        self.app.push_screen(CustomerForm(None))

    def do_edit(self) -> None:
        from tui.screens.customer_form import CustomerForm

        key = self._one()
        if key is not None:
            self.app.push_screen(CustomerForm(key))

    @work
    async def do_archive(self) -> None:
        await archive(self, self.chosen())

    def do_import(self) -> None:
        from tui.screens.import_list import ImportScreen

        self.app.push_screen(ImportScreen())

    @work
    async def do_export(self) -> None:
        from tui.screens.save import save_customers

        await save_customers(self, self.table.ids)

    @work
    async def do_copy_field(self) -> None:
        from tui.screens.copying import copy_field

        key = self._one()
        if key is not None:
            await copy_field(self, key)


async def archive(screen: DeskScreen, keys: Iterable[int]) -> None:
    """Archives customers, or brings them back if they all are; asks first about several."""
    from tui.screens.dialogs import confirm

    session = screen.session
    rows = session.view.customers
    chosen = [key for key in keys if key in rows]
    if not chosen:
        screen.say(N_("This customer is no longer there."), error=True)
        return
    back = all(rows[key].get("archived") for key in chosen)
    if len(chosen) > 1:
        question = (
            nmsg("Bring back {count} customer?", "Bring back {count} customers?", len(chosen))
            if back
            else nmsg("Archive {count} customer?", "Archive {count} customers?", len(chosen))
        )
        if not await confirm(screen, question, chosen):
            return
    from store.actions.customers import archive, bring_back

    act = bring_back if back else archive
    receipt = await screen.change(lambda: act(session.desk, chosen))
    if receipt:
        screen.unmark(chosen)
        screen.say_done(receipt)
