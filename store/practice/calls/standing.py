"""What a user belongs to and owns: roles, groups, and units that protect their members."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from store.practice import rules
from store.practice.calls.base import On, numbered
from store.practice.calls.groups import GROUP, group_row
from store.practice.calls.users import may_read
from store.practice.exchange import Answer, unknown
from store.practice.odata import page
from store.practice.tenants import Group, Tenant, User

_TYPE = "@odata.type"
_ROLE = "id deletedDateTime description displayName roleTemplateId".split()
_UNIT = "id deletedDateTime description displayName isMemberManagementRestricted".split()
_KNOWN = {*GROUP, *_ROLE, *_UNIT, "isAssignableToRole"}
_WHOLE = {"Directory.Read.All", "Directory.ReadWrite.All"}
"""With anything less, only the ids of what is no user are told."""

_Row = dict[str, Any]


def _role(on: On, role: str) -> _Row:
    return {
        _TYPE: "#microsoft.graph.directoryRole",
        "id": str(uuid.uuid5(uuid.UUID(on.tenant.id), role)),
        "deletedDateTime": None,
        "description": rules.WORDS.get(role),
        "displayName": rules.NAMES.get(role, "Another administrator"),
        "roleTemplateId": role,
    }


def _group(group: Group) -> _Row:
    row = {_TYPE: "#microsoft.graph.group", **group_row(group)}
    return row | {"isAssignableToRole": True if group.assignable else None}


def _unit(tenant: Tenant) -> _Row:
    return {
        _TYPE: "#microsoft.graph.administrativeUnit",
        "id": str(uuid.uuid5(uuid.UUID(tenant.id), "restricted")),
        "deletedDateTime": None,
        "description": None,
        "displayName": "Restricted accounts",
        "isMemberManagementRestricted": True,
    }


def _found(on: On, key: str) -> User:
    user = on.tenant.user(key)
    if user is None:
        raise unknown(key)
    return user


def member_of(on: On, key: str) -> Answer:
    """GET memberOf and transitiveMemberOf; no group is in a group here, so they are the same."""
    may_read(on)
    user = _found(on, key)
    groups = [group for group in on.tenant.groups.values() if user.id in group.members]
    rows = [_role(on, role) for role in sorted(user.roles)]
    rows += [_group(group) for group in groups]
    special = [group for group in on.tenant.groups.values() if group.assignable]
    if user.protected and not any(user.id in {*one.members, *one.owners} for one in special):
        rows.append(_unit(on.tenant))
    return _page(on, rows)


def owned(on: On, key: str) -> Answer:
    """GET ownedObjects: groups."""
    may_read(on)
    user = _found(on, key)
    owned = [group for group in on.tenant.groups.values() if user.id in group.owners]
    return _page(on, [_group(group) for group in owned])


def _page(on: On, rows: Iterable[_Row]) -> Answer:
    if not on.caller.scopes & _WHOLE:
        rows = [
            {name: value if name in ("id", _TYPE) else None for name, value in row.items()}
            for row in rows
        ]
    return page(
        on.asked,
        numbered(rows, lambda row: row),
        context="directoryObjects",
        properties=_KNOWN,
        most=min(999, on.practice.page_limit),
    )
