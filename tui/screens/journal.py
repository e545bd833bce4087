"""Journal: who did what, for whom, when, and whether the chain holds."""

from __future__ import annotations

import asyncio
from itertools import islice

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from store.actions import history
from store.actions.history import Line
from store.errors import DeskError
from store.message import N_, Message, msg, nmsg
from tui import text
from tui.screens.filtered import FilteredScreen
from tui.situation import Situation
from tui.widgets.row_table import Column, RowTable

_PAGE = 1_000
"""The lines that are read at once; the rest follows when the cursor comes to the end."""
_CHECK_AT_ONCE = 20_000


class JournalTable(RowTable):
    """Lines of the journal, newest first."""

    columns = (
        Column(N_("No."), 6, 0, 2),
        Column(N_("When (UTC)"), 19, 0, 1),
        Column(N_("Who"), 10, 1),
        Column(N_("What"), 24, 6),
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Shows these lines; the cursor stays on its line, unless it is on the newest."""
        before = self.lines[self.cursor].seq if 0 < self.cursor < len(self.lines) else None
        self.lines = lines
        places = {line.seq: place for place, line in enumerate(lines)} if before else {}
        self.rows_changed(places.get(before) if before else None)

    def row_count(self) -> int:
        return len(self.lines)

    def row_cells(self, row: int) -> tuple[str, ...]:
        line = self.lines[row]
        when = line.at[:19].replace("T", " ")
        return str(line.seq), when, line.member or line.who, text.plain(line.what)


class JournalScreen(FilteredScreen):
    """The audit log; it is the database itself, read back."""

    KEYS = "journal"
    AUTO_FOCUS = "#lines"

    def body(self) -> ComposeResult:
        yield Static(id="chain")
        yield JournalTable(id="lines")

    def crumbs(self) -> tuple[str, ...]:
        return text.plain(N_("Dashboard")), text.plain(N_("Journal"))

    @property
    def table(self) -> JournalTable:
        """The list's rows."""
        return self.query_one(JournalTable)

    def situation(self) -> Situation:
        return self.session.situation(self.table.row_count() if self.is_mounted else 0)

    def refresh_view(self, customers: set[int] | None = None) -> None:
        if not self.is_mounted:
            return
        self._read(max(_PAGE, self.table.row_count()))
        if self.session.view.seq <= _CHECK_AT_ONCE:
            self.do_check()
        else:
            self._say_chain(N_("c reads every line and checks the chain."))

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        return "\n".join("  ".join(self.table.row_cells(row)) for row in rows)

    @work(exclusive=True, group="read")
    async def _read(self, count: int) -> None:
        wanted, folder = self.filter_text.casefold(), self.session.desk.path

        def read() -> list[Line]:
            found = (
                line
                for line in history.newest_first(folder)
                if wanted in f"{line.who} {line.member} {text.plain(line.what)}".casefold()
            )
            return list(islice(found, count))

        try:
            self.table.show(await asyncio.to_thread(read))
        except (DeskError, OSError) as error:
            self._say_chain(self._unreadable(error), bad=True)
        self.update_keys()

    @on(JournalTable.Moved, "#lines")
    def _near_the_end(self) -> None:
        table = self.table
        if table.cursor == table.row_count() - 1 and table.row_count() % _PAGE == 0:
            self._read(table.row_count() + _PAGE)

    # -- filtering ----------------------------------------------------------------------------

    def filter_changed(self) -> None:
        self._read(_PAGE)

    def do_back(self) -> object:
        return None if self.end_filter() else super().do_back()

    # -- the chain ----------------------------------------------------------------------------

    @work(exclusive=True, group="check")
    async def do_check(self) -> None:
        self._say_chain(N_("Checking the chain…"))
        desk = self.session.desk
        seq, head = desk.head
        try:
            report = await asyncio.to_thread(history.check, desk.path)
        except (DeskError, OSError) as error:
            self._say_chain(self._unreadable(error), bad=True)
            return
        # What this desk has read itself is the best proof of where the chain was.
        lost = report.seq < seq or (report.seq == seq and report.head != head)
        if report.sound and lost:
            self._say_chain(
                msg(
                    "The journal is not the one that was read here: change {seq} is missing or "
                    "another. Keep a copy of the folder before anything else.",
                    seq=str(seq),
                ),
                bad=True,
            )
        elif report.sound:
            self._say_chain(
                nmsg(
                    "The chain holds: {count} line, head {head}.",
                    "The chain holds: {count} lines, head {head}.",
                    report.lines,
                    head=report.head[:12],
                )
            )
        else:
            self._say_chain(
                msg("The chain is broken. {problem}", problem=report.problems[0]), bad=True
            )

    @staticmethod
    def _unreadable(error: DeskError | OSError) -> Message:
        reason = error.what if isinstance(error, DeskError) else error.strerror or str(error)
        return msg("The journal cannot be read: {reason}.", reason=reason)

    def _say_chain(self, message: object, *, bad: bool = False) -> None:
        line = self.query_one("#chain", Static)
        line.set_class(bad, "-error")
        line.update(text.say(message))  # type: ignore[arg-type]

    # -- one line -----------------------------------------------------------------------------

    @on(JournalTable.Chosen, "#lines")
    def do_open(self) -> None:
        from tui.screens.journal_line import JournalLineScreen

        if self.table.row_count():
            self.app.push_screen(JournalLineScreen(self.table.lines[self.table.cursor]))
