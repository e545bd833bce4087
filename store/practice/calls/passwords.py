"""Passwords: what is strong enough, and a reset by the service's own hand, which takes a while."""

from __future__ import annotations

import secrets
import string
from datetime import datetime
from typing import Any

from store.practice import rules
from store.practice.calls.base import On
from store.practice.exchange import BAD, Answer, bad, body_of, denied, unknown
from store.practice.tenants import User

METHOD = "28c10230-6103-485e-b985-444c60001490"
_PROFILE = {
    "password", "forceChangePasswordNextSignIn", "forceChangePasswordNextSignInWithMfa",
}  # fmt: skip
_PAUSE = 1  # seconds until a reset is worth being looked at again


def put(on: On, user: User, profile: object) -> None:
    """Takes a passwordProfile, for a new user or by PATCH."""
    if not isinstance(profile, dict) or not profile or set(profile) - _PROFILE:
        raise bad("Invalid value specified for property 'passwordProfile' of resource 'User'.", BAD)
    if "password" in profile:
        user.password = _strong(on, user, profile["password"])
        user.password_changed = on.now
    user.must_change = bool(profile.get("forceChangePasswordNextSignIn", True))


def _strong(on: On, user: User, password: object) -> str:
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    if not isinstance(password, str) or not 8 <= len(password) <= 256:
        raise _weak()
    present = sum(any(letter in kind for letter in password) for kind in kinds)
    present += any(not letter.isalnum() for letter in password)
    if present < 3 or user.upn.split("@")[0].lower() in password.lower():
        raise _weak()
    if any(word.casefold() in password.casefold() for word in on.tenant.banned):
        raise bad(
            "The password contains a word, phrase or pattern that makes it easily guessable. "
            "Please try again with a different password.",
            BAD,
        )
    return password


def _weak() -> Exception:
    return bad(
        "The specified password does not comply with password complexity requirements. Please "
        "provide a different password.",
        BAD,
    )


def reset(on: On, key: str, method: str) -> Answer:
    """POST …/resetPassword: taken on now and done in a while; the service may choose one too."""
    if on.practice.china:
        raise bad("Resource not found for the segment 'resetPassword'.")
    if on.caller.user is None:
        raise denied()
    user = on.tenant.user(key)
    if user is None:
        raise unknown(key)
    if method != METHOD:
        raise unknown(method)
    if user.id == on.caller.user or not rules.may_reset(on.roles, user):
        raise denied()
    body = body_of(on.asked, allowed={"newPassword"}) if on.asked.body is not None else {}
    made: dict[str, Any] = {}
    if body.get("newPassword") is None:
        made["newPassword"] = "Pd-" + secrets.token_urlsafe(9) + "1a"
    password = _strong(on, user, body.get("newPassword") or made["newPassword"])
    operation = _under_way(on, user, password)
    place = on.address(f"users/{user.id}/authentication/operations/{operation}")
    return Answer(202, made, {"Location": place, "Retry-After": str(_PAUSE)})


def _under_way(on: On, user: User, password: str) -> str:
    """Lets a reset run its course, to the end or to a failure; returns its id."""
    key = on.practice.new_id()
    user.operations[key] = "notStarted"

    def running(when: datetime) -> None:
        user.operations[key] = "running"

    def ended(when: datetime) -> None:
        if on.practice.failing_resets:
            user.operations[key] = "failed"
            return
        user.operations[key] = "succeeded"
        user.password, user.password_changed, user.must_change = password, when, True

    on.practice.schedule.at(on.now + on.practice.delay / 2, running)
    on.practice.schedule.at(on.now + on.practice.delay, ended)
    on.practice.schedule.run(on.now)
    return key


def operation(on: On, key: str, which: str) -> Answer:
    """GET of a reset by method: how far it is."""
    user = on.tenant.user(key)
    if user is None or which not in user.operations:
        raise unknown(which)
    status = user.operations[which]
    headers = {} if status in ("succeeded", "failed") else {"Retry-After": str(_PAUSE)}
    found = {
        "@odata.context": f"{on.asked.base}/v1.0/$metadata#users('{user.id}')"
        "/authentication/operations/$entity",
        "id": which,
        "status": status,
        "statusDetail": "The password could not be written." if status == "failed" else None,
    }
    return Answer(200, found, headers)
