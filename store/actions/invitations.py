"""Invitations as documents: what a new one is made of, and which one a letter is about."""

from __future__ import annotations

from datetime import date
from typing import Any

from store.model.consent import How, Invitation, State, consent_in
from store.model.customer import Customer
from store.model.offer import Kind
from store.view import View


def new_invitation(customer: Customer, kind: Kind, *, delegation: bool) -> dict[str, Any]:
    """The document of an invitation that nobody got yet."""
    return {
        "customer": customer.id,
        "kind": kind.value,
        "delegation": delegation,
        "language": customer.language,
        "link": "",
        "granular": False,
        "made": "",
        "days": None,
        "auto_extend": False,
        "events": [],
    }


def earlier_invitation(customer: Customer, answer: dict[str, Any]) -> dict[str, Any]:
    """An invitation that was given outside this desk, for an answer that is recorded here."""
    given = {
        **{name: answer[name] for name in ("on", "at", "by")},
        "what": "given",
        "how": How.EARLIER.value,
    }
    return {
        **new_invitation(customer, Kind.DELEGATED, delegation=True),
        "events": [given, answer],
    }


def current_invitation(view: View, customer: int, kind: Kind, today: date) -> Invitation | None:
    """The invitation that a letter to this customer would be about: a draft, or one waiting.

    Neither is a draft once its link can no longer be answered.
    """
    found = [i for i in view.invitations(customer) if i.kind is kind]
    for invitation in reversed(found):
        if invitation.is_draft:
            if not invitation.answer_by or today <= invitation.answer_by:
                return invitation
        elif consent_in(invitation, today).state is State.WAITING:
            return invitation
    return None
