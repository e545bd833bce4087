"""The lines of a file of users to add, and what would become of them, or became."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from store.actions.acting import Ended
from store.actions.acting.people import FATE_NAMES, Added, Fate, Line, PeoplePlan
from store.message import N_, Message, msg
from store.model.act import OUTCOME_NAMES, Outcome
from tui import text
from tui.widgets.row_table import Column, RowTable

_WORST_FIRST = (Fate.REFUSE, Fate.EXISTS, Fate.ADD)
_ENDED_FIRST = ("unknown", "refused", "", "done")


class PlanTable(RowTable):
    """Those to look at first stand first."""

    columns = (
        Column(N_("Line"), 5),
        Column(N_("What"), 14),
        Column(N_("User name"), 20, 2),
        Column(N_("Why"), 20, 3),
        Column(N_("Name"), 14, 1, 1),
    )
    lines: tuple[Line, ...] = ()
    results: Mapping[int, Added] = {}

    def show(self, lines: tuple[Line, ...], results: Mapping[int, Added]) -> None:
        """Shows the lines of a plan, and beside them what came of those that were begun."""
        self.results = results
        self.lines = tuple(sorted(lines, key=self._order))
        self.rows_changed()

    def said(self) -> Content:
        """The line under the cursor, whole."""
        line = self.lines[self.cursor]
        ended = self._ended(line)
        why: Message = ended.said if ended else line.why
        parts = [text.say(msg("Line {line}: {why}", line=str(line.line), why=why))]
        if ended and ended.todo:
            parts.append(text.say(ended.todo))
        return text.join(parts, " ")

    def row_count(self) -> int:
        return len(self.lines)

    def row_cells(self, row: int) -> tuple[str, ...]:
        line = self.lines[row]
        ended = self._ended(line)
        what = OUTCOME_NAMES[ended.outcome] if ended else FATE_NAMES[line.fate]
        why = ended.said if ended else line.why
        return str(line.line), text.plain(what), line.new.upn, text.plain(why), line.new.name

    def _ended(self, line: Line) -> Ended | None:
        added = self.results.get(line.line)
        return added.ended if added else None

    def _order(self, line: Line) -> tuple[int, int, int]:
        ended = self._ended(line)
        how = ended.outcome.value if ended else ""
        return _ENDED_FIRST.index(how), _WORST_FIRST.index(line.fate), line.line


def counts(added: Added | None) -> bool:
    """Whether somebody was added, or may have been: then the password is needed."""
    if added is None or added.ended is None:
        return False
    return added.ended.outcome in (Outcome.DONE, Outcome.UNKNOWN)


def summary(plan: PeoplePlan, results: Mapping[int, Added]) -> Message:
    """What would be done, or what was."""
    if results:
        by = [added.ended.outcome if added.ended else None for added in results.values()]
        return msg(
            "{done} added, {refused} refused, {there} left alone, {unknown} unknown, "
            "{left} not begun.",
            done=by.count(Outcome.DONE),
            refused=by.count(Outcome.REFUSED) + len(plan.of(Fate.REFUSE)),
            there=len(plan.of(Fate.EXISTS)),
            unknown=by.count(Outcome.UNKNOWN),
            left=len(plan.to_add) - len(by) + by.count(None),
        )
    return msg(
        "{add} to add, {there} there already, {bad} refused.",
        add=len(plan.to_add),
        there=len(plan.of(Fate.EXISTS)),
        bad=len(plan.of(Fate.REFUSE)),
    )
