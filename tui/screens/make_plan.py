"""The choices for links that are to be made, and the plan that follows from them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.actions import preparing, templates
from store.actions.making import Made, Outcome
from store.actions.preparing import Plan, Step
from store.errors import Conflict, DeskError
from store.message import N_, Message, msg
from store.model.invitation import LONGEST_DAYS
from store.model.offer import Kind
from store.model.roles import PRESET_PRICES, preset_roles, why_not_extended
from tui import text
from tui.screens.ask_text import ask_text
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm
from tui.situation import Situation
from tui.widgets.form import Choice, FieldRow, Form
from tui.widgets.make_form import MakeForm
from tui.widgets.making_table import MakingTable

_MANY = 100
"""From so many customers on, a plan waits until nothing more is typed."""
_A_MOMENT = 0.2


class PlanScreen(DeskScreen):
    """The choices, and what they would do customer by customer; `results` say what was done."""

    KEYS = "make"
    AUTO_FOCUS = ""

    def __init__(self, customers: Sequence[int]) -> None:
        super().__init__()
        self.customers = list(customers)
        self.again = False
        self.plan: Plan | None = None
        self.problem: DeskError | None = None
        self.results: dict[int, Made] = {}
        self.total = 0
        self._tokens: dict[int, str] = {}

    def body(self) -> ComposeResult:
        view = self.session.view
        plain, *named = view.offers_of(Kind.DELEGATED)
        yield MakeForm(plain, named, self.session.offer_name, id="choices")
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
    def is_making(self) -> bool:
        """Whether some of the plan is being carried out now, `total` in all."""
        return False

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
            self.replan()

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
        self.choices_changed()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.choices_changed()

    def choices_changed(self) -> None:
        """What was planned, or done, is no longer about what stands above."""
        if not self.is_making:
            self.results = {}
            self._explain()
            self.replan()

    @work(exclusive=True, group="plan")
    async def replan(self) -> None:
        """Makes the plan for the choices as they are now; for many customers a little later."""
        if len(self.customers) >= _MANY and self.plan is not None:
            await asyncio.sleep(_A_MOMENT)
        try:
            self.show_plan(await self.planned())
        except DeskError as error:
            self.show_problem(error)

    async def planned(self) -> Plan:
        """The plan for the choices as they are now; raises `BadInput` and `NotAllowed`."""
        session, template = self.session, self.form.template()
        return await asyncio.to_thread(
            lambda: preparing.plan(
                session.view, session.desk.operator, self.customers, template, session.today,
                again=self.again, tokens=self._tokens,
            )
        )  # fmt: skip

    def show_plan(self, plan: Plan) -> None:
        """Shows a plan, and beside it what was carried out."""
        self.plan, self.problem = plan, None
        self.table.show(plan.lines, self.results)
        self._explain()
        self.count()

    def show_problem(self, error: DeskError) -> None:
        """Shows why there is no plan."""
        self.plan, self.problem = None, error
        self.table.show((), self.results)
        self._explain()
        self.count()

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
        parts = [text.say(PRESET_PRICES[form.preset])]
        if "-wide" in self.classes:
            limited_as = self.session.view.partner.limited_as
            roles = ", ".join(preset_roles(form.preset, limited_as).names)
            parts.append(text.say(msg("Roles: {roles}", roles=roles)))
        return text.join(parts, "\n")

    def _example(self) -> str:
        """The name of the line under the cursor, or of the first that is made."""
        here = self.table.under_cursor
        lines = [here] if here else []
        lines += self.plan.of(Step.MAKE)[:1] if self.plan else []
        return next((line.name for line in lines if line.step is Step.MAKE), "")

    def count(self) -> None:
        """Draws the line of counts."""
        self.query_one("#counts", Static).update(text.made(self._counted()))

    def _counted(self) -> Content:
        if self.is_making:
            return text.say(msg("{done} of {total} are done; esc stops after those under way.",
                                done=len(self.results), total=self.total), "bold")  # fmt: skip
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

    # -- other choices ------------------------------------------------------------------------

    def do_again(self) -> None:
        if not self.is_making:
            self.again = not self.again
            self.choices_changed()

    @work(group="ask")
    async def do_keep_offer(self) -> None:
        view, desk = self.session.view, self.session.desk
        try:
            template = self.form.template().checked(view.partner.limited_as)
        except DeskError as error:
            self.say_error(error)
            return
        name = await ask_text(
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
