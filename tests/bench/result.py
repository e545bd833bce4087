"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of the table: `ours` and `theirs` in `unit`, and the bar that the ratio is under."""

    what: str
    against: str
    ours: float
    theirs: float
    unit: str
    bar: float

    @property
    def ratio(self) -> float:
        """Ours in terms of theirs; without a peer, ours."""
        return self.ours / self.theirs if self.theirs else self.ours

    @property
    def holds(self) -> bool:
        """Whether it is within its bar."""
        return self.ratio <= self.bar
