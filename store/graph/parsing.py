"""Reads what Graph says into records; whatever a property may hold, reading never fails.

A record without an id that can stand in an address is `None`, since nothing could be done with it,
and so is a relationship without a status, which says nothing.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from store.clean import harmless
from store.graph.facts import (
    Assignment,
    Contract,
    DnsRecord,
    DomainFact,
    Group,
    Operation,
    Portal,
    Relationship,
    Request,
    Tenant,
    User,
)

Found = dict[str, Any]

_LONGEST_TEXT = 1_000
_LONGEST_DATA = 20_000
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.~-]{0,199}")
_NEVER = "0001-01-01"
_DURATION = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,12})?S)?)?",
    re.ASCII,
)
_SECONDS = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)
_PREFIX = "#microsoft.graph."


def is_id(text: str) -> bool:
    """Whether `text` may stand in an address as it is: no slashes, no dots alone."""
    return _ID.fullmatch(text) is not None


def relationship(found: Found) -> Relationship | None:
    """A delegatedAdminRelationship, or one of its derived types."""
    key, status = _id(found), text(found, "status")
    if not key or not status:
        return None
    customer = _inside(found, "customer")
    kind = _kind(found)
    return Relationship(
        key,
        text(found, "displayName"),
        status,
        guid(customer, "tenantId"),
        text(customer, "displayName"),
        _roles(found),
        days(found.get("duration")),
        bool(days(found.get("autoExtendDuration"))),
        date(found, "createdDateTime"),
        date(found, "lastModifiedDateTime"),
        date(found, "activatedDateTime"),
        date(found, "endDateTime"),
        _etag(found),
        "" if kind == "delegatedAdminRelationship" else kind,
    )


def assignment(found: Found) -> Assignment | None:
    """A delegatedAdminAccessAssignment."""
    key = _id(found)
    if not key:
        return None
    return Assignment(
        key,
        guid(_inside(found, "accessContainer"), "accessContainerId"),
        _roles(found),
        text(found, "status"),
        date(found, "createdDateTime"),
        date(found, "lastModifiedDateTime"),
        _etag(found),
    )


def request(found: Found) -> Request | None:
    """A delegatedAdminRelationshipRequest."""
    key = _id(found)
    return Request(key, text(found, "action"), text(found, "status")) if key else None


def operation(found: Found) -> Operation | None:
    """A delegatedAdminRelationshipOperation; `data` stays the JSON text that it is."""
    key = _id(found)
    if not key:
        return None
    data = found.get("data")
    if not isinstance(data, str):
        data = json.dumps(data) if isinstance(data, dict | list) else ""
    return Operation(
        key, text(found, "operationType"), text(found, "status"), harmless(data[:_LONGEST_DATA])
    )


def tenant(found: Found) -> Tenant | None:
    """A delegatedAdminCustomer; its id is the tenant's."""
    key = guid(found, "tenantId") or guid(found, "id")
    return Tenant(key, text(found, "displayName")) if is_id(key) else None


def portal(found: Found) -> Portal | None:
    """A delegatedAdminServiceManagementDetail; an address that is not https is left out."""
    key = text(found, "id")
    url = text(found, "serviceManagementUrl")
    if not key:
        return None
    return Portal(key, text(found, "serviceName"), url if url.startswith("https://") else "")


def contract(found: Found) -> Contract | None:
    """A contract."""
    key = _id(found)
    if not key:
        return None
    return Contract(
        key,
        text(found, "contractType"),
        guid(found, "customerId"),
        text(found, "defaultDomainName"),
        text(found, "displayName"),
    )


def group(found: Found) -> Group | None:
    """A group; a security group unless it says otherwise."""
    key = guid(found, "id")
    if not is_id(key):
        return None
    kinds = found.get("groupTypes")
    return Group(
        key,
        text(found, "displayName"),
        text(found, "description"),
        found.get("securityEnabled") is not False,
        isinstance(kinds, list) and "DynamicMembership" in kinds,
    )


