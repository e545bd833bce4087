"""Which links may stand in a letter: whole-URL patterns of the partner's own cloud.

A check of the beginning, or of the host alone, lets hostile links through (other ports, user
names before the host, line breaks that URL parsers drop). Only a match of the whole counts.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from store.errors import BadInput
from store.message import Message, msg
from store.model.partner import Cloud, Partner

_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
HOSTS = {
    Cloud.WORLDWIDE: ("admin.microsoft.com", "admin.cloud.microsoft", "portal.office.com"),
    Cloud.US_GOVERNMENT: ("portal.office365.us",),
    Cloud.US_GOVERNMENT_L5: ("portal.apps.mil",),
    Cloud.CHINA: ("portal.partner.microsoftonline.cn",),
    Cloud.PRACTICE: ("127.0.0.1", "localhost"),
}
"""The hosts whose links are taken, by cloud."""

_GRANULAR = re.compile(
    rf"/(?:[Aa]dmin[Pp]ortal/[Hh]ome)?(?:\?[\w.=&-]*)?"
    rf"#/partners/invitation/granularAdminRelationships/({_GUID}-{_GUID})",
    re.ASCII,
)
_RELATIONSHIP = re.compile(rf"/granularAdminRelationships/({_GUID}-{_GUID})$", re.ASCII)
# No "..", no "//": no path that means another place than it shows. Every repeat begins with a
# character that the part before cannot hold, so that no link takes long to refuse.
_PATH_STEP = r"(?:[\w~-]|\.(?!\.))+"
_STEP = r"(?:[\w~=&-]|\.(?!\.))+"
_ANY = re.compile(
    rf"(?:/{_PATH_STEP})*/?(?:\?[\w.~=&%-]*)?(?:#/?(?:{_STEP}(?:/{_STEP})*/?)?)?", re.ASCII
)
# Where a value would lead elsewhere if somebody followed it.
_ADDRESS = re.compile(r"^\s*[a-z][a-z0-9+.-]*:|//|\\|^\s*www\.", re.IGNORECASE)
_HOST = re.compile(r"https://([a-z0-9.-]+)((?::\d{1,5})?)(?=[/?#]|$)", re.ASCII)
LONGEST = 1_024


def classic_link(tenant: str) -> str:
    """The reusable link that asks for delegated administration only (worldwide)."""
    return (
        "https://admin.microsoft.com/Adminportal/Home?invType=Administration"
        f"&partnerId={tenant}#/BillingAccounts/partner-invitation"
    )


def granular_link(cloud: Cloud, relationship: str, host: str = "") -> str:
    """The link with which a customer accepts a relationship; `host` is the practice cloud's."""
    host = host if cloud is Cloud.PRACTICE and host else HOSTS[cloud][0]
    return (
        f"https://{host}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/"
        f"{relationship.lower()}"
    )


def is_granular(link: str) -> bool:
    """Whether `link` belongs to one granular relationship, so to one customer."""
    host = _HOST.match(link)
    return bool(host and _GRANULAR.fullmatch(link, host.end()))


def relationship(link: str) -> str:
    """The relationship that a granular link asks for, whatever host it is on; "" for others."""
    found = _RELATIONSHIP.search(link)
    return found[1].lower() if found else ""


def checked(link: str, partner: Partner) -> str:
    """`link` if it may stand in this partner's letters; raises `BadInput` with the reason."""
    link = link.strip()
    reason = why_not(link, partner)
    if reason:
        raise BadInput(
            msg("The link is refused: {reason}.", reason=reason),
            field="link",
            todo=msg(
                "Paste the whole link as Microsoft shows it. It begins with {beginnings}.",
                beginnings=", ".join(f"https://{host}/" for host in HOSTS[partner.cloud]),
            ),
        )
    return link


def why_not(link: str, partner: Partner) -> Message | None:
    """Why a link may not stand in this partner's letters, if so."""
    if not link.isascii() or not link.isprintable() or " " in link:
        return msg("it holds characters that a link cannot have")
    if len(link) > LONGEST:
        return msg("it is longer than {limit} characters", limit=LONGEST)
    if not link.startswith("https://"):
        return msg("it does not begin with https://")
    host = _HOST.match(link)
    if not host or host[1] not in HOSTS[partner.cloud]:
        return msg("its host is not one of this partner's cloud")
    if host[2] and partner.cloud is not Cloud.PRACTICE:
        return msg("it names a port")
    rest = link[host.end() :]
    granular = "granularadmin" in rest.lower() or "/partners/invitation/" in rest.lower()
    if granular and partner.cloud is Cloud.CHINA:
        return msg("Office 365 operated by 21Vianet has no granular links")
    if granular:
        return None if _GRANULAR.fullmatch(rest) else msg("it is not a whole granular link")
    if not _ANY.fullmatch(rest) or rest in ("", "/"):
        return msg("it has not the form of an invitation")
    values = parse_qsl(re.sub("[?#]", "&", rest), keep_blank_values=True)
    if any(_ADDRESS.search(_decoded(part)) for pair in values for part in pair):
        return msg("one of its values is an address of its own")
    relationship = any(
        name.lower() == "type" and "relationship" in value.lower() for name, value in values
    )
    for name, value in values:
        ours = name.lower() == "partnerid" or (relationship and name.lower() == "id")
        if ours and partner.tenant and value.lower() != partner.tenant.lower():
            return msg("it asks for access for another partner ({tenant})", tenant=value)
    return None


def _decoded(value: str) -> str:
    """A value with every layer of percent signs taken off."""
    while (plain := unquote(value)) != value:
        value = plain
    return value
