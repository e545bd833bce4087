"""A plan, customer by customer, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from store.actions.making import OUTCOME_NAMES, Made, Outcome
from store.actions.preparing import STEP_NAMES, Planned, Step
from store.message import N_, Message
from tui import text
from tui.widgets.row_table import Column, RowTable

_STEPS_FIRST = (Step.REFUSED, Step.CONTINUE, Step.MAKE)
_OUTCOMES_FIRST = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.LEFT)
_READY = len(_OUTCOMES_FIRST) + len(_STEPS_FIRST)


class MakingTable(RowTable):
    """The lines of a plan, those to look at first; a line that was carried out says how it ended.

    A customer whose link is ready has a mark.
    """

    columns = (
        Column(N_("Customer"), 16, 1),
        Column(N_("What"), 9),
        Column(N_("Name, or why not"), 28, 6),
    )
    lines: tuple[Planned, ...] = ()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.results: dict[int, Made] = {}
        self._places: dict[int, int] = {}

    def show(self, lines: Iterable[Planned], results: dict[int, Made]) -> None:
        """Shows a plan; the cursor stays on its customer, unless it stands at the top."""
        here = self.under_cursor if self.cursor else None
        self.results = results
        self.lines = tuple(sorted(lines, key=self._rank))
        self._places = {line.customer: place for place, line in enumerate(self.lines)}
        self.rows_changed(self._places.get(here.customer, 0) if here else 0)

    def ended(self, made: Made) -> None:
        """Shows how it ended for one customer; no other line moves."""
        self.results[made.customer] = made
        place = self._places.get(made.customer)
        if place is not None:
            self.refresh_row(place)

    @property
    def under_cursor(self) -> Planned | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.cursor < len(self.lines) else None

    def said_of(self, line: Planned) -> Message | None:
        """What there is to say about a line besides its name."""
        made = self.results.get(line.customer)
        return made.said if made else line.why

    def row_count(self) -> int:
        return len(self.lines)

    def row_is_marked(self, row: int) -> bool:
        made = self.results.get(self.lines[row].customer)
        return made is not None and made.outcome is Outcome.READY

    def row_cells(self, row: int) -> tuple[str, ...]:
        line = self.lines[row]
        made = self.results.get(line.customer)
        what = STEP_NAMES[line.step]
        if made:
            later = made.outcome is Outcome.LEFT
            what = STEP_NAMES[Step.CONTINUE] if later else OUTCOME_NAMES[made.outcome]
        said = self.said_of(line)
        why = text.plain(said) if said else ""
        return line.label, text.plain(what), why or line.name

    def _rank(self, line: Planned) -> int:
        made = self.results.get(line.customer)
        if made is None:
            return len(_OUTCOMES_FIRST) + _STEPS_FIRST.index(line.step)
        if made.outcome is Outcome.READY:
            return _READY
        return _OUTCOMES_FIRST.index(made.outcome)
