"""delegatedAdminCustomers with their portals, contracts, and who we are: me and organization."""

from __future__ import annotations

from typing import Any

from store.practice import relationships as states
from store.practice.calls import shapes
from store.practice.calls.base import On, numbered
from store.practice.calls.relationships import is_partner, only_partner
from store.practice.calls.users import USER, USUAL, user_row
from store.practice.exchange import Answer, bad, denied, unknown
from store.practice.odata import one, page
from store.practice.tenants import Tenant

_SET = "tenantRelationships/delegatedAdminCustomers"
_LIVE = {states.ACTIVE, states.EXPIRING, states.ASKED_TO_END, states.TERMINATING}
_PORTALS = (
    ("Microsoft Entra ID", "entra"),
    ("Microsoft 365 admin center", "admin"),
    ("Microsoft 365 Lighthouse", "lighthouse"),
    ("Microsoft Teams", "teams"),
)
_CONTRACT = "id deletedDateTime contractType customerId defaultDomainName displayName".split()
_ORGANIZATION = "id displayName verifiedDomains".split()


# -- delegatedAdminCustomers ------------------------------------------------------------------


def _customers(on: On) -> dict[str, str]:
    """Tenants that an active relationship holds, with their names."""
    named: dict[str, str] = {}
    for it in on.practice.relationships.values():
        if it.tenant and it.status in _LIVE:
            known = on.practice.customers.get(it.tenant)
            named[it.tenant] = known.name if known else it.customer
    return named


def _customer_row(item: tuple[str, str]) -> dict[str, Any]:
    tenant, name = item
    return {"id": tenant, "tenantId": tenant, "displayName": name}


def listed(on: On) -> Answer:
    """GET: current customers; empty for a member who is no Admin agent."""
    found = _customers(on) if is_partner(on) else {}
    return page(
        on.asked,
        numbered(found.items(), _customer_row),
        context=_SET,
        properties=shapes.CUSTOMER,
        most=on.practice.page_limit,
    )


def _found(on: On, key: str) -> tuple[str, str]:
    only_partner(on)
    tenant = key.lower()
    found = _customers(on)
    if tenant not in found:
        raise unknown(key)
    return tenant, found[tenant]


def read(on: On, key: str) -> Answer:
    """GET of one."""
    row = _customer_row(_found(on, key))
    return one(on.asked, row, context=_SET, properties=shapes.CUSTOMER)


def portals(on: On, key: str) -> Answer:
    """GET serviceManagementDetails: links into the customer's portals."""
    tenant, _ = _found(on, key)
    if any(name.startswith("$") for name in on.asked.query):
        raise bad("Query options are not supported here.")
    value = [
        {
            "id": short,
            "serviceName": name,
            "serviceManagementUrl": f"{on.asked.base}/portal/{short}/{tenant}",
        }
        for name, short in _PORTALS
    ]
    context = f"{on.asked.base}/v1.0/$metadata#{_SET}('{tenant}')/serviceManagementDetails"
    return Answer(200, {"@odata.context": context, "value": value})


# -- contracts --------------------------------------------------------------------------------


def _contract_row(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.contract_id,
        "deletedDateTime": None,
        "contractType": tenant.contract,
        "customerId": tenant.id,
        "defaultDomainName": tenant.contract_domain,
        "displayName": tenant.contract_name,
    }


def _contracts(on: On) -> list[Tenant]:
    if not on.at_home:
        return []
    if on.member and on.member.guest:
        raise denied()
    return [tenant for tenant in on.practice.customers.values() if tenant.contract]


def contracts(on: On) -> Answer:
    """GET: everybody with a contract, with or without a relationship."""
    return page(
        on.asked,
        numbered(_contracts(on), _contract_row),
        context="contracts",
        properties=_CONTRACT,
        most=min(999, on.practice.page_limit),
    )


def contract(on: On, key: str) -> Answer:
    """GET of one."""
    for tenant in _contracts(on):
        if tenant.contract_id == key:
            row = _contract_row(tenant)
            return one(on.asked, row, context="contracts", properties=_CONTRACT)
    raise unknown(key)


# -- who we are -------------------------------------------------------------------------------


def me(on: On) -> Answer:
    """GET /me: whoever signed in, known in the partner's tenant only."""
    if on.caller.user is None:
        raise bad("/me request is only valid with delegated authentication flow.")
    if on.member is None or not on.at_home:
        raise unknown(on.caller.user)
    asked = on.asked
    if "$select" not in asked.query:
        asked = asked._replace(query=dict(asked.query) | {"$select": ",".join(USUAL)})
    return one(asked, user_row(on.member), context="users", properties=USER)


def _organization_row(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.id,
        "displayName": tenant.name,
        "verifiedDomains": [
            {
                "name": domain.name,
                "isDefault": domain.default,
                "isInitial": domain.initial,
                "type": "Managed",
            }
            for domain in tenant.domains.values()
            if domain.verified
        ],
    }


def organization(on: On) -> Answer:
    """GET /organization: the tenant that the token is for."""
    return page(
        on.asked,
        numbered([on.tenant], _organization_row),
        context="organization",
        properties=_ORGANIZATION,
    )
