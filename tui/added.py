"""Users that were added at a customer's: which of them can still be deleted, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from store.model.act import Act, Deed, Outcome
from store.view import View
from tui.language import clock_time

_WITHIN = timedelta(hours=24)


def still_undone(view: View, customer: int, now: datetime | None = None) -> Iterator[Act]:
    """Those that `why_not_undone` has nothing against, newest first.

    That looks for a deletion for each deed; here it is looked for once, for a thousand of them.
    """
    now = now or datetime.now(UTC)
    acts = view.acts(customer)
    done = [act for act in acts if act.outcome is Outcome.DONE and act.target_id]
    deleted = {act.target_id for act in done if act.deed == Deed.DELETE_USER}
    for act in reversed(done):
        if act.deed == Deed.ADD_USER and act.target_id not in deleted and _is_fresh(act, now):
            yield act


def until(act: Act) -> str:
    """When it can no longer be, as this host's clock shows it."""
    try:
        end = datetime.fromisoformat(act.at) + _WITHIN
    except (ValueError, OverflowError):
        return ""
    return clock_time(end.isoformat())


def _is_fresh(act: Act, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(act.at) <= _WITHIN
    except (ValueError, TypeError):
        return False
