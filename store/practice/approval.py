"""The customer's side in a browser: the page that a granular link leads to, and its answer."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from store.errors import NotAllowed, NotFound
from store.practice import population, rules
from store.practice.cloud import Practice
from store.practice.pages import fields, from_elsewhere, page, refused_elsewhere, told
from store.practice.relationships import CREATED, PENDING, Relationship

TITLE = "Approve partner roles"
_LINKED = re.compile(r"/granularAdminRelationships/([0-9a-fA-F-]+)/?$", re.ASCII)
_MANY = 300
"""Nobody looks for one in a list of more customers than these: the tenant is typed then."""


def routes(practice: Practice) -> list[Route]:
    """The addresses of the customer's pages."""
    pages = _Pages(practice)
    return [
        *(
            Route(path, pages.home, methods=["GET"])
            for path in ("/", "/AdminPortal/Home", "/Adminportal/Home", "/adminportal/home")
        ),
        Route("/approve", pages.pasted, methods=["GET"]),
        Route("/approve/{id}", pages.asked, methods=["GET"]),
        Route("/approve/{id}", pages.answered, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, practice: Practice) -> None:
        self._practice = practice

    async def home(self, request: Request) -> Response:
        """What a link has after its # never reaches a server, so a script of the page reads it."""
        return page("home", TITLE)

    async def pasted(self, request: Request) -> Response:
        found = _LINKED.search(request.query_params.get("link", "").strip())
        return RedirectResponse(f"/approve/{found[1]}", 303) if found else _nowhere()

    async def asked(self, request: Request) -> Response:
        with self._practice.lock:
            try:
                it = self._pending(request)
            except _Shown as other:
                return other.page
            return page(
                "approve",
                TITLE,
                id=it.id,
                partner=self._practice.partner.name,
                partner_tenant=self._practice.partner.id,
                name=it.name,
                days=it.days,
                auto_extend=it.auto_extend,
                roles=[
                    (rules.NAMES.get(role, role), rules.WORDS.get(role, "")) for role in it.roles
                ],
                customers=self._who_may(it),
            )

    async def answered(self, request: Request) -> Response:
        if from_elsewhere(request):
            return refused_elsewhere()
        given = await fields(request)
        with self._practice.lock:
            try:
                it = self._pending(request)
            except _Shown as other:
                return other.page
            if given.get("answer") != "approve":
                return told(
                    "Nothing was approved",
                    "The request still waits, and its link can be opened again.",
                )
            try:
                self._practice.approve(it.id, tenant=self._tenant(given.get("tenant", "")))
            except (NotFound, NotAllowed) as error:
                return told("Not approved", str(error.what), status=403)
            return page(
                "approved",
                "Approved",
                partner=self._practice.partner.name,
                name=it.name,
                customer=it.customer,
                days=it.days,
                by=it.approved_by,
            )

    def _pending(self, request: Request) -> Relationship:
        """The relationship of a link that can be answered; raises `_Shown` for others."""
        try:
            it = self._practice.relationship(request.path_params["id"].lower())
        except NotFound:
            raise _Shown(_nowhere()) from None
        if it.status == CREATED:  # its link is not given out yet
            raise _Shown(_nowhere())
        if it.status != PENDING:
            raise _Shown(told("This request was answered already", *_ANSWERED, status=410))
        return it

    def _who_may(self, it: Relationship) -> list[tuple[str, str, str]]:
        """Tenant, name and administrator of whoever may accept; empty where they are too many."""
        customers = self._practice.customers.values()
        asked = [customer for customer in customers if it.tenant in ("", customer.id)]
        if len(asked) > _MANY:
            return []
        return [
            (customer.id, customer.name, admin.upn)
            for customer in sorted(asked, key=lambda customer: customer.name.casefold())
            if (admin := population.first_admin(customer))
        ]

    def _tenant(self, given: str) -> str:
        """The tenant that is meant by its id or by a domain."""
        domain = given.casefold()
        for customer in self._practice.customers.values():
            if domain in customer.domains:
                return customer.id
        return given


class _Shown(Exception):
    """Another page is shown instead."""

    def __init__(self, page: Response) -> None:
        super().__init__()
        self.page = page


_ANSWERED = (
    "There is nothing left to approve: each link can be approved once.",
    "What your organization has given to partners stands in its list of partner relationships.",
)


def _nowhere() -> Response:
    return told(
        "This link leads nowhere",
        "Open it as it was sent to you, whole. If it still leads nowhere, it was not approved in "
        "time or the partner has taken it back: ask the partner for another one.",
        status=404,
    )
