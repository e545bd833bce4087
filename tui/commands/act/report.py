"""How a deed ended, in words and as JSON; a password is in neither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.message import msg
from store.model.act import OUTCOME_NAMES, Outcome
from tui.commands.base import put, put_json, put_table, tell
from tui.language import _, say

if TYPE_CHECKING:
    from store.actions.acting.base import Ended
    from store.actions.acting.domain import Record

STATUS = {
    Outcome.DONE: 0,
    Outcome.REFUSED: 4,
    Outcome.WAITS: 3,
    Outcome.UNKNOWN: 3,
    Outcome.BEGUN: 3,
}
"""The exit status of each outcome."""


def report(customer: str, ended: Ended, as_json: bool, records: Sequence[Record] = ()) -> int:
    """Says how it ended; returns the exit status."""
    if as_json:
        put_json(record(customer, ended) | ({"records": as_records(records)} if records else {}))
    else:
        tell_ended(ended)
        put_records(records)
    return STATUS[ended.outcome]


def tell_ended(ended: Ended) -> None:
    """The outcome, and what to do next, as talk."""
    tell(msg("{outcome}: {said}", outcome=msg(OUTCOME_NAMES[ended.outcome]), said=ended.said))
    if ended.todo:
        tell(ended.todo)


def put_records(records: Sequence[Record]) -> None:
    """DNS records as a table, and as lines of a zone file."""
    if not records:
        return
    tell(msg("Set one of these where the domain's DNS is managed; below, as zone-file lines:"))
    put_table(
        (_("Type"), _("Name"), _("Value"), _("TTL")),
        [
            (
                one.kind,
                one.label,
                f"{one.preference} {one.value}" if one.kind == "MX" else one.value,
                str(one.ttl),
            )
            for one in records
        ],
    )
    put()
    for one in records:
        put(one.zone_line)


def record(customer: str, ended: Ended) -> dict[str, Any]:
    """An outcome as JSON."""
    return {
        "outcome": ended.outcome.value,
        "customer": customer,
        "said": say(ended.said),
        "todo": say(ended.todo) if ended.todo else None,
        "act": ended.act or None,
        "user": {"id": ended.user.id or None, "upn": ended.user.upn, "name": ended.user.name}
        if ended.user
        else None,
        "domain": {"name": ended.domain.name, "verified": ended.domain.verified}
        if ended.domain
        else None,
    }


def as_records(records: Sequence[Record]) -> list[dict[str, Any]]:
    """DNS records as JSON."""
    return [
        {
            "type": one.kind,
            "name": one.label,
            "value": one.value,
            "ttl": one.ttl,
            "preference": one.preference if one.kind == "MX" else None,
            "zone_line": one.zone_line,
        }
        for one in records
    ]
