"""What the practice partner did to follow its customers up: some were reminded, some phoned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from store.message import Message, msg
from store.model.consent import State
from store.model.touch import Did
from store.work import Tables

_NOTES = (
    "Asked for the link again.",
    "Their manager is back next week.",
    "Wants to know what Limited administration may do.",
)
_SNOOZED = 14


def contacts(tables: Tables) -> Message:
    """Reminds, phones or snoozes three of four customers that wait, none in the future."""
    today, rows = tables.today, []
    waiting = [
        (key, consent.since)
        for key in tables.view.customers
        if tables.view.state(key, today) is State.WAITING
        and (consent := tables.view.consent(key, today)).since
    ]
    for number, (key, given) in enumerate(waiting):
        what = (None, Did.REMINDED, Did.PHONED, Did.SNOOZED)[number % 4]
        if what is None or given is None:
            continue
        on = today - timedelta((today - given).days // 3)
        row: dict[str, Any] = {
            "customer": key, "what": what.value, "on": on.isoformat(), "note": "",
            "at": f"{on.isoformat()}T09:30:00Z", "by": tables.operator.name,
        }  # fmt: skip
        if what is Did.PHONED:
            row["note"] = _NOTES[number // 4 % len(_NOTES)]
        if what is Did.SNOOZED:
            row["until"] = (today + timedelta(_SNOOZED)).isoformat()
        rows.append(row)
    tables.touches.insert_multiple(rows)
    return msg("Recorded {count} practice calls and reminders.", count=len(rows))
