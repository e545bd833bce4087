"""Letting access that ends extend itself: the plan in lanes first, then one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

from textual import on, work

from store.actions.renewing import Extended, Renewing, Run, Step, plan
from store.message import N_, Message, msg, nmsg
from tui import text
from tui.keys import ASKING
from tui.language import clock_time
from tui.screens.at_microsoft import PLANNED, UNDER_WAY, AtMicrosoft
from tui.screens.dialogs import confirm
from tui.widgets.follow_extending import ExtendingTable, Line, by_outcome

_NOTHING = N_("There is nothing to extend from here.")
_FIRST = (Step.SWITCH_ON, Step.DROP, Step.ASK, Step.NOTHING)


class ExpiringScreen(AtMicrosoft[Renewing, Extended]):
    """Shows the plan, extends on ctrl+s, and shows what came of each.

    `only` are the relationships, or the invitations recorded by hand, that it is about, as the
    desk numbers them, each beside 0 for what it is not, and `named` says which those are.
    """

    KEYS = "extend"
    STAY = msg("Access is being extended at Microsoft. Stop after what is under way, and leave?")
    FAILED = N_("Those not extended stand first, with the reason. ctrl+s tries them again.")
    DONE = N_("Done, and read back from Microsoft.")

    def __init__(self, only: Collection[tuple[int, int]], named: Message) -> None:
        super().__init__()
        self.only = only
        self.named = named
        self.lines: list[Line] = []
        self.dropping = False

    def new_table(self) -> ExtendingTable:
        return ExtendingTable(id="plan")

    def crumbs(self) -> tuple[str, ...]:
        names = (N_("Dashboard"), N_("Follow-up"), N_("Extend what expires"))
        return tuple(map(text.plain, names))

    @property
    def table(self) -> ExtendingTable:
        """The list's rows."""
        return self.query_one(ExtendingTable)

    # -- the plan -----------------------------------------------------------------------------

    def on_mount(self) -> None:
        super().on_mount()
        self._make_plan()

    @work(exclusive=True, group="plan")
    async def _make_plan(self) -> None:
        self.count(N_("Making the plan…"))
        view, today = self.session.view, self.session.today
        found = await asyncio.to_thread(plan, view, today)
        found = [one for one in found if (one.relationship, one.invitation) in self.only]
        self.lines = sorted(map(Line, found), key=lambda line: _FIRST.index(line.planned.step))
        self._show_plan()
        if self._todo():
            self.say(PLANNED)
        elif any(line.planned.step is Step.DROP for line in self.lines):
            self.say(N_("ctrl+r leaves out Global Administrator where only that is in the way."))
        else:
            self.say(
                self.session.unread
                or N_("There is nothing to extend from here; in Follow-up r asks anew.")
            )

    def do_drop_administrator(self) -> None:
        """Puts the lines with that role into the plan, or leaves them out again."""
        if self.is_under_way:
            self.say(UNDER_WAY)
            return
        self.dropping = not self.dropping
        self.lines = [line._replace(dropping=self.dropping) for line in self.lines]
        self._show_plan()
        self.say(
            N_("With ctrl+s these relationships lose Global Administrator for good; only a new "
               "consent gives it back.")
            if self.dropping
            else N_("Relationships with Global Administrator are left as they are.")
        )  # fmt: skip

    def _todo(self) -> list[Renewing]:
        return [line.planned for line in self.lines if line.is_to_do]

    def _show_plan(self) -> None:
        self.table.show(self.lines)
        self.count(self._summary())

    def _summary(self) -> Message:
        if not self.lines:
            return msg("No access here has an end that is known.")

        def count(step: Step) -> int:
            return sum(line.planned.step is step for line in self.lines)

        time = clock_time(self.session.view.synced.at)
        return msg(
            "{source}, {named}: {extend} to extend, {drop} with Global Administrator, {ask} to ask "
            "anew, {nothing} with nothing to do.",
            named=self.named,
            source=msg("By what was read at {time}", time=time) if time else msg("By hand alone"),
            extend=count(Step.SWITCH_ON),
            drop=count(Step.DROP),
            ask=count(Step.ASK),
            nothing=count(Step.NOTHING),
        )

    @on(ExtendingTable.Moved, "#plan")
    @on(ExtendingTable.Chosen, "#plan")
    def _whole_line(self) -> None:
        """Says in full what the columns may have to cut."""
        if self.is_under_way or self.table.cursor >= len(self.lines):
            return  # the message line says how far it is
        line = self.lines[self.table.cursor]
        said = msg("{customer}: {what}", customer=line.planned.label, what=line.what)
        parts = [text.say(said, "bold"), text.data(line.planned.name)]
        parts += [text.say(line.why)] if line.why else []
        if line.outcome and line.outcome.todo:
            parts.append(text.say(line.outcome.todo))
        self.say_content(text.join((part for part in parts if part.plain), " · "))

    # -- doing it -----------------------------------------------------------------------------

    @work(group=ASKING)
    async def do_extend_now(self) -> None:
        todo = self._todo()
        if self.is_under_way or not todo:
            self.say(UNDER_WAY if self.is_under_way else _NOTHING)
            return
        with self.under_way():
            if await self._is_meant(todo):
                self.say(N_("Extending at Microsoft…"))
                await self.carry_out(todo)

    async def _is_meant(self, todo: list[Renewing]) -> bool:
        """Asks first: nothing here takes it back."""
        lost = sum(one.step is Step.DROP for one in todo)
        question = nmsg(
            "Let {count} relationship extend itself, at Microsoft? u does not undo that.",
            "Let {count} relationships extend themselves, at Microsoft? u does not undo that.",
            len(todo),
        )
        losing = nmsg(
            "Drops Global Administrator from {count} relationship; only a new consent gives it "
            "back.",
            "Drops Global Administrator from {count} relationships; only a new consent gives it "
            "back.",
            lost,
        )
        # Those that lose something stand first, for not all may be named.
        told = sorted(todo, key=lambda one: one.step is not Step.DROP)
        remarks = [losing] if lost else []
        if await confirm(self, question, [one.customer for one in told], remarks):
            return True
        self.say(N_("Nothing was done."))
        return False

    def go(
        self, graph: Any, told: Callable[[Extended], None], todo: Sequence[Renewing]
    ) -> tuple[Run, Coroutine[Any, Any, object]]:
        run = Run(self.session.desk, graph, told=told)
        return run, run.extend(todo)

    def came(self, came: Extended) -> None:
        place = next(
            place
            for place, line in enumerate(self.lines)
            if line.planned.relationship == came.renewing.relationship
        )
        self.lines[place] = self.lines[place]._replace(outcome=came)
        self.table.refresh_row(place)

    def sort(self) -> None:
        self.lines.sort(key=by_outcome)
        self.table.show(self.lines)

    def summed(self, done: int, failed: int, left: int) -> Message:
        return msg("Extend themselves now: {done}, not: {failed}, not begun: {left}.",
                   done=done, failed=failed, left=left)  # fmt: skip
