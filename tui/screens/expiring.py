"""Letting access that ends extend itself: the plan in lanes first, then one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from store.actions.renewing import Extended, Renewing, Run, Step, plan
from store.errors import DeskError, SignInNeeded
from store.message import N_, Message, msg, nmsg
from tui import text
from tui.asking import ask, sign_in_for
from tui.language import clock_time
from tui.screens.base import DeskScreen
from tui.screens.dialogs import confirm
from tui.widgets.follow_extending import ExtendingTable, Line, by_outcome

_A_LOOK = 0.05
"""Seconds between two looks whether what is under way has ended."""
_FIRST = (Step.SWITCH_ON, Step.DROP, Step.ASK, Step.NOTHING)


class ExpiringScreen(DeskScreen):
    """Shows the plan, extends on ctrl+s, and shows what came of each.

    `only` are the relationships, or the invitations recorded by hand, that it is about, as the
    desk numbers them, each beside 0 for what it is not; `None` for all.
    """

    KEYS = "extend"
    AUTO_FOCUS = "#plan"

    def __init__(self, only: Collection[tuple[int, int]] | None = None) -> None:
        super().__init__()
        self.only = only
        self.lines: list[Line] = []
        self.dropping = False
        self.run_: Run | None = None
        self.is_extending = False
        self._at_microsoft = self._stopping = False

    def body(self) -> ComposeResult:
        yield Static(id="counts")
        yield ExtendingTable(id="plan")

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
        self._count(N_("Making the plan…"))
        view, today = self.session.view, self.session.today
        found = await asyncio.to_thread(plan, view, today)
        if self.only is not None:
            found = [one for one in found if (one.relationship, one.invitation) in self.only]
        self.lines = sorted(map(Line, found), key=lambda line: _FIRST.index(line.planned.step))
        self._show_plan()
        if self._todo():
            self.say(N_("This is the plan. ctrl+s does it at Microsoft, where u undoes nothing; "
                        "esc leaves everything as it is."))  # fmt: skip
        elif any(line.planned.step is Step.DROP for line in self.lines):
            self.say(N_("ctrl+r leaves out Global Administrator where only that is in the way."))
        else:
            self.say(N_("There is nothing to extend from here; in Follow-up r asks anew."))

    def do_drop_administrator(self) -> None:
        """Puts the lines with that role into the plan, or leaves them out again."""
        if self.is_extending:
            self.say(N_("It is under way; esc stops."))
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
        self._count(self._summary())

    def _count(self, said: Message | str) -> None:
        for line in self.query("#counts").results(Static):
            line.update(text.say(said, "bold") if said else text.nothing())

    def _summary(self) -> Message:
        if not self.lines:
            return msg("No access here has an end that is known.")

        def count(step: Step) -> int:
            return sum(line.planned.step is step for line in self.lines)

        time = clock_time(self.session.view.synced.at)
        return msg(
            "{source}: {extend} to extend, {drop} with Global Administrator, {ask} to ask anew, "
            "{nothing} with nothing to do.",
            source=msg("By what was read at {time}", time=time) if time else msg("By hand alone"),
            extend=count(Step.SWITCH_ON),
            drop=count(Step.DROP),
            ask=count(Step.ASK),
            nothing=count(Step.NOTHING),
        )

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        return "\n".join("  ".join(filter(None, self.table.row_cells(row))) for row in rows)

    @on(ExtendingTable.Moved, "#plan")
    @on(ExtendingTable.Chosen, "#plan")
    def _whole_line(self) -> None:
        """Says in full what the columns may have to cut."""
        if self.is_extending or self.table.cursor >= len(self.lines):
            return  # the message line says how far it is
        line = self.lines[self.table.cursor]
        said = msg("{customer}: {what}", customer=line.planned.label, what=line.what)
        parts = [text.say(said, "bold"), text.data(line.planned.name)]
        parts += [text.say(line.why)] if line.why else []
        if line.outcome and line.outcome.todo:
            parts.append(text.say(line.outcome.todo))
        self.say_content(text.join((part for part in parts if part.plain), " · "))

    # -- doing it -----------------------------------------------------------------------------

    @work(group="extend")
    async def do_extend_now(self) -> None:
        todo = self._todo()
        if self.is_extending:
            self.say(N_("It is under way; esc stops."))
            return
        if not todo:
            self.say(N_("There is nothing to extend from here."))
            return
        self.is_extending, self._stopping = True, False  # at once: a second ctrl+s may come
        try:
            if await self._is_meant(todo):
                await self._extend(todo)
        finally:
            self.run_, self.is_extending = None, False

    async def _is_meant(self, todo: list[Renewing]) -> bool:
        """Asks first where something is lost for good."""
        lost = [one for one in todo if one.step is Step.DROP]
        if not lost:
            return True
        question = nmsg(
            "Drop Global Administrator from {count} relationship, and let it extend itself? Only "
            "a new consent gives it back.",
            "Drop Global Administrator from {count} relationships, and let them extend "
            "themselves? Only a new consent gives it back.",
            len(lost),
        )
        if await confirm(self, question, [one.customer for one in lost]):
            return True
        self.say(N_("Nothing was done."))
        return False

    async def _extend(self, todo: list[Renewing]) -> None:
        made: list[Extended] = []
        places = {line.planned.relationship: place for place, line in enumerate(self.lines)}

        def told(one: Extended) -> None:
            made.append(one)
            place = places[one.renewing.relationship]
            self.lines[place] = self.lines[place]._replace(outcome=one)
            self.table.refresh_row(place)
            self._count(msg("{done} of {total}; esc stops.", done=len(made), total=len(todo)))

        async def extend(graph: object) -> Run:
            self.run_ = Run(self.session.desk, graph, told=told)  # type: ignore[arg-type]
            if self._stopping:
                self.run_.stop()
            self._at_microsoft = True
            try:
                await self.run_.extend(todo)
            finally:
                self._at_microsoft = False
            return self.run_

        self._count(msg("{done} of {total}; esc stops.", done=0, total=len(todo)))
        self.say(N_("Extending at Microsoft…"))
        run = await ask(self, extend, "write")
        ended = run.ended if run else None
        self._finish(made, len(todo), run is not None, ended)
        if isinstance(ended, SignInNeeded) and await sign_in_for(self, ended, "write"):
            self.say(N_("Signed in. ctrl+s goes on where it was."))

    def _finish(
        self, made: list[Extended], total: int, began: bool, ended: DeskError | None
    ) -> None:
        """What came of it: first what needs somebody to look at it."""
        failed = sum(not one.done for one in made)
        self.lines.sort(key=by_outcome)
        self.table.show(self.lines)
        self.table.move_to(0)
        self._count(
            msg("{done} extend themselves now, {failed} not, {left} not begun.",
                done=len(made) - failed, failed=failed, left=total - len(made))
        )  # fmt: skip
        if not began:
            return  # it was said why
        if ended:
            self.say_error(ended)
        elif failed:
            self.say(
                N_("Those not extended stand first, with the reason. ctrl+s tries them again.")
            )
        elif len(made) < total:
            self.say(N_("Stopped. ctrl+s goes on with the rest."))
        else:
            self.say(N_("Done, and read back from Microsoft."))

    def do_back(self) -> object:
        """Stops what is under way, or leaves."""
        if not self.is_extending:
            return super().do_back()
        self._stop()
        return None

    def _stop(self) -> None:
        self._stopping = True
        if self.run_:
            self.run_.stop()
        self.say(N_("Stopping: what is under way comes to its end."))

    def is_changed(self) -> bool:
        return self._at_microsoft

    def why_stay(self) -> Message:
        return msg("Access is being extended at Microsoft. Stop after what is under way, and "
                   "leave?")  # fmt: skip

    async def wind_up(self) -> None:
        """Lets what was asked of Microsoft be read back and recorded."""
        if self._at_microsoft:
            self._stop()
        while self._at_microsoft:
            await asyncio.sleep(_A_LOOK)
