"""Letters in a list: those of a plan with what became of them, or those of the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rich.style import Style

from store.actions.posting import Fate, Line
from store.message import N_, Message
from store.model.outgoing import STAGE_NAMES, Outgoing, Stage
from tui import text
from tui.briefly import briefly
from tui.widgets.row_table import Column, RowTable

TO_SEND = N_("to send")
LEFT_OUT = N_("left out")
UNKNOWN = N_("unknown")
STAGE_STYLES = {
    Stage.SENT: "state--good",
    Stage.SENDING: "state--waiting",
    Stage.UNKNOWN: "state--soon",
    Stage.REFUSED: "state--bad",
}
_STAGES_FIRST = (
    Stage.UNKNOWN, Stage.REFUSED, Stage.SENDING, Stage.QUEUED, Stage.DROPPED, Stage.SENT,
)  # fmt: skip


class Row(NamedTuple):
    """One letter as a list shows it; `stage` is `None` while it is only planned.

    `customer` is the customer's number, `key` the letter's in the outbox, 0 for none.
    """

    customer: int
    label: str
    to: str
    language: str
    subject: str
    key: int = 0
    stage: Stage | None = None
    why: Message | None = None
    todo: Message | None = None
    is_refused: bool = False
    """Whether the plan leaves it out."""
    is_past: bool = False
    """Whether it was dealt with: there is nothing left to do about it."""

    @property
    def what(self) -> str:
        """What is to become of it, or what did."""
        if self.stage is None:
            return LEFT_OUT if self.is_refused else TO_SEND
        return UNKNOWN if self.stage is Stage.UNKNOWN else STAGE_NAMES[self.stage]


def planned(line: Line) -> Row:
    """A line of a plan as a row."""
    return Row(line.customer, line.label, line.to, line.language, line.subject, why=line.why,
               is_refused=line.fate is Fate.REFUSED)  # fmt: skip


def posted(letter: Outgoing, label: str, *, is_past: bool = False) -> Row:
    """A letter of the outbox as a row; `label` is its customer's name."""
    return Row(letter.customer, label, letter.to, letter.language, letter.subject, letter.id,
               letter.stage, letter.why, None if is_past else letter.todo,
               is_past=is_past)  # fmt: skip


class PostTable(RowTable):
    """Letters, one a row; what became of one is shown where it stands, until `sort` is asked."""

    COMPONENT_CLASSES = {"state--good", "state--soon", "state--waiting", "state--bad"}
    columns = (
        Column(N_("Customer"), 15, 2),
        Column(N_("Address"), 18, 2, 2),
        Column(N_("Language"), 8, 0, 3),
        Column(N_("What"), 11, 0),
        Column(N_("Why, or the subject"), 20, 4, 1),
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.rows: list[Row] = []
        self.marked: set[int] = set()
        self._places: dict[int, int] = {}

    def show(self, rows: Iterable[Row], *, sort: bool = True) -> None:
        """Shows these letters, those to look at first; the cursor stays on its letter."""
        here = self.under_cursor if self.cursor else None
        self.rows = sorted(rows, key=_rank) if sort else list(rows)
        self._places = {row.key: place for place, row in enumerate(self.rows) if row.key}
        wanted = 0
        if here is not None:
            wanted = next(
                (
                    place
                    for place, row in enumerate(self.rows)
                    if (row.customer, row.key) == (here.customer, here.key)
                ),
                self.cursor,
            )
        self.styles.height = len(self.rows) + self.header
        self.rows_changed(wanted)

    def told(self, letter: Outgoing) -> None:
        """Shows what became of a letter; no other row moves."""
        place = self._places.get(letter.id)
        if place is not None:
            self.rows[place] = posted(letter, self.rows[place].label)
            self.refresh_row(place)

    @property
    def under_cursor(self) -> Row | None:
        """The letter under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def row_count(self) -> int:
        return len(self.rows)

    def row_is_marked(self, row: int) -> bool:
        return self.rows[row].key in self.marked

    def row_cells(self, row: int) -> tuple[str, ...]:
        found = self.rows[row]
        said = briefly(text.plain(found.why), found.label) if found.why else found.subject
        return found.label, found.to, found.language, text.plain(found.what), said

    def row_styles(self, row: int) -> Mapping[int, Style]:
        found = self.rows[row]
        name = "state--bad" if found.stage is None and found.is_refused else ""
        if found.stage is not None:
            name = STAGE_STYLES.get(found.stage, "")
        return {3: self.get_component_rich_style(name, partial=True)} if name else {}


def _rank(row: Row) -> float:
    """What is to be looked at comes first; what a plan leaves out, before what it sends."""
    if row.stage is None:
        return _STAGES_FIRST.index(Stage.QUEUED) + (0.2 if row.is_refused else 0.4)
    return _STAGES_FIRST.index(Stage.SENT if row.is_past else row.stage)
