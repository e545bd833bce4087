"""The practice cloud's state: tenants, relationships, the registered app, the clock."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from store.errors import NotAllowed, NotFound
from store.message import msg
from store.practice import population, relationships, rules
from store.practice.clock import Clock, Schedule
from store.practice.faults import Faults
from store.practice.life import Life
from store.practice.mailed import Mailed
from store.practice.registration import CLIENT_ID, EVERYTHING, Registration
from store.practice.relationships import Relationship
from store.practice.tenants import Group, Tenant, User
from store.practice.tokens import Caller, Tokens

ADMIN_AGENTS = "AdminAgents"
HELPDESK_AGENTS = "HelpdeskAgents"
AGENT_GROUPS = (ADMIN_AGENTS, HELPDESK_AGENTS, "SalesAgents")
_LOG_LIMIT = 50_000


class Call(NamedTuple):
    """One call that was answered; neither tokens nor bodies. `user` is a UPN, "" for nobody."""

    method: str
    path: str
    status: int
    at: datetime
    user: str = ""


class Practice:
    """A Microsoft cloud with one partner and its customers.

    Whoever reads or changes it holds `lock`; all methods here take it themselves. `delay` is how
    long anything asynchronous takes, `group_ids` the ids of Partner Center's groups by name.
    Switches for tests: `page_limit` (the largest page), `lock_after` (finalising a younger draft is
    refused with 405), `blocked_device_code`, `broken_groups` (assignments to these fail), `china`
    (no granular API, no reset by method),
    `failing_resets` (every reset by method fails in the end), `limited_role` (what HelpdeskAgents
    act as by classic delegation; AdminAgents act as global administrators).
    """

    def __init__(
        self,
        *,
        partner_tenant: str,
        partner_name: str,
        clock: Clock | None = None,
        partner_domain: str = "adatum.example",
        delay: timedelta = timedelta(0),
        client_id: str = CLIENT_ID,
        seed: int = 1,
        group_ids: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock or Clock()
        self.schedule = Schedule()
        self.delay = delay
        self.host = "localhost:8443"
        self.page_limit = 300
        self.lock_after = timedelta(0)
        self.blocked_device_code = False
        self.china = False
        self.broken_groups: set[str] = set()
        self.failing_resets = False
        self.limited_role = rules.HELPDESK
        self.faults = Faults()
        self.log: list[Call] = []
        self.partner = Tenant(partner_tenant.lower(), partner_name, partner_domain)
        self.customers: dict[str, Tenant] = {}
        self.relationships: dict[str, Relationship] = {}
        self.mailbox: list[Mailed] = []
        self.app = Registration(client_id, self.partner.id)
        self.tokens = Tokens(self)
        self.life = Life(self)
        self._names: set[str] = set()
        self._count = 0
        self._random = random.Random(seed)
        self.app.consent(self.partner.id)
        population.domains(self.partner, partner_domain)
        for name in AGENT_GROUPS:
            self.add_group(name, key=group_ids.get(name, ""))

    # -- small things -----------------------------------------------------------------------

    def new_id(self) -> str:
        """A GUID; the same ones in the same order for the same seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def settle(self) -> datetime:
        """Lets everything that is due happen; returns the time."""
        now = self.clock.now()
        self.schedule.run(now)
        return now

    def note(self, call: Call) -> None:
        """Keeps what was asked and answered."""
        self.log.append(call)
        if len(self.log) > _LOG_LIMIT:
            del self.log[: _LOG_LIMIT // 2]

    def tenant(self, key: str) -> Tenant | None:
        """The partner's tenant or a customer's."""
        wanted = key.lower()
        return self.partner if wanted == self.partner.id else self.customers.get(wanted)

    # -- our own people ---------------------------------------------------------------------

    def add_member(
        self,
        upn: str,
        name: str,
        *,
        admin_agent: bool = True,
        guest: bool = False,
        enabled: bool = True,
        roles: Iterable[str] | None = None,
    ) -> str:
        """Adds somebody to the partner's tenant; returns the id.

        `roles` are directory roles at home; an Admin agent may manage groups unless told otherwise.
        """
        with self.lock:
            held = roles if roles is not None else (rules.GROUPS,) if admin_agent else ()
            user = User(
                self.new_id(), upn, name, self.clock.now(), enabled=enabled, guest=guest, roles=held
            )
            self.partner.users[user.id] = user
            if admin_agent:
                self.group(ADMIN_AGENTS).members[user.id] = None
            return user.id

    def add_group(self, name: str, members: Iterable[str] = (), *, key: str = "") -> str:
        """Adds a security group to the partner's tenant; returns the id."""
        with self.lock:
            group = Group(key or self.new_id(), name, self.clock.now())
            group.members.update(dict.fromkeys(members))
            self.partner.groups[group.id] = group
            return group.id

    def group(self, name: str) -> Group:
        """A group of the partner's by name; raises `KeyError`."""
        for group in self.partner.groups.values():
            if group.name == name:
                return group
        raise KeyError(name)

    def is_admin_agent(self, user: str) -> bool:
        """Whether a member is an Admin agent."""
        return any(
            user in group.members
            for group in self.partner.groups.values()
            if group.name == ADMIN_AGENTS
        )

    # -- customers --------------------------------------------------------------------------

    def add_customer(
        self, tenant: str, name: str, domain: str, *, contract: str = "BreadthPartner"
    ) -> None:
        """Adds a customer's tenant with a small population; an empty `contract` is a stranger."""
        with self.lock:
            added = Tenant(tenant.lower(), name, domain, contract)
            added.contract_id = self.new_id()
            population.settle(self, added, domain)
            self.customers[added.id] = added
            self.app.consent(added.id)

    def delegate(self, tenant: str, *, delegated: bool = True) -> None:
        """The customer accepts a classic offer, or takes that back."""
        with self.lock:
            self.customers[tenant.lower()].dap = delegated

    def rename(self, tenant: str, name: str) -> None:
        """The customer calls itself something else; contracts keep the old name."""
        with self.lock:
            customer = self.customers[tenant.lower()]
            customer.name = name
            now = self.settle()
            for found in self.relationships.values():
                if found.tenant == customer.id and found.customer:
                    found.customer = name
                    found.changed(now)

    def set_dns(self, tenant: str, domain: str, *, visible: bool = True) -> None:
        """Lets the record of a domain be seen in DNS, or not."""
        with self.lock:
            self.customers[tenant.lower()].domains[domain.lower()].dns = visible

    def roles_at(self, member: str, tenant: str) -> frozenset[str]:
        """The roles that a member has in a customer's tenant today."""
        with self.lock:
            self.settle()
            return rules.roles_at(self, member, tenant.lower())

    def may_enter(self, member: str, tenant: str) -> bool:
        """Whether a member gets into a tenant at all."""
        user = self.partner.users.get(member)
        if user is None or not user.enabled:
            return False
        return tenant.lower() == self.partner.id or bool(self.roles_at(member, tenant))

    # -- relationships ----------------------------------------------------------------------

    def approval_link(self, relationship_id: str) -> str:
        """The address that the customer is given."""
        return (
            f"https://{self.host}/AdminPortal/Home"
            f"#/partners/invitation/granularAdminRelationships/{relationship_id}"
        )

    def relationships_of(self, tenant: str) -> list[Relationship]:
        """The relationships of one customer, whatever their state."""
        return [found for found in self.relationships.values() if found.tenant == tenant]

    def name_taken(self, name: str) -> bool:
        """Whether any relationship of the partner's, whatever its state, is called so."""
        return name.casefold() in self._names

    def new_relationship(
        self, name: str, roles: Iterable[str], days: int, *, key: str = ""
    ) -> Relationship:
        """A new draft, kept; the name must be free."""
        with self.lock:
            self._count += 1
            made = Relationship(
                key or f"{self.new_id()}-{self.partner.id}",
                self.clock.now(),
                self._count,
                name,
                roles,
                days,
            )
            self._names.add(name.casefold())
            self.relationships[made.id] = made
            return made

    def named(self, it: Relationship, name: str) -> None:
        """Gives a relationship another name."""
        self._names.discard(it.name.casefold())
        self._names.add(name.casefold())
        it.name = name

    def forget(self, it: Relationship) -> None:
        """Takes a relationship away altogether; its name is free again."""
        if self.relationships.pop(it.id, None):
            self._names.discard(it.name.casefold())

    def add_relationship(
        self,
        *,
        name: str,
        id: str = "",  # noqa: A002
        tenant: str = "",
        customer_name: str = "",
        roles: Iterable[str] = (rules.USER, rules.DIRECTORY_READERS),
        days: int = 730,
        auto_extend: bool = False,
        status: str = relationships.ACTIVE,
        created: datetime | None = None,
        activated: datetime | None = None,
        ends: datetime | None = None,
        assignments: Mapping[str, Iterable[str]] | None = None,
        reseller: bool = False,
        odd: Mapping[str, object] | None = None,
    ) -> str:
        """Adds a relationship in any state; returns its id.

        `assignments` maps ids of groups to roles, all active. What is not given follows: an active
        one began at `created`, and ends after its days.
        """
        with self.lock:
            made = self.new_relationship(name, roles, days, key=id)
            made.created = created or made.created
            made.modified = activated or made.created
            made.auto_extend = auto_extend
            made.tenant = tenant.lower()
            customer = self.customers.get(made.tenant)
            made.customer = customer_name or (customer.name if customer else "")
            made.status = status
            if status not in _BEFORE_ACTIVE:
                made.activated = activated or made.created
                made.ends = ends or made.activated + timedelta(days=days)
            if status in _ENDED and made.ends:
                made.modified = min(made.ends, self.clock.now())
            if reseller:
                made.kind, made.provider = relationships.RESELLER, self.new_id()
                made.consent_pending = status == relationships.PENDING
            made.odd.update(odd or {})
            for group, granted in (assignments or {}).items():
                added = relationships.Assignment(
                    self.new_id(), made.modified, group, tuple(granted)
                )
                added.status = "active"
                made.assignments[added.id] = added
            self.life.watch(made)
            return made.id

    # -- the customer's side ----------------------------------------------------------------

    def relationship(self, key: str) -> Relationship:
        """A relationship as it is now; raises `NotFound`."""
        with self.lock:
            self.settle()
            found = self.relationships.get(key)
            if found is None:
                raise NotFound(msg("The practice cloud knows no such relationship."))
            return found

    def approve(self, relationship_id: str, *, tenant: str, by: str = "") -> None:
        """A global administrator of `tenant` accepts; raises `NotFound` or `NotAllowed`."""
        with self.lock:
            found = self.relationship(relationship_id)
            customer = self.customers.get(tenant.lower())
            if customer is None:
                raise NotFound(msg("The practice cloud knows no such customer."))
            if found.tenant and found.tenant != customer.id:
                raise NotAllowed(msg("This request is for another customer."))
            if found.status != relationships.PENDING:
                raise NotAllowed(
                    msg("This request cannot be approved: {status}.", status=found.status)
                )
            if found.consent_pending:
                raise NotAllowed(msg("The indirect reseller has not approved this request yet."))
            admin = customer.user(by) if by else population.first_admin(customer)
            if admin is None or rules.GLOBAL not in admin.roles:
                raise NotAllowed(msg("Only a global administrator of the customer can approve."))
            found.tenant, found.customer = customer.id, customer.name
            found.approved_by = admin.upn
            self.life.approve(found, self.clock.now())

    def customer_terminates(self, relationship_id: str) -> None:
        """The customer takes the roles away; raises `NotFound` or `NotAllowed`."""
        with self.lock:
            found = self.relationship(relationship_id)
            if found.status != relationships.ACTIVE:
                raise NotAllowed(
                    msg("This relationship is not active: {status}.", status=found.status)
                )
            self.life.terminate(found, None, self.clock.now())

    # -- tokens -----------------------------------------------------------------------------

    def token(self, upn: str, scopes: Iterable[str] = EVERYTHING, tenant: str | None = None) -> str:
        """A token of a member without a browser, for the partner's tenant or a customer's."""
        with self.lock:
            return self.tokens.for_member(upn, scopes, (tenant or "").lower())

    def app_token(self) -> str:
        """A token of the app by itself."""
        with self.lock:
            return self.tokens.for_app()

    def caller(self, token: str) -> Caller | None:
        """Whose token it is, if anybody's."""
        with self.lock:
            return self.tokens.caller(token)

    def expire_tokens(self) -> None:
        """Ends every access token that is out."""
        with self.lock:
            self.tokens.expire()


_BEFORE_ACTIVE = {
    relationships.CREATED,
    relationships.PENDING,
    relationships.APPROVED,
    relationships.ACTIVATING,
}
_ENDED = {relationships.EXPIRED, relationships.TERMINATED}
