"""A partner, links and invitations to test the rules with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from store.model.invitation import Invitation
from store.model.partner import Certified, Cloud, Partner
from tests.conftest import TODAY

OURS = "11111111-2222-4333-8444-555555555555"
THEIRS = "aaaaaaaa-2222-4333-8444-555555555555"
GRANULAR_PART = "/partners/invitation/granularAdminRelationships/"


def partner(cloud: Cloud = Cloud.WORLDWIDE, **fields: Any) -> Partner:
    """A certified partner in a cloud."""
    return Partner(
        **{
            "name": "Adatum Cloud Services",
            "tenant": OURS,
            "cloud": cloud,
            "contact": "Anna Lindqvist",
            "mail": "partners@adatum.example",
            "certified": Certified.YES,
            **fields,
        }
    )


def granular_link(number: int = 1, host: str = "admin.microsoft.com") -> str:
    """The link of a granular relationship; another number is another relationship."""
    return (
        f"https://{host}/AdminPortal/Home#{GRANULAR_PART}"
        f"{number:08x}-0000-4000-8000-000000000000-{OURS}"
    )


def ago(days: int) -> date:
    """The day so many days before today; negative days are still to come."""
    return TODAY - timedelta(days=days)


def event(what: str, on: date | None = TODAY, **more: Any) -> dict[str, Any]:
    """An event as it is stored."""
    return {"what": what, "on": on.isoformat() if on else "", **more}


def stored(*events: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An invitation as it is stored; dates may be given as dates."""
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
    }
    return {"customer": 1, "kind": "delegated", "events": list(events), **plain}


def invitation(*events: dict[str, Any], **fields: Any) -> Invitation:
    """An invitation as the rules read it."""
    return Invitation.from_document(fields.pop("id", 1), stored(*events, **fields))
