"""The plan of letting accesses extend themselves, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.actions.renewing import AT_MICROSOFT, Extended, Renewing, Step
from store.message import N_, Message, msg
from tui import text
from tui.commands.report import iso
from tui.widgets.row_table import Column, RowTable

_STEPS = {
    Step.SWITCH_ON: N_("extend"),
    Step.DROP: N_("drop, extend"),
    Step.ASK: N_("new consent"),
    Step.NOTHING: N_("nothing"),
}
"""What there is to do, in as few words as a column takes."""


class Line(NamedTuple):
    """One access of the plan, whether Global Administrator may be dropped, and what came of it."""

    planned: Renewing
    dropping: bool = False
    outcome: Extended | None = None

    @property
    def is_to_do(self) -> bool:
        """Whether ctrl+s does something about it."""
        step = self.planned.step
        allowed = step is not Step.DROP or self.dropping
        return step in AT_MICROSOFT and allowed and not (self.outcome and self.outcome.done)

    @property
    def what(self) -> Message:
        """What is to be done, or was."""
        if self.outcome is not None:
            return msg("extends") if self.outcome.done else msg("not extended")
        return msg(_STEPS[self.planned.step])

    @property
    def why(self) -> Message | None:
        """Why not, or what there is to know."""
        if self.outcome is not None:
            return self.outcome.why
        it = self.planned
        if it.step is Step.DROP and not self.dropping:
            return msg("It holds Global Administrator; ctrl+r leaves that out.")
        if it.step is Step.ASK and not it.asked:
            day = iso(it.last_safe)
            by = msg("Ask today.") if it.late else msg("Ask by {day}.", day=day)
            return msg("{by} {why}", by=by, why=it.why) if it.why else by
        return it.why


class ExtendingTable(RowTable):
    """What is to be done about each access, what is ours to do first."""

    columns = (
        Column(N_("What"), 13),
        Column(N_("Customer"), 16, 1),
        Column(N_("Ends"), 10),
        Column(N_("Why, or what to know"), 20, 2),
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
        it, why = line.planned, text.plain(line.why) if line.why else ""
        return text.plain(line.what), it.label, iso(it.ends), why, it.name


def by_outcome(line: Line) -> int:
    """Failures first, then what was not begun, what was done, and what was never to be done."""
    if line.outcome is not None:
        return 2 if line.outcome.done else 0
    return 1 if line.planned.step in AT_MICROSOFT else 3
