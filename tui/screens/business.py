"""Build your business: for partners with fewer than a hundred customers, step by step."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult

from store.message import N_, Message, msg
from store.model.consent import State
from store.model.offer import KIND_NAMES, Kind, link_of
from tui import text
from tui.roster import STATES
from tui.screens.customer_list import CustomerListScreen
from tui.screens.offer import choose_kind
from tui.widgets.consent_bar import ConsentBar
from tui.widgets.row_table import Column, RowTable

_STEPS = (
    N_("1 Choose the offer"),
    N_("2 Read and copy the text"),
    N_("3 Say who got it"),
    N_("4 See who answered"),
)


class StepTable(RowTable):
    """The four steps, each with where it stands."""

    columns = (Column("", 25), Column("", 28, 1))
    header = 0
    standing: tuple[Message | str, ...] = ("",) * len(_STEPS)

    def row_count(self) -> int:
        return len(_STEPS)

    def row_cells(self, row: int) -> tuple[str, ...]:
        return text.plain(_STEPS[row]), text.plain(self.standing[row])


class BusinessScreen(CustomerListScreen):
    """Choose the offer, read and copy it, say who got it, see who answered."""

    KEYS = "business"
    AUTO_FOCUS = "#steps"

    def body(self) -> ComposeResult:
        yield StepTable(id="steps")
        yield from self.list_widgets()

    def crumbs(self) -> tuple[str, ...]:
        kind = self.session.kind
        offer = N_("Delegate admin offer") if kind is Kind.DELEGATED else KIND_NAMES[kind]
        return text.plain(N_("Build your business")), text.plain(offer)

    def refresh_view(self, customers: set[int] | None = None) -> None:
        super().refresh_view(customers)
        if self.is_mounted:
            self._show_steps()

    def plain_text(self) -> str:
        steps = self.query_one(StepTable)
        rows = ("  ".join(steps.row_cells(row)) for row in range(steps.row_count()))
        return "\n".join((*rows, "", super().plain_text()))

    def _show_steps(self) -> None:
        session, roster = self.session, self.session.roster
        kind, view = session.kind, session.view
        link = link_of(view.offer(kind), view.partner)
        copied = session.copied.get(kind)
        read: Message | str = N_("enter opens it, y copies it there")
        if not link:
            read = N_("its link is missing: enter, then e")
        elif copied:
            read = msg("copied at {time}", time=copied)
        counts = {state: roster.counts[code] if roster else 0 for code, state in enumerate(STATES)}
        total = roster.total if roster else 0
        offered = total - counts[State.NOT_OFFERED]
        good = counts[State.ACTIVE] + counts[State.EXPIRING] + counts[State.GRANTED]
        steps = self.query_one(StepTable)
        steps.standing = (
            KIND_NAMES[kind],
            read,
            msg("{offered} of {total} customers were offered", offered=offered, total=total),
            msg("{good} granted, {waiting} waiting, {declined} declined", good=good,
                waiting=counts[State.WAITING], declined=counts[State.DECLINED]),
        )  # fmt: skip
        steps.rows_changed()

    @on(StepTable.Chosen, "#steps")
    def _step_chosen(self) -> None:
        match self.query_one(StepTable).cursor:
            case 0:
                self.call_later(self.action_do, "kind")
            case 1:
                self.call_later(self.action_do, "offer")
            case 2:
                self._say_who()
            case 3:
                self._see_who()

    @work
    async def do_kind(self) -> None:
        await choose_kind(self)
        self.show_frame()
        self._show_steps()
        self.query_one(StepTable).move_to(1)
        self.update_keys()

    def chosen_for_offer(self) -> list[int]:
        """The marked customers; the one under the cursor only when the list has the focus."""
        if self.session.marked or self.focused is self.table:
            return self.chosen()
        return []

    @work(exclusive=True, group="who")
    async def _say_who(self) -> None:
        from tui.screens.give import who_got_it

        await who_got_it(self, self.session.in_order(self.session.marked))

    def _see_who(self) -> None:
        bar = self.query_one(ConsentBar)
        bar.choose(STATES.index(State.WAITING))
        self.table.focus()
        self.say(N_("These have not answered yet. a records an answer, esc shows all."))
