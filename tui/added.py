"""Users that were added at a customer's: which of them can still be deleted, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from store.model.act import UNDONE_WITHIN, Act, deleted_again
from tui.language import clock_time


def still_undone(acts: Sequence[Act], now: datetime | None = None) -> Iterator[Act]:
    """Those of a customer's deeds that can be taken back, newest first; `now` is aware."""
    now, deleted = now or datetime.now(UTC), deleted_again(acts)
    return (act for act in reversed(acts) if act.why_not_undone(deleted, now) is None)


def until(act: Act) -> str:
    """When it can no longer be, as this host's clock shows it."""
    try:
        end = datetime.fromisoformat(act.at) + UNDONE_WITHIN
    except (ValueError, OverflowError):
        return ""
    return clock_time(end.isoformat())
