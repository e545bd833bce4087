"""delegatedAdminRelationships: list, create, read, change, delete."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from store.practice import relationships as states
from store.practice import rules
from store.practice.calls import shapes
from store.practice.calls.base import (
    GUID,
    NO_PARTNER,
    On,
    matches,
    nothing,
    roles_in,
)
from store.practice.exchange import Answer, Refused, bad, body_of, denied, unknown
from store.practice.odata import one, page
from store.practice.relationships import Operation, Relationship

PATH = "tenantRelationships/delegatedAdminRelationships"
_WRITABLE = {"displayName", "duration", "autoExtendDuration", "customer", "accessDetails"}
_NAME_LIMIT = 50
_BAD_IN_NAME = re.compile(r"[\x00-\x1f\x7f<>%&\\/?*#\"]")
_DURATION = re.compile(r"P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")
_LONGEST = 730
_OFF = timedelta(0)
_EXTENSION = timedelta(days=180)


# -- who may ----------------------------------------------------------------------------------


def is_partner(on: On) -> bool:
    """Whether whoever asks stands for the partner; refuses guests and sign-ins without MFA."""
    if not on.at_home:
        raise denied(NO_PARTNER)
    if on.caller.user is None:
        return True
    member = on.member
    if member is None or member.guest or not on.caller.mfa:
        raise denied(NO_PARTNER)
    return on.practice.is_admin_agent(member.id)


def only_partner(on: On) -> None:
    """Refuses whoever is no Admin agent."""
    if not is_partner(on):
        raise denied(NO_PARTNER)


def found(on: On, key: str) -> Relationship:
    """The relationship; refuses what is no id, and what is not there."""
    only_partner(on)
    it = on.practice.relationships.get(key)
    if it is None:
        if not GUID.match(key):
            raise bad("The passed in delegatedAdminRelationshipId is invalid.")
        raise unknown(key)
    return it


# -- what a draft may say ---------------------------------------------------------------------


def duration(text: object) -> timedelta:
    """An Edm.Duration, which has neither years nor months."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if not match or not any(match.groups()):
        raise bad(f"Cannot convert the literal '{text}' to the expected type 'Edm.Duration'.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _name(on: On, body: Mapping[str, Any], but: Relationship | None = None) -> str:
    name = body.get("displayName")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= len(name) <= _NAME_LIMIT:
        raise bad(f"displayName must have 1 to {_NAME_LIMIT} characters.")
    if _BAD_IN_NAME.search(name):
        raise bad("displayName has characters that are not allowed.")
    same = but is not None and but.name.casefold() == name.casefold()
    if not same and on.practice.name_taken(name):
        raise Refused(
            409, "Conflict", "A delegatedAdminRelationship with this displayName already exists."
        )
    return name


def _days(body: Mapping[str, Any]) -> int:
    length = duration(body.get("duration"))
    if length % timedelta(days=1) or not 1 <= length.days <= _LONGEST:
        raise bad(f"duration must be between P1D and P{_LONGEST}D.")
    return length.days


def _extends(text: object) -> bool:
    length = duration(text)
    if length not in (_OFF, _EXTENSION):
        raise bad("autoExtendDuration must be P0D, PT0S or P180D.")
    return length == _EXTENSION


def _customer(given: object) -> tuple[str, str]:
    if given is None:
        return "", ""
    tenant = given.get("tenantId") if isinstance(given, dict) else None
    if not isinstance(tenant, str) or not GUID.fullmatch(tenant):
        raise bad("customer needs a tenantId.")
    name = given.get("displayName") if isinstance(given, dict) else None
    if name is not None and not isinstance(name, str):
        raise bad("customer has a displayName that is no string.")
    return tenant.lower(), name or ""


def _never_global(extends: bool, roles: tuple[str, ...]) -> None:
    if extends and rules.GLOBAL in roles:
        raise bad("A relationship with the Global Administrator role cannot be auto-extended.")


# -- the collection ---------------------------------------------------------------------------


def listed(on: On) -> Answer:
    """GET: empty, and no error, for a member who is no Admin agent."""
    all_of_them = on.practice.relationships.values() if is_partner(on) else ()
    rows = ((it.number, lambda it=it: shapes.relationship(it)) for it in all_of_them)
    return page(
        on.asked,
        rows,
        context=PATH,
        properties=shapes.RELATIONSHIP,
        most=on.practice.page_limit,
    )


def create(on: On) -> Answer:
    """POST: a draft."""
    only_partner(on)
    body = body_of(on.asked, allowed=_WRITABLE)
    days, roles = _days(body), roles_in(body)
    extends = _extends(body.get("autoExtendDuration") or "PT0S")
    _never_global(extends, roles)
    tenant, customer = _customer(body.get("customer"))
    made = on.practice.new_relationship(_name(on, body), roles, days)
    made.auto_extend, made.tenant, made.customer = extends, tenant, customer
    return _shown(on, made, 201)


def _shown(on: On, it: Relationship, status: int = 200) -> Answer:
    answer = one(on.asked, shapes.relationship(it), context=PATH, properties=shapes.RELATIONSHIP)
    location = on.address(f"{PATH}/{it.id}")
    headers = {"Location": location} if status == 201 else {}
    return Answer(status, answer.body, headers | {"ETag": it.etag})


# -- one of them ------------------------------------------------------------------------------


def read(on: On, key: str) -> Answer:
    """GET of one."""
    return _shown(on, found(on, key))


def update(on: On, key: str) -> Answer:
    """PATCH: anything of a draft; of an active one auto-extend, or Global Administrator's end."""
    it = found(on, key)
    matches(on, it)
    body = body_of(on.asked, allowed=_WRITABLE)
    given = {name for name in body if name in _WRITABLE}
    if it.status == states.CREATED:
        return _redraft(on, it, body)
    if it.status != states.ACTIVE or given not in ({"autoExtendDuration"}, {"accessDetails"}):
        raise bad(f"The relationship cannot be changed in status '{it.status}'.")
    if "accessDetails" in given:
        return _without_global(on, it, roles_in(body))
    extends = _extends(body["autoExtendDuration"])
    _never_global(extends, it.roles)
    if extends != it.auto_extend:
        it.auto_extend = extends
        it.changed(on.now)
    return _shown(on, it)


def _redraft(on: On, it: Relationship, body: Mapping[str, Any]) -> Answer:
    """All is checked before anything is changed."""
    name = _name(on, body, it) if "displayName" in body else it.name
    days = _days(body) if "duration" in body else it.days
    roles = roles_in(body) if "accessDetails" in body else it.roles
    extends = it.auto_extend
    if "autoExtendDuration" in body:
        extends = _extends(body["autoExtendDuration"])
    _never_global(extends, roles)
    tenant, customer = it.tenant, it.customer
    if "customer" in body:
        tenant, customer = _customer(body["customer"])
    on.practice.named(it, name)
    it.days, it.roles, it.auto_extend = days, roles, extends
    it.tenant, it.customer = tenant, customer
    it.changed(on.now)
    return _shown(on, it)


def _without_global(on: On, it: Relationship, roles: tuple[str, ...]) -> Answer:
    if not it.is_global or set(roles) != set(it.roles) - {rules.GLOBAL}:
        raise bad("Only the Global Administrator role can be taken out of an active relationship.")
    if it.id in it.busy():
        raise Refused(409, "Conflict", "The relationship is being changed already.")
    data = {"id": it.id, "accessDetails": shapes.roles(roles), "status": it.status}
    kind = "delegatedAdminRelationshipUpdate"
    made = Operation(on.practice.new_id(), on.now, kind, data, target=it.id)
    it.operations[made.id] = made
    on.practice.life.without_global(it, made, on.now)
    return under_way(on, it, made)


def under_way(on: On, it: Relationship, operation: Operation) -> Answer:
    """202: the operation is to be looked at again after a while."""
    location = on.address(f"{PATH}/{it.id}/operations/{operation.id}")
    soon = min(10, math.ceil(on.practice.delay.total_seconds()))
    return Answer(202, {}, {"Location": location, "Retry-After": str(soon)})


def delete(on: On, key: str) -> Answer:
    """DELETE: a draft only."""
    it = found(on, key)
    matches(on, it)
    if it.status != states.CREATED:
        raise bad(f"The relationship cannot be deleted in status '{it.status}'.")
    on.practice.forget(it)
    return nothing()
