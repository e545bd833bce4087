"""A customer's admin portals: as Microsoft names them, or built from the cloud and the tenant.

They are shown and copied; nothing here opens a browser. An address counts only as a whole, and
only on a host of the cloud's own that nobody else can have a page on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from store.actions.learned import words
from store.errors import DeskError
from store.message import Message
from store.model.partner import Cloud

if TYPE_CHECKING:
    from store.actions.connection import Connection

_LONGEST = 1_024
_URL = re.compile(
    r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)*)((?::\d{1,5})?)(?:[/?#][\w.~%!$&'()*+,;=:@/?#-]*)?",
    re.ASCII | re.IGNORECASE,
)
_HOSTS: dict[Cloud, tuple[str, ...]] = {
    Cloud.WORLDWIDE: (
        ".microsoft.com", ".cloud.microsoft", "portal.azure.com", ".portal.azure.com",
        "portal.office.com", "outlook.office.com", "outlook.office365.com",
        "businesscentral.dynamics.com",
    ),
    Cloud.US_GOVERNMENT: (
        ".microsoft.us", "portal.azure.us", ".portal.azure.us", "portal.office365.us",
        "outlook.office365.us",
    ),
    Cloud.US_GOVERNMENT_L5: (
        ".microsoft.us", "portal.azure.us", ".portal.azure.us", "portal.apps.mil",
        "webmail.apps.mil", ".dod.teams.microsoft.us",
    ),
    Cloud.CHINA: (
        "portal.azure.cn", ".portal.azure.cn", "entra.microsoftonline.cn",
        "portal.partner.microsoftonline.cn", "partner.outlook.cn",
    ),
    Cloud.PRACTICE: ("127.0.0.1", "localhost"),
}  # fmt: skip
"""Where portals are, by cloud; what begins with a dot is any host below it."""

_SESSION = "/Partner/BeginClientSession.aspx?CTID={tenant}&CSDEST=o365admincenter"
_ADMIN, _ENTRA, _AZURE = "Microsoft 365 admin center", "Microsoft Entra", "Azure"
_EXCHANGE, _INTUNE = "Exchange", "Intune"
_BUILT: dict[Cloud, tuple[tuple[str, str], ...]] = {
    Cloud.WORLDWIDE: (
        (_ADMIN, "https://admin.microsoft.com" + _SESSION),
        (_ENTRA, "https://entra.microsoft.com/{tenant}"),
        (_EXCHANGE, "https://admin.exchange.microsoft.com/?delegatedOrg={tenant}"),
        (_INTUNE, "https://intune.microsoft.com/{tenant}"),
        (_AZURE, "https://portal.azure.com/{tenant}"),
    ),
    Cloud.US_GOVERNMENT: (
        (_ADMIN, "https://portal.office365.us" + _SESSION),
        (_ENTRA, "https://entra.microsoft.us/{tenant}"),
        (_EXCHANGE, "https://outlook.office365.us/ecp/?delegatedOrg={tenant}"),
        (_INTUNE, "https://intune.microsoft.us/{tenant}"),
        (_AZURE, "https://portal.azure.us/{tenant}"),
    ),
    Cloud.US_GOVERNMENT_L5: (
        (_ADMIN, "https://portal.apps.mil" + _SESSION),
        (_ENTRA, "https://entra.microsoft.us/{tenant}"),
        (_EXCHANGE, "https://webmail.apps.mil/ecp/?delegatedOrg={tenant}"),
        (_INTUNE, "https://intune.microsoft.us/{tenant}"),
        (_AZURE, "https://portal.azure.us/{tenant}"),
    ),
    Cloud.CHINA: (
        (_ADMIN, "https://portal.partner.microsoftonline.cn" + _SESSION),
        (_ENTRA, "https://entra.microsoftonline.cn/{tenant}"),
        (_EXCHANGE, "https://partner.outlook.cn/ecp/?delegatedOrg={tenant}"),
        (_AZURE, "https://portal.azure.cn/{tenant}"),
    ),
    Cloud.PRACTICE: (
        (_ADMIN, "https://{host}/portal/admin/{tenant}"),
        (_ENTRA, "https://{host}/portal/entra/{tenant}"),
        (_EXCHANGE, "https://{host}/portal/exchange/{tenant}"),
        (_AZURE, "https://{host}/portal/azure/{tenant}"),
    ),
}


class Portal(NamedTuple):
    """One admin portal of a customer's; its name is Microsoft's, in no other language."""

    name: str
    url: str


class Portals(NamedTuple):
    """A customer's portals; `asked` says that Microsoft named them, `why` why it did not.

    `left_out` counts addresses that are not taken, since they lead elsewhere.
    """

    items: tuple[Portal, ...]
    asked: bool = False
    why: Message | None = None
    left_out: int = 0


def portals(cloud: Cloud, tenant: str, host: str = "localhost") -> tuple[Portal, ...]:
    """The portals of a tenant, built; asks nobody. `host` is the practice cloud's."""
    if not tenant:
        return ()
    return tuple(
        Portal(name, pattern.format(tenant=tenant, host=host)) for name, pattern in _BUILT[cloud]
    )


async def portals_at(connection: Connection, tenant: str) -> Portals:
    """The portals as Microsoft lists them for a customer's tenant, else the built ones."""
    cloud = connection.cloud
    built = portals(cloud, tenant)
    try:
        built = portals(cloud, tenant, connection.host or "localhost")
        async with connection.graph() as graph:
            listing = await graph.portals(tenant)
    except DeskError as error:
        return Portals(built, why=error.what)
    found = [Portal(words(one.name) or one.id, one.url) for one in listing.items]
    taken = tuple(one for one in found if is_portal(one.url, cloud))
    if not taken:
        return Portals(built, why=listing.why, left_out=len(found))
    return Portals(taken, True, listing.why, len(found) - len(taken))


def is_portal(url: str, cloud: Cloud) -> bool:
    """Whether an address is one of this cloud's portals, as a whole."""
    found = _URL.fullmatch(url) if len(url) <= _LONGEST else None
    if found is None or (found[2] and cloud is not Cloud.PRACTICE):
        return False
    host = found[1].lower()
    return any(
        host.endswith(known) if known.startswith(".") else host == known for known in _HOSTS[cloud]
    )
