"""What stories of following up share: customers who wait, and letters on their way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from store.actions import customers
from store.actions.invitations import new_invitation
from store.desk import Desk
from store.message import Message, msg
from store.model.customer import Customer
from store.model.offer import Kind
from store.model.outgoing import Stage, What
from store.work import Tables
from tests.tui.driver import Driver


def add(desk: Desk, *names: str) -> list[int]:
    """Adds customers; returns their numbers."""
    made: list[int] = []

    def work(tables: Tables) -> Message:
        made.extend(
            tables.customers.insert_multiple({**customers.blank(), "name": name} for name in names)
        )
        return msg("Added customers.")

    desk.transaction("test", work)
    return made


def give(
    desk: Desk,
    keys: list[int],
    *,
    days: int,
    granular: bool = False,
    kind: Kind = Kind.DELEGATED,
    offer: str = "",
) -> None:
    """Gives customers an offer so many days ago; a granular link was made on that day."""

    def work(tables: Tables) -> Message:
        given = tables.today - timedelta(days)
        for key in keys:
            customer = Customer.from_document(key, tables.view.customers[key])
            made: dict[str, Any] = {
                **new_invitation(customer, kind, delegation=True),
                "offer": offer,
            }
            if granular:
                made |= {"granular": True, "made": given.isoformat(), "days": 730,
                         "link": f"https://admin.microsoft.com/{key}"}  # fmt: skip
            event = {"what": "given", "on": given.isoformat(), "how": "mailed", "by": "anna",
                     "at": f"{given.isoformat()}T09:00:00Z"}  # fmt: skip
            tables.invitations.insert({**made, "events": [event]})
        return msg("Gave the offer.")

    desk.transaction("test", work)


def letter(
    desk: Desk,
    customer: int,
    stage: Stage,
    *,
    what: What = What.REMINDER,
    on: date | None = None,
    on_day: date | None = None,
    **more: Any,
) -> None:
    """Puts a letter into the outbox, as far as it is; `on_day` is the desk's own day."""

    def work(tables: Tables) -> Message:
        at = f"{(on or tables.today).isoformat()}T10:00:00Z"
        if on_day:
            more["on"] = on_day.isoformat()
        tables.outbox.insert(
            {"customer": customer, "what": what.value, "to": "it@contoso.example",
             "stage": stage.value, "kind": Kind.DELEGATED.value, "message_id": "<a@adatum.example>",
             "at": at, "queued_at": at, "by": "anna", **more}
        )  # fmt: skip
        return msg("Queued a letter.")

    desk.transaction("test", work)


async def follow_up(operator: Driver) -> None:
    """Goes to Follow-up and waits until its rows are there."""
    await operator.press("4")
    await operator.at("follow-up")
    await operator.sees("Dashboard › Follow-up")
    await operator.until(lambda: "Looking who waits" not in operator.on_screen)
