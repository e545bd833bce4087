"""Tenants: the partner's own and its customers', each with users, groups and domains."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

DELETED_FOR = timedelta(days=30)


class User:
    """Somebody in a tenant.

    `roles` are template ids of directory roles held in that tenant. `protected` marks who belongs
    to a role-assignable group or a restricted unit. `password` is what was last set, for tests;
    `more` holds the other properties by Graph's names, `operations` how resets by method stand.
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
        self.operations: dict[str, str] = {}


class Group:
    """A group of a tenant; `members` and `owners` are ids of users, in their order.

    `assignable` is one that directory roles may be given to.
    """

    def __init__(self, key: str, name: str, created: datetime) -> None:
        self.id = key
        self.name = name
        self.created = created
        self.description: str | None = None
        self.nickname = name
        self.security = True
        self.types: list[str] = []
        self.assignable = False
        self.members: dict[str, None] = {}
        self.owners: dict[str, None] = {}


class Domain:
    """A domain of a tenant; `dns` says whether its record can be seen in DNS."""

    def __init__(self, name: str, *, verified: bool, default: bool, initial: bool) -> None:
        self.name = name
        self.verified = verified
        self.default = default
        self.initial = initial
        self.dns = verified


class Deleted(NamedTuple):
    """Somebody who was deleted."""

    user: User
    when: datetime


class Tenant:
    """A directory. `contract` is how it stands to the partner, "" where it does not.

    `contract_name` stays as it was when the contract began, whatever the customer is called now.
    Switches for tests: `dap` (classic delegation stands, so our agents' groups have their roles),
    `banned` (words that no password may hold), `guest_accounts` (user names of the partner's that
    somebody invited there, and who therefore do not get in).
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
        self.deleted: dict[str, Deleted] = {}
        self.dap = False
        self.banned: set[str] = set()
        self.guest_accounts: set[str] = set()

    def remove_user(self, user: User, when: datetime | None = None) -> None:
        """Deletes somebody, out of all groups too; with `when` it can be restored for a while."""
        del self.users[user.id]
        if when:
            self.deleted[user.id] = Deleted(user, when)
        for group in self.groups.values():
            group.members.pop(user.id, None)

    def forget_deleted(self, now: datetime) -> None:
        """Lets go of whoever was deleted too long ago."""
        self.deleted = {
            key: gone for key, gone in self.deleted.items() if now < gone.when + DELETED_FOR
        }

    def protect(self, user: User, *, owns: bool = False) -> None:
        """Puts somebody into a group that roles may be given to, or makes an owner of it."""
        group = next((one for one in self.groups.values() if one.assignable), None)
        if group is None:
            key = str(uuid.uuid5(uuid.UUID(self.id), "assignable"))
            group = self.groups[key] = Group(key, "Privileged operators", user.created)
            group.assignable = True
        (group.owners if owns else group.members)[user.id] = None
        user.protected = True

    def user(self, key: str) -> User | None:
        """A user by id or user principal name, in any case."""
        found = self.users.get(key)
        if found is None:
            wanted = key.casefold()
            there = list(self.users.values())  # somebody may be added meanwhile
            found = next((one for one in there if one.upn.casefold() == wanted), None)
        return found
