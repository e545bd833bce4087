"""DNS as far as it is practised: who sets a domain's record, and the page to do it on.

Beside it the addresses of the portals, at which there is nothing to see.
"""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from store.practice.cloud import Practice
from store.practice.pages import fields, from_elsewhere, page, refused_elsewhere, told

PATH = "/dns"
TITLE = "DNS records"


class Unproven(NamedTuple):
    """A customer's domain that is not verified; `is_set` says that its record can be seen."""

    tenant: str
    customer: str
    domain: str
    is_set: bool


def unproven(practice: Practice) -> list[Unproven]:
    """The domains of customers that are not verified, by customer and name."""
    with practice.lock:
        found = [
            Unproven(tenant.id, tenant.name, domain.name, domain.dns)
            for tenant in practice.customers.values()
            for domain in tenant.domains.values()
            if not domain.verified
        ]
    return sorted(found, key=lambda one: (one.customer.casefold(), one.domain))


def routes(practice: Practice) -> list[Route]:
    """The page on which records are set, and those of the portals."""
    pages = _Pages(practice)
    return [
        Route(PATH, pages.listed, methods=["GET"]),
        Route(PATH, pages.set, methods=["POST"]),
        Route("/portal/{short}/{tenant}", pages.portal, methods=["GET"]),
    ]


class _Pages:
    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def listed(self, request: Request) -> Response:
        return page("dns", TITLE, domains=unproven(self._practice))

    async def set(self, request: Request) -> Response:
        if from_elsewhere(request):
            return refused_elsewhere()
        given = await fields(request)
        asked = (given.get("tenant", "").lower(), given.get("domain", "").lower())
        with self._practice.lock:
            found = [one for one in unproven(self._practice) if (one.tenant, one.domain) == asked]
            if not found:
                return told(
                    "Nothing was set",
                    "No customer has this domain to be verified. Look at the list again.",
                    status=404,
                )
            self._practice.set_dns(*asked)
        return told(
            "The record is set",
            f"The record of {asked[1]} can be seen in DNS now. Let the domain be checked again: c "
            "in the desk, or partnerdesk act check-domain.",
        )

    async def portal(self, request: Request) -> Response:
        with self._practice.lock:
            tenant = self._practice.customers.get(request.path_params["tenant"].lower())
            if tenant is None:
                return told(
                    "This address leads nowhere",
                    "It names a tenant that the practice cloud does not know.",
                    status=404,
                )
            return told(
                "An admin portal",
                f"At Microsoft this would be a portal of {tenant.name}. The practice cloud has "
                "none: nothing can be administered on this page.",
            )
