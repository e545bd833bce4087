"""Domains of the token's tenant: added, proven by a record in DNS, verified."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

from store.practice import rules
from store.practice.calls.base import On, nothing, numbered
from store.practice.exchange import BAD, Answer, Refused, bad, body_of, unknown
from store.practice.odata import one, page
from store.practice.tenants import Domain, Tenant

DOMAIN = (
    "id authenticationType availabilityStatus isAdminManaged isDefault isInitial isRoot isVerified "
    "manufacturer model passwordNotificationWindowInDays passwordValidityPeriodInDays state "
    "supportedServices"
).split()
_RECORD = "id isOptional label recordType supportedService ttl text mailExchange preference".split()
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_OWN = (".onmicrosoft.com", ".onmicrosoft.example")
_FOR_EVER = 2_147_483_647


def _row(on: On, domain: Domain) -> dict[str, Any]:
    return {
        "id": domain.name,
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "isAdminManaged": True,
        "isDefault": domain.default,
        "isInitial": domain.initial,
        "isRoot": _root(on, domain.name) is None,
        "isVerified": domain.verified,
        "manufacturer": None,
        "model": None,
        "passwordNotificationWindowInDays": 14,
        "passwordValidityPeriodInDays": _FOR_EVER,
        "state": None,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"] if domain.verified else [],
    }


def _root(on: On, name: str) -> Domain | None:
    """The verified domain that this one is a subdomain of."""
    for other in on.tenant.domains.values():
        if other.verified and name.endswith("." + other.name):
            return other
    return None


def _found(on: On, key: str) -> Domain:
    domain = on.tenant.domains.get(key.lower())
    if domain is None:
        raise unknown(key)
    return domain


def _may_read(on: On) -> None:
    if not on.at_home:
        on.need(rules.READ_DOMAINS)


def listed(on: On) -> Answer:
    """GET."""
    _may_read(on)
    return page(
        on.asked,
        numbered(on.tenant.domains.values(), lambda domain: _row(on, domain)),
        context="domains",
        properties=DOMAIN,
        most=on.practice.page_limit,
    )


def read(on: On, key: str) -> Answer:
    """GET of one."""
    _may_read(on)
    return _shown(on, _found(on, key))


def _shown(on: On, domain: Domain) -> Answer:
    return one(on.asked, _row(on, domain), context="domains", properties=DOMAIN)


def create(on: On) -> Answer:
    """POST: not verified, unless its root is."""
    on.need(rules.WRITE_DOMAINS)
    given = body_of(on.asked, allowed={"id"}).get("id")
    name = given.lower() if isinstance(given, str) else ""
    if not _NAME.fullmatch(name) or len(name) > 253:
        raise bad("Invalid value specified for property 'id' of resource 'Domain'.", BAD)
    if name.endswith(_OWN):
        raise bad("This domain cannot be added: it belongs to the service.", BAD)
    if name in on.tenant.domains:
        raise Refused(409, "ObjectConflict", f"Domain already exists: {name}.")
    proven = _root(on, name) is not None
    domain = Domain(name, verified=proven, default=False, initial=False)
    on.tenant.domains[name] = domain
    answer = _shown(on, domain)
    return Answer(201, answer.body, {"Location": on.address(f"domains/{name}")})


def delete(on: On, key: str) -> Answer:
    """DELETE: neither the default, nor the initial, nor one in use."""
    on.need(rules.WRITE_DOMAINS)
    domain = _found(on, key)
    used = any(user.upn.lower().endswith("@" + domain.name) for user in on.tenant.users.values())
    if domain.default or domain.initial or used:
        raise bad("The domain is in use and cannot be deleted.", BAD)
    del on.tenant.domains[domain.name]
    return nothing()


# -- proof ------------------------------------------------------------------------------------


def records(on: On, key: str) -> Answer:
    """GET verificationDnsRecords: either of them proves that the domain is the tenant's."""
    _may_read(on)
    domain = _found(on, key)
    mark = int(hashlib.sha256(f"{on.tenant.id}/{domain.name}".encode()).hexdigest(), 16) % 10**8
    usual = {
        "isOptional": False,
        "label": domain.name,
        "supportedService": "Email",
        "ttl": 3600,
    }
    txt = {
        "@odata.type": "#microsoft.graph.domainDnsTxtRecord",
        "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"txt.{domain.name}")),
        **usual,
        "recordType": "Txt",
        "text": f"MS=ms{mark:08}",
    }
    mx = {
        "@odata.type": "#microsoft.graph.domainDnsMxRecord",
        "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"mx.{domain.name}")),
        **usual,
        "recordType": "Mx",
        "mailExchange": f"ms{mark:08}.msv1.invalid",
        "preference": 32767,
    }
    return page(
        on.asked,
        numbered([txt, mx], lambda record: record),
        context=f"domains('{domain.name}')/verificationDnsRecords",
        properties=_RECORD,
    )


def verify(on: On, key: str) -> Answer:
    """POST verify: fails until the record can be seen in DNS."""
    on.need(rules.WRITE_DOMAINS)
    domain = _found(on, key)
    if any(_has(other, domain.name) for other in _others(on)):
        raise bad("The domain is verified in another tenant already.", BAD)
    if not domain.dns:
        raise bad(
            "Domain verification failed with the following error: "
            "'CouldNotFindVerificationRecord'.",
            BAD,
        )
    domain.verified = True
    return _shown(on, domain)


def _others(on: On) -> Iterator[Tenant]:
    for tenant in (on.practice.partner, *on.practice.customers.values()):
        if tenant is not on.tenant:
            yield tenant


def _has(tenant: Tenant, name: str) -> bool:
    return name in tenant.domains and tenant.domains[name].verified