def user(found: Found) -> User | None:
    """A user, or whatever else is a member of a group: `kind` says what."""
    key = guid(found, "id")
    if not is_id(key):
        return None
    kind = _kind(found)
    return User(
        key,
        text(found, "userPrincipalName"),
        text(found, "displayName"),
        found.get("accountEnabled") is not False,
        text(found, "userType").casefold() == "guest",
        "" if kind == "user" else kind,
        date(found, "createdDateTime"),
        date(found, "lastPasswordChangeDateTime"),
        text(found, "usageLocation"),
        text(found, "mailNickname"),
    )


def domain(found: Found) -> DomainFact | None:
    """A domain; its id is its name."""
    name = _id(found).lower()
    if not name:
        return None
    yes = [found.get(key) is True for key in ("isVerified", "isDefault", "isInitial")]
    return DomainFact(name, *yes)


def dns_record(found: Found) -> DnsRecord | None:
    """A record that proves a domain; `None` for other kinds than TXT and MX."""
    kind = text(found, "recordType").upper()
    value = text(found, {"TXT": "text", "MX": "mailExchange"}.get(kind, ""))
    if not value:
        return None
    return DnsRecord(
        kind, text(found, "label"), _count(found, "ttl"), value, _count(found, "preference")
    )


# -- properties -------------------------------------------------------------------------------


def text(found: Found, name: str) -> str:
    """A property as text, harmless and of a bearable length; "" where it is none."""
    value = found.get(name)
    if type(value) is str:
        if len(value) > _LONGEST_TEXT:
            value = value[:_LONGEST_TEXT]
        return value if value.isprintable() else harmless(value).strip()
    if type(value) is int or type(value) is float:
        return str(value) if abs(value) < 10**18 else ""
    return ""


def guid(found: Found, name: str) -> str:
    """A property that should be a GUID, in small letters if it has the shape of one."""
    value = text(found, name)
    return value.lower() if len(value) == 36 and value[8] == "-" == value[23] else value


def date(found: Found, name: str) -> str:
    """A moment as ISO 8601 text in UTC, with the fraction it came with; "" where it is none."""
    value = found.get(name)
    if type(value) is not str or not 16 <= len(value) <= 40 or value.startswith(_NEVER):
        return ""
    try:
        moment = datetime.fromisoformat(value)
        if value[-1] == "Z" and value[4] == "-" and value[10] == "T" and value[13] == ":":
            return value
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""


def days(value: object) -> int | None:
    """A duration in whole days, with a year as 365 and a month as 30; `None` if unreadable."""
    return _days(value) if isinstance(value, str) else None


@lru_cache(256)
def _days(value: str) -> int | None:
    found = _DURATION.fullmatch(value)
    if found is None or value[-1] in "PT":
        return None
    seconds = sum(
        int(count) * length for count, length in zip(found.groups(), _SECONDS, strict=True) if count
    )
    return seconds // 86_400


def _id(found: Found) -> str:
    value = found.get("id")
    return value if type(value) is str and _ID.fullmatch(value) else ""


def _count(found: Found, name: str) -> int:
    value = found.get(name)
    return value if type(value) is int and 0 <= value < 2**31 else 0


def _inside(found: Found, name: str) -> Found:
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def _roles(found: Found) -> tuple[str, ...]:
    roles = _inside(found, "accessDetails").get("unifiedRoles")
    if not isinstance(roles, list):
        return ()
    if len(roles) == 1 and isinstance(roles[0], dict):
        only = guid(roles[0], "roleDefinitionId")
        return (only,) if only else ()
    named = [guid(role, "roleDefinitionId") for role in roles if isinstance(role, dict)]
    return tuple(dict.fromkeys(filter(None, named)))


def _etag(found: Found) -> str:
    value = found.get("@odata.etag")
    sound = type(value) is str and value.isascii() and value.isprintable() and len(value) < 1_000
    return str(value) if sound else ""


def _kind(found: Found) -> str:
    return text(found, "@odata.type").removeprefix(_PREFIX)
