"""What the desk knows at one moment: immutable, so that any thread may read it without waiting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from store.journal.line import Change
from store.journal.rows import Rows
from store.journal.state import Document
from store.journal.state import State as Tables
from store.model import document
from store.model.access import Member
from store.model.consent import Consent, Invitation, State, consent_of, state_of
from store.model.customer import Customer
from store.model.offer import Kind, Offer
from store.model.partner import Partner

PARTNER, CUSTOMERS, OFFERS, INVITATIONS, MEMBERS = (
    "partner",
    "customers",
    "offers",
    "invitations",
    "members",
)


class View(NamedTuple):
    """The tables after change number `seq`, as the model reads them.

    `invitation_ids` finds a customer's invitations, `customer_count` counts the customers that
    are not archived; both are kept up, so that they cost the same at any size.
    """

    seq: int = 0
    tables: Tables = Tables()
    invitation_ids: Rows[tuple[int, ...]] = Rows()
    customer_count: int = 0

    # -- what is recorded -------------------------------------------------------------------

    @property
    def partner(self) -> Partner:
        """Our own organisation."""
        return Partner.from_document(self.tables.table(PARTNER).get(1))

    @property
    def customers(self) -> Rows[Document]:
        """All customers as stored, the archived ones too."""
        return self.tables.table(CUSTOMERS)

    def customer(self, key: int) -> Customer | None:
        """One customer."""
        found = self.customers.get(key)
        return None if found is None else Customer.from_document(key, found)

    def invitations(self, customer: int) -> tuple[Invitation, ...]:
        """A customer's invitations, oldest first."""
        rows = self.tables.table(INVITATIONS)
        return tuple(
            Invitation.from_document(key, rows[key])
            for key in self.invitation_ids.get(customer, ())
        )

    def consent(self, customer: int, today: date) -> Consent:
        """Where a customer's consent stands."""
        return consent_of(self.invitations(customer), today)

    def state(self, customer: int, today: date) -> State:
        """The state of a customer's consent; the same as in `consent`, and quicker."""
        keys = self.invitation_ids.get(customer)
        if not keys:
            return State.NOT_OFFERED
        rows = self.tables.table(INVITATIONS)
        return state_of([rows[key] for key in keys], today)

    def offer(self, kind: Kind) -> Offer:
        """The offer of a kind; one that was never set is empty."""
        for key, found in self.tables.table(OFFERS).items():
            if document.text(found, "kind") == kind:
                return Offer.from_document(key, found)
        return Offer(kind)

    @property
    def members(self) -> tuple[Member, ...]:
        """The partner's own users, by name."""
        found = (Member.from_document(*item) for item in self.tables.table(MEMBERS).items())
        return tuple(sorted(found, key=lambda member: (member.name or member.upn).casefold()))

    def member(self, upn: str) -> Member | None:
        """The member with a UPN; upper and lower case are the same."""
        wanted = upn.casefold()
        return next((m for m in self.members if m.upn.casefold() == wanted), None)

    # -- following the journal --------------------------------------------------------------

    def after(self, seq: int, state: Tables, touched: Iterable[tuple[str, int]]) -> View:
        """The view of `state`, in which only the `touched` documents differ from this one."""
        invited: dict[int, set[int]] = {}
        count = self.customer_count
        for table, key in dict.fromkeys(touched):
            old, new = self.tables.table(table).get(key), state.table(table).get(key)
            if table == CUSTOMERS:
                count += _counts(new) - _counts(old)
            elif table == INVITATIONS:
                for found, there in ((old, False), (new, True)):
                    customer = document.number(found, "customer") if found else None
                    if customer is not None:
                        kept = invited.setdefault(
                            customer, set(self.invitation_ids.get(customer, ()))
                        )
                        (kept.add if there else kept.discard)(key)
        ids: dict[int, tuple[int, ...] | None] = {
            customer: tuple(sorted(keys)) or None for customer, keys in invited.items()
        }
        return View(seq, state, self.invitation_ids.after(ids), count)


def view_of(seq: int, state: Tables) -> View:
    """The view of a whole state, for when it has just been read."""
    ids: dict[int, list[int]] = {}
    for key, found in state.table(INVITATIONS).items():
        customer = document.number(found, "customer")
        if customer is not None:
            ids.setdefault(customer, []).append(key)
    return View(
        seq,
        state,
        Rows((customer, tuple(sorted(keys))) for customer, keys in ids.items()),
        sum(map(_counts, state.table(CUSTOMERS).values())),
    )


def touched(before: Tables, changes: Iterable[Change]) -> Iterator[tuple[str, int]]:
    """The documents that some changes touch; a dropped table touches all it had."""
    for change in changes:
        if change[0] == "drop":
            yield from ((change[1], key) for key in before.table(change[1]))
        else:
            yield change[1], change[2]


def _counts(found: Document | None) -> int:
    return int(found is not None and not found.get("archived"))
