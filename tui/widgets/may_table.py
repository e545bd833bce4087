"""Who may do what where: a row each, a column for each task, one cell of it looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len
from rich.style import Style

from store.message import N_
from store.model.access import Task
from store.model.may.chain import Verdict
from tui import text
from tui.widgets.chain_lines import VERDICT_WORDS
from tui.widgets.row_table import Column, RowTable

TASKS = tuple(Task)
TASK_TITLES = {
    Task.ADD_USER: N_("User"),
    Task.RESET_PASSWORD: N_("Password"),
    Task.ADD_DOMAIN: N_("Domain"),
}
"""What heads a column; the whole name stands in the chain."""
Answers = tuple[Verdict, ...]
"""The verdicts of one row, in the order of `TASKS`."""
_HERE, _ELSEWHERE = "›", " "


class MayTable(RowTable):
    """Rows by their numbers; `cells` says what stands left of the answers.

    An answer that is not worked out yet is shown as `…`.
    """

    COMPONENT_CLASSES = {"answer--yes", "answer--unknown", "answer--no"}

    def __init__(
        self,
        left: tuple[Column, ...],
        cells: Callable[[int], tuple[str, ...]],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._left, self._cells = left, cells
        self.ids: Sequence[int] = ()
        self.answers: Mapping[int, Answers] = {}
        self.asked = TASKS[0]
        self._name_columns()

    @property
    def under_cursor(self) -> int | None:
        """The number of the row under the cursor."""
        return self.ids[self.cursor] if self.cursor < len(self.ids) else None

    def show(self, ids: Sequence[int], answers: Mapping[int, Answers]) -> None:
        """Shows these rows; the cursor stays on its row, if it is still among them."""
        before, self.ids, self.answers = self.under_cursor, ids, answers
        same = self.cursor < len(ids) and ids[self.cursor] == before
        self.rows_changed(None if same or before not in ids else ids.index(before))

    def choose(self, task: Task) -> None:
        """Looks at the column of another task."""
        self.asked = task
        self._name_columns()
        self.refresh()

    def _name_columns(self) -> None:
        titles = [
            (_HERE if task is self.asked else _ELSEWHERE) + text.plain(TASK_TITLES[task])
            for task in TASKS
        ]
        self.columns = (*self._left, *(Column(title, cell_len(title) + 1) for title in titles))

    def row_count(self) -> int:
        return len(self.ids)

    def row_cells(self, row: int) -> tuple[str, ...]:
        key = self.ids[row]
        found = self.answers.get(key)
        words = [text.plain(VERDICT_WORDS[one]) for one in found] if found else ["…"] * len(TASKS)
        marked = (
            (_HERE if row == self.cursor and task is self.asked else _ELSEWHERE) + word
            for task, word in zip(TASKS, words, strict=True)
        )
        return (*self._cells(key), *marked)

    def row_styles(self, row: int) -> Mapping[int, Style]:
        found = self.answers.get(self.ids[row], ())
        first = len(self._left)
        return {
            first + place: self.get_component_rich_style(f"answer--{one.value}", partial=True)
            for place, one in enumerate(found)
        }
