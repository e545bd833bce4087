"""Tenants: the partner's own and its customers', each with users, groups and domains."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


class User:
    """Somebody in a tenant.

    `roles` are template ids of directory roles held in that tenant. `protected` marks who belongs
    to a role-assignable group or a restricted unit. `password` is what was last set, for tests;
    `more` holds the other properties by Graph's names, `operations` the ids of resets by method.
    """

    def __init__(
        self,
        key: str,
        upn: str,
        name: str,
        created: datetime,
        *,
        enabled: bool = True,
        guest: bool = False,
        roles: Iterable[str] = (),
    ) -> None:
        self.id = key
        self.upn = upn
        self.name = name
        self.created = created
        self.enabled = enabled
        self.guest = guest
        self.roles = set(roles)
        self.protected = False
        self.password = ""
        self.password_changed: datetime | None = created
        self.must_change = False
        self.more: dict[str, object] = {}
        self.operations: set[str] = set()


class Group:
    """A group of a tenant; `members` are ids of users, in the order in which they came."""

    def __init__(self, key: str, name: str, created: datetime) -> None:
        self.id = key
        self.name = name
        self.created = created
        self.description: str | None = None
        self.nickname = name
        self.security = True
        self.types: list[str] = []
        self.members: dict[str, None] = {}


class Domain:
    """A domain of a tenant; `dns` says whether its record can be seen in DNS."""

    def __init__(self, name: str, *, verified: bool, default: bool, initial: bool) -> None:
        self.name = name
        self.verified = verified
        self.default = default
        self.initial = initial
        self.dns = verified


class Tenant:
    """A directory. `contract` is how it stands to the partner, "" where it does not.

    `contract_name` stays as it was when the contract began, whatever the customer is called now.
    """

    def __init__(self, key: str, name: str, domain: str, contract: str = "") -> None:
        self.id = key
        self.name = name
        self.contract = contract
        self.contract_id = ""
        self.contract_name = name
        self.contract_domain = domain
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.domains: dict[str, Domain] = {}

    def remove_user(self, user: User) -> None:
        """Deletes somebody, out of all groups too."""
        del self.users[user.id]
        for group in self.groups.values():
            group.members.pop(user.id, None)

    def user(self, key: str) -> User | None:
        """A user by id or user principal name, in any case."""
        found = self.users.get(key)
        if found is None:
            wanted = key.casefold()
            found = next((one for one in self.users.values() if one.upn.casefold() == wanted), None)
        return found
