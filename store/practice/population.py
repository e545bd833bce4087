"""Who lives in a customer's tenant from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.practice import rules
from store.practice.tenants import Domain, Tenant, User

if TYPE_CHECKING:
    from store.practice.cloud import Practice

_PEOPLE = (
    ("admin", "Global Admin", (rules.GLOBAL,)),
    ("helpdesk", "Hanna Falk", (rules.HELPDESK,)),
    ("reports", "Rolf Brandt", (rules.REPORTS_READER,)),
    ("ada", "Ada Lindgren", ()),
    ("bo", "Bo Andersson", ()),
    ("chloe", "Chloé Martin", ()),
    ("dmitri", "Dmitri Ivanov", ()),
    ("eva", "Eva Novák", ()),
)


def domains(tenant: Tenant, domain: str) -> None:
    """The initial domain, and the tenant's own as its default."""
    initial = f"{domain.split('.')[0]}.onmicrosoft.example"
    for name, first in ((initial, True), (domain, False)):
        tenant.domains[name] = Domain(name, verified=True, default=not first, initial=first)


def settle(practice: Practice, tenant: Tenant, domain: str) -> None:
    """A few users, among them a global administrator, and the domains."""
    domains(tenant, domain)
    now = practice.clock.now()
    for alias, name, roles in _PEOPLE:
        user = User(practice.new_id(), f"{alias}@{domain}", name, now, roles=roles)
        tenant.users[user.id] = user


def first_admin(tenant: Tenant) -> User | None:
    """A global administrator of a tenant."""
    admins = (user for user in tenant.users.values() if rules.GLOBAL in user.roles)
    return next(admins, None)
