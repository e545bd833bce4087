"""What every call is given, and the checks that several share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from store.practice import rules
from store.practice.cloud import Practice
from store.practice.exchange import Answer, Asked, Refused, bad, denied
from store.practice.odata import Numbered
from store.practice.relationships import Record
from store.practice.tenants import Tenant, User
from store.practice.tokens import Caller

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NO_PARTNER = (
    "The user (principal) does not have the required permissions to perform the specified action "
    "on the resource."
)


class On(NamedTuple):
    """One call being answered; `tenant` is the one that the token is for."""

    practice: Practice
    caller: Caller
    asked: Asked
    now: datetime
    tenant: Tenant

    @property
    def member(self) -> User | None:
        """The member who asks; `None` for the app by itself."""
        return self.practice.partner.users.get(self.caller.user or "")

    @property
    def at_home(self) -> bool:
        """Whether the token is for the partner's own tenant."""
        return self.tenant is self.practice.partner

    @property
    def roles(self) -> frozenset[str]:
        """The roles of whoever asks, in this tenant."""
        if self.caller.user is None:
            return frozenset()
        return rules.roles_at(self.practice, self.caller.user, self.tenant.id)

    def address(self, path: str) -> str:
        """The full address of something."""
        return f"{self.asked.base}/v1.0/{path}"

    def need(self, roles: Iterable[str]) -> None:
        """Refuses whoever has none of these roles here."""
        if not self.roles.intersection(roles):
            raise denied()


def matches(on: On, record: Record) -> None:
    """Refuses a change of another version than the present one: 412."""
    given = on.asked.headers.get("if-match")
    if given is None:
        raise Refused(412, "PreconditionFailed", "The If-Match header is required.")
    if given not in ("*", record.etag):
        raise Refused(
            412,
            "PreconditionFailed",
            "The provided ETag does not match the current version of the resource.",
        )


def numbered(things: Iterable[Any], row: Callable[[Any], Mapping[str, Any]]) -> Numbered:
    """Things in their order, numbered for paging."""
    return (
        (number, lambda thing=thing: row(thing))  # type: ignore[misc]
        for number, thing in enumerate(things, 1)
    )


def roles_in(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The roles of an accessDetails; refuses none, and what is no template id."""
    details = body.get("accessDetails")
    named = details.get("unifiedRoles") if isinstance(details, dict) else None
    if not isinstance(named, list) or not named:
        raise bad("accessDetails must name at least one unified role.")
    roles = []
    for role in named:
        key = role.get("roleDefinitionId") if isinstance(role, dict) else None
        if not isinstance(key, str) or not GUID.fullmatch(key):
            raise bad("A unified role needs a roleDefinitionId.")
        roles.append(key.lower())
    if len(set(roles)) != len(roles):
        raise bad("A unified role is named twice.")
    return tuple(roles)


def nothing() -> Answer:
    """204."""
    return Answer(204)
