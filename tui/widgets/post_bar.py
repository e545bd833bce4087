"""The outbox counted by stage: a bar that is also the filter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from store.message import N_
from store.model.outgoing import STAGE_NAMES, Outgoing, Stage
from tui import text
from tui.widgets.filter_bar import Entry, FilterBar

GROUPS: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    (N_("doubtful"), (Stage.UNKNOWN,)),
    (STAGE_NAMES[Stage.SENDING], (Stage.SENDING,)),
    (STAGE_NAMES[Stage.QUEUED], (Stage.QUEUED,)),
    (STAGE_NAMES[Stage.REFUSED], (Stage.REFUSED,)),
    (STAGE_NAMES[Stage.SENT], (Stage.SENT,)),
    (STAGE_NAMES[Stage.DROPPED], (Stage.DROPPED,)),
)
"""What the bar tells apart; the doubtful come first."""


class PostBar(FilterBar):
    """One entry for all letters, and one for each group that has any."""

    counts: tuple[int, ...] = (0,) * len(GROUPS)

    def show(self, letters: Iterable[Outgoing]) -> None:
        """Counts these letters."""
        counted = [0] * len(GROUPS)
        for letter in letters:
            counted[_group(letter.stage)] += 1
        self.counts = tuple(counted)
        self.refresh(layout=True)

    @property
    def stages(self) -> Collection[Stage]:
        """The stages that are shown."""
        return tuple(Stage) if self.chosen is None else GROUPS[self.chosen][1]

    def entries(self) -> list[Entry]:
        made: list[Entry] = [(None, text.plain(N_("all")), sum(self.counts))]
        made += [
            (code, text.plain(name), self.counts[code])
            for code, (name, _) in enumerate(GROUPS)
            if self.counts[code] or code == self.chosen
        ]
        return made


def _group(stage: Stage) -> int:
    return next(code for code, (_, stages) in enumerate(GROUPS) if stage in stages)
