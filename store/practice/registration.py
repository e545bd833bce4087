"""The registered application that a client signs in as."""

from __future__ import annotations

from collections.abc import Iterable

CLIENT_ID = "7d0f6a52-3c1e-4b8a-9f27-5a1c8e4d2b90"
NATIVE = "https://login.microsoftonline.com/common/oauth2/nativeclient"
EVERYTHING = frozenset(
    """
    DelegatedAdminRelationship.Read.All DelegatedAdminRelationship.ReadWrite.All
    Directory.Read.All Directory.AccessAsUser.All
    Domain.Read.All Domain.ReadWrite.All
    Group.Read.All Group.ReadWrite.All GroupMember.Read.All GroupMember.ReadWrite.All
    Organization.Read.All
    User.Read User.ReadBasic.All User.Read.All User.ReadWrite.All
    User-PasswordProfile.ReadWrite.All
    UserAuthenticationMethod.ReadWrite.All UserAuthMethod-Password.ReadWrite.All
    Mail.Send
    """.split()
)
"""The delegated permissions that the practice cloud knows."""
APP_ONLY = frozenset(
    "DelegatedAdminRelationship.Read.All Directory.Read.All Group.Read.All User.Read.All".split()
)
"""The application permissions that are granted from the start: reading, and nothing else."""


class Registration:
    """A multitenant app registration in the partner's tenant.

    `certificates` maps a thumbprint (SHA-1, upper-case hexadecimal) to the certificate as PEM.
    `consents` maps a tenant to the delegated permissions consented to there; a tenant that is not
    in it has not consented at all. `app_permissions` are those of a token without a user.
    `public_client` is the switch that device code and the loopback redirect need.
    """

    def __init__(self, client_id: str, partner_tenant: str) -> None:
        self.client_id = client_id
        self.public_client = True
        self.redirect_uris = {"http://localhost", NATIVE}
        self.certificates: dict[str, str] = {}
        self.app_permissions = set(APP_ONLY)
        self.consents: dict[str, set[str]] = {partner_tenant: set()}

    def consent(self, tenant: str, scopes: Iterable[str] = EVERYTHING) -> None:
        """Consents to permissions in a tenant, as its administrator would."""
        self.consents.setdefault(tenant, set()).update(scopes)
