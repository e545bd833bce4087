"""What became of one trial invitation or purchase offer, over all customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from store.model import document
from store.model.consent import State, consent_in
from store.model.invitation import Invitation
from store.model.offer import Offer
from store.view import INVITATIONS, View

_ARCHIVED = {"archived": "?"}
_GRANTED = frozenset({State.ACTIVE, State.EXPIRING, State.GRANTED})


class Outcomes(NamedTuple):
    """How many customers were given an offer, and what they answered to it last.

    `waiting` are those who have not answered, by their number.
    """

    given: int
    granted: int
    without: int
    declined: int
    waiting: frozenset[int]

    @property
    def took(self) -> int:
        """How many took what was offered, whatever they said to delegation."""
        return self.granted + self.without


def outcomes(view: View, offer: Offer, today: date) -> Outcomes:
    """Counts the customers that were given an offer by what they answered to it."""
    last = {i.customer: consent_in(i, today).state for i in _given(view, offer)}
    counts = Counter(last.values())
    return Outcomes(
        len(last),
        sum(counts[state] for state in _GRANTED),
        counts[State.WITHOUT],
        counts[State.DECLINED],
        frozenset(key for key, state in last.items() if state is State.WAITING),
    )


def given_to(view: View, offer: Offer) -> frozenset[int]:
    """The customers that were given an offer."""
    return frozenset(invitation.customer for invitation in _given(view, offer))


def _given(view: View, offer: Offer) -> Iterator[Invitation]:
    """The invitations that were given with an offer, oldest first, of customers on the lists."""
    name = offer.name.casefold()
    for key, row in view.tables.table(INVITATIONS).items():
        if row.get("kind") != offer.kind.value or not row.get("events"):
            continue
        if document.text(row, "offer").casefold() != name:
            continue
        invitation = Invitation.from_document(key, row)
        if not view.customers.get(invitation.customer, _ARCHIVED).get("archived"):
            yield invitation
