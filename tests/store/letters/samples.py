"""Letters of every kind, in every language, with every sort of link."""

from __future__ import annotations

from datetime import date
from typing import Any

from store.letters.compose import Letter, compose
from store.model.customer import LANGUAGES
from store.model.offer import Kind, Offer
from store.model.partner import Partner
from tests.store.model.samples import granular_link, invitation, partner

PASTED = "https://portal.office.com/partner/partnersignup.aspx?type=Trial&id=42&msppid=7"
MADE = date(2026, 9, 3)
"""The day on which a sample's granular link was finalised; 1 December is its last."""

LINKS = ("classic", "granular", "none")
EVERY = [(kind, language, link) for kind in Kind for language in LANGUAGES for link in LINKS]


def letter(
    kind: Kind = Kind.DELEGATED,
    language: str = "en",
    link: str = "classic",
    *,
    customer: str = "Contoso Ltd",
    own: dict[str, Any] | None = None,
    offer: dict[str, Any] | None = None,
    who: Partner | None = None,
) -> Letter:
    """A letter with a reusable link (`classic`), one of the customer's own, or none."""
    who = who or partner(tenant="" if link == "none" else partner().tenant)
    pasted = PASTED if link == "classic" and kind is not Kind.DELEGATED else ""
    mine = None
    if link == "granular":
        fields = {"kind": kind.value, "link": granular_link(), "granular": True, "made": MADE}
        mine = invitation(**{**fields, **(own or {})})
    made = Offer(kind, **{"link": pasted, "summary_id": "S-2026-1", **(offer or {})})
    return compose(made, who, language, customer=customer, invitation=mine)
