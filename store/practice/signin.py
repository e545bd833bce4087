"""Where people sign in: the page for a device's code, and the page that a program sends them to."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from store.practice.aadsts import Refused
from store.practice.cloud import Practice
from store.practice.grants import CODE_LIFE, Code
from store.practice.pages import fields, from_elsewhere, page, refused_elsewhere, told
from store.practice.scopes import Asked, asked

TITLE = "Sign in"
_THIS_MACHINE = "http://localhost:*"
_LONGEST_LIST = 300


def routes(practice: Practice) -> list[Route]:
    """The addresses that a person opens."""
    pages = _Pages(practice)
    return [
        Route("/devicelogin", pages.device, methods=["GET"]),
        Route("/devicelogin", pages.device_answered, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/authorize", pages.authorize, methods=["GET"]),
        Route("/{tenant}/oauth2/v2.0/authorize", pages.authorize_answered, methods=["POST"]),
    ]


class _Authorize(NamedTuple):
    """What a program asks for when it sends a person here."""

    tenant: str
    redirect: str
    state: str
    asked: Asked
    challenge: str
    method: str
    nonce: str
    hint: str

    def leads(self, **values: str) -> Response:
        """Back to the program."""
        if self.state:
            values["state"] = self.state
        return RedirectResponse(f"{self.redirect}?{urlencode(values)}", 303)


class _Pages:
    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._grants = practice.tokens.grants

    # -- a device's code --------------------------------------------------------------------

    async def device(self, request: Request) -> Response:
        given = request.query_params
        with self._practice.lock:
            return self._device(given.get("otc", given.get("user_code", "")))

    async def device_answered(self, request: Request) -> Response:
        if from_elsewhere(request):
            return refused_elsewhere()
        given = await fields(request)
        code, who, answer = (given.get(name, "") for name in ("code", "who", "answer"))
        with self._practice.lock:
            device = self._grants.waiting(code)
            if device is None:
                return self._device("", wrong="That code is not known, was used, or has expired.")
            if answer == "cancel":
                device.refusal = Refused(65004)
                return told("Cancelled", "The program was not let in.")
            try:
                if answer == "accept":
                    self._grants.let_in(device, who)
                    return told("Signed in", "You can close this page and go back to the program.")
                self._grants.sign_in(who, device.tenant)
            except Refused as refusal:
                if answer == "accept":
                    return told("You cannot be signed in", refusal.said, status=403)
                return self._device(code, who, wrong=refusal.said)
            return self._consent(who, device.tenant, device.asked, code=code)

    def _device(self, code: str, who: str = "", wrong: str = "") -> Response:
        return page(
            "device",
            TITLE,
            status=400 if wrong else 200,
            code=code,
            who=who,
            wrong=wrong,
            people=self._people(),
        )

    # -- a program that sends a person here -------------------------------------------------

    async def authorize(self, request: Request) -> Response:
        with self._practice.lock:
            try:
                wanted = self._wanted(request)
                return self._sign_in(wanted, wanted.hint)
            except Refused as refusal:
                return told("You cannot be signed in", refusal.said, status=400)

    async def authorize_answered(self, request: Request) -> Response:
        if from_elsewhere(request):
            return refused_elsewhere()
        given = await fields(request)
        who, answer = given.get("who", ""), given.get("answer", "")
        with self._practice.lock:
            try:
                wanted = self._wanted(request)
            except Refused as refusal:
                return told("You cannot be signed in", refusal.said, status=400)
            if answer == "cancel":
                declined = Refused(65004)
                return wanted.leads(
                    error=declined.error, error_subcode="cancel", error_description=declined.said
                )
            try:
                signed_in = self._grants.sign_in(who, wanted.tenant)
                if answer != "accept":
                    return self._consent(who, wanted.tenant, wanted.asked)
                self._grants.consent(signed_in, wanted.asked)
            except Refused as refusal:
                return self._sign_in(wanted, who, wrong=refusal.said)
            code = self._grants.give_code(
                Code(
                    signed_in,
                    wanted.asked,
                    self._practice.clock.now() + CODE_LIFE,
                    wanted.redirect,
                    wanted.challenge,
                    wanted.method,
                    wanted.nonce,
                )
            )
            return wanted.leads(code=code)

    def _wanted(self, request: Request) -> _Authorize:
        """What is asked for; raises `Refused` where no program can be told so."""
        given, named = request.query_params, request.path_params["tenant"]
        app = self._practice.app
        client, redirect = given.get("client_id", ""), given.get("redirect_uri", "")
        self._grants.tenant(named)
        if client.casefold() != app.client_id.casefold():
            raise Refused(700016, client=client, tenant=named)
        if not _registered(redirect, app.redirect_uris):
            raise Refused(50011, uri=redirect, client=client)
        if given.get("response_type") != "code":
            raise Refused(9002313, what="only the response type code is supported")
        return _Authorize(
            named,
            redirect,
            given.get("state", ""),
            asked(given.get("scope", "")),
            given.get("code_challenge", ""),
            given.get("code_challenge_method", "plain"),
            given.get("nonce", ""),
            given.get("login_hint", ""),
        )

    def _sign_in(self, wanted: _Authorize, who: str, wrong: str = "") -> Response:
        tenant = self._grants.tenant(wanted.tenant)
        return page(
            "signin",
            TITLE,
            status=403 if wrong else 200,
            leads_to=_THIS_MACHINE,
            client=self._practice.app.client_id,
            organization=tenant.name if tenant else "your organization",
            who=who,
            wrong=wrong,
            people=self._people(),
        )

    # -- for both ---------------------------------------------------------------------------

    def _consent(self, who: str, named: str, wanted: Asked, code: str = "") -> Response:
        tenant = self._grants.sign_in(who, named).tenant
        return page(
            "consent",
            "Permissions requested",
            leads_to=_THIS_MACHINE,
            client=self._practice.app.client_id,
            who=who,
            code=code,
            scopes=sorted(wanted.permissions),
            fresh=self._grants.missing(tenant, wanted),
        )

    def _people(self) -> list[tuple[str, str]]:
        """The partner's members; whoever else signs in types the name."""
        users = list(self._practice.partner.users.values())[:_LONGEST_LIST]
        return [(user.upn, user.name) for user in users if user.enabled]


def _registered(redirect: str, registered: set[str]) -> bool:
    """Whether a code may be sent there: to this machine only, at any port."""
    try:
        parts = urlsplit(redirect)
        plain = f"{parts.scheme}://{parts.hostname}{parts.path.rstrip('/')}"
        more = parts.username or parts.query or parts.fragment or parts.port == 0
    except ValueError:  # the port is none
        return False
    return parts.hostname in ("localhost", "127.0.0.1") and not more and plain in registered
