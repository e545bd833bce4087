"""Assigning a level's group in every active relationship: the plan first, then one by one."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from store.actions.assigning import Assigned, Run, assigning_plan
from store.errors import DeskError, SignInNeeded
from store.message import N_, Message, msg
from store.model.access import LEVEL_NAMES, Level
from store.model.assigning import STEP_NAMES, TO_DO, Assigning, Step
from store.model.group import Group
from store.model.roles import role_name
from store.view import View
from tui import text
from tui.asking import ask, sign_in_for
from tui.language import clock_time
from tui.screens.base import DeskScreen
from tui.widgets.row_table import Column, RowTable

_WORST_FIRST = (Step.REFUSED, Step.RENEW, Step.CHANGE, Step.ASSIGN, Step.NOTHING)


class Line(NamedTuple):
    """One relationship of the plan with its customer's name, and what came of it."""

    planned: Assigning
    customer: str
    outcome: Assigned | None = None

    @property
    def what(self) -> Message:
        """What is to be done, or was."""
        if self.outcome is None:
            return msg(STEP_NAMES[self.planned.step])
        return msg("assigned") if self.outcome.done else msg("not assigned")

    @property
    def why(self) -> Message | None:
        """Why not, or what it changes."""
        return self.outcome.why if self.outcome else self.planned.said


class PlanTable(RowTable):
    """What is to be done in each relationship, those to look at first."""

    columns = (
        Column(N_("What"), 14),
        Column(N_("Customer"), 18, 1),
        Column(N_("Why, or the roles"), 24, 2, 1),
        Column(N_("Relationship"), 18, 1, 2),
    )
    lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        """Shows the lines of a plan."""
        self.lines = lines
        self.rows_changed()

    def row_count(self) -> int:
        return len(self.lines)

    def row_cells(self, row: int) -> tuple[str, ...]:
        line = self.lines[row]
        why = text.plain(line.why) if line.why else ", ".join(map(role_name, line.planned.roles))
        return text.plain(line.what), line.customer, why, line.planned.relationship.name


