"""Where a customer's administrator lets the partner's app in, with everything that it asks for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from store.practice import population
from store.practice.aadsts import Refused
from store.practice.cloud import Practice
from store.practice.pages import fields, from_elsewhere, page, refused_elsewhere, told
from store.practice.registration import EVERYTHING
from store.practice.tenants import Tenant

TITLE = "Permissions requested"


def routes(practice: Practice) -> list[Route]:
    """The one address, to look at and to answer."""
    pages = _Pages(practice)
    return [
        Route("/{tenant}/adminconsent", pages.asked, methods=["GET"]),
        Route("/{tenant}/adminconsent", pages.answered, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def asked(self, request: Request) -> Response:
        with self._practice.lock:
            tenant = self._tenant(request)
            if tenant is None:
                return _nobody()
            admin = population.first_admin(tenant)
            given = self._practice.app.consents.get(tenant.id, set())
            return page(
                "admin_consent",
                TITLE,
                partner=self._practice.partner.name,
                client=self._practice.app.client_id,
                customer=tenant.name,
                admin=admin.upn if admin else "",
                scopes=sorted(EVERYTHING),
                fresh=EVERYTHING - given,
            )

    async def answered(self, request: Request) -> Response:
        if from_elsewhere(request):
            return refused_elsewhere()
        answer = (await fields(request)).get("answer", "")
        with self._practice.lock:
            tenant = self._tenant(request)
            if tenant is None:
                return _nobody()
            if answer != "accept":
                return told("Nothing was accepted", "The app has what it had before.")
            self._practice.app.consent(tenant.id)
            return told(
                "Accepted",
                f"The app of {self._practice.partner.name} may now act at {tenant.name}, as far as "
                "the roles of whoever uses it reach.",
            )

    def _tenant(self, request: Request) -> Tenant | None:
        """The tenant of the address, where it asks for our one app."""
        client = request.query_params.get("client_id", "").strip()
        if client.casefold() != self._practice.app.client_id.casefold():
            return None
        try:
            return self._practice.tokens.grants.tenant(request.path_params["tenant"])
        except Refused:
            return None


def _nobody() -> Response:
    return told(
        "This address leads nowhere",
        "It names a tenant or an app that the practice cloud does not know.",
        status=404,
    )
