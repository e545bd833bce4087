"""How relationships and what belongs to them look in an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from store.practice.clock import stamp
from store.practice.relationships import Assignment, Operation, Relationship, Request

RELATIONSHIP = (
    "id displayName status duration autoExtendDuration createdDateTime lastModifiedDateTime "
    "activatedDateTime endDateTime customer customer/tenantId customer/displayName accessDetails "
    "indirectProviderTenantId isPartnerConsentPending"
).split()
ASSIGNMENT = (
    "id status createdDateTime lastModifiedDateTime accessDetails accessContainer "
    "accessContainer/accessContainerId accessContainer/accessContainerType"
).split()
REQUEST = "id action status createdDateTime lastModifiedDateTime".split()
OPERATION = "id operationType data status createdDateTime lastModifiedDateTime".split()
CUSTOMER = "id tenantId displayName".split()
_SENTINEL = "unknownFutureValue"
_LATER = {"delegatedAdminRelationshipUpdate", "reject"}
"""Members that stand after the sentinel: named only to whoever asks for it."""


def roles(template_ids: Iterable[str]) -> dict[str, Any]:
    """An accessDetails."""
    return {"unifiedRoles": [{"roleDefinitionId": role} for role in template_ids]}


def relationship(it: Relationship) -> dict[str, Any]:
    """A delegatedAdminRelationship, or the derived one of a reseller."""
    made: dict[str, Any] = {"@odata.type": it.kind} if it.kind else {}
    made |= {
        "@odata.etag": it.etag,
        "id": it.id,
        "displayName": it.name,
        "duration": f"P{it.days}D",
        "autoExtendDuration": "P180D" if it.auto_extend else "PT0S",
        "status": it.status,
        "createdDateTime": stamp(it.created),
        "lastModifiedDateTime": stamp(it.modified),
        "activatedDateTime": stamp(it.activated),
        "endDateTime": stamp(it.ends),
        "customer": {"tenantId": it.tenant, "displayName": it.customer or None}
        if it.tenant
        else None,
        "accessDetails": roles(it.roles),
    }
    if it.kind:
        made["indirectProviderTenantId"] = it.provider
        made["isPartnerConsentPending"] = it.consent_pending
    for name, value in it.odd.items():
        if value is ...:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def assignment(it: Assignment) -> dict[str, Any]:
    """A delegatedAdminAccessAssignment."""
    return {
        "@odata.etag": it.etag,
        "id": it.id,
        "status": it.status,
        "createdDateTime": stamp(it.created),
        "lastModifiedDateTime": stamp(it.modified),
        "accessContainer": {
            "accessContainerId": it.group,
            "accessContainerType": "securityGroup",
        },
        "accessDetails": roles(it.roles),
    }


def request(it: Request, *, future: bool) -> dict[str, Any]:
    """A delegatedAdminRelationshipRequest."""
    return {
        "@odata.etag": it.etag,
        "id": it.id,
        "action": _member(it.action, future),
        "status": it.status,
        "createdDateTime": stamp(it.created),
        "lastModifiedDateTime": stamp(it.modified),
    }


def operation(it: Operation, *, future: bool) -> dict[str, Any]:
    """A delegatedAdminRelationshipOperation."""
    return {
        "@odata.etag": it.etag,
        "id": it.id,
        "operationType": _member(it.kind, future),
        "data": it.data,
        "status": it.status,
        "createdDateTime": stamp(it.created),
        "lastModifiedDateTime": stamp(it.modified),
    }


def _member(word: str, future: bool) -> str:
    return _SENTINEL if word in _LATER and not future else word
