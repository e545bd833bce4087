"""The partner's own app registration: how to make it, and exactly what it has to be allowed."""

from __future__ import annotations

from typing import NamedTuple

from store.graph.endpoints import ENDPOINTS
from store.graph.purposes import (
    APP_IDS,
    AT_CUSTOMERS,
    IDS,
    PURPOSE_NAMES,
    Purpose,
    purpose_of,
    scopes_at_customers,
    scopes_for,
)
from store.message import Message, msg
from store.model.partner import Cloud

_CENTERS = {
    Cloud.US_GOVERNMENT: "https://entra.microsoft.us",
    Cloud.US_GOVERNMENT_L5: "https://entra.microsoft.us",
    Cloud.CHINA: "https://portal.azure.cn",
}
_PARTNER_SERVICE = "2832473f-ec63-45fb-976f-5d45a7d4bb91"


class Permission(NamedTuple):
    """A permission of Microsoft Graph: its name, its ids, and what we need it for.

    `app_id` is empty where a certificate gets no such permission.
    """

    name: str
    id: str
    app_id: str
    purpose: Message


def steps(cloud: Cloud) -> tuple[Message, ...]:
    """What to do in a browser, once; the permissions are a list of their own."""
    return (
        msg(
            "Open {address}, App registrations, New registration, in the partner's own tenant.",
            address=_CENTERS.get(cloud, "https://entra.microsoft.com"),
        ),
        msg("Supported account types: accounts in any organizational directory (multitenant)."),
        msg(
            "Authentication, Add a platform, Mobile and desktop applications: {address}",
            address="http://localhost",
        ),
        msg("Authentication, Allow public client flows: Yes."),
        msg("API permissions, Microsoft Graph, Delegated permissions: those below."),
        msg("API permissions, Grant admin consent."),
        msg(
            "Copy the Application (client) ID: {command}",
            command="partnerdesk partner set client-id=…",
        ),
        msg(
            "To act at a customer's, an administrator of that customer consents once: {address}",
            address=f"{_authority(cloud)}/…/adminconsent?client_id=…",
        ),
    )


def _authority(cloud: Cloud) -> str:
    known = ENDPOINTS.get(cloud)
    return known.authority if known else "https://localhost:8443"


def certificate_steps() -> tuple[Message, ...]:
    """What a certificate takes besides, for a sync with nobody there."""
    return (
        msg("Certificates & secrets, Certificates: upload its public part."),
        msg(
            "API permissions, Microsoft Graph, Application permissions: those below that have a "
            "second ID, then Grant admin consent once more."
        ),
        msg(
            "The tenant needs the service principal of the app {app}, Partner Customer Delegated "
            "Administration.",
            app=_PARTNER_SERVICE,
        ),
        msg(
            "Name the file in the settings: {line}",
            line='certificate = "/etc/partnerdesk/sync.pem"',
        ),
    )


def permissions(cloud: Cloud) -> tuple[Permission, ...]:
    """Everything that may ever be asked for: what is always needed first, customers' last."""
    ours = tuple(
        Permission(
            scope.value, IDS[scope], APP_IDS.get(scope, ""), msg(PURPOSE_NAMES[purpose_of(scope)])
        )
        for scope in scopes_for(Purpose, cloud)
    )
    theirs = tuple(
        Permission(scope.value, IDS[scope], "", msg(AT_CUSTOMERS[scope]))
        for scope in scopes_at_customers(cloud)
    )
    return ours + theirs
