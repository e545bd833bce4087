"""A relationship, and so a link of its own, for each of some customers: the plan, then it is made.

What is done at Microsoft cannot be taken back, so the plan comes first. Whatever breaks off is gone
on with later, and is never made twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static
from textual.worker import Worker

from store.actions import abandoning, preparing, templates
from store.actions.making import Made, Outcome, Run
from store.actions.preparing import Plan, Step
from store.errors import BadInput, Conflict, DeskError
from store.message import N_, Message, msg, nmsg
from store.model.invitation import ANSWER_DAYS
from store.model.offer import Kind
from store.model.roles import PRESET_PRICES, preset_roles, why_not_extended
from store.model.template import LONGEST_DAYS
from tui import text
from tui.bindings import Situation
from tui.screens.ask import ask
from tui.screens.base import DeskScreen
from tui.screens.dialogs import choose, confirm
from tui.screens.give import certified
from tui.widgets.form import Choice, FieldRow, Form
from tui.widgets.make_form import MakeForm
from tui.widgets.making_table import MakingTable

_MANY = 100
"""From so many customers on, a plan waits until nothing more is typed."""
_A_MOMENT = 0.2


class MakeScreen(DeskScreen):
    """The choices, what they would do customer by customer, and what came of it."""

    KEYS = "make"
    AUTO_FOCUS = "#choices Choice"

    def __init__(self, customers: Sequence[int]) -> None:
        super().__init__()
        self.customers = list(customers)
        self.again = False
        self.plan: Plan | None = None
        self.problem: DeskError | None = None
        self.results: dict[int, Made] = {}
        self._run: Run | None = None
        self._worker: Worker[None] | None = None
        self._stopping = False
        self._total = 0
        self._tokens: dict[int, str] = {}

    def body(self) -> ComposeResult:
        view = self.session.view
        yield MakeForm(view.offer(Kind.DELEGATED), view.named_offers, id="choices")
        yield Static(id="price")
        yield Static(id="counts")
        yield MakingTable(id="plan")

    def crumbs(self) -> tuple[str, ...]:
        overview = self.desk_app.home == "overview"
        home = N_("Partner overview") if overview else N_("Build your business")
        return text.plain(home), text.plain(N_("Make links"))

    def situation(self) -> Situation:
        return self.session.situation(len(self.customers))

    @property
    def form(self) -> MakeForm:
        """The choices."""
        return self.query_one(MakeForm)

    @property
    def table(self) -> MakingTable:
        """The plan, line by line."""
        return self.query_one(MakingTable)

    def plain_text(self) -> str:
        table = self.table
        rows = ("  ".join(table.row_cells(row)) for row in range(table.row_count()))
        return "\n".join((self._counted().plain, "", *rows))

    # -- the plan -----------------------------------------------------------------------------

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_making and (customers is None or customers & set(self.customers)):
            self._replan()

    @on(Choice.Changed)
    def _chosen(self) -> None:
        form = self.form
        focused = self.focused.parent if self.focused else None
        name = focused.spec.name if isinstance(focused, FieldRow) else ""
        if name == "offer":
            form.fill_in()
        form.follow_preset()
        self.hush()
        if form.extends and form.preset is not None:
            bundle = preset_roles(form.preset, self.session.view.partner.limited_as)
            reason = why_not_extended(bundle)
            if reason:
                form.extend_no_more()
                self.say(reason, error=True)
        self._choices_changed()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._choices_changed()

    def _choices_changed(self) -> None:
        if not self.is_making:
            self.results = {}
            self._explain()
            self._replan()

    @work(exclusive=True, group="plan")
    async def _replan(self) -> None:
        """Makes the plan for the choices as they are now; for many customers a little later."""
        if len(self.customers) >= _MANY and self.plan is not None:
            await asyncio.sleep(_A_MOMENT)
        try:
            self._show_plan(await self._planned())
        except DeskError as error:
            self._show_problem(error)

    async def _planned(self) -> Plan:
        session, template = self.session, self.form.template()
        return await asyncio.to_thread(
            lambda: preparing.plan(
                session.view, session.desk.operator, self.customers, template, session.today,
                again=self.again, tokens=self._tokens,
            )
        )  # fmt: skip

    def _show_plan(self, plan: Plan) -> None:
        self.plan, self.problem = plan, None
        self.table.show(plan.lines, self.results)
        self._explain()
        self._count()

    def _show_problem(self, error: DeskError) -> None:
        self.plan, self.problem = None, error
        self.table.show((), self.results)
        self._explain()
        self._count()

    # -- what is said of it -------------------------------------------------------------------

    @on(Form.Hinted)
    def _other_field(self) -> None:
        self._explain()

    @on(MakingTable.Moved)
    @on(MakingTable.Chosen)
    def _whole_line(self) -> None:
        """Says in full what the columns may have to cut."""
        line = self.table.under_cursor
        if line is None:
            return
        made, said = self.results.get(line.customer), self.table.said_of(line)
        parts = [text.data(line.label, "bold"), text.data((made and made.name) or line.name)]
        parts += [text.say(said)] if said else []
        parts += [text.say(made.todo)] if made and made.todo else []
        self.say_content(text.join([part for part in parts if part], " "))
        self._explain()

    def _explain(self) -> None:
        """What the field under the cursor means: its price, its bounds, an example."""
        row = self.focused.parent if self.focused else None
        name = row.spec.name if isinstance(row, FieldRow) else ""
        self.query_one("#price", Static).update(text.made(self._meaning(name)))

    def _meaning(self, name: str) -> Content:
        form = self.form
        if name == "days":
            return text.say(msg("From 1 to {most} days. Microsoft ends it then, unless it extends "
                                "itself.", most=LONGEST_DAYS))  # fmt: skip
        if name == "pattern":
            example = self._example()
            fields = form.row("pattern").spec.hint
            return text.say(msg("Made of {fields}; as in {example}", fields=fields,
                                example=example or "…"))  # fmt: skip
        if form.preset is None:
            return text.say(N_("Roles as Microsoft names them, with commas between them; → "
                               "completes a name."))  # fmt: skip
        return text.say(PRESET_PRICES[form.preset])

    def _example(self) -> str:
        """The name of the line under the cursor, or of the first that is made."""
        here = self.table.under_cursor
        lines = [here] if here else []
        lines += self.plan.of(Step.MAKE)[:1] if self.plan else []
        return next((line.name for line in lines if line.step is Step.MAKE), "")

    def _count(self) -> None:
        self.query_one("#counts", Static).update(text.made(self._counted()))

    def _counted(self) -> Content:
        if self.is_making:
            return text.say(msg("{done} of {total} are done; esc stops after those under way.",
                                done=len(self.results), total=self._total), "bold")  # fmt: skip
        if self.problem:
            parts = [text.say(N_("Error:"), "bold"), text.say(self.problem.what)]
            parts += [text.say(self.problem.todo)] if self.problem.todo else []
            return text.join(parts, " ")
        if self.plan is None:
            return text.say(N_("The plan is being made…"))
        parts = [text.say(self._sum(), "bold")]
        if self.again:
            parts.append(text.say(N_("Also for those who have a link or these roles.")))
        return text.join(parts, " ")

    def _sum(self) -> Message:
        """What would be made, or what was."""
        assert self.plan is not None
        if self.results:
            by = {key: made.outcome for key, made in self.results.items()}
            begun = {line.customer for line in self.plan.of(Step.CONTINUE)}
            over = {key for key, how in by.items() if how in (Outcome.READY, Outcome.REFUSED)}
            return msg(
                "{ready} ready, {refused} refused, {later} to go on with.",
                ready=list(by.values()).count(Outcome.READY),
                refused=list(by.values()).count(Outcome.REFUSED),
                later=len(({*begun, *by}) - over),
            )
        make, goes_on, refused = (
            len(self.plan.of(step)) for step in (Step.MAKE, Step.CONTINUE, Step.REFUSED)
        )
        if goes_on:
            return msg("{made} would be made, {goes_on} gone on with, {refused} refused.",
                       made=make, goes_on=goes_on, refused=refused)  # fmt: skip
        return msg("{made} would be made, {refused} refused.", made=make, refused=refused)

    # -- making -------------------------------------------------------------------------------

    @work(group="ask")
    async def do_make_now(self) -> None:
        if self.is_making:
            self.say(N_("It is being made; esc stops after those under way."))
            return
        try:
            plan = await self._planned()
        except DeskError as error:
            self._show_problem(error)
            self.say_error(error)
            if isinstance(error, BadInput):
                self.form.focus_field(error.field)
            return
        self._show_plan(plan)
        if not plan.todo:
            self.say(N_("There is nothing to make: each line says why."), error=True)
        elif await confirm(self, _question(plan)) and not self.is_making:
            self._worker = self._make(plan)

    @property
    def is_making(self) -> bool:
        """Whether Microsoft is being asked to make something now."""
        return self._worker is not None and self._worker.is_running

    @work(exclusive=True, group="make")
    async def _make(self, plan: Plan) -> None:
        session, ended = self.session, None
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
                await self._run.make(recorded.invitations, fresh=recorded.fresh)
                ended = self._run.ended
        except DeskError as error:
            ended = error
        finally:
            self._worker = self._run = None
            if self.is_attached:
                self._end(ended)

    def _begin(self, plan: Plan) -> None:
        self._stopping = False
        self._total = len(plan.todo)
        self.results = {}
        self.table.show(plan.lines, self.results)
        self.table.focus()
        self.form.disabled = True
        self.say(N_("It is being made."))
        self.call_later(self._count)

    def _told(self, made: Made) -> None:
        """One more has ended."""
        self.table.ended(made)
        self._count()

    def _end(self, ended: DeskError | None) -> None:
        """Everything has ended that was under way; what is left is in the plan again."""
        self.form.disabled = False
        ready = [key for key, made in self.results.items() if made.outcome is Outcome.READY]
        if ready:
            self.session.marked.clear()
            self.session.marked.update(ready)
        self._replan()
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
            return None
        self._stopping = True
        if self._run:
            self._run.stop()
        self.say(N_("It stops after those under way; esc again breaks off now. Either can go on."))
        return None

    # -- around it ----------------------------------------------------------------------------

    def do_again(self) -> None:
        if not self.is_making:
            self.again = not self.again
            self._choices_changed()

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
    async def do_keep_offer(self) -> None:
        view, desk = self.session.view, self.session.desk
        try:
            template = self.form.template().checked(view.partner.limited_as)
        except DeskError as error:
            self.say_error(error)
            return
        name = await ask(
            self, N_("Save these choices as which offer?"), self.form.offer,
            N_("Nothing is the plain offer, with which every plan begins."),
        )  # fmt: skip
        if name is None:
            return
        before = view.offer(Kind.DELEGATED, name)
        if before.id and name and before.name.casefold() != self.form.offer.casefold():
            if not await confirm(self, msg("Replace the offer {name}?", name=before.name)):
                return
            name = before.name
        rev = before.rev if before.id else None
        try:
            receipt = await self.change(lambda: templates.save(desk, name, template, rev))
        except Conflict as error:
            self.say_error(error)
            return
        if receipt:
            self.form.learn(self.session.view.offer(Kind.DELEGATED, name))
            self.say(receipt.message)

    @work(group="ask")
    async def do_abandon(self) -> None:
        here = self.table.under_cursor
        if self.is_making or here is None or not here.invitation:
            self.say(N_("Nothing was begun here that could be given up."), error=True)
            return
        begun = [line for line in self.plan.lines if line.invitation] if self.plan else []
        options = [("one", text.say(msg("Only {name}", name=here.label)))]
        if len(begun) > 1:
            said = nmsg("{count} customer", "All {count} that were begun", len(begun))
            options.append(("all", text.say(said)))
        wanted = await choose(
            self, N_("Give up what was begun? Its draft is deleted at Microsoft."), options
        )
        if wanted:
            keys = [line.customer for line in begun] if wanted == "all" else [here.customer]
            await self._abandon(keys)

    async def _abandon(self, keys: list[int]) -> None:
        session = self.session
        try:
            if abandoning.needs_microsoft(session.view, keys):
                connection = await asyncio.to_thread(session.microsoft.connection)
                async with await asyncio.to_thread(connection.graph, self.say) as graph:
                    given = await abandoning.abandon(session.desk, graph, keys)
            else:
                given = await abandoning.abandon(session.desk, None, keys)
        except DeskError as error:
            self.say_error(error)
            return
        for one in given:
            if one.done:
                self.results.pop(one.customer, None)
        worst = next((one for one in given if not one.done), given[-1])
        self.say(msg("{name}: {said}", name=worst.label, said=worst.said), error=not worst.done)
        self._replan()


def _question(plan: Plan) -> Message:
    """What will be done, and what cannot be undone."""
    return msg(
        "{what} Each asks for {roles}, for {days} days. u cannot undo it; a link that nobody "
        "accepts ends by itself after {answer} days.",
        what=nmsg("Make {count} relationship at Microsoft?",
                  "Make {count} relationships at Microsoft?", len(plan.todo)),
        roles=", ".join(plan.bundle.names),
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
