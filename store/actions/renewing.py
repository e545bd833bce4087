"""What expires, in three lanes; `Run` does what of it is ours to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from store.actions.extending import Extended, Run
from store.model import document, links
from store.model.follow_up import waiting_in
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.model.relationship import ACTIVE, Relationship
from store.model.renewing import (
    AT_MICROSOFT,
    LANE_NAMES,
    STEP_NAMES,
    Lane,
    Renewing,
    Step,
    of_invitation,
    of_relationship,
)
from store.view import INVITATIONS, RELATIONSHIPS, View

__all__ = [
    "AT_MICROSOFT", "LANE_NAMES", "STEP_NAMES", "Extended", "Lane", "Renewing", "Run", "Step",
    "of_customer", "plan",
]  # fmt: skip


def plan(
    view: View, today: date, within: int | None = None, customers: Iterable[int] | None = None
) -> list[Renewing]:
    """What ends, or extends itself, within so many days (`None`: ever), soonest first.

    What ended in the last 30 days is among it. Archived customers are left out; `customers` are
    all where it is `None`.
    """
    if customers is None:
        made = [*_at_microsoft(view, today), *_by_hand(view, today)]
    else:
        made = [one for key in dict.fromkeys(customers) for one in of_customer(view, key, today)]
    if within is not None:
        made = [one for one in made if one.ends_within(within, today)]
    return sorted(made, key=lambda one: (one.ends, one.label.casefold(), one.customer, one.name))


def of_customer(view: View, customer: int, today: date) -> list[Renewing]:
    """The same of one customer, in no order; nothing of one that is archived."""
    if _is_archived(view, customer):
        return []
    relationships = view.relationships(customer)
    found = [of_relationship(it, relationships, today) for it in relationships]
    for invitation in view.invitations(customer):
        its = view.relationships_by_id(links.relationship(invitation.link))
        known = (view.relationship(key) for key in its)
        if invitation.granular and not any(it and not it.gone for it in known):
            found.append(_of_invitation(view, invitation, today))
    return [_asked(view, one, today) for one in found if one]


def _at_microsoft(view: View, today: date) -> Iterable[Renewing]:
    for key, row in view.tables.table(RELATIONSHIPS).items():
        customer = document.number(row, "customer") or 0
        if not row.get("ends") or _is_archived(view, customer):
            continue
        it = Relationship.from_document(key, row)
        others = view.relationships(customer) if customer else ()
        found = of_relationship(it, others, today)
        if found:
            yield _asked(view, found, today)


def _by_hand(view: View, today: date) -> Iterable[Renewing]:
    rows = view.tables.table(INVITATIONS)
    at_microsoft = {
        document.text(row, "microsoft_id").lower()
        for row in view.tables.table(RELATIONSHIPS).values()
        if not row.get("gone")
    }
    for key, row in rows.items():
        if row.get("granular") is not True:
            continue
        if links.relationship(document.text(row, "link")) in at_microsoft:
            continue
        if _is_archived(view, document.number(row, "customer") or 0):
            continue
        found = _of_invitation(view, Invitation.from_document(key, row), today)
        if found:
            yield _asked(view, found, today)


def _of_invitation(view: View, invitation: Invitation, today: date) -> Renewing | None:
    found = of_invitation(invitation, today)
    return found if found and not _is_replaced(view, found) else None


def _is_archived(view: View, customer: int) -> bool:
    return bool(view.customers.get(customer, {}).get("archived"))


def _is_replaced(view: View, it: Renewing) -> bool:
    """Whether a relationship at Microsoft outlasts a grant that was recorded by hand."""
    return any(
        other.status == ACTIVE
        and not other.gone
        and (other.auto_extend or other.ends is None or other.ends > it.ends)
        for other in view.relationships(it.customer)
    )


def _asked(view: View, it: Renewing, today: date) -> Renewing:
    """With the customer's name, and since when a new consent is waited for."""
    customer = view.customer(it.customer)
    it = it._replace(label=customer.label) if customer else it
    if it.step is not Step.ASK or not it.customer:
        return it
    waits = waiting_in(view.invitations(it.customer), (), (), today)
    # A trial or a purchase that is waited for asks for something else.
    asked = (one.since for one in waits if one.kind is Kind.DELEGATED)
    return it._replace(asked=max(asked, default=None))
