"""A relationship, and so a link of its own, for each of some customers: the plan, then it is made.

What is done at Microsoft cannot be taken back, so the plan comes first. Whatever breaks off is gone
on with later, and is never made twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from textual import work
from textual.worker import Worker, WorkerError

from store.actions import abandoning, preparing
from store.actions.making import Made, Outcome, Run
from store.actions.preparing import Plan
from store.errors import BadInput, DeskError, SignInNeeded
from store.message import N_, Message, msg, nmsg
from store.model.invitation import ANSWER_DAYS
from store.model.offer import Kind
from store.model.roles import PRESET_NAMES, Preset
from tui import text
from tui.asking import ask, sign_in_for
from tui.screens.base import DeskScreen
from tui.screens.dialogs import choose, confirm
from tui.screens.give import certified
from tui.screens.make_plan import PlanScreen


class MakeScreen(PlanScreen):
    """The plan, and how it is carried out, stopped, gone on with, or given up."""

    def __init__(self, customers: Sequence[int]) -> None:
        super().__init__(customers)
        self._run: Run | None = None
        self._worker: Worker[None] | None = None
        self._stopping = False

    @property
    def is_making(self) -> bool:
        return self._worker is not None and self._worker.is_running

    # -- making -------------------------------------------------------------------------------

    @work(group="ask")
    async def do_make_now(self) -> None:
        if self.is_making:
            self.say(N_("It is being made; esc stops after those under way."))
            return
        self.plan = None
        self.count()
        try:
            plan = await self.planned()
        except DeskError as error:
            self.show_problem(error)
            self.say_error(error)
            if isinstance(error, BadInput):
                self.form.focus_field(error.field)
            return
        self.show_plan(plan)
        if not plan.todo:
            self.say(N_("There is nothing to make: each line says why."), error=True)
        elif await confirm(self, _question(plan)) and not self.is_making:
            self._worker = self._make(plan)

    @work(exclusive=True, group="make")
    async def _make(self, plan: Plan) -> None:
        session = self.session
        ended: DeskError | None = None
        self._begin(plan)
        try:
            connection = await asyncio.to_thread(session.microsoft.connection)
            async with await asyncio.to_thread(connection.graph, self.say) as graph:
                recorded = await asyncio.to_thread(preparing.record, session.desk, plan)
                for line in recorded.left:
                    why = line.why or msg("It is no longer planned.")
                    self._told(Made(line.customer, line.label, line.name, Outcome.REFUSED, why))
                self._run = Run(session.desk, graph, host=connection.host,
                                partner=connection.partner, told=self._told)  # fmt: skip
                if self._stopping:
                    self._run.stop()
                with session.under_way():
                    await self._run.make(recorded.invitations, fresh=recorded.fresh)
                ended = self._run.ended
        except DeskError as error:
            ended = error
        finally:
            self._worker = self._run = None
            if self.is_attached:
                self._end(ended)
        if isinstance(ended, SignInNeeded) and await sign_in_for(self, ended, "write"):
            self.say(N_("Signed in. ctrl+s goes on where it was."))

    def _begin(self, plan: Plan) -> None:
        self._stopping = False
        self.total = len(plan.todo)
        self.results = {}
        self.table.show(plan.lines, self.results)
        self.table.focus()
        self.form.disabled = True
        self.say(N_("It is being made."))
        self.call_later(self.count)

    def _told(self, made: Made) -> None:
        """One more has ended."""
        self.table.ended(made)
        self.count()

    def _end(self, ended: DeskError | None) -> None:
        """Everything has ended that was under way; what is left is in the plan again."""
        self.form.disabled = False
        self.table.cursor = 0  # what is to be looked at comes first
        ready = [key for key, made in self.results.items() if made.outcome is Outcome.READY]
        if ready:
            self.session.marked.clear()
            self.session.marked |= set(ready)
        self.replan()
        if ended:
            self.say_error(ended)
        elif ready:
            self.say(
                nmsg(
                    "{count} link is ready. o opens the offer, which has it.",
                    "{count} links are ready. o opens the offers, which have them.",
                    len(ready),
                )
            )
        elif self._stopping:
            self.say(N_("Stopped. ctrl+s goes on where it was."))
        else:
            self.say(N_("No link is ready yet: each line says why."), error=True)

    def do_back(self) -> object:
        """Stops what is under way, or leaves."""
        if not self.is_making or self._worker is None:
            return super().do_back()
        if self._stopping:
            self._worker.cancel()
        else:
            self._stop()
        return None

    def _stop(self) -> None:
        self._stopping = True
        if self._run:
            self._run.stop()
        self.say(N_("It stops after those under way; esc again breaks off now. Either can go on."))

    def is_changed(self) -> bool:
        return self.is_making

    def why_stay(self) -> Message:
        return msg(
            "Links are being made. Stop after those under way, and leave? The rest can go on later."
        )

    async def wind_up(self) -> None:
        """Lets what was asked of Microsoft be read back and recorded."""
        if self.is_making and self._worker is not None:
            self._stop()
            with suppress(WorkerError):  # what came of each is recorded, however it ended
                await self._worker.wait()

    # -- what comes next ----------------------------------------------------------------------

    def do_offer(self) -> None:
        """The letters of those whose links are ready, else of all."""
        from tui.screens.offer import OfferScreen

        if self.is_making:
            self.say(N_("It is being made; esc stops after those under way."))
            return
        ready = [key for key, made in self.results.items() if made.outcome is Outcome.READY]
        customers = self.session.in_order(ready) or self.customers
        below = self.app.screen_stack[-2]
        if isinstance(below, OfferScreen):
            below.customers = customers
            self.desk_app.back()
        else:
            self.app.switch_screen(OfferScreen(customers))

    @work(group="ask")
    async def do_abandon(self) -> None:
        here = self.table.under_cursor
        if self.is_making or here is None or not here.invitation:
            self.say(N_("Nothing was begun here that could be given up."), error=True)
            return
        begun = [line for line in self.plan.lines if line.invitation] if self.plan else []
        options = [("one", text.say(msg("Only {name}", name=here.label)))]
        if len(begun) > 1:
            options.append(("all", text.say(msg("All {count} that were begun", count=len(begun)))))
        wanted = await choose(
            self, N_("Give up what was begun? Its draft is deleted at Microsoft."), options
        )
        if wanted:
            keys = [line.customer for line in begun] if wanted == "all" else [here.customer]
            await self._abandon(keys)

    async def _abandon(self, keys: list[int]) -> None:
        desk = self.session.desk
        try:
            if abandoning.needs_microsoft(desk.view, keys):
                given = await ask(
                    self, lambda graph: abandoning.abandon(desk, graph, keys), "write"
                )
            else:
                given = await abandoning.abandon(desk, None, keys)
        except DeskError as error:
            self.say_error(error)
            return
        if given is None:
            return  # it was said why
        for one in given:
            if one.done:
                self.results.pop(one.customer, None)
        shown = next((one for one in given if not one.done), given[-1])
        if shown.done and len(given) > 1:
            self.say(msg("Gave up all {count} that were begun.", count=len(given)))
        else:
            self.say(msg("{name}: {said}", name=shown.label, said=shown.said),
                     error=not shown.done)  # fmt: skip
        self.replan()


def _question(plan: Plan) -> Message:
    """What will be done, and what cannot be undone."""
    preset = plan.template.preset
    asks = (
        msg(PRESET_NAMES[Preset(preset)])
        if preset in set(Preset)
        else msg("{raw}", raw=", ".join(plan.bundle.names))
    )
    return msg(
        "{what} They ask for: {asks}; {days} days. u cannot undo it; a link that nobody accepts "
        "ends by itself after {answer} days.",
        what=nmsg("Make {count} relationship at Microsoft?",
                  "Make {count} relationships at Microsoft?", len(plan.todo)),
        asks=asks,
        days=plan.template.days,
        answer=ANSWER_DAYS,
    )  # fmt: skip


async def make_links(screen: DeskScreen, customers: Sequence[int]) -> None:
    """Opens the plan for some customers, once it is said that the partner may offer at all."""
    if screen.session.kind is not Kind.DELEGATED:
        screen.say(
            N_("A link of its own is for the delegated administration offer; t chooses another."),
            error=True,
        )
    elif not customers:
        screen.say(N_("Nobody is marked. space marks customers in the list."), error=True)
    elif await certified(screen):
        screen.app.push_screen(MakeScreen(customers))
