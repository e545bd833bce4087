"""What has to be true of a desk and of Microsoft, whatever went wrong between them."""

from __future__ import annotations

from typing import Any

from store.desk import Desk
from store.model import links
from store.model.consent import State
from store.model.relationship import DRAFT, FINALISED, Relationship
from store.practice.cloud import Practice
from store.practice.relationships import PENDING
from store.view import INVITATIONS, RELATIONSHIPS
from tests.conftest import TODAY
from tests.microsoft import CONTOSO, FABRIKAM, TAILSPIN

ALPINE, WOODGROVE, LITWARE, PROSEWARE, ADVENTURE = (
    f"{number}0000000-2222-4333-8444-555555555555" for number in range(5, 10)
)
OLD = {
    ALPINE: "Alpine", WOODGROVE: "Woodgrove", LITWARE: "Litware", PROSEWARE: "Proseware",
    ADVENTURE: "Adventure",
}  # fmt: skip
"""Customers that have a relationship when the day begins."""
NEW = {"Contoso": CONTOSO, "Fabrikam": FABRIKAM, "Tailspin": ""}
"""Customers that get one, and what is known of their tenants."""
TENANTS = {**{name: tenant for tenant, name in OLD.items()}, **NEW, "Tailspin": TAILSPIN}


class Truth:
    """Compares a desk with a practice cloud; `believed` is what the desk believed last."""

    desk: Desk
    cloud: Practice
    believed: dict[str, State]

    def key(self, name: str) -> int:
        """The desk's number of a customer."""
        rows = self.desk.view.customers.items()
        return next(key for key, row in rows if row["name"] == name)

    def states(self) -> dict[str, State]:
        """What the desk believes, by the name of the customer."""
        return {name: self.desk.view.state(self.key(name), TODAY) for name in TENANTS}

    def of(self, tenant: str) -> list[Any]:
        """Microsoft's relationships with a tenant."""
        with self.cloud.lock:
            self.cloud.settle()
            return self.cloud.relationships_of(tenant)

    def made_for(self, name: str) -> list[Any]:
        """Microsoft's relationships that were made for a customer, whoever accepted them."""
        with self.cloud.lock:
            self.cloud.settle()
            return [one for one in self.cloud.relationships.values() if f"_{name}_" in one.name]

    def truth(self, name: str) -> State:
        """What a customer's consent is, as Microsoft has it and as far as we gave it."""
        found = self.made_for(name) if name in NEW else self.of(TENANTS[name])
        given = {
            links.relationship(invitation.link)
            for invitation in self.desk.view.invitations(self.key(name))
            if invitation.events
        }
        states = [_state(one) for one in found if one.status != PENDING or one.id.lower() in given]
        return min(states, key=_BEST.index, default=State.NOT_OFFERED)

    def wrong(self, *, synced: bool = False, also: frozenset[State] = frozenset()) -> list[str]:
        """What is not as it must be, whatever went wrong; after a sound sync all has to be known.

        `also` are states that Microsoft has claimed of some customer.
        """
        found = [
            f"{len(self.made_for(name))} relationships of {name}"
            for name in NEW
            if len(self.made_for(name)) > 1
        ]
        now = self.states()
        for name, state in now.items():
            allowed = {self.truth(name)} if synced else {self.truth(name), self.believed[name]}
            if not synced and State.ACTIVE in allowed:
                allowed.add(State.GRANTED)  # it may have become active since it was listed
            if state not in allowed | also:
                found.append(f"{name} is {state}, and not one of {sorted(allowed)}")
        with self.cloud.lock:
            found += self._wrong_rows() + self._wrong_links()
        self.believed = now
        return found + self._wrong_members(synced)

    def unfinished(self) -> list[str]:
        """What is missing once everything went on to its end."""
        found = [f"{name} has none" for name in NEW if not self.made_for(name)]
        for name in NEW:
            ready = [i for i in self.desk.view.invitations(self.key(name)) if i.link]
            if len(ready) != 1 or ready[0].preparing:
                found.append(f"{len(ready)} links of {name}")
        return found

    def _wrong_rows(self) -> list[str]:
        found, there = [], {one.id for one in self.cloud.relationships.values()}
        kept: set[str] = set()
        for key, row in self.desk.view.tables.table(RELATIONSHIPS).items():
            one = Relationship.from_document(key, row)
            if one.gone and one.microsoft_id in there:
                found.append(f"{one.name} is gone, and it is there")
            if one.microsoft_id in kept:
                found.append(f"{one.name} is kept twice")
            kept.add(one.microsoft_id)
            if one.microsoft_id in there and one.status not in ("", DRAFT):
                owner = self.desk.view.customer(one.customer) if one.customer else None
                tenant = self.cloud.relationships[one.microsoft_id].tenant
                if owner and tenant and owner.microsoft_id not in ("", tenant):
                    found.append(f"{one.name} is {owner.name}'s")
        return found

    def _wrong_links(self) -> list[str]:
        found: list[str] = []
        rows = self.desk.view.tables.table(INVITATIONS)
        there = {one.id.lower(): one for one in self.cloud.relationships.values()}
        for row in rows.values():
            if not row.get("granular"):
                continue
            owner = self.desk.view.customer(row["customer"])
            one = there.get(links.relationship(row["link"]))
            if one is None or owner is None:
                found.append(f"a link of {owner and owner.name} leads nowhere")
            elif one.status not in FINALISED:
                found.append(f"the link of {owner.name} leads to a draft")
            elif one.tenant and one.tenant != TENANTS[owner.name]:
                found.append(f"the link of {owner.name} is another's")
            elif owner.name in NEW and f"_{owner.name}_" not in one.name:
                found.append(f"the link of {owner.name} is {one.name}")
            if any(event.get("status") in ("gone", "lapsed") for event in row["events"]):
                found.append(f"the link of {owner and owner.name} was believed gone")
        return found

    def _wrong_members(self, synced: bool) -> list[str]:
        with self.cloud.lock:
            there = set(self.cloud.group("HelpdeskAgents").members)
        return [
            f"the group has {len(group.members)} members, and not {len(there)}"
            for group in self.desk.view.groups
            if not (group.gone and not synced)  # a 404 says so, and the next sync that it is back
            and {member.id for member in group.members} != there
        ]


_BEST = [
    State.ACTIVE, State.EXPIRING, State.GRANTED, State.WAITING, State.EXPIRED, State.TERMINATED,
    State.NOT_OFFERED,
]  # fmt: skip
_STATES = {
    "approvalPending": State.WAITING,
    "approved": State.GRANTED,
    "activating": State.GRANTED,
    "active": State.ACTIVE,
    "expiring": State.EXPIRED,
    "expired": State.EXPIRED,
    "terminationRequested": State.TERMINATED,
    "terminating": State.TERMINATED,
    "terminated": State.TERMINATED,
    "created": State.NOT_OFFERED,
}


def _state(one: Any) -> State:
    state = _STATES[one.status]
    if state is State.ACTIVE and not one.auto_extend and one.ends:
        return State.EXPIRING if (one.ends.date() - TODAY).days <= 30 else state
    return state
