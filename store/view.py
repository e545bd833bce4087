"""What the desk knows at one moment: immutable, so that any thread may read it without waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from store.journal.line import Change
from store.journal.rows import Rows
from store.journal.state import Document
from store.journal.state import State as Tables
from store.model import document
from store.model.access import Level, Member
from store.model.consent import Consent, State, consent_of, state_of
from store.model.customer import Customer
from store.model.invitation import Invitation
from store.model.offer import Kind, Offer
from store.model.partner import Partner

if TYPE_CHECKING:
    # What is not needed for the first page is imported by whoever asks for it.
    from store.model.act import Act
    from store.model.group import Group
    from store.model.last_sync import LastSync
    from store.model.outgoing import Outgoing
    from store.model.relationship import Relationship
    from store.model.touch import Touch

PARTNER, CUSTOMERS, OFFERS, INVITATIONS, MEMBERS = (
    "partner",
    "customers",
    "offers",
    "invitations",
    "members",
)
RELATIONSHIPS, GROUPS, SYNC = "relationships", "groups", "sync"
"""What Microsoft said, as of the last sync."""
ACTS = "acts"
"""What was done on behalf of customers."""
OUTBOX, TOUCHES, ANSWERS = "outbox", "touches", "answers"
"""Letters on their way, what else was done to follow customers up, and which mails were read."""
MICROSOFT_ID, DOMAIN, NAME, LINK = "microsoft_id", "domain", "name", "link"
"""What documents are found by."""
_LOOKS = 6
"""How often a table is looked through before that is given up for a `Finder`'s keys."""


