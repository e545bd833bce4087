"""Plans that are carried out at Microsoft, one relationship after the other; esc stops between two.

Whatever is under way comes to its end and is recorded, however the screen or the desk is left.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from store.actions.side_by_side import SideBySide
from store.errors import DeskError, SignInNeeded
from store.message import N_, Message, msg
from tui import text
from tui.asking import ask, sign_in_for
from tui.screens.base import DeskScreen
from tui.widgets.row_table import RowTable

_A_LOOK = 0.05
"""Seconds between two looks whether what is under way has ended."""
PLANNED = N_(
    "This is the plan. ctrl+s does it at Microsoft, where u undoes nothing; esc leaves everything "
    "as it is."
)
UNDER_WAY = N_("It is under way; esc stops.")


class Outcome(Protocol):
    """What came of one line."""

    @property
    def done(self) -> bool:
        """Whether it was done."""


Planned = TypeVar("Planned")
Came = TypeVar("Came", bound=Outcome)


class AtMicrosoft(DeskScreen, Generic[Planned, Came]):
    """Shows a plan, carries it out, and shows what came of each line.

    A subclass makes the plan, asks what is to be asked, and calls `carry_out` while `under_way`.
    """

    AUTO_FOCUS = "#plan"
    STAY: ClassVar[Message]
    """What is asked before the desk is left in the middle of it."""
    FAILED: ClassVar[str]
    DONE: ClassVar[str]
    """What is said where something failed, and where nothing did."""

    def __init__(self) -> None:
        super().__init__()
        self.is_under_way = False
        self._run: SideBySide[Planned, Came] | None = None
        self._at_microsoft = self._stopping = False

    def body(self) -> ComposeResult:
        yield Static(id="counts")
        yield self.new_table()

    def new_table(self) -> RowTable:
        """The table of the plan, whose id is `plan`."""
        raise NotImplementedError

    @property
    def table(self) -> RowTable:
        """The list's rows."""
        return self.query_one("#plan", RowTable)

    def count(self, said: Message | str) -> None:
        """Says above the list what there is, or how far it is."""
        for line in self.query("#counts").results(Static):
            line.update(text.say(said, "bold") if said else text.nothing())

    def plain_text(self) -> str:
        rows = range(self.table.row_count())
        return "\n".join("  ".join(filter(None, self.table.row_cells(row))) for row in rows)

    # -- doing it -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        """It is under way meanwhile: from the key on, for that may come again at once."""
        self.is_under_way, self._stopping = True, False
        try:
            yield
        finally:
            self._run, self.is_under_way = None, False

    def go(
        self, graph: Any, told: Callable[[Came], None], todo: Sequence[Planned]
    ) -> tuple[SideBySide[Planned, Came], Coroutine[Any, Any, object]]:
        """One go at some lines with the client that is given, and its work; `told` of each end."""
        raise NotImplementedError

    async def carry_out(self, todo: Sequence[Planned]) -> None:
        """Does what is to be done and says what came of it; only in a worker."""
        made: list[Came] = []

        def told(came: Came) -> None:
            made.append(came)
            self.came(came)
            self._progress(len(made), len(todo))

        async def run(graph: object) -> SideBySide[Planned, Came]:
            self._run, work = self.go(graph, told, todo)
            if self._stopping:
                self._run.stop()
            self._at_microsoft = True
            try:
                await work
            finally:
                self._at_microsoft = False
            return self._run

        self._progress(0, len(todo))
        done = await ask(self, run, "write")
        self.update_keys()
        ended = done.ended if done else None
        self.sort()
        self.table.move_to(0)
        failed = sum(not came.done for came in made)
        self.count(self.summed(len(made) - failed, failed, len(todo) - len(made)))
        if done:  # else it was said why
            self._say_end(ended, failed, len(made) < len(todo))
        if isinstance(ended, SignInNeeded) and await sign_in_for(self, ended, "write"):
            self.say(N_("Signed in. ctrl+s goes on where it was."))

    def _progress(self, done: int, total: int) -> None:
        self.count(msg("{done} of {total}; esc stops.", done=done, total=total))

    def _say_end(self, ended: DeskError | None, failed: int, is_stopped: bool) -> None:
        if ended:
            self.say_error(ended)
        elif failed:
            self.say(self.FAILED)
        elif is_stopped:
            self.say(N_("Stopped. ctrl+s goes on with the rest."))
        else:
            self.say(self.DONE)

    def came(self, came: Came) -> None:
        """Shows beside its line what came of it."""
        raise NotImplementedError

    def sort(self) -> None:
        """Shows first what needs somebody to look at it."""
        raise NotImplementedError

    def summed(self, done: int, failed: int, left: int) -> Message:
        """What came of all of it, in numbers; `left` was not begun."""
        raise NotImplementedError

    # -- leaving ------------------------------------------------------------------------------

    def do_back(self) -> object:
        """Stops what is under way, or leaves."""
        if not self.is_under_way:
            return super().do_back()
        self._stop()
        return None

    def _stop(self) -> None:
        self._stopping = True
        if self._run:
            self._run.stop()
        self.say(N_("Stopping: what is under way comes to its end."))

    def is_changed(self) -> bool:
        return self._at_microsoft

    def why_stay(self) -> Message:
        return self.STAY

    async def wind_up(self) -> None:
        """Lets what was asked of Microsoft be read back and recorded."""
        if self.is_under_way:
            self._stop()  # also what has not come as far as Microsoft yet
        while self._at_microsoft:
            await asyncio.sleep(_A_LOOK)
