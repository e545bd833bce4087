"""What making a relationship would do for one customer, and why not."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from store.message import N_, Message, msg
from store.model import links, naming
from store.model.consent import State, consent_in
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind
from store.model.relationship import Relationship
from store.model.roles import Bundle
from store.model.template import Template
from store.view import View

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
    be known. `invitation` is the one that was begun, whether it can go on or not.
    """

    customer: int
    label: str
    step: Step
    name: str = ""
    tenant: str = ""
    why: Message | None = None
    invitation: int = 0


def under_way(view: View, customer: int) -> Invitation | None:
    """The invitation of a customer whose relationship was begun and not finished."""
    return next((i for i in view.invitations(customer) if i.preparing and i.is_draft), None)


def why_not_continued(view: View, invitation: Invitation) -> Message | None:
    """Why what was begun cannot go on as things are now, if so."""
    preparing, customer = invitation.preparing, view.customer(invitation.customer)
    if preparing is None:
        return msg("It is no longer planned.")
    if customer is None:
        return msg("This customer is no longer there.")
    if customer.archived:
        return msg("It is archived.")
    if not preparing.is_of(view.partner):
        return msg(
            "It was begun as another partner, or in another cloud: {tenant}.",
            tenant=preparing.partner,
        )
    known = customer.microsoft_id
    if preparing.tenant and known and preparing.tenant != known:
        return msg("It was begun for another Microsoft ID ({tenant}).", tenant=preparing.tenant)
    return None


class Planner:
    """Says for one customer after the other what would be done."""

    def __init__(self, view: View, template: Template, today: date, again: bool) -> None:
        self.view = view
        self.template = template
        self.bundle = template.roles(view.partner.limited_as)
        self._today = today
        self._again = again

    def line(self, customer: Customer) -> Planned:
        """One line of the plan; one that makes something has no name yet."""
        key, label = customer.id, customer.label
        begun = under_way(self.view, key)
        if begun and begun.preparing:
            why = why_not_continued(self.view, begun)
            step = Step.REFUSED if why else Step.CONTINUE
            preparing = begun.preparing
            return Planned(
                key, label, step, preparing.name, preparing.tenant,
                why or self._how_it_goes_on(begun), begun.id,
            )  # fmt: skip
        if customer.archived:
            return Planned(key, label, Step.REFUSED, why=msg("It is archived."))
        why = None if self._again else self._why_not_again(key)
        if why:
            return Planned(key, label, Step.REFUSED, why=why)
        note = None
        if not customer.microsoft_id:
            note = msg(
                "Its Microsoft ID is not known: whoever accepts the link first is the customer."
            )
        return Planned(key, label, Step.MAKE, "", customer.microsoft_id, note)

    def name(self, customer: Customer, token: str) -> str:
        """What a customer's relationship would be called."""
        return naming.name_for(
            self.template.pattern,
            partner=self.view.partner.name,
            customer=customer.name,
            domain=customer.domain,
            level=self.template.level.value or "roles",
            day=self._today,
            token=token,
        )

    def _how_it_goes_on(self, begun: Invitation) -> Message:
        roles = begun.preparing.roles if begun.preparing else ()
        wanted = (self.bundle.roles, self.template.days, self.template.auto_extend)
        if (roles, begun.days, begun.auto_extend) == wanted:
            return msg("It was begun and not finished.")
        return msg(
            "It was begun with other choices and goes on with them: {roles}, {days} days.",
            roles=", ".join(Bundle(roles).names),
            days=begun.days or 0,
        )

    def _why_not_again(self, customer: int) -> Message | None:
        """What the customer has already that makes another relationship needless."""
        view, today = self.view, self._today
        for invitation in view.invitations(customer):
            if not invitation.granular or invitation.kind is not Kind.DELEGATED:
                continue
            if links.why_not(invitation.link, view.partner) or not invitation.is_of(view.partner):
                continue  # of another cloud or tenant, from before the partner changed
            by = invitation.answer_by.isoformat() if invitation.answer_by else "?"
            if invitation.is_draft and invitation.answer_by and today <= invitation.answer_by:
                return msg("Its own link is ready until {day}: give it.", day=by)
            if consent_in(invitation, today).state is State.WAITING:
                return msg("Its own link is waiting until {day}.", day=by)
        for relationship in view.relationships(customer):
            if self._lasts(relationship) and set(self.bundle.roles) <= set(relationship.roles):
                return msg("It granted these roles already, in {name}.", name=relationship.name)
        return None

    def _lasts(self, relationship: Relationship) -> bool:
        if not relationship.is_live:
            return False
        ends = relationship.ends
        return relationship.auto_extend or ends is None or (ends - self._today).days > _SOON
