"""Taking in a list of customers: the plan of every line first, then all of it at once."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from store.actions import importing, table_file
from store.actions.importing import Outcome, Plan, Planned
from store.desk import Receipt
from store.errors import BadInput, DeskError
from store.message import N_, msg
from tui import text
from tui.screens.base import DeskScreen
from tui.widgets.paths import PathSuggester
from tui.widgets.row_table import Column, RowTable

_NAMES = {
    Outcome.ADD: N_("add"),
    Outcome.CHANGE: N_("change"),
    Outcome.SAME: N_("leave"),
    Outcome.REFUSE: N_("refuse"),
}
_WORST_FIRST = (Outcome.REFUSE, Outcome.CHANGE, Outcome.ADD, Outcome.SAME)


class PlanTable(RowTable):
    """The lines of a file and what would become of them, those to look at first."""

    columns = (
        Column(N_("Line"), 6),
        Column(N_("What"), 8),
        Column(N_("Customer"), 16, 1),
        Column(N_("Why"), 28, 4),
    )
    rows: tuple[Planned, ...] = ()

    def show(self, rows: tuple[Planned, ...]) -> None:
        """Shows the lines of a plan."""
        self.rows = tuple(sorted(rows, key=lambda row: (_WORST_FIRST.index(row.outcome), row.line)))
        self.rows_changed(0)

    def row_count(self) -> int:
        return len(self.rows)

    def row_cells(self, row: int) -> tuple[str, ...]:
        found = self.rows[row]
        why = " ".join(text.plain(said) for said in (found.why, *found.notes))
        return str(found.line), text.plain(_NAMES[found.outcome]), found.name, why


class ImportScreen(DeskScreen):
    """Asks for the file, shows the plan, and imports on ctrl+s."""

    KEYS = "import"
    AUTO_FOCUS = "#path"

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.skip_bad = False

    def body(self) -> ComposeResult:
        yield Static(
            text.say(
                N_(
                    "The Customers.csv of Partner Center, in English or French, or a list with the "
                    "same columns. Enter reads it; nothing changes before ctrl+s."
                )
            ),
            classes="notice",
        )
        field = Input(
            placeholder=text.plain(N_("Name of the file")),
            id="path",
            compact=True,
            suggester=PathSuggester(),
        )
        field.cursor_blink = False
        yield field
        yield Static(id="counts")
        yield PlanTable(id="plan")

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Customers")), text.plain(N_("Import"))

    @on(Input.Changed, "#path")
    def _other_file(self) -> None:
        """A plan is of the file that is named above it; another name has none yet."""
        if self.plan is not None:
            self.plan = None
            self.query_one(PlanTable).show(())
            self.query_one("#counts", Static).update(text.nothing())
            self.say(N_("Enter reads the file."))

    @on(Input.Submitted, "#path")
    def _read(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._make_plan(event.value.strip())

    @work(exclusive=True, group="import")
    async def _make_plan(self, path: str) -> None:
        worker = get_current_worker()
        view = self.session.view

        def progress(done: int, total: int) -> None:
            if worker.is_cancelled:
                raise BadInput(msg("Stopped; nothing was changed."))
            if total >= 5_000:
                self.app.call_from_thread(self._progress, done, total)

        def read() -> Plan:
            source = table_file.read(table_file.content_of(path))
            return importing.plan(view, source, progress)

        try:
            self.plan = await asyncio.to_thread(read)
        except DeskError as error:
            self.plan = None
            self.say_error(error)
            self.query_one(PlanTable).show(())
            return
        self._show()

    def _progress(self, done: int, total: int) -> None:
        self.query_one("#counts", Static).update(
            text.say(msg("Checked {done} of {total} lines; esc stops.", done=done, total=total))
        )

    def _show(self) -> None:
        plan = self.plan
        if plan is None:
            return
        parts = [
            text.say(
                msg("{added} to add, {changed} to change, {same} to leave alone, {bad} refused.",
                    added=plan.count(Outcome.ADD), changed=plan.count(Outcome.CHANGE),
                    same=plan.count(Outcome.SAME), bad=len(plan.refused)),
                "bold",
            )
        ]  # fmt: skip
        if plan.source.ignored:
            parts.append(text.say(msg("Columns that mean nothing here: {titles}.",
                                      titles=", ".join(plan.source.ignored))))  # fmt: skip
        if plan.refused:
            parts.append(
                text.say(N_("The refused lines will be left out."))
                if self.skip_bad
                else text.say(N_("With refused lines nothing is taken, unless ctrl+r skips them."))
            )
        self.query_one("#counts", Static).update(text.join(parts, " "))
        table = self.query_one(PlanTable)
        table.show(plan.rows)
        table.focus()
        self.say(N_("This is the plan. ctrl+s imports it, esc leaves everything as it is."))

    @on(PlanTable.Moved, "#plan")
    def _whole_reason(self) -> None:
        """Says in full what the column may have to cut."""
        table = self.query_one(PlanTable)
        found = table.rows[table.cursor]
        notes = [text.say(note) for note in found.notes]
        why = text.say(msg("Line {line}: {why}", line=str(found.line), why=found.why))
        self.say_content(text.join((why, *notes), " "))

    def do_skip_bad(self) -> None:
        if self.plan is None:
            self.say(N_("Name a file first and press enter."), error=True)
            return
        self.skip_bad = not self.skip_bad
        self._show()

    @work(group="taking")
    async def do_take(self) -> None:
        plan = self.plan
        if plan is None:
            self.say(N_("Name a file first and press enter."), error=True)
            return
        skip = self.skip_bad

        def act() -> Receipt:
            return importing.apply(self.session.desk, plan, skip_bad=skip)

        receipt = await self.change(act)
        if receipt:
            self.desk_app.close_form(self, receipt)

    def do_back(self) -> object:
        """Stops reading, or leaves."""
        running = {w.group: w for w in self.workers if w.node is self and w.is_running}
        if "import" in running:
            running["import"].cancel()
            self.say(N_("Stopped; nothing was changed."))
        else:
            super().do_back()
        return None
