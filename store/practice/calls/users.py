"""Users of the token's tenant: list, read, add, change and delete."""

from __future__ import annotations

import re
from typing import Any

from store.practice import rules
from store.practice.calls import passwords
from store.practice.calls.base import On, nothing, numbered
from store.practice.clock import stamp
from store.practice.countries import CODES
from store.practice.exchange import BAD, Answer, Asked, bad, body_of, denied, texts_in, unknown
from store.practice.odata import one, page
from store.practice.tenants import User

USUAL = "id displayName givenName jobTitle mail preferredLanguage surname userPrincipalName".split()
"""What comes without $select; whether an account is enabled is not among it."""
USER = [
    *USUAL,
    *"deletedDateTime accountEnabled createdDateTime mailNickname usageLocation userType".split(),
    "lastPasswordChangeDateTime",
]
_MORE = {"givenName", "jobTitle", "mail", "preferredLanguage", "surname", "usageLocation"}
_WRITABLE = _MORE | {
    "accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile",
}  # fmt: skip
_SENSITIVE = {"accountEnabled", "userPrincipalName"}
_UPN = re.compile(r"[A-Za-z0-9!#$'._~^&+{}|-]{1,64}@[A-Za-z0-9.-]{1,190}")
_LOGIN_BY_SCOPE = ("User-PasswordProfile.ReadWrite.All", "Directory.AccessAsUser.All")
_WRITE_SCOPES = ("User.ReadWrite.All", "Directory.ReadWrite.All")


def user_row(user: User) -> dict[str, Any]:
    """A user with every property that can be selected; never the password."""
    named: dict[str, Any] = dict.fromkeys(USER)
    named |= {
        "id": user.id,
        "displayName": user.name,
        "userPrincipalName": user.upn,
        "mail": None if user.guest else user.upn,
        "accountEnabled": user.enabled,
        "createdDateTime": stamp(user.created),
        "lastPasswordChangeDateTime": stamp(user.password_changed),
        "mailNickname": user.upn.split("@")[0],
        "userType": "Guest" if user.guest else "Member",
    }
    return named | user.more


# -- reading ----------------------------------------------------------------------------------


def may_read(on: On) -> None:
    """Refuses guests at home, and at a customer's whoever has no role that reads."""
    if not on.at_home:
        on.need(rules.READ_USERS)
    elif on.member and on.member.guest:
        raise denied()


def listed(on: On) -> Answer:
    """GET."""
    may_read(on)
    return page(
        on.asked,
        numbered(on.tenant.users.values(), user_row),
        context="users",
        properties=USER,
        shown=USUAL,
        most=min(999, on.practice.page_limit),
    )


def found(on: On, key: str) -> User:
    """A user by id or user principal name."""
    user = on.tenant.user(key)
    if user is None:
        raise unknown(key)
    return user


def shown(asked: Asked, user: User, status: int = 200) -> Answer:
    """One user, with the usual properties unless others are selected."""
    if "$select" not in asked.query:
        asked = asked._replace(query=dict(asked.query) | {"$select": ",".join(USUAL)})
    answer = one(asked, user_row(user), context="users", properties=USER)
    return Answer(status, answer.body)


def read(on: On, key: str) -> Answer:
    """GET of one."""
    may_read(on)
    return shown(on.asked, found(on, key))


# -- writing ----------------------------------------------------------------------------------


def create(on: On) -> Answer:
    """POST."""
    on.need(rules.WRITE_USERS)
    body = body_of(on.asked, allowed=_WRITABLE)
    for name in ("displayName", "mailNickname", "userPrincipalName", "passwordProfile"):
        if not body.get(name):
            raise bad(f"A value is required for property '{name}' of resource 'User'.", BAD)
    if body.get("accountEnabled") is None:
        raise bad("A value is required for property 'accountEnabled' of resource 'User'.", BAD)
    _checked(body)
    upn = _upn(on, body["userPrincipalName"])
    user = User(on.practice.new_id(), upn, "", on.now)
    passwords.put(on, user, body["passwordProfile"])
    _set(user, body)
    on.tenant.users[user.id] = user
    answer = shown(on.asked, user, 201)
    return answer._replace(headers={"Location": on.address(f"users/{user.id}")})


def update(on: On, key: str) -> Answer:
    """PATCH: a password by the table of who may reset whose; the rest by the other one."""
    user = found(on, key)
    body = body_of(on.asked, allowed=_WRITABLE)
    _may_update(on, user, set(body))
    _checked(body)
    if "userPrincipalName" in body:
        body = body | {"userPrincipalName": _upn(on, body["userPrincipalName"], user)}
    if "passwordProfile" in body:
        passwords.put(on, user, body["passwordProfile"])
    _set(user, body)
    return nothing()


def _may_update(on: On, user: User, given: set[str]) -> None:
    scopes = on.caller.scopes
    if "passwordProfile" in given:
        if not scopes.intersection(_LOGIN_BY_SCOPE) or not rules.may_reset(on.roles, user):
            raise denied()
        given = given - {"passwordProfile"}
    if given:
        if not scopes.intersection(_WRITE_SCOPES):
            raise denied()
        on.need(rules.WRITE_USERS)
    if given & _SENSITIVE and not rules.may_change_account(on.roles, user):
        raise denied()


def delete(on: On, key: str) -> Answer:
    """DELETE."""
    user = found(on, key)
    on.need({rules.GLOBAL, rules.USER})
    if not rules.may_change_account(on.roles, user):
        raise denied()
    on.tenant.remove_user(user, on.now)
    return nothing()


def _checked(body: dict[str, Any]) -> None:
    texts_in(body, _MORE)
    if body.get("usageLocation") and str(body["usageLocation"]).upper() not in CODES:
        raise bad("Invalid value specified for property 'usageLocation' of resource 'User'.", BAD)
    texts_in(body, {"displayName", "mailNickname"}, empty=False)
    if not isinstance(body.get("accountEnabled", True), bool):
        raise bad("Invalid value specified for property 'accountEnabled'.", BAD)


def _upn(on: On, given: object, but: User | None = None) -> str:
    if not isinstance(given, str) or not _UPN.fullmatch(given):
        raise bad("Property userPrincipalName is invalid.", BAD)
    domain = on.tenant.domains.get(given.split("@")[1].lower())
    if domain is None or not domain.verified:
        raise bad(
            "The domain portion of the userPrincipalName property is invalid. You must use one of "
            "the verified domain names in your organization.",
            BAD,
        )
    same = on.tenant.user(given)
    if same is not None and same is not but:
        raise bad(
            "Another object with the same value for property userPrincipalName already exists.", BAD
        )
    return given


def _set(user: User, body: dict[str, Any]) -> None:
    user.name = str(body.get("displayName", user.name))
    user.upn = str(body.get("userPrincipalName", user.upn))
    user.enabled = bool(body.get("accountEnabled", user.enabled))
    user.more.update({name: value for name, value in body.items() if name in _MORE})
    if "mailNickname" in body:
        user.more["mailNickname"] = body["mailNickname"]
