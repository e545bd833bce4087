"""What a token may be asked to allow, by Microsoft's names."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """A delegated permission of Microsoft Graph.

    A request names the least that it needs; a token that allows more serves as well.
    `DIRECTORY_READ` reads contracts, groups, users and domains. The last four are for customers'
    tenants alone: whether they are granted is up to each customer's consent to the app.
    """

    RELATIONSHIPS_READ = "DelegatedAdminRelationship.Read.All"
    RELATIONSHIPS_WRITE = "DelegatedAdminRelationship.ReadWrite.All"
    DIRECTORY_READ = "Directory.Read.All"
    GROUPS_WRITE = "GroupMember.ReadWrite.All"
    GROUPS_CREATE = "Group.ReadWrite.All"
    MAIL_SEND = "Mail.Send"
    USERS_WRITE = "User.ReadWrite.All"
    PASSWORDS_RESET = "UserAuthenticationMethod.ReadWrite.All"
    PASSWORDS_SET = "User-PasswordProfile.ReadWrite.All"
    DOMAINS_WRITE = "Domain.ReadWrite.All"
    ME = "User.Read"
