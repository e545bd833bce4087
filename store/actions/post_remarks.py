"""What to know of letters before they go: of their links, templates, and whom they are for."""

from __future__ import annotations

from collections import Counter
from datetime import date

from store.actions.follow_up import waiting_of
from store.actions.letters import Copy
from store.message import Message, msg, nmsg
from store.model.consent import RANK, STATE_NAMES, State
from store.model.customer import Customer
from store.model.follow_up import AGES
from store.model.letter_link import way_to_own_link, what_microsoft_offers
from store.model.offer import Kind
from store.model.outgoing import What
from store.model.partner import Cloud
from store.view import View

_SAID_OF = {
    What.OFFER: frozenset(
        {State.ACTIVE, State.EXPIRING, State.GRANTED, State.WAITING, State.UNKNOWN, State.ELSEWHERE,
         State.WITHOUT, State.DECLINED}
    ),
    What.REMINDER: frozenset({State.ACTIVE, State.EXPIRING, State.GRANTED}),
}  # fmt: skip
"""The states in which somebody may not expect such a letter."""


class Remarks:
    """Hears of each letter that would be sent, and says what is remarkable of them all."""

    def __init__(self, view: View, what: What, kind: Kind, offer: str, today: date) -> None:
        self._view = view
        self._what = what
        self._offer = view.offer(Kind.DELEGATED if what is What.RENEWAL else kind, offer)
        self._today = today
        self._dead = 0
        self._lately = 0
        self._states: Counter[State] = Counter()
        self._once: dict[str, Message] = {}

    def hear(self, customer: Customer, copy: Copy) -> None:
        """One more letter."""
        for remark in copy.letter.remarks:
            self._once.setdefault(str(remark), remark)
        if self._what is What.RECORD:
            return
        nowhere = what_microsoft_offers(copy.letter.link, self._offer, self._view.partner)
        if nowhere and self._view.partner.cloud is Cloud.PRACTICE:
            self._once.setdefault(str(nowhere), nowhere)
        elif nowhere:
            self._dead += 1
        if self._what is What.RENEWAL:
            return
        if self._is_young(customer.id):
            self._lately += 1
        elif self._offer.delegation:
            state = self._view.state(customer.id, self._today)
            if state in _SAID_OF.get(self._what, ()):
                self._states[state] += 1

    def _is_young(self, customer: int) -> bool:
        """Whether it waits, and nobody would be reminded of it yet."""
        name = "" if self._offer.kind is Kind.DELEGATED else self._offer.name.casefold()
        return any(
            waits.kind is self._offer.kind
            and (waits.kind is Kind.DELEGATED or waits.offer.casefold() == name)
            and waits.day < AGES[0]
            for waits in waiting_of(self._view, customer, self._today)
        )

    def said(self) -> tuple[Message, ...]:
        """The remarks, what is worst first."""
        found = list(self._once.values())
        if self._dead:
            found.insert(0, self._of_links())
        for state in sorted(self._states, key=lambda it: RANK[it]):
            found.append(
                nmsg(
                    "{count} of these customers is in the state “{state}” already.",
                    "{count} of these customers are in the state “{state}” already.",
                    self._states[state],
                    state=msg(STATE_NAMES[state]),
                )
            )
        if self._lately:
            found.append(
                nmsg(
                    "{count} of these customers was given it less than {days} days ago.",
                    "{count} of these customers were given it less than {days} days ago.",
                    self._lately,
                    days=AGES[0],
                )
            )
        return tuple(found)

    def _of_links(self) -> Message:
        return nmsg(
            "{count} of these letters has the reusable link, by which Microsoft gives no new "
            "access since 2023. Make a link of its own first: {way}.",
            "{count} of these letters have the reusable link, by which Microsoft gives no new "
            "access since 2023. Make links of their own first: {way}.",
            self._dead,
            way=way_to_own_link(self._view.partner),
        )
