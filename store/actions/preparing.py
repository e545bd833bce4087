"""An offer becomes a relationship: the plan, per customer, and what is recorded before anything.

Each customer's invitation is written down with the name that its relationship will have, before
Microsoft hears of it. The name is nobody else's, so whatever happens on the way, the relationship
can be found again by it, and is never made twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.actions.invitations import new_invitation
from store.actions.offers import forbidden, unready
from store.desk import Desk, Receipt
from store.errors import NotAllowed
from store.message import N_, Message, msg, nmsg
from store.model import naming
from store.model.consent import State, consent_in
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.model.partner import Cloud
from store.model.relationship import ACTIVE
from store.model.roles import Bundle
from store.model.template import Template
from store.operator import Operator
from store.view import View
from store.work import Tables

_SOON = 90
"""Days before its end from which an access may be asked for anew."""


class Step(StrEnum):
    """What a plan does for a customer."""

    MAKE = "make"
    CONTINUE = "continue"
    REFUSED = "refused"


STEP_NAMES = {
    Step.MAKE: N_("make"),
    Step.CONTINUE: N_("continue"),
    Step.REFUSED: N_("refused"),
}


class Planned(NamedTuple):
    """One customer's line of a plan.

    `name` is what the relationship will be called, `why` says why it is refused, or what else is to
    be known. `invitation` is the one that is continued.
    """

    customer: int
    label: str
    step: Step
    name: str = ""
    tenant: str = ""
    why: Message | None = None
    invitation: int = 0


class Plan(NamedTuple):
    """What would be made, before anything is."""

    template: Template
    bundle: Bundle
    lines: tuple[Planned, ...]

    def of(self, step: Step) -> list[Planned]:
        """The lines of one step."""
        return [line for line in self.lines if line.step is step]

    @property
    def todo(self) -> list[Planned]:
        """The lines that would be carried out."""
        return [line for line in self.lines if line.step is not Step.REFUSED]


def plan(
    view: View,
    operator: Operator,
    customers: Iterable[int],
    template: Template,
    today: date,
    *,
    again: bool = False,
) -> Plan:
    """What making a relationship for each of some customers would do.

    `again` makes a new one also where a link is still waiting. Raises `NotAllowed` where nothing
    can be made at all, and `BadInput` for a template that Microsoft would refuse.
    """
    partner = view.partner
    reason = why_none(view, operator)
    if reason:
        raise NotAllowed(msg("No relationship can be made: {reason}", reason=reason))
    template = template.checked(partner.limited_as)
    bundle = template.roles(partner.limited_as)
    lines = []
    for key in dict.fromkeys(customers):
        customer = view.customer(key)
        if customer is None:
            continue
        lines.append(_line(view, customer, template, bundle, today, again))
    return Plan(template, bundle, tuple(lines))


def why_none(view: View, operator: Operator) -> Message | None:
    """Why no relationship can be made for anybody, if so."""
    reason = forbidden(view, Kind.DELEGATED, operator) or unready(view, Kind.DELEGATED)
    if reason is None and view.partner.cloud is Cloud.CHINA:
        reason = msg(
            "Office 365 operated by 21Vianet has no granular relationships. Offer the classic way."
        )
    return reason


def _line(
    view: View, customer: Customer, template: Template, bundle: Bundle, today: date, again: bool
) -> Planned:
    label = customer.label
    if customer.archived:
        return Planned(customer.id, label, Step.REFUSED, why=msg("It is archived."))
    started = under_way(view, customer.id)
    if started and started.preparing:
        return Planned(
            customer.id, label, Step.CONTINUE, started.preparing.name, started.preparing.tenant,
            msg("It was begun and not finished."), started.id,
        )  # fmt: skip
    why = None if again else _why_not_again(view, customer.id, bundle, today)
    if why:
        return Planned(customer.id, label, Step.REFUSED, why=why)
    name = naming.name_for(
        template.pattern,
        partner=view.partner.name,
        customer=customer.name,
        domain=customer.domain,
        level=template.level.value or "roles",
        day=today,
        token=naming.token(),
    )
    note = None
    if not customer.microsoft_id:
        note = msg("Its Microsoft ID is not known: whoever accepts the link first is the customer.")
    return Planned(customer.id, label, Step.MAKE, name, customer.microsoft_id, note)


def under_way(view: View, customer: int) -> Invitation | None:
    """The invitation of a customer whose relationship was begun and not finished."""
    return next((i for i in view.invitations(customer) if i.preparing and i.is_draft), None)


def _why_not_again(view: View, customer: int, bundle: Bundle, today: date) -> Message | None:
    """What the customer has already that makes another relationship needless."""
    for invitation in view.invitations(customer):
        if not invitation.granular or invitation.kind is not Kind.DELEGATED:
            continue
        by = invitation.answer_by.isoformat() if invitation.answer_by else "?"
        if invitation.is_draft and invitation.answer_by and today <= invitation.answer_by:
            return msg("A link of its own is ready, until {day}: give it.", day=by)
        if consent_in(invitation, today).state is State.WAITING:
            return msg("A link of its own is waiting for an answer until {day}.", day=by)
    for relationship in view.relationships(customer):
        if relationship.status != ACTIVE or relationship.gone:
            continue
        lasting = relationship.auto_extend or (
            relationship.ends is None or (relationship.ends - today).days > _SOON
        )
        if lasting and set(bundle.roles) <= set(relationship.roles):
            return msg("It granted these roles already, in {name}.", name=relationship.name)
    return None


def record(desk: Desk, made: Plan) -> tuple[Receipt, list[int]]:
    """Writes a plan down, before anything is asked of Microsoft; returns the invitations of it.

    Where somebody else began with a customer in the meantime, that one's is continued.
    """
    keys: list[int] = []

    def work(tables: Tables) -> Message:
        keys.clear()
        fresh = 0
        for line in made.todo:
            begun = under_way(tables.view, line.customer)
            customer = tables.view.customer(line.customer)
            if customer is None:
                continue
            if begun:
                keys.append(begun.id)
                continue
            fresh += 1
            keys.append(
                tables.invitations.insert(
                    {
                        **new_invitation(customer, Kind.DELEGATED, delegation=True),
                        "days": made.template.days,
                        "auto_extend": made.template.auto_extend,
                        "preparing": {
                            "name": line.name,
                            "roles": list(made.bundle.roles),
                            "relationship": "",
                            "tenant": line.tenant,
                        },
                    }
                )
            )
        return nmsg(
            "Planned {count} relationship.", "Planned {count} relationships.", fresh
        )  # fmt: skip

    return desk.transaction("offers.plan", work), keys
