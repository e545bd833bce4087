"""Build your business: for partners with fewer than a hundred customers, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from textual import on, work
from textual.app import ComposeResult
from textual.events import DescendantFocus

from store.actions.invitations import links_at_hand
from store.message import N_, Message, msg, nmsg
from store.model.consent import State
from store.model.letter_link import link_of
from store.model.offer import Kind
from store.model.partner import Cloud
from tui import text
from tui.roster import STATES
from tui.screens.choose_offer import choose_offer
from tui.screens.customer_list import CustomerListScreen
from tui.situation import Situation, writable
from tui.widgets.consent_bar import ConsentBar
from tui.widgets.row_table import Column, RowTable


class Step(StrEnum):
    """What is done one after the other."""

    CHOOSE = N_("Choose the offer")
    FILL = N_("Say what is offered")
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
        session = self.session
        plain = session.kind is Kind.DELEGATED and not session.offer_name
        offer = N_("Delegate admin offer") if plain else session.offer_label
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
        session = self.session
        kind, view = session.kind, session.view
        has_link = bool(link_of(session.offer, view.partner))
        standing: dict[Step, Message | str] = {Step.CHOOSE: session.offer_label}
        if kind is Kind.DELEGATED:
            links = self._links()
            if links and view.partner.cloud is not Cloud.CHINA:
                standing[Step.LINKS] = links
        else:
            from tui.screens.offer_form import standing as filled_in

            standing[Step.FILL] = filled_in(session.offer, has_link=has_link)
        standing[Step.READ] = self._read(has_link)
        standing[Step.GIVE], standing[Step.ANSWERS] = (
            self._consents() if kind is Kind.DELEGATED else self._outcomes()
        )
        steps = self.query_one(StepTable)
        steps.standing = standing
        steps.styles.height = len(standing)
        steps.rows_changed()

    def _read(self, has_link: bool) -> Message | str:
        session = self.session
        copied = session.copied.get((session.kind, session.offer_name))
        if not has_link:
            return N_("its link is missing: enter, then e")
        return (
            msg("copied at {time}", time=copied)
            if copied
            else N_("enter opens it, y copies it there")
        )

    def _consents(self) -> tuple[Message, Message]:
        """Who was offered delegated administration at all, and what they answered."""
        roster = self.session.roster
        counts = {state: roster.counts[code] if roster else 0 for code, state in enumerate(STATES)}
        total = roster.total if roster else 0
        good = counts[State.ACTIVE] + counts[State.EXPIRING] + counts[State.GRANTED]
        return (
            msg("{offered} of {total} customers were offered",
                offered=total - counts[State.NOT_OFFERED], total=total),
            msg("{good} granted, {waiting} waiting, {declined} declined", good=good,
                waiting=counts[State.WAITING], declined=counts[State.DECLINED]),
        )  # fmt: skip

    def _outcomes(self) -> tuple[Message, Message]:
        """Who was given this trial or purchase, and what they answered to it."""
        from store.actions.outcomes import outcomes

        session = self.session
        found = outcomes(session.view, session.offer, session.today)
        total = session.roster.total if session.roster else 0
        given = msg("{offered} of {total} customers were offered", offered=found.given,
                    total=total)  # fmt: skip
        if session.offer.delegation:
            return given, msg(
                "{good} granted, {without} without, {waiting} waiting, {declined} declined",
                good=found.granted, without=found.without,
                waiting=len(found.waiting), declined=found.declined,
            )  # fmt: skip
        return given, msg("{took} took it, {waiting} waiting, {declined} declined",
                          took=found.took, waiting=len(found.waiting),
                          declined=found.declined)  # fmt: skip

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
            case Step.FILL:
                self._fill_in()
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
        await choose_offer(self)
        self.show_frame()
        self._show_steps()
        self.query_one(StepTable).move_to(1)
        self.update_keys()

    @property
    def under_cursor(self) -> int | None:
        """The list's, except while the cursor is on a step: no key acts on who is not shown."""
        on_steps = self.is_mounted and self.focused is self.query_one(StepTable)
        return None if on_steps else super().under_cursor

    def situation(self) -> Situation:
        beside = self.is_mounted and self.under_cursor is None and bool(self.table.ids)
        return super().situation()._replace(beside=beside)

    @on(DescendantFocus)
    def _other_list(self) -> None:
        self.update_keys()

    def chosen_for_links(self) -> list[int]:
        """As for the offer; where nobody is chosen, everybody who was given nothing yet."""
        from tui.screens.give import not_offered

        return self.chosen() or not_offered(self)

    @work(exclusive=True, group="who")
    async def _say_who(self) -> None:
        from tui.screens.give import who_got_it

        await who_got_it(self, self.session.in_order(self.session.marked))

    def _fill_in(self) -> None:
        from tui.screens.offer_form import offer_form

        reason = writable(self.situation())
        if reason:
            self.say(reason, error=True)
        else:
            self.app.push_screen(offer_form(self.session.kind, self.session.offer_name))

    def _see_who(self) -> None:
        if self.session.kind is not Kind.DELEGATED:
            self._mark_waiting()
            return
        bar = self.query_one(ConsentBar)
        bar.choose(STATES.index(State.WAITING))
        self.table.focus()
        self.say(N_("These have not answered yet. a records an answer, esc shows all."))

    def _mark_waiting(self) -> None:
        """Who has not answered this trial or purchase: their consent says nothing of it."""
        from store.actions.outcomes import outcomes

        session = self.session
        waiting = outcomes(session.view, session.offer, session.today).waiting
        if not waiting:
            self.say(N_("Nobody has this offer and has not answered it."))
            return
        session.marked.clear()
        session.marked |= waiting
        self.refresh_view()
        self.table.focus()
        self.say(
            nmsg(
                "{count} customer has not answered this offer yet, and is marked. a records an "
                "answer.",
                "{count} customers have not answered this offer yet, and are marked. a records an "
                "answer.",
                len(waiting),
            )
        )
