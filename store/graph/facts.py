"""What Microsoft Graph says, as records: read tolerantly, whatever a property may hold.

Names follow Graph's own. Dates stay as ISO 8601 text in UTC, "" where there is none; an unknown
enumeration member stays the word that it is.
"""

from __future__ import annotations

from typing import NamedTuple


class Relationship(NamedTuple):
    """A delegatedAdminRelationship: a granular agreement with one customer.

    `tenant` and `customer` are of the customer, "" while nobody is named. `days` is `None` where
    the duration cannot be read. `kind` is the OData type where it is a derived one.
    """

    id: str
    name: str
    status: str
    tenant: str = ""
    customer: str = ""
    roles: tuple[str, ...] = ()
    days: int | None = None
    auto_extend: bool = False
    created: str = ""
    modified: str = ""
    activated: str = ""
    ends: str = ""
    etag: str = ""
    kind: str = ""


class Assignment(NamedTuple):
    """A delegatedAdminAccessAssignment: a security group of ours and its roles there."""

    id: str
    group: str
    roles: tuple[str, ...]
    status: str
    created: str = ""
    modified: str = ""
    etag: str = ""


class Request(NamedTuple):
    """A delegatedAdminRelationshipRequest: something asked for, done later."""

    id: str
    action: str
    status: str


class Operation(NamedTuple):
    """A delegatedAdminRelationshipOperation: something under way."""

    id: str
    kind: str
    status: str
    data: str = ""


class Tenant(NamedTuple):
    """A delegatedAdminCustomer: a tenant that has a relationship with us."""

    id: str
    name: str


class Portal(NamedTuple):
    """A delegatedAdminServiceManagementDetail: one of a customer's admin portals."""

    id: str
    name: str
    url: str


class Contract(NamedTuple):
    """A contract: a customer of ours, with or without granular relationships."""

    id: str
    kind: str
    tenant: str
    domain: str
    name: str


class Group(NamedTuple):
    """A group of our own tenant."""

    id: str
    name: str
    description: str = ""
    security: bool = True
    dynamic: bool = False


class User(NamedTuple):
    """A user, of our own tenant or of a customer's; `guest` where userType says so.

    The last four are read at customers' only; `password_changed` is "" where it was never said.
    """

    id: str
    upn: str
    name: str
    enabled: bool = True
    guest: bool = False
    kind: str = ""
    created: str = ""
    password_changed: str = ""
    location: str = ""
    nickname: str = ""


class NewUser(NamedTuple):
    """A user to be added: `upn` on a verified domain, `location` as two letters (ISO 3166)."""

    name: str
    upn: str
    nickname: str
    location: str = ""


class Standing(NamedTuple):
    """What decides who may reset somebody's password.

    `roles` are template ids of directory roles; `protected` is who belongs to, or owns, a
    role-assignable group, or is in a restricted unit.
    """

    roles: frozenset[str]
    protected: bool


class DomainFact(NamedTuple):
    """A domain of a tenant."""

    name: str
    verified: bool
    default: bool = False
    initial: bool = False

    @property
    def id(self) -> str:
        """What a domain is addressed by: its name."""
        return self.name


class DnsRecord(NamedTuple):
    """A record that proves a domain: `kind` is TXT or MX, `text` its value or the mail host.

    `label` is the name it belongs under, `ttl` in seconds; `preference` counts for MX only.
    """

    kind: str
    label: str
    ttl: int
    text: str
    preference: int = 0
