"""Assigning a level's group in every active relationship: the plan first, then one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

from textual import on, work

from store.actions.assigning import Assigned, Run, assigning_plan
from store.errors import DeskError
from store.message import N_, Message, msg
from store.model.access import LEVEL_NAMES, Level
from store.model.assigning import STEP_NAMES, TO_DO, Assigning, Step
from store.model.group import Group
from store.model.roles import role_name
from store.view import View
from tui import text
from tui.language import clock_time
from tui.screens.at_microsoft import PLANNED, UNDER_WAY, AtMicrosoft
from tui.widgets.row_table import Column, RowTable

_NOTHING = N_("There is nothing to assign.")
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
    lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Shows the lines of a plan."""
        self.lines = lines
        self.rows_changed()

    def row_count(self) -> int:
        return len(self.lines)

    def row_cells(self, row: int) -> tuple[str, ...]:
        line = self.lines[row]
        why = text.plain(line.why) if line.why else ", ".join(map(role_name, line.planned.roles))
        return text.plain(line.what), line.customer, why, line.planned.relationship.name


class AssignScreen(AtMicrosoft[Assigning, Assigned]):
    """Shows the plan, assigns on ctrl+s, and shows what came of each."""

    KEYS = "assign"
    STAY = msg("The group is being assigned at Microsoft. Stop after what is under way, and leave?")
    FAILED = N_("Those not assigned stand first, with the reason. ctrl+s does the rest.")
    DONE = N_("Assigned. Microsoft needs a moment to let it count; then esc and r.")

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.group: Group | None = None
        self.lines: list[Line] = []

    def new_table(self) -> PlanTable:
        return PlanTable(id="plan")

    def crumbs(self) -> tuple[str, ...]:
        name = msg("Assign {level}", level=msg(LEVEL_NAMES[self.level]))
        return text.plain(N_("Users")), text.plain(N_("Our groups")), text.plain(name)

    @property
    def table(self) -> PlanTable:
        """The list's rows."""
        return self.query_one(PlanTable)

    def on_mount(self) -> None:
        super().on_mount()
        self._make_plan()

    @work(exclusive=True, group="plan")
    async def _make_plan(self) -> None:
        self.count(N_("Making the plan…"))
        view = self.session.view
        try:
            self.group, self.lines = await asyncio.to_thread(_planned, view, self.level)
        except DeskError as error:
            self.count("")
            self.say_error(error)
            return
        self.table.show(self.lines)
        self.count(self._summary())
        if self._todo():
            self.say(PLANNED)
        else:
            self.say(_NOTHING)

    def _todo(self) -> list[Assigning]:
        return [
            line.planned for line in self.lines
            if line.planned.step in TO_DO and line.outcome is None
        ]  # fmt: skip

    def _summary(self) -> Message:
        def count(*steps: Step) -> int:
            return sum(line.planned.step in steps for line in self.lines)

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

    @on(PlanTable.Moved, "#plan")
    @on(PlanTable.Chosen, "#plan")
    def _whole_line(self) -> None:
        """Says in full what the columns may have to cut."""
        if self.is_under_way or self.table.cursor >= len(self.lines):
            return  # the message line says how far it is
        line = self.lines[self.table.cursor]
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
        todo = self._todo()
        if self.is_under_way or not todo:
            self.say(UNDER_WAY if self.is_under_way else _NOTHING)
            return
        with self.under_way():
            self.say(N_("Assigning at Microsoft…"))
            await self.carry_out(todo)

    def go(
        self, graph: Any, told: Callable[[Assigned], None], todo: Sequence[Assigning]
    ) -> tuple[Run, Coroutine[Any, Any, object]]:
        assert self.group is not None
        run = Run(self.session.desk, graph, self.group, told=told)
        return run, run.assign(todo)

    def came(self, came: Assigned) -> None:
        place = next(
            place
            for place, line in enumerate(self.lines)
            if line.planned.relationship.key == came.relationship.key
        )
        self.lines[place] = self.lines[place]._replace(outcome=came)
        self.table.refresh_row(place)

    def sort(self) -> None:
        self.lines.sort(key=_by_outcome)
        self.table.show(self.lines)

    def summed(self, done: int, failed: int, left: int) -> Message:
        return msg("{done} assigned, {failed} not, {left} not begun.",
                   done=done, failed=failed, left=left)  # fmt: skip


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