class Finder:
    """Who may go by a Microsoft ID, a domain, or a link of its own, without asking everybody.

    Shared by all views that follow each other. It only grows: what a document went by once stays
    a candidate, in whichever view, and whoever asks looks at the documents of its own view.
    Filling it takes as long as a few looks through the table, so it is filled only where there
    are more of them: opening a store costs nothing, and neither does a single command.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: dict[str, int] = {}
        self._keys: dict[str, int | set[int]] = {}  # nearly always one

    def candidates(self, tables: Tables, table: str, field: str, value: str) -> list[int]:
        """The documents of a table that have this (as `_goes_by` takes it), or once had it."""
        rows = tables.table(table)
        with self._lock:
            looks = self._looks[table] = self._looks.get(table, 0) + 1
            if looks <= _LOOKS:
                return _looked_up(rows, field, _folded(field, value))
            if looks == _LOOKS + 1:
                for key, found in rows.items():
                    self._add(table, key, found)
            keys = self._keys.get(_name(field, value), ())
            return [keys] if isinstance(keys, int) else list(keys)

    def add(self, table: str, key: int, *versions: Document | None) -> None:
        """Takes in a document that changes: what it goes by from now on, and did before."""
        with self._lock:
            for found in versions:
                if found:
                    self._add(table, key, found)

    def _add(self, table: str, key: int, found: Document) -> None:
        for name in _goes_by(table, found):
            keys = self._keys.setdefault(name, key)
            if isinstance(keys, set):
                keys.add(key)
            elif keys != key:
                self._keys[name] = {keys, key}


def _looked_up(rows: Rows[Document], field: str, folded: str) -> list[int]:
    return [
        key
        for key, found in rows.items()
        if isinstance(value := found.get(field), str) and _folded(field, value) == folded
    ]


def _goes_by(table: str, found: Document) -> list[str]:
    """What a document can be found by; a customer by its name only where it has nothing else."""
    if table == CUSTOMERS:
        return _having(found, MICROSOFT_ID, DOMAIN) or _having(found, NAME)
    if table == RELATIONSHIPS:
        return _having(found, MICROSOFT_ID)
    return _having(found, LINK) if found.get("granular") is True else []


def _having(found: Document, *fields: str) -> list[str]:
    return [
        _name(field, value)
        for field in fields
        if (value := found.get(field)) and isinstance(value, str)
    ]


def _name(field: str, value: str) -> str:
    return f"{field} {_folded(field, value)}"


def _folded(field: str, value: str) -> str:
    """What two values have in common that mean the same; links, the relationship."""
    if field != LINK:
        return value.casefold()
    from store.model import links

    return links.relationship(value) or value.casefold()


class View(NamedTuple):
    """The tables after change number `seq`, as the model reads them.

    `invitation_ids`, `relationship_ids`, `act_ids`, `letter_ids` and `touch_ids` find what a
    customer has, `customer_count` counts the customers that are not archived; all are kept up, so
    that they cost the same at any size.
    """

    seq: int = 0
    tables: Tables = Tables()
    invitation_ids: Rows[tuple[int, ...]] = Rows()
    customer_count: int = 0
    finder: Finder | None = None
    relationship_ids: Rows[tuple[int, ...]] = Rows()
    act_ids: Rows[tuple[int, ...]] = Rows()
    letter_ids: Rows[tuple[int, ...]] = Rows()
    touch_ids: Rows[tuple[int, ...]] = Rows()

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

    def customers_by(self, field: str, value: str) -> list[int]:
        """The customers with a Microsoft ID or domain, or with a name and neither of these.

        Upper and lower case are the same here, and so are ß and ss.
        """
        return self._by(CUSTOMERS, field, value)

    def invitations_by_link(self, link: str) -> list[int]:
        """The invitations with a link of their own, in any case."""
        return self._by(INVITATIONS, LINK, link)

    def _by(self, table: str, field: str, value: str) -> list[int]:
        rows, name = self.tables.table(table), _name(field, value)
        keys = (self.finder or Finder()).candidates(self.tables, table, field, value)
        return sorted(key for key in keys if key in rows and name in _goes_by(table, rows[key]))

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

    def relationships(self, customer: int) -> tuple[Relationship, ...]:
        """A customer's relationships as of the last sync, in the order they were found."""
        from store.model.relationship import Relationship

        rows = self.tables.table(RELATIONSHIPS)
        return tuple(
            Relationship.from_document(key, rows[key])
            for key in self.relationship_ids.get(customer, ())
        )

    def relationship(self, key: int) -> Relationship | None:
        """One relationship."""
        from store.model.relationship import Relationship

        found = self.tables.table(RELATIONSHIPS).get(key)
        return None if found is None else Relationship.from_document(key, found)

    def relationships_by_id(self, microsoft_id: str) -> list[int]:
        """The relationship with Microsoft's id."""
        return self._by(RELATIONSHIPS, MICROSOFT_ID, microsoft_id)

    def acts(self, customer: int) -> tuple[Act, ...]:
        """What was done on behalf of a customer, oldest first."""
        from store.model.act import Act

        rows = self.tables.table(ACTS)
        return tuple(Act.from_document(key, rows[key]) for key in self.act_ids.get(customer, ()))

    def open_acts(self, customer: int) -> tuple[Act, ...]:
        """Those of them whose end is not known, oldest first."""
        from store.model.act import ENDED, Act

        rows = self.tables.table(ACTS)
        keys = self.act_ids.get(customer, ())
        return tuple(
            Act.from_document(key, rows[key])
            for key in keys
            if rows[key].get("outcome") not in ENDED
        )

    def letters(self, customer: int) -> tuple[Outgoing, ...]:
        """The letters of the outbox to a customer, oldest first; those to nobody are of 0."""
        from store.model.outgoing import Outgoing

        rows = self.tables.table(OUTBOX)
        keys = self.letter_ids.get(customer, ())
        return tuple(Outgoing.from_document(key, rows[key]) for key in keys)

    def letter(self, key: int) -> Outgoing | None:
        """One letter of the outbox."""
        from store.model.outgoing import Outgoing

        found = self.tables.table(OUTBOX).get(key)
        return None if found is None else Outgoing.from_document(key, found)

    def touches(self, customer: int) -> tuple[Touch, ...]:
        """What else was done to follow a customer up, oldest first."""
        from store.model.touch import Touch

        rows = self.tables.table(TOUCHES)
        keys = self.touch_ids.get(customer, ())
        return tuple(Touch.from_document(key, rows[key]) for key in keys)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of ours that stand for a level, Full first."""
        from store.model.group import Group

        rows = self.tables.table(GROUPS).values()
        return tuple(sorted(map(Group.from_document, rows), key=lambda group: group.level))

    def group(self, level: Level) -> Group | None:
        """The group that stands for a level, if one was chosen."""
        return next((group for group in self.groups if group.level is level), None)

    @property
    def synced(self) -> LastSync:
        """The last sync."""
        from store.model.last_sync import LastSync

        return LastSync.from_document(self.tables.table(SYNC).get(1))

    def offer(self, kind: Kind, name: str = "") -> Offer:
        """The offer of a kind, the plain one or a named one; one that was never set is empty."""
        for key, found in self.tables.table(OFFERS).items():
            if document.text(found, "kind") == kind and (
                document.text(found, "name").casefold() == name.casefold()
            ):
                return Offer.from_document(key, found)
        return Offer(kind, name=name)

    def offers_of(self, kind: Kind) -> tuple[Offer, ...]:
        """The offers of a kind that there are: the plain one first, then those with a name."""
        named = (offer for offer in self.named_offers if offer.kind is kind)
        return (self.offer(kind), *named)

    @property
    def named_offers(self) -> tuple[Offer, ...]:
        """The offers of all kinds that have a name, by it."""
        rows = self.tables.table(OFFERS).items()
        found = (Offer.from_document(key, row) for key, row in rows if row.get("name"))
        return tuple(sorted(found, key=lambda offer: offer.name.casefold()))

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
        owned = {
            INVITATIONS: self.invitation_ids,
            RELATIONSHIPS: self.relationship_ids,
            ACTS: self.act_ids,
            OUTBOX: self.letter_ids,
            TOUCHES: self.touch_ids,
        }
        moved: dict[str, dict[int, set[int]]] = {table: {} for table in owned}
        count = self.customer_count
        finder = self.finder or Finder()
        for table, key in dict.fromkeys(touched):
            old, new = self.tables.table(table).get(key), state.table(table).get(key)
            if table in (CUSTOMERS, INVITATIONS, RELATIONSHIPS):
                finder.add(table, key, old, new)
            if table == CUSTOMERS:
                count += _counts(new) - _counts(old)
            elif table in owned:
                for found, there in ((old, False), (new, True)):
                    customer = document.number(found, "customer") if found else None
                    if customer is not None:
                        kept = moved[table].setdefault(
                            customer, set(owned[table].get(customer, ()))
                        )
                        (kept.add if there else kept.discard)(key)
        invitations, relationships, acts, letters, touches = (
            ids.after(
                {customer: tuple(sorted(keys)) or None for customer, keys in moved[table].items()}
            )
            for table, ids in owned.items()
        )
        return View(seq, state, invitations, count, finder, relationships, acts, letters, touches)


def view_of(seq: int, state: Tables) -> View:
    """The view of a whole state, for when it has just been read."""
    return View(
        seq,
        state,
        _by_customer(state.table(INVITATIONS)),
        sum(map(_counts, state.table(CUSTOMERS).values())),
        Finder(),
        _by_customer(state.table(RELATIONSHIPS)),
        _by_customer(state.table(ACTS)),
        _by_customer(state.table(OUTBOX)),
        _by_customer(state.table(TOUCHES)),
    )


def _by_customer(rows: Rows[Document]) -> Rows[tuple[int, ...]]:
    ids: dict[int, list[int]] = {}
    for key, found in rows.items():
        customer = document.number(found, "customer")
        if customer is not None:
            ids.setdefault(customer, []).append(key)
    return Rows((customer, tuple(sorted(keys))) for customer, keys in ids.items())


def touched(before: Tables, changes: Iterable[Change]) -> Iterator[tuple[str, int]]:
    """The documents that some changes touch; a dropped table touches all it had."""
    for change in changes:
        if change[0] == "drop":
            yield from ((change[1], key) for key in before.table(change[1]))
        else:
            yield change[1], change[2]


def _counts(found: Document | None) -> int:
    return int(found is not None and not found.get("archived"))
