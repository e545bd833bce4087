"""Groups and who is in them."""

from __future__ import annotations

from typing import Any

from store.practice import rules
from store.practice.calls.base import On, nothing, numbered
from store.practice.calls.users import USER, USUAL, may_read, user_row
from store.practice.clock import stamp
from store.practice.exchange import BAD, Answer, bad, body_of, denied, texts_in, unknown
from store.practice.odata import one, page
from store.practice.tenants import Group, User

GROUP = (
    "id deletedDateTime createdDateTime description displayName groupTypes mailEnabled "
    "mailNickname securityEnabled"
).split()
_WRITABLE = {
    "displayName", "description", "mailNickname", "mailEnabled", "securityEnabled", "groupTypes",
}  # fmt: skip
_BIND = "members@odata.bind"
_BIND_LIMIT = 20
_REF = "@odata.id"
_USER_TYPE = "#microsoft.graph.user"
_DELETES_USERS = ("User.ReadWrite.All", "Directory.ReadWrite.All")


def group_row(group: Group) -> dict[str, Any]:
    """A group with every property that can be selected."""
    return {
        "id": group.id,
        "deletedDateTime": None,
        "createdDateTime": stamp(group.created),
        "description": group.description,
        "displayName": group.name,
        "groupTypes": list(group.types),
        "mailEnabled": False,
        "mailNickname": group.nickname,
        "securityEnabled": group.security,
    }


def _found(on: On, key: str) -> Group:
    group = on.tenant.groups.get(key.lower())
    if group is None:
        raise unknown(key)
    return group


# -- groups -----------------------------------------------------------------------------------


def listed(on: On) -> Answer:
    """GET."""
    may_read(on)
    return page(
        on.asked,
        numbered(on.tenant.groups.values(), group_row),
        context="groups",
        properties=GROUP,
        most=min(999, on.practice.page_limit),
    )


def read(on: On, key: str) -> Answer:
    """GET of one."""
    may_read(on)
    return one(on.asked, group_row(_found(on, key)), context="groups", properties=GROUP)


def create(on: On) -> Answer:
    """POST: a security group; its name need not be the only one."""
    on.need(rules.WRITE_GROUPS)
    body = body_of(on.asked, allowed=_WRITABLE | {_BIND})
    for name in ("displayName", "mailNickname", "mailEnabled", "securityEnabled"):
        if body.get(name) in (None, ""):
            raise bad(f"A value is required for property '{name}' of resource 'Group'.", BAD)
    _checked(body)
    if body["mailEnabled"] is not False or body["securityEnabled"] is not True:
        raise bad("Only security groups can be made here.", BAD)
    group = Group(on.practice.new_id(), str(body["displayName"]), on.now)
    group.nickname = str(body["mailNickname"])
    if body.get("description") is not None:
        group.description = str(body["description"])
    group.types = list(body.get("groupTypes") or [])
    for user in _bound(on, body):
        group.members[user.id] = None
    on.tenant.groups[group.id] = group
    answer = one(on.asked, group_row(group), context="groups", properties=GROUP)
    return Answer(201, answer.body, {"Location": on.address(f"groups/{group.id}")})


def update(on: On, key: str) -> Answer:
    """PATCH: its name and description, and up to 20 new members at once."""
    on.need(rules.WRITE_GROUPS)
    group = _found(on, key)
    body = body_of(on.asked, allowed={"displayName", "description", "mailNickname", _BIND})
    _checked(body)
    added = _bound(on, body)
    if added:
        _only_assigned(group)
    for user in added:
        _not_in(group, user)
    group.members.update({user.id: None for user in added})
    group.name = str(body.get("displayName", group.name))
    group.nickname = str(body.get("mailNickname", group.nickname))
    group.description = body.get("description", group.description)
    return nothing()


def _checked(body: dict[str, Any]) -> None:
    texts_in(body, {"displayName", "mailNickname"}, empty=False)
    texts_in(body, {"description"})
    types = body.get("groupTypes") or []
    if not isinstance(types, list) or not all(isinstance(kind, str) for kind in types):
        raise bad("Invalid value specified for property 'groupTypes'.", BAD)


def delete(on: On, key: str) -> Answer:
    """DELETE."""
    on.need(rules.WRITE_GROUPS)
    del on.tenant.groups[_found(on, key).id]
    return nothing()


# -- members ----------------------------------------------------------------------------------


def members(on: On, key: str) -> Answer:
    """GET: users, each with its type."""
    may_read(on)
    group = _found(on, key)
    users = [on.tenant.users[one] for one in group.members if one in on.tenant.users]
    return page(
        on.asked,
        numbered(users, lambda user: {"@odata.type": _USER_TYPE, **user_row(user)}),
        context="directoryObjects",
        properties=USER,
        shown=USUAL,
        most=min(999, on.practice.page_limit),
    )


def add_member(on: On, key: str) -> Answer:
    """POST …/members/$ref."""
    on.need(rules.WRITE_GROUPS)
    group = _found(on, key)
    user = _referred(on, body_of(on.asked, allowed=set()).get(_REF))
    _only_assigned(group)
    _not_in(group, user)
    group.members[user.id] = None
    return nothing()


def remove_member(on: On, key: str, which: str) -> Answer:
    """DELETE …/members/{id}/$ref."""
    on.need(rules.WRITE_GROUPS)
    group = _found(on, key)
    if which.lower() not in group.members:
        raise unknown(which)
    _only_assigned(group)
    del group.members[which.lower()]
    return nothing()


def delete_member(on: On, key: str, which: str) -> Answer:
    """DELETE …/members/{id} without /$ref: deletes the user, where the app may do such a thing."""
    on.need(rules.WRITE_GROUPS)
    group = _found(on, key)
    user = on.tenant.users.get(which.lower())
    if user is None or user.id not in group.members:
        raise unknown(which)
    if not on.caller.scopes.intersection(_DELETES_USERS):
        raise denied()
    on.tenant.remove_user(user, on.now)
    return nothing()


def _bound(on: On, body: dict[str, Any]) -> list[User]:
    given = body.get(_BIND) or []
    if not isinstance(given, list) or len(given) > _BIND_LIMIT:
        raise bad(f"At most {_BIND_LIMIT} members can be added at once.", BAD)
    return [_referred(on, address) for address in given]


def _referred(on: On, address: object) -> User:
    """The user that a full address names; its host is not looked at, as in Graph."""
    parts = address.rstrip("/").split("/") if isinstance(address, str) else []
    if len(parts) < 2 or parts[-2] not in ("directoryObjects", "users"):
        raise bad("Invalid URL specified for property '@odata.id'.", BAD)
    user = on.tenant.users.get(parts[-1].lower())
    if user is None:
        raise unknown(parts[-1])
    return user


def _only_assigned(group: Group) -> None:
    if "DynamicMembership" in group.types:
        raise bad("The members of a dynamic group cannot be changed.", BAD)


def _not_in(group: Group, user: User) -> None:
    if user.id in group.members:
        raise bad(
            "One or more added object references already exist for the following modified "
            "properties: 'members'.",
            BAD,
        )
