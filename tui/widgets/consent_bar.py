"""Consent counted by state: a bar that is also the filter."""

from __future__ import annotations

from store.message import N_
from store.model.consent import STATE_NAMES
from tui import text
from tui.roster import ARCHIVED, STATES, Roster
from tui.widgets.filter_bar import Entry, FilterBar


class ConsentBar(FilterBar):
    """One entry for all, one for each state that a customer is in, one for the archived."""

    roster: Roster | None = None

    def show(self, roster: Roster | None) -> None:
        """Shows the counts of a roster; `None` while it is being made."""
        self.roster = roster
        self.refresh(layout=True)

    def entries(self) -> list[Entry]:
        if self.roster is None:
            return []
        counts = self.roster.counts
        made: list[Entry] = [(None, text.plain(N_("all")), self.roster.total)]
        made += [
            (code, text.plain(STATE_NAMES[state]), counts[code])
            for code, state in enumerate(STATES)
            if counts[code] or code == self.chosen
        ]
        if counts[ARCHIVED] or self.chosen == ARCHIVED:
            made.append((ARCHIVED, text.plain(N_("archived")), counts[ARCHIVED]))
        return made
