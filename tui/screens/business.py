"""Build your business: for partners with fewer than a hundred customers, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from textual import on, work
from textual.app import ComposeResult

from store.actions.invitations import links_at_hand
from store.message import N_, Message, msg
from store.model.consent import State
from store.model.letter_link import link_of
from store.model.offer import KIND_NAMES, Kind
from store.model.partner import Cloud
from tui import text
from tui.roster import STATES
from tui.screens.customer_list import CustomerListScreen
from tui.screens.offer import choose_kind
from tui.widgets.consent_bar import ConsentBar
from tui.widgets.row_table import Column, RowTable


class Step(StrEnum):
    """What is done one after the other."""

    CHOOSE = N_("Choose the offer")
    LINKS = N_("Make links")
    READ = N_("Read and copy the text")
    GIVE = N_("Say who got it")
    ANSWERS = N_("See who answered")


class StepTable(RowTable):
    """The steps, each with where it stands."""

    columns = (Column("", 26), Column("", 28, 1))
    header = 0
    standing: Mapping[Step, Message | str] = MappingProxyType({})

    @property
    def steps(self) -> list[Step]:
        """The steps that there are for this offer."""
        return list(self.standing)

    def row_count(self) -> int:
        return len(self.standing)

    def row_cells(self, row: int) -> tuple[str, ...]:
        step = self.steps[row]
        return f"{row + 1} {text.plain(step.value)}", text.plain(self.standing[step])


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
        link = link_of(session.offer, view.partner)
        copied = session.copied.get((kind, session.offer_name))
        read: Message | str = N_("enter opens it, y copies it there")
        if not link:
            read = N_("its link is missing: enter, then e")
        elif copied:
            read = msg("copied at {time}", time=copied)
        counts = {state: roster.counts[code] if roster else 0 for code, state in enumerate(STATES)}
        total = roster.total if roster else 0
        offered = total - counts[State.NOT_OFFERED]
        good = counts[State.ACTIVE] + counts[State.EXPIRING] + counts[State.GRANTED]
        standing: dict[Step, Message | str] = {Step.CHOOSE: KIND_NAMES[kind]}
        links = self._links() if kind is Kind.DELEGATED else None
        if links and view.partner.cloud is not Cloud.CHINA:
            standing[Step.LINKS] = links
        standing[Step.READ] = read
        standing[Step.GIVE] = msg("{offered} of {total} customers were offered", offered=offered,
                                  total=total)  # fmt: skip
        standing[Step.ANSWERS] = msg(
            "{good} granted, {waiting} waiting, {declined} declined", good=good,
            waiting=counts[State.WAITING], declined=counts[State.DECLINED],
        )  # fmt: skip
        steps = self.query_one(StepTable)
        steps.standing = standing
        steps.styles.height = len(standing)
        steps.rows_changed()

    def _links(self) -> Message | str | None:
        """How far the customers' own links are; `None` where nobody could make any."""
        session = self.session
        ready, begun = links_at_hand(session.view, session.today)
        if begun:
            return msg("{ready} ready to be given, {begun} begun and not finished", ready=ready,
                       begun=begun)  # fmt: skip
        if ready:
            return msg("{ready} ready to be given", ready=ready)
        if session.microsoft.why_not:
            return None
        return N_("one for each customer: enter shows the plan")

    @on(StepTable.Chosen, "#steps")
    def _step_chosen(self) -> None:
        steps = self.query_one(StepTable)
        match steps.steps[steps.cursor]:
            case Step.CHOOSE:
                self.call_later(self.action_do, "kind")
            case Step.LINKS:
                self.call_later(self.action_do, "make")
            case Step.READ:
                self.call_later(self.action_do, "offer")
            case Step.GIVE:
                self._say_who()
            case Step.ANSWERS:
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

    def chosen_for_links(self) -> list[int]:
        """As for the offer; where nobody is chosen, everybody who was given nothing yet."""
        from tui.screens.give import not_offered

        return self.chosen_for_offer() or not_offered(self)

    @work(exclusive=True, group="who")
    async def _say_who(self) -> None:
        from tui.screens.give import who_got_it

        await who_got_it(self, self.session.in_order(self.session.marked))

    def _see_who(self) -> None:
        bar = self.query_one(ConsentBar)
        bar.choose(STATES.index(State.WAITING))
        self.table.focus()
        self.say(N_("These have not answered yet. a records an answer, esc shows all."))
