"""The practice cloud's own table of who may do what; it knows nothing of the desk's.

Roles are known by their template ids. The tables say what a role may do in the tenant where it is
held; a member has a role at a customer's while an active assignment of an active relationship gives
it to a group that the member belongs to, or while classic delegation stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.practice.cloud import Practice
    from store.practice.tenants import User

GLOBAL = "62e90394-69f5-4237-9190-012177145e10"
USER = "fe930be7-5e62-47db-91af-98c3a49a38b1"
DOMAIN_NAME = "8329153b-31d0-4727-b945-745eb3bc5f31"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
PASSWORD = "966707d0-3269-4727-9be2-8c3a10f19b9d"
AUTHENTICATION = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
PRIVILEGED_AUTHENTICATION = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
PRIVILEGED_ROLE = "e8611ab8-c189-46e8-94e1-60213ab1f814"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
DIRECTORY_WRITERS = "9360feb5-f418-4baa-8175-e2a00bac4301"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
LICENSE = "4d6ac14f-3453-41d0-bef9-a3e0c569773a"
SERVICE_SUPPORT = "f023fd81-a637-4b56-95fd-791ac0226033"
GROUPS = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
BILLING = "b0f54661-2d74-4c50-afa3-1ec803f12efe"
GUEST_INVITER = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
MESSAGE_CENTER_READER = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"
REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"
USAGE_READER = "75934031-6c7e-415a-99d7-48dbd49e875e"
USER_EXPERIENCE = "27460883-1df1-4691-b032-3b79643e5e63"
SECURITY = "194ae4cb-b126-40b2-bd5b-6091b380977d"
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"

NAMES = {
    GLOBAL: "Global Administrator",
    USER: "User Administrator",
    DOMAIN_NAME: "Domain Name Administrator",
    HELPDESK: "Helpdesk Administrator",
    PASSWORD: "Password Administrator",
    AUTHENTICATION: "Authentication Administrator",
    PRIVILEGED_AUTHENTICATION: "Privileged Authentication Administrator",
    PRIVILEGED_ROLE: "Privileged Role Administrator",
    DIRECTORY_READERS: "Directory Readers",
    DIRECTORY_WRITERS: "Directory Writers",
    GLOBAL_READER: "Global Reader",
    LICENSE: "License Administrator",
    SERVICE_SUPPORT: "Service Support Administrator",
    GROUPS: "Groups Administrator",
    BILLING: "Billing Administrator",
    GUEST_INVITER: "Guest Inviter",
    MESSAGE_CENTER_READER: "Message Center Reader",
    REPORTS_READER: "Reports Reader",
    SECURITY: "Security Administrator",
    SECURITY_READER: "Security Reader",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "be2f45a1-457d-42af-a067-6ec1fa63bc45": "External Identity Provider Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "3a2c62db-5318-420d-8d74-23affee5d9d5": "Intune Administrator",
}
"""Names of roles, for the approval page."""

WORDS = {
    GLOBAL: "Can manage every aspect of your organization.",
    USER: "Can add users and groups, and reset the passwords of users and limited administrators.",
    DOMAIN_NAME: "Can manage domain names.",
    HELPDESK: "Can reset passwords of users and of other helpdesk administrators.",
    PASSWORD: "Can reset passwords of users who are no administrators.",
    PRIVILEGED_AUTHENTICATION: "Can reset the password of anyone, administrators included.",
    DIRECTORY_READERS: "Can read users, groups and domains.",
    GLOBAL_READER: "Can read everything that a global administrator can read.",
}
"""What a role means to the customer who is asked for it."""

READ_USERS = {
    GLOBAL, DIRECTORY_READERS, DIRECTORY_WRITERS, GLOBAL_READER, SECURITY, SECURITY_READER,
    PRIVILEGED_ROLE,
}  # fmt: skip
READ_DOMAINS = READ_USERS | {DOMAIN_NAME, USER, HELPDESK, SERVICE_SUPPORT, BILLING}
WRITE_DOMAINS = {GLOBAL, DOMAIN_NAME}
WRITE_USERS = {GLOBAL, USER, DIRECTORY_WRITERS}
WRITE_GROUPS = {GLOBAL, USER, GROUPS, DIRECTORY_WRITERS}

_READERS = {DIRECTORY_READERS, GUEST_INVITER, PASSWORD}
_SMALL = {MESSAGE_CENTER_READER, REPORTS_READER, USAGE_READER, USER_EXPERIENCE}
_RESETS: dict[str, set[str]] = {
    PASSWORD: _READERS,
    HELPDESK: _READERS | _SMALL | {HELPDESK},
    AUTHENTICATION: _READERS | _SMALL | {AUTHENTICATION},
    USER: _READERS | _SMALL | {HELPDESK, GROUPS, USER},
}
"""The roles that somebody may hold and still have the password reset by this one."""
_RESET_ANYBODY = {GLOBAL, PRIVILEGED_AUTHENTICATION}
_SENSITIVE = {GLOBAL, PRIVILEGED_AUTHENTICATION, AUTHENTICATION, USER}
"""Who may switch an account off, rename or delete it, where the password may be reset too."""


def roles_at(practice: Practice, member: str, tenant: str) -> frozenset[str]:
    """The roles of a member in a tenant: held at home, or by way of groups at a customer's."""
    user = practice.partner.users.get(member)
    if user is None or not user.enabled:
        return frozenset()
    if tenant == practice.partner.id:
        return frozenset(user.roles)
    if user.guest:
        return frozenset()
    groups = [group for group in practice.partner.groups.values() if member in group.members]
    held = {group.id for group in groups}
    return _delegated(practice, {group.name for group in groups}, tenant) | frozenset(
        role
        for found in practice.relationships_of(tenant)
        if found.is_active
        for assignment in found.assignments.values()
        if assignment.status == "active" and assignment.group in held
        for role in assignment.roles
    )


def _delegated(practice: Practice, groups: set[str], tenant: str) -> frozenset[str]:
    """What classic delegation gives the members of our agents' groups, without any assignment."""
    customer = practice.customers.get(tenant)
    if customer is None or not customer.dap:
        return frozenset()
    found = {GLOBAL} if "AdminAgents" in groups else set()
    if "HelpdeskAgents" in groups:
        found |= {practice.limited_role, DIRECTORY_READERS}
    return frozenset(found)


def may_reset(roles: Iterable[str], target: User) -> bool:
    """Whether whoever has these roles may reset the password of `target`."""
    held = set(roles)
    if held & _RESET_ANYBODY:
        return True
    if target.protected:
        return False
    return any(target.roles <= _RESETS[role] for role in held & _RESETS.keys())


def may_change_account(roles: Iterable[str], target: User) -> bool:
    """Whether whoever has these roles may switch off, rename or delete `target`."""
    return may_reset(set(roles) & _SENSITIVE, target)
