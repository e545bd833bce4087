"""One thing that can be done on some screens."""

from __future__ import annotations

from typing import NamedTuple

from store.message import Message
from tui.situation import Need, Situation

EVERYWHERE = "everywhere"
LISTS = ("overview", "business")


class Action(NamedTuple):
    """One thing that can be done on some screens.

    `keys` as Textual names them, separated by commas; `shown` is how the first is written.
    `footer` orders the footer, 0 leaves the action out of it. `needs` say when it is possible.
    """

    id: str
    keys: str
    shown: str
    name: str
    help: str
    where: tuple[str, ...]
    footer: int = 0
    needs: tuple[Need, ...] = ()

    def why_not(self, now: Situation) -> Message | None:
        """Why the action is not possible now, if so."""
        return next(filter(None, (need(now) for need in self.needs)), None)
