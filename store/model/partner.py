"""Our own organisation: who we are, in which cloud, and what we may offer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from store.message import N_, Message, msg
from store.model import document


class Cloud(StrEnum):
    """The Microsoft cloud that a partner and its customers live in."""

    WORLDWIDE = "worldwide"
    US_GOVERNMENT = "us-government"
    US_GOVERNMENT_L5 = "us-government-l5"
    CHINA = "21vianet"
    PRACTICE = "practice"


CLOUD_NAMES = {
    Cloud.WORLDWIDE: N_("Worldwide"),
    Cloud.US_GOVERNMENT: N_("US Government L4 (GCC High)"),
    Cloud.US_GOVERNMENT_L5: N_("US Government L5 (DoD)"),
    Cloud.CHINA: N_("Operated by 21Vianet (China)"),
    Cloud.PRACTICE: N_("Practice"),
}


class Flow(StrEnum):
    """The two ways to work; a partner's number of customers chooses."""

    OVERVIEW = "overview"
    BUSINESS = "business"


FLOW_NAMES = {
    Flow.OVERVIEW: N_("Partner overview"),
    Flow.BUSINESS: N_("Build your business"),
}


class FlowSetting(StrEnum):
    """How the flow is chosen."""

    AUTO = "auto"
    OVERVIEW = "overview"
    BUSINESS = "business"


class Certified(StrEnum):
    """Whether the partner is certified to offer delegated administration."""

    UNANSWERED = ""
    YES = "yes"
    NO = "no"


class LimitedAs(StrEnum):
    """What Limited administration means at a customer."""

    PASSWORD = "password"
    HELPDESK = "helpdesk"


LIMITED_NAMES = {
    LimitedAs.PASSWORD: N_("password administrator"),
    LimitedAs.HELPDESK: N_("helpdesk administrator"),
}

OVERVIEW_FROM = 100
"""The number of customers from which a partner works on the Partner overview."""

TENANT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_CERTIFIED_ONLY = N_(
    "This feature is only available for Microsoft Cloud partners who are certified to offer "
    "delegated administration."
)
_CERTIFIED_ONLY_CHINA = N_(
    "This article applies only to Office 365 operated by 21Vianet in China. This feature is only "
    "available for Microsoft Office 365 operated by 21Vianet partners who are certified to offer "
    "delegated administration."
)


class Partner(NamedTuple):
    """The partner as recorded; everything is empty until the operator has filled it in.

    `operators` maps a login on this host to the UPN of the member who uses it, `client_ids` a
    cloud to the client ID of our own app registration there.
    """

    name: str = ""
    tenant: str = ""
    cloud: Cloud = Cloud.WORLDWIDE
    contact: str = ""
    mail: str = ""
    phone: str = ""
    certified: Certified = Certified.UNANSWERED
    limited_as: LimitedAs = LimitedAs.PASSWORD
    flow: FlowSetting = FlowSetting.AUTO
    operators: Mapping[str, str] = MappingProxyType({})
    client_ids: Mapping[str, str] = MappingProxyType({})
    rev: int = 0

    @classmethod
    def from_document(cls, found: Mapping[str, Any] | None) -> Partner:
        """The partner in a stored document; `None` is a partner that was never set."""
        found = found or {}
        return cls(
            name=document.text(found, "name"),
            tenant=document.text(found, "tenant"),
            cloud=document.choice(Cloud, document.text(found, "cloud"), Cloud.WORLDWIDE),
            contact=document.text(found, "contact"),
            mail=document.text(found, "mail"),
            phone=document.text(found, "phone"),
            certified=document.choice(
                Certified, document.text(found, "certified"), Certified.UNANSWERED
            ),
            limited_as=document.choice(
                LimitedAs, document.text(found, "limited_as"), LimitedAs.PASSWORD
            ),
            flow=document.choice(FlowSetting, document.text(found, "flow"), FlowSetting.AUTO),
            operators=document.mapping(found, "operators"),
            client_ids=document.mapping(found, "client_ids"),
            rev=document.number(found, "rev") or 0,
        )

    @property
    def is_set(self) -> bool:
        """Whether the operator has said who the partner is."""
        return bool(self.name)

    @property
    def client_id(self) -> str:
        """The client ID of our app registration in our own cloud; "" if there is none."""
        return self.client_ids.get(self.cloud.value, "")

    def missing(self) -> tuple[str, ...]:
        """The names of the fields that a letter needs and that are empty."""
        wanted = {N_("Name"): self.name, N_("Contact"): self.contact, N_("Mail"): self.mail}
        return tuple(name for name, value in wanted.items() if not value)


def why_not_certified(partner: Partner) -> Message | None:
    """Why the partner may not offer delegated administration, if it has said that it may not."""
    if partner.certified is not Certified.NO:
        return None
    return msg(_CERTIFIED_ONLY_CHINA if partner.cloud is Cloud.CHINA else _CERTIFIED_ONLY)


def flow_for(customers: int, setting: FlowSetting = FlowSetting.AUTO) -> Flow:
    """The flow for a number of customers that are not archived.

    The English article says "100 or more" and "fewer than 100", which settles 100 itself.
    """
    if setting is not FlowSetting.AUTO:
        return Flow(setting.value)
    return Flow.OVERVIEW if customers >= OVERVIEW_FROM else Flow.BUSINESS
