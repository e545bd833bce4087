"""Graph's front door: whose token it is, what it may ask for, and which call that is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import NamedTuple

from store.practice.calls import (
    assignments,
    customers,
    deleted,
    domains,
    groups,
    mail,
    passwords,
    requests,
    standing,
    users,
)
from store.practice.calls import relationships as agreements
from store.practice.calls.base import On
from store.practice.cloud import Practice
from store.practice.exchange import Answer, Asked, Refused, bad, denied, envelope
from store.practice.tokens import Caller

Handler = Callable[..., Answer]
_KEY = re.compile(r"\('([^']*)'\)")


class Way(NamedTuple):
    """One method of one path. `{}` stands for a key; any one of `scopes` lets in."""

    method: str
    parts: tuple[str, ...]
    handler: Handler
    scopes: frozenset[str]


def _ways(*lines: tuple[str, str, Handler, str]) -> dict[int, list[Way]]:
    found: dict[int, list[Way]] = {}
    for method, path, handler, scopes in lines:
        parts = tuple(path.lower().split("/"))
        way = Way(method, parts, handler, frozenset(scopes.split()))
        found.setdefault(len(parts), []).append(way)
    return found


_R = "tenantRelationships/delegatedAdminRelationships"
_C = "tenantRelationships/delegatedAdminCustomers"
_RW = "DelegatedAdminRelationship.ReadWrite.All"
_RO = f"DelegatedAdminRelationship.Read.All {_RW}"
_DIRECTORY = "Directory.Read.All Directory.ReadWrite.All"
_GROUPS = (
    "Group.Read.All Group.ReadWrite.All GroupMember.Read.All GroupMember.ReadWrite.All "
    + _DIRECTORY
)
_GROUPS_RW = "Group.ReadWrite.All Directory.ReadWrite.All"
_MEMBERS_RW = f"GroupMember.ReadWrite.All {_GROUPS_RW}"
_USERS = f"User.ReadBasic.All User.Read.All User.ReadWrite.All {_DIRECTORY}"
_USERS_RW = "User.ReadWrite.All Directory.ReadWrite.All"
_RESET = "User-PasswordProfile.ReadWrite.All Directory.AccessAsUser.All"
_METHOD = "UserAuthenticationMethod.ReadWrite.All UserAuthMethod-Password.ReadWrite.All"
_ORGANIZATION = f"User.Read Organization.Read.All {_DIRECTORY}"
_DOMAINS_RW = "Domain.ReadWrite.All"
_DOMAINS = f"Domain.Read.All {_DOMAINS_RW} {_DIRECTORY}"

WAYS = _ways(
    ("GET", _R, agreements.listed, _RO),
    ("POST", _R, agreements.create, _RW),
    ("GET", f"{_R}/{{}}", agreements.read, _RO),
    ("PATCH", f"{_R}/{{}}", agreements.update, _RW),
    ("DELETE", f"{_R}/{{}}", agreements.delete, _RW),
    ("GET", f"{_R}/{{}}/requests", requests.requests, _RO),
    ("POST", f"{_R}/{{}}/requests", requests.ask, _RW),
    ("GET", f"{_R}/{{}}/requests/{{}}", requests.request, _RO),
    ("GET", f"{_R}/{{}}/operations", requests.operations, _RO),
    ("GET", f"{_R}/{{}}/operations/{{}}", requests.operation, _RO),
    ("GET", f"{_R}/{{}}/accessAssignments", assignments.listed, _RO),
    ("POST", f"{_R}/{{}}/accessAssignments", assignments.create, _RW),
    ("GET", f"{_R}/{{}}/accessAssignments/{{}}", assignments.read, _RO),
    ("PATCH", f"{_R}/{{}}/accessAssignments/{{}}", assignments.update, _RW),
    ("DELETE", f"{_R}/{{}}/accessAssignments/{{}}", assignments.delete, _RW),
    ("GET", _C, customers.listed, _RO),
    ("GET", f"{_C}/{{}}", customers.read, _RO),
    ("GET", f"{_C}/{{}}/serviceManagementDetails", customers.portals, _RO),
    ("GET", "contracts", customers.contracts, _DIRECTORY),
    ("GET", "contracts/{}", customers.contract, _DIRECTORY),
    ("GET", "me", customers.me, f"User.Read {_USERS}"),
    (
        "GET",
        "organization",
        customers.organization,
        _ORGANIZATION,
    ),
    ("POST", "me/sendMail", mail.send, "Mail.Send"),
    ("GET", "groups", groups.listed, _GROUPS),
    ("POST", "groups", groups.create, f"Group.Create {_GROUPS_RW}"),
    ("GET", "groups/{}", groups.read, _GROUPS),
    ("PATCH", "groups/{}", groups.update, _MEMBERS_RW),
    ("DELETE", "groups/{}", groups.delete, _GROUPS_RW),
    ("GET", "groups/{}/members", groups.members, _GROUPS),
    ("POST", "groups/{}/members/$ref", groups.add_member, _MEMBERS_RW),
    ("DELETE", "groups/{}/members/{}/$ref", groups.remove_member, _MEMBERS_RW),
    ("DELETE", "groups/{}/members/{}", groups.delete_member, f"{_MEMBERS_RW} {_USERS_RW}"),
    ("GET", "users", users.listed, _USERS),
    ("POST", "users", users.create, _USERS_RW),
    ("GET", "users/{}", users.read, _USERS),
    ("PATCH", "users/{}", users.update, f"{_USERS_RW} {_RESET}"),
    ("DELETE", "users/{}", users.delete, _USERS_RW),
    ("POST", "users/{}/authentication/methods/{}/resetPassword", passwords.reset, _METHOD),
    ("GET", "users/{}/authentication/operations/{}", passwords.operation, _METHOD),
    ("GET", "users/{}/memberOf", standing.member_of, _USERS),
    ("GET", "users/{}/transitiveMemberOf", standing.member_of, _USERS),
    ("GET", "users/{}/ownedObjects", standing.owned, _USERS),
    ("GET", "directory/deletedItems/microsoft.graph.user", deleted.listed, _USERS),
    ("GET", "directory/deletedItems/{}", deleted.read, _USERS),
    ("POST", "directory/deletedItems/{}/restore", deleted.restore, _USERS_RW),
    ("GET", "domains", domains.listed, _DOMAINS),
    ("POST", "domains", domains.create, _DOMAINS_RW),
    ("GET", "domains/{}", domains.read, _DOMAINS),
    ("DELETE", "domains/{}", domains.delete, _DOMAINS_RW),
    ("GET", "domains/{}/verificationDnsRecords", domains.records, _DOMAINS),
    ("POST", "domains/{}/verify", domains.verify, _DOMAINS_RW),
)
"""Everything that the practice cloud answers under /v1.0, but for $batch."""


def answered(
    practice: Practice,
    token: str,
    asked: Asked,
    *,
    check: Callable[[Asked], None] | None = None,
    instead: Callable[[], Answer] | None = None,
) -> Answer:
    """The answer to one call, refusals included; whoever asks for it holds the lock.

    `check` may refuse first; `instead` answers in place of the table of ways.
    """
    try:
        if check:
            check(asked)
        return instead() if instead else _answered(practice, token, asked)
    except Refused as refused:
        request = str(uuid.uuid4())
        return envelope(
            refused.status,
            refused.code,
            refused.message,
            now=practice.clock.now(),
            request=request,
            client=asked.headers.get("client-request-id", request),
        )


def identified(practice: Practice, token: str) -> Caller:
    """Whose token it is; refuses, with 401, one that is not good for anything."""
    caller = practice.caller(token)
    message = ""
    if caller is None:
        message = "CompactToken parsing failed." if token else "Access token is empty."
    elif caller.expired:
        message = "Lifetime validation failed, the token is expired."
    elif practice.tenant(caller.tenant) is None:
        message = "The tenant of the token is not known."
    elif caller.user is not None:
        user = practice.partner.users.get(caller.user)
        if user is None or not user.enabled:
            message = "The user account is disabled or deleted."
    if message or caller is None:
        raise Refused(401, "InvalidAuthenticationToken", message)
    return caller


def _answered(practice: Practice, token: str, asked: Asked) -> Answer:
    now = practice.settle()
    caller = identified(practice, token)
    tenant = practice.tenant(caller.tenant)
    assert tenant is not None
    on = On(practice, caller, asked, now, tenant)
    way, keys = _way(practice, asked)
    if not way.scopes & caller.scopes:
        raise denied()
    return way.handler(on, *keys)


def _way(practice: Practice, asked: Asked) -> tuple[Way, list[str]]:
    path = _KEY.sub(r"/\1", asked.path.strip("/"))
    parts = path.split("/")
    small = path.lower().split("/")
    if practice.china and small[0] == "tenantrelationships":
        raise bad(f"Resource not found for the segment '{parts[1] if parts[1:] else parts[0]}'.")
    elsewhere = False
    for way in WAYS.get(len(parts), ()):
        if all(wanted in ("{}", part) for wanted, part in zip(way.parts, small, strict=True)):
            keys = [key for wanted, key in zip(way.parts, parts, strict=True) if wanted == "{}"]
            if not all(keys) or "$ref" in keys:
                continue
            if way.method == asked.method:
                return way, keys
            elsewhere = True
    if elsewhere:
        raise Refused(405, "Request_BadRequest", "Specified HTTP method is not allowed here.")
    raise bad(f"Resource not found for the segment '{parts[0]}'.")
