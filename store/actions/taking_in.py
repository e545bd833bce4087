"""Takes what Microsoft said into the tables: customers, relationships, what they mean for consent.

Nothing is guessed and nothing by hand is lost: what Microsoft says becomes one more event on the
invitation that it is about. What was not read stays as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from store.actions.customers import blank
from store.actions.invitations import new_invitation
from store.actions.learned import (
    MICROSOFT,
    Learned,
    as_document,
    assignments_as_documents,
    day_here,
    day_of,
    is_overtaken,
    tenant_id,
    words,
)
from store.model import document, links
from store.model.consent import State, consent_in, contradicts
from store.model.customer import Customer, is_domain
from store.model.invitation import Event, Invitation
from store.model.offer import Kind
from store.model.partner import Partner
from store.model.relationship import DRAFT, FINALISED, LIVE, PENDING
from store.view import INVITATIONS, RELATIONSHIPS
from store.work import Tables

if TYPE_CHECKING:
    from store.graph.facts import Assignment, Contract, Relationship

_WITH_END = frozenset({*LIVE, "expiring", "expired"})
_GONE = {
    State.WAITING: "lapsed",
    State.GRANTED: "gone",
    State.ACTIVE: "gone",
    State.EXPIRING: "gone",
    State.ELSEWHERE: "gone",
    State.UNKNOWN: "gone",
}
"""What becomes of an invitation, by its state, whose relationship Microsoft lists no more."""


class TakingIn:
    """One harvest on its way into the tables; `counts` says what it changed, by name.

    `host` is where the practice cloud's links lead.
    """

    def __init__(self, tables: Tables, learned: Learned, host: str = "") -> None:
        self.tables = tables
        self.learned = learned
        self.host = host
        self.counts: Counter[str] = Counter()
        self.partner = tables.view.partner
        self._customers: dict[int, Mapping[str, Any]] = dict(tables.view.customers.items())
        self._by_tenant = {
            tenant: key
            for key, row in self._customers.items()
            if (tenant := document.text(row, "microsoft_id"))
        }
        self._by_domain = {
            domain: key
            for key, row in self._customers.items()
            if (domain := document.text(row, "domain")) and not row.get("microsoft_id")
        }
        self._domains = {document.text(row, "domain") for row in self._customers.values()}
        self._contracts = {tenant_id(c.tenant): c for c in learned.contracts if tenant_id(c.tenant)}
        self._kept = {
            document.text(row, "microsoft_id"): key
            for key, row in tables.view.tables.table(RELATIONSHIPS).items()
        }
        self._invited: dict[str, list[int]] = {}
        self._prepared: dict[str, int] = {}
        for key, row in tables.view.tables.table(INVITATIONS).items():
            preparing = row.get("preparing")
            if isinstance(preparing, dict):
                self._prepared[document.text(preparing, "name")] = key
            elif row.get("granular") is True:
                relationship = links.relationship(document.text(row, "link"))
                self._invited.setdefault(relationship, []).append(key)
        self._new_invitations: list[dict[str, Any]] = []
        self._new_relationships: list[dict[str, Any]] = []

    def do(self) -> Counter[str]:
        """Takes everything in; returns what changed: names of changes, and how many there were."""
        self._adopt_tenants()
        self._add_customers()
        self._rename_customers()
        for fact in self.learned.relationships:
            if not self._is_overtaken(words(fact.id)):
                self._take_relationship(fact)
        if self.learned.all_relationships:
            self._mark_gone()
        if self._new_relationships:
            self.tables.relationships.insert_multiple(self._new_relationships)
        if self._new_invitations:
            self.tables.invitations.insert_multiple(self._new_invitations)
        return self.counts

    # -- customers ----------------------------------------------------------------------------

    def _adopt_tenants(self) -> None:
        """A customer that we know by its domain, or by our invitation, has this tenant."""
        for tenant, contract in self._contracts.items():
            key = self._by_domain.get(_domain(contract), 0)
            # Of two tenants with one domain, the first has it.
            if tenant not in self._by_tenant and self._may_be(key, tenant):
                self._adopt(key, tenant)
        for fact in self.learned.relationships:
            tenant = tenant_id(fact.tenant)
            if not tenant or tenant in self._by_tenant or fact.status not in LIVE:
                continue
            for key in self._invited.get(fact.id.lower(), ()):
                customer = self._customer_of(key)
                if self._may_be(customer, tenant):
                    self._adopt(customer, tenant)
                    break

    def _may_be(self, customer: int, tenant: str) -> bool:
        """Whether a tenant that accepted may be the customer that we asked, for all we know."""
        row = self._customers.get(customer)
        if row is None or row.get("microsoft_id"):
            return False
        contract, domain = self._contracts.get(tenant), document.text(row, "domain")
        return not (contract and domain and _domain(contract) != domain)

    def _adopt(self, key: int, tenant: str) -> None:
        self.tables.customers.update({"microsoft_id": tenant}, doc_ids=[key])
        self._customers[key] = {**self._customers[key], "microsoft_id": tenant}
        self._by_tenant[tenant] = key
        self.counts["recognised"] += 1

    def _add_customers(self) -> None:
        """Tenants that we administer, or asked to, and did not know."""
        names = {tenant_id(t.id): t.name for t in self.learned.tenants}
        for fact in self.learned.relationships:
            if fact.status in LIVE or fact.status == PENDING:
                names.setdefault(tenant_id(fact.tenant), fact.customer)
        for tenant, contract in self._contracts.items():
            names.setdefault(tenant, contract.name)
        fresh = [tenant for tenant in names if tenant and tenant not in self._by_tenant]
        rows = [self._new_customer(tenant, names[tenant]) for tenant in fresh]
        if rows:
            for key, row in zip(self.tables.customers.insert_multiple(rows), rows, strict=True):
                self._customers[key] = row
                self._by_tenant[row["microsoft_id"]] = key
            self.counts["customers"] += len(rows)

    def _new_customer(self, tenant: str, name: str) -> dict[str, Any]:
        contract = self._contracts.get(tenant)
        domain = _domain(contract) if contract else ""
        if not is_domain(domain) or domain in self._domains:
            domain = ""  # no two customers have one domain
        self._domains.add(domain)
        return {
            **blank(),
            "name": words(name) or tenant,
            "microsoft_id": tenant,
            "domain": domain,
            "relationship": words(contract.kind) if contract else "",
            "added": self.tables.today.isoformat(),
        }

    def _rename_customers(self) -> None:
        """What a customer calls itself today, where that is not what we call it."""
        for tenant in self.learned.tenants:
            key = self._by_tenant.get(tenant_id(tenant.id))
            row = self._customers.get(key or 0)
            if key is None or row is None or not words(tenant.name):
                continue
            name = words(tenant.name)
            now = "" if name.casefold() == document.text(row, "name").casefold() else name
            if now != document.text(row, "microsoft_name"):
                self.tables.customers.update({"microsoft_name": now}, doc_ids=[key])
                self.counts["renamed"] += bool(now)

    # -- relationships ------------------------------------------------------------------------

    def _is_overtaken(self, microsoft_id: str) -> bool:
        """Whether somebody else recorded something of a relationship since Microsoft was asked."""
        key = self._kept.get(microsoft_id)
        if key is None:
            return False
        row = self.tables.view.tables.table(RELATIONSHIPS)[key]
        return is_overtaken(self.learned, RELATIONSHIPS, key, row)

    def _take_relationship(self, fact: Relationship) -> None:
        tenant = tenant_id(fact.tenant)
        accepted_by = self._by_tenant.get(tenant, 0)
        asked = self._asked(fact)
        begun = self._prepared.get(fact.name)
        belongs_to = accepted_by or (self._customer_of(begun) if begun else 0)
        for key in asked:
            customer = self._customer_of(key)
            other = accepted_by if accepted_by != customer else 0
            belongs_to = belongs_to or customer
            self._report(key, fact, self._name(other) if other else "")
        if (
            accepted_by
            and fact.status != DRAFT
            and accepted_by not in map(self._customer_of, asked)
        ):
            self._found(accepted_by, fact)
            self.counts["elsewhere" if asked else "found"] += 1
        self._keep(fact, belongs_to)

    def _asked(self, fact: Relationship) -> list[int]:
        """The invitations that this relationship is of; one that was being made gets its link."""
        asked = list(self._invited.get(fact.id.lower(), ()))
        key = self._prepared.get(fact.name)
        if key is not None and not asked:
            if fact.status not in FINALISED:
                return []
            self.tables.invitations.update(
                made_ready(fact, self.partner, self.host, self.tables.today), doc_ids=[key]
            )
            asked = [key]
        return asked

    def _customer_of(self, invitation: int) -> int:
        row = self.tables.view.tables.table(INVITATIONS)[invitation]
        return document.number(row, "customer") or 0

    def _report(self, key: int, fact: Relationship, elsewhere: str) -> None:
        """Adds what Microsoft says to an invitation, where that is new."""
        row = self.tables.view.tables.table(INVITATIONS)[key]
        invitation = Invitation.from_document(key, row)
        changes: dict[str, Any] = {}
        if fact.days and fact.days != invitation.days:
            changes["days"] = fact.days
        if fact.auto_extend is not invitation.auto_extend:
            changes["auto_extend"] = fact.auto_extend
        if not invitation.is_of(self.partner):
            changes["partner"] = self.partner.tenant
        event = event_of(fact, self.tables, elsewhere)
        if not event["until"] and fact.status in _WITH_END:
            event["until"] = _until_now(row, event["status"])
        # A link that is ready and was given to nobody is not waited for yet.
        unsent = fact.status in (DRAFT, PENDING) and invitation.is_draft
        now = invitation._replace(
            days=changes.get("days", invitation.days), auto_extend=fact.auto_extend
        )
        said = Event.from_document(event)
        if not unsent and contradicts(now, said, self.tables.today):
            changes["events"] = [*document.listed(row, "events"), event]
            after = now._replace(events=(*now.events, said))
            today = self.tables.today
            self.counts["consents"] += (
                consent_in(invitation, today).state is not consent_in(after, today).state
            )
        if changes:
            self.tables.invitations.update(changes, doc_ids=[key])

    def _found(self, customer: int, fact: Relationship) -> None:
        """A relationship that nobody made here, or that another tenant accepted."""
        named = Customer.from_document(customer, self._customers[customer])
        self._new_invitations.append(
            {
                **new_invitation(named, Kind.DELEGATED, delegation=True),
                **_own_link(fact, self.partner, self.host, self.tables.today),
                "found": True,
                "events": [event_of(fact, self.tables)],
            }
        )

    def _keep(self, fact: Relationship, customer: int) -> None:
        made = as_document(fact) | {"customer": customer or None}
        if fact.id in self.learned.assignments:
            made["assignments"] = assignments_as_documents(self.learned.assignments[fact.id])
            made["assignments_of"] = version(fact)
        elif fact.status not in LIVE:
            made["assignments"] = []
        key = self._kept.get(made["microsoft_id"])
        if key is not None and not customer:
            del made["customer"]  # who it was is not unlearned
        if key is None:
            self._new_relationships.append({"seen": self.tables.today.isoformat(), **made})
            self.counts["relationships"] += 1
        else:
            self.counts["relationships"] += _update(self.tables, key, made)

    def _mark_gone(self) -> None:
        """What was listed before and is not any more; what had ended is forgotten in time."""
        rows = self.tables.view.tables.table(RELATIONSHIPS)
        for microsoft_id in self.learned.gone & self._kept.keys():
            key = self._kept[microsoft_id]
            row = rows[key]
            if row.get("gone") or self._is_overtaken(microsoft_id):
                continue
            self.tables.relationships.update({"gone": self.tables.today.isoformat()}, doc_ids=[key])
            self.counts["gone"] += 1
            for asked in self._invited.get(microsoft_id.lower(), ()):
                self._report_gone(asked)

    def _report_gone(self, key: int) -> None:
        """Nobody accepted what was waiting; of access that was given, no more is known.

        What had ended, and what was noted by hand about a refusal, stands.
        """
        row = self.tables.view.tables.table(INVITATIONS)[key]
        word = _GONE.get(consent_in(Invitation.from_document(key, row), self.tables.today).state)
        if word is None:
            return
        event = _event(self.tables, self.tables.today, word)
        events = [*document.listed(row, "events"), event]
        self.tables.invitations.update({"events": events}, doc_ids=[key])
        self.counts["consents"] += 1

    def _name(self, customer: int) -> str:
        return Customer.from_document(customer, self._customers[customer]).label


def _domain(contract: Contract) -> str:
    return contract.domain.strip().lower()


def _until_now(row: Mapping[str, Any], status: str) -> str:
    """The end that was reported with this status before; one that is missing now still holds."""
    for event in reversed(document.listed(row, "events")):
        if document.text(event, "status") == status:
            return document.text(event, "until")
    return ""


def keep_one(
    tables: Tables,
    fact: Relationship,
    customer: int,
    assignments: tuple[Assignment, ...] | None = None,
) -> None:
    """Keeps one relationship as it is now, without looking at anything else."""
    made = as_document(fact) | {"customer": customer or None}
    if assignments is not None:
        made["assignments"] = assignments_as_documents(assignments)
        made["assignments_of"] = version(fact)
    for key in tables.view.relationships_by_id(made["microsoft_id"]):
        _update(tables, key, made)
        return
    tables.relationships.insert({"seen": tables.today.isoformat(), **made})


def _update(tables: Tables, key: int, made: Mapping[str, Any]) -> bool:
    """Writes what differs; whether anything did."""
    row = tables.view.tables.table(RELATIONSHIPS)[key]
    changes = {name: value for name, value in made.items() if row.get(name) != value}
    if changes:
        tables.relationships.update(changes, doc_ids=[key])
    return bool(changes)


def version(fact: Relationship) -> str:
    """What changes whenever a relationship does."""
    return words(f"{fact.modified} {fact.etag}")


def made_ready(fact: Relationship, partner: Partner, host: str, today: date) -> dict[str, Any]:
    """The fields of an invitation whose relationship has been finalised."""
    return {**_own_link(fact, partner, host, today), "delegation": True, "preparing": None}


def _own_link(fact: Relationship, partner: Partner, host: str, today: date) -> dict[str, Any]:
    made = day_here(fact.modified if fact.status == PENDING else fact.created) or today
    return {
        "link": links.granular_link(partner.cloud, fact.id, host),
        "partner": partner.tenant,
        "granular": True,
        "made": min(made, today).isoformat(),
        "days": fact.days,
        "auto_extend": fact.auto_extend,
    }


def event_of(fact: Relationship, tables: Tables, elsewhere: str = "") -> dict[str, Any]:
    """What Microsoft says of a relationship, as an event of its invitation."""
    moment = fact.activated if fact.status in _WITH_END else fact.modified
    on = day_here(moment) or day_here(fact.created) or tables.today
    until = day_of(fact.ends) if fact.status in _WITH_END else None
    made = _event(tables, min(on, tables.today), words(fact.status))
    made["until"] = until.isoformat() if until else ""
    return made | ({"elsewhere": elsewhere} if elsewhere else {})


def _event(tables: Tables, on: date, status: str) -> dict[str, Any]:
    return {
        "what": "reported",
        "on": on.isoformat(),
        "at": tables.now,
        "by": MICROSOFT,
        "status": status,
    }