class AssignScreen(DeskScreen):
    """Shows the plan, assigns on ctrl+s, and shows what came of each."""

    KEYS = "assign"
    AUTO_FOCUS = "#plan"

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.group: Group | None = None
        self.lines: dict[int, Line] = {}
        self.run_: Run | None = None
        self.is_assigning = False
        self._stopping = False

    def body(self) -> ComposeResult:
        yield Static(id="counts")
        yield PlanTable(id="plan")

    def crumbs(self) -> tuple[str, ...]:
        name = msg("Assign {level}", level=msg(LEVEL_NAMES[self.level]))
        return text.plain(N_("Users")), text.plain(N_("Our groups")), text.plain(name)

    def on_mount(self) -> None:
        super().on_mount()
        self._make_plan()

    @work(exclusive=True, group="plan")
    async def _make_plan(self) -> None:
        self._count(N_("Making the plan…"))
        view = self.session.view
        try:
            self.group, lines = await asyncio.to_thread(_planned, view, self.level)
        except DeskError as error:
            self._count("")
            self.say_error(error)
            return
        self.lines = {line.planned.relationship.key: line for line in lines}
        self._show()
        self._count(self._summary())
        if self._todo():
            self.say(N_("This is the plan. ctrl+s does it at Microsoft, where u undoes nothing; "
                        "esc leaves everything as it is."))  # fmt: skip
        else:
            self.say(N_("There is nothing to assign."))

    def _todo(self) -> list[Assigning]:
        return [
            line.planned for line in self.lines.values()
            if line.planned.step in TO_DO and line.outcome is None
        ]  # fmt: skip

    def _show(self) -> None:
        self.query_one(PlanTable).show(tuple(self.lines.values()))

    def _count(self, said: Message | str) -> None:
        for line in self.query("#counts").results(Static):
            line.update(text.say(said, "bold") if said else text.nothing())

    def _summary(self) -> Message:
        def count(*steps: Step) -> int:
            return sum(line.planned.step in steps for line in self.lines.values())

        return msg(
            "{group}, by what was read at {time}: {assign} to assign, {change} to change, "
            "{nothing} with nothing to do, {refused} refused.",
            group=self.group.name if self.group else "",
            time=clock_time(self.session.view.synced.at) or "?",
            assign=count(Step.ASSIGN, Step.RENEW),
            change=count(Step.CHANGE),
            nothing=count(Step.NOTHING),
            refused=count(Step.REFUSED),
        )

    def plain_text(self) -> str:
        table = self.query_one(PlanTable)
        return "\n".join("  ".join(table.row_cells(row)) for row in range(table.row_count()))

    @on(PlanTable.Moved, "#plan")
    @on(PlanTable.Chosen, "#plan")
    def _whole_line(self) -> None:
        """Says in full what the columns may have to cut."""
        if self.is_assigning:
            return  # the message line says how far it is
        table = self.query_one(PlanTable)
        line = table.lines[table.cursor]
        roles = ", ".join(map(role_name, line.planned.roles))
        said = msg("{customer}: {what}", customer=line.customer, what=line.what)
        if line.why:
            said = msg("{customer}: {what}: {why}", customer=line.customer, what=line.what,
                       why=line.why)  # fmt: skip
        parts = [text.say(said)]
        if roles:
            parts.append(text.say(msg("Roles: {roles}", roles=roles)))
        self.say_content(text.join(parts, " · "))

    # -- doing it -----------------------------------------------------------------------------

    @work(group="assign")
    async def do_assign_now(self) -> None:
        todo, group = self._todo(), self.group
        if self.is_assigning:
            self.say(N_("It is under way; esc stops."))
            return
        if not todo or group is None:
            self.say(N_("There is nothing to assign."))
            return
        made: list[Assigned] = []

        def told(one: Assigned) -> None:
            made.append(one)
            key = one.relationship.key
            self.lines[key] = self.lines[key]._replace(outcome=one)
            self._show()
            self._count(msg("{done} of {total}; esc stops.", done=len(made), total=len(todo)))

        async def assign(graph: object) -> Run:
            self.run_ = Run(self.session.desk, graph, group, told=told)  # type: ignore[arg-type]
            if self._stopping:
                self.run_.stop()
            await self.run_.assign(todo)
            return self.run_

        self._count(msg("{done} of {total}; esc stops.", done=0, total=len(todo)))
        self.say(N_("Assigning at Microsoft…"))
        self._stopping = False
        self.is_assigning = True  # at once: a second ctrl+s comes before Microsoft is reached
        try:
            run = await ask(self, assign, "write")
        finally:
            self.run_, self.is_assigning = None, False
        self._finish(made, len(todo), run)
        ended = run.ended if run else None
        if isinstance(ended, SignInNeeded) and await sign_in_for(self, ended, "write"):
            self.say(N_("Signed in. ctrl+s goes on where it was."))

    def _finish(self, made: list[Assigned], total: int, run: Run | None) -> None:
        """What came of it: first what needs somebody to look at it."""
        failed = sum(not one.done for one in made)
        self.lines = dict(sorted(self.lines.items(), key=lambda item: _by_outcome(item[1])))
        self._show()
        self.query_one(PlanTable).move_to(0)
        self._count(
            msg("{done} assigned, {failed} not, {left} not begun.",
                done=len(made) - failed, failed=failed, left=total - len(made))
        )  # fmt: skip
        if run is None:
            return  # it was said why
        if run.ended:
            self.say_error(run.ended)
        elif failed:
            self.say(N_("Those not assigned stand first, with the reason. ctrl+s does the rest."))
        elif len(made) < total:
            self.say(N_("Stopped. ctrl+s goes on with the rest."))
        else:
            self.say(N_("Assigned. Microsoft needs a moment to let it count; then esc and r."))

    def do_back(self) -> object:
        """Stops what is under way, or leaves."""
        if self.is_assigning:
            self._stopping = True
            if self.run_:
                self.run_.stop()
            self.say(N_("Stopping: what is under way comes to its end."))
            return None
        return super().do_back()


def _planned(view: View, level: Level) -> tuple[Group, list[Line]]:
    group, plan = assigning_plan(view, level)
    lines = []
    for planned in plan:
        relationship = planned.relationship
        customer = view.customer(relationship.customer) if relationship.customer else None
        lines.append(Line(planned, customer.label if customer else relationship.customer_name))
    lines.sort(key=lambda it: (_WORST_FIRST.index(it.planned.step), it.customer.casefold()))
    return group, lines


def _by_outcome(line: Line) -> int:
    """Failures first, then what was not begun, what was done, and what was never to be done."""
    if line.outcome is not None:
        return 2 if line.outcome.done else 0
    return 1 if line.planned.step in TO_DO else 3
