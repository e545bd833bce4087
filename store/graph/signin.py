"""Signs in with Microsoft: a code, a browser or a certificate; then tokens, without a person."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from store.clean import shown
from store.errors import NoConnection, SignInNeeded, SignInRefused
from store.graph.aadsts import SIGN_IN
from store.graph.begun import Browser, DeviceCode
from store.graph.endpoints import Endpoint
from store.graph.msal_app import OPENID, Msal, Tokens
from store.graph.purposes import Purpose, covers, purpose_of, short
from store.graph.redirected import REDIRECT, redirected
from store.graph.robot import Robot
from store.graph.scopes import Scope
from store.graph.sign_in_refusals import refusal
from store.graph.tokens import Account, Kept, TokenCache
from store.graph.waits import Waits
from store.message import Message, msg

_PENDING = ("authorization_pending", "slow_down")
_TRIES = 6
"""How often in a row a poll may get no answer before the wait is given up."""


class SignIn:
    """One app registration in one partner's tenant, and who is signed in to it.

    It is the `TokenSource` of a `Graph`. msal blocks, so it runs in threads; whoever awaits may be
    cancelled, and then nothing is kept.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        tenant: str,
        client: str,
        cache: TokenCache,
        *,
        verify: ssl.SSLContext | bool = True,
        certificate: str = "",
        waits: Waits | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._tenant = tenant
        self._client = client
        self._cache = cache
        self._msal = Msal(endpoint, client, verify)
        self._certificate = certificate
        self.waits = waits or Waits()
        self._guard = threading.Lock()
        self._kept: Kept | None = None
        self._stamp: object = object()
        self._tokens = Tokens(endpoint)
        self._apps: dict[str, Any] = {}
        self._robot = Robot(self._msal, tenant, certificate, Tokens(endpoint))

    # -- with a code ------------------------------------------------------------------------------

    async def begin_device(self, scopes: Iterable[Scope]) -> DeviceCode:
        """Asks for a code; raises `SignInRefused` where the tenant does not give any."""
        wanted = self._msal.urls(scopes)

        def begin() -> DeviceCode:
            app = self._msal.person(self._tenant, Tokens(self._endpoint))
            flow = app.initiate_device_flow(wanted)
            if "user_code" not in flow:
                raise refusal(flow)
            address = str(flow.get("verification_uri", ""))
            if urlsplit(address).scheme != "https":
                raise SignInRefused(msg("Microsoft named no address to enter the code at."))
            flow["interval"] = max(1, flow["interval"])
            return DeviceCode(
                shown(str(flow["user_code"])),
                shown(address),
                shown(str(flow.get("message", ""))),
                flow["expires_in"],
                flow=flow,
                app=app,
            )

        begun = await self._msal.aside(begin)
        begun.until = self.waits.now() + begun.lasts
        return begun

    async def wait(self, begun: DeviceCode) -> Account:
        """Who entered the code; raises `SignInRefused` when it is declined or too late."""

        def poll() -> dict[str, Any]:
            begun.flow["latest_attempt_at"] = 0  # msal's own idea of when; the waiting is ours
            found: dict[str, Any] = begun.app.acquire_token_by_device_flow(
                begun.flow, exit_condition=lambda flow: True
            )
            return found

        unanswered = 0
        while True:
            try:
                answer = await self._msal.aside(poll)
                unanswered = 0
            except NoConnection:
                unanswered += 1
                if unanswered >= _TRIES:
                    raise
                answer = {"error": _PENDING[0]}
            if answer.get("error") not in _PENDING:
                return await self._finish(answer, begun.app)
            if begun.seconds_left(self.waits.now()) <= 0:
                raise refusal({"error": "expired_token"})
            await self.waits.sleep(begun.flow["interval"])

    # -- with a browser that may be anywhere ------------------------------------------------------

    async def begin_browser(self, scopes: Iterable[Scope]) -> Browser:
        """The address to sign in at; the browser ends at one that has to be pasted back."""
        wanted = self._msal.urls(scopes)

        def begin() -> Browser:
            app = self._msal.person(self._tenant, Tokens(self._endpoint))
            # The answer has to stand in the address: nobody listens for a form.
            flow = app.initiate_auth_code_flow(
                wanted,
                redirect_uri=REDIRECT,
                prompt="select_account",
                response_mode="form_post",  # msal warns of any other
            )
            address = flow["auth_uri"].replace("response_mode=form_post", "response_mode=query")
            return Browser(address, flow, app)

        return await self._msal.aside(begin)

    async def redeem(self, begun: Browser, pasted: str) -> Account:
        """Who signed in, by the address that the browser ended at; raises `BadInput` for another.

        What was pasted is never repeated in an error.
        """
        answer = redirected(pasted, str(begun.flow["state"]))
        if "error" in answer:
            raise refusal(answer)

        def redeem() -> dict[str, Any]:
            found: dict[str, Any] = begun.app.acquire_token_by_auth_code_flow(begun.flow, answer)
            return found

        return await self._finish(await self._msal.aside(redeem), begun.app)

    async def _finish(self, answer: Mapping[str, Any], app: Any) -> Account:
        if "error" in answer:
            raise refusal(answer)
        claims = answer.get("id_token_claims")
        account = self._account(claims if isinstance(claims, dict) else {}, answer)
        self._cache.save(Kept(account, app.token_cache.serialize()))
        return account

    def _account(self, claims: Mapping[str, Any], answer: Mapping[str, Any]) -> Account:
        upn = shown(str(claims.get("preferred_username") or claims.get("upn") or ""))
        theirs = shown(str(claims.get("tid", ""))).lower()
        if theirs != self._tenant:
            raise SignInRefused(
                msg(
                    "{upn} signed in to the tenant {theirs}, and the partner's is {ours}. Nothing "
                    "was kept.",
                    upn=upn or "?",
                    theirs=theirs or "?",
                    ours=self._tenant,
                ),
                todo=msg("Sign in with an account of the partner's own tenant."),
            )
        methods = claims.get("amr")
        return Account(
            upn=upn,
            tenant=theirs,
            client=self._client,
            name=shown(str(claims.get("name", ""))),
            scopes=_granted(answer),
            since=self.waits.wall().isoformat(),
            mfa="mfa" in methods if isinstance(methods, list) else None,
        )

    # -- with a certificate -----------------------------------------------------------------------

    async def with_certificate(self) -> Account:
        """Signs in as the app itself, which may only read; raises `NotConnected` or a refusal."""

        def ask() -> str:
            with self._guard:
                return self._robot.token(fresh=True)

        await self._msal.aside(ask)
        return Account("", self._tenant, self._client, app_only=True)

    # -- without anybody --------------------------------------------------------------------------

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        """A token for the partner's own tenant; `fresh` asks for another than the last one."""
        return await self._msal.aside(lambda: self._silent(scopes, fresh, self._tenant))

    async def token_for(self, tenant: str, scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        """A token for a customer's tenant, with what the same person may do there.

        Which permissions it has is up to the customer's consent, and not to the sign-in at home.
        """
        return await self._msal.aside(lambda: self._silent(scopes, fresh, tenant))

    def _silent(self, scopes: tuple[Scope, ...], fresh: bool, tenant: str) -> str:
        with self._guard:
            self._reload()
            kept = self._kept
            if kept is None:
                if not self._certificate:
                    raise _signed_out(msg("Nobody is signed in."))
                self._robot.check(tenant, scopes)
                return self._robot.token(fresh)
            self._check(kept.account)
            if tenant == self._tenant:
                _check_scopes(kept.account, scopes)
                wanted = self._msal.urls(kept.account.scopes)  # one token then serves every request
            else:
                wanted = self._msal.urls(scopes)
            answer = self._app(tenant).acquire_token_silent_with_error(
                wanted, account=self._tokens.account(), force_refresh=fresh
            )
            if not answer:
                raise _signed_out(msg("The sign-in that is kept here has nothing to go on with."))
            if "error" in answer:
                del self._apps[tenant]  # for a minute msal would repeat what was refused
                raise refusal(answer)
            self._same_tenant(answer, tenant)
            self._keep(kept, answer)
            return str(answer["access_token"])

    def _check(self, account: Account) -> None:
        if account.client != self._client:
            raise _signed_out(msg("The sign-in that is kept here is of another app registration."))

    def _same_tenant(self, answer: Mapping[str, Any], tenant: str) -> None:
        claims = answer.get("id_token_claims")
        theirs = shown(str(claims.get("tid", ""))) if isinstance(claims, dict) else tenant
        if theirs.lower() != tenant:
            raise SignInRefused(
                msg(
                    "Microsoft gave a token of the tenant {theirs} instead of {ours}; it is not "
                    "used.",
                    theirs=theirs or "?",
                    ours=tenant,
                )
            )

    def _keep(self, kept: Kept, answer: Mapping[str, Any]) -> None:
        if not self._tokens.has_state_changed:
            return
        newer = Kept(kept.account, self._tokens.serialize())
        if not self._cache.refresh(newer):
            self._stamp = object()
            raise _signed_out(msg("Somebody signed out, or in anew, in the meantime."))
        self._kept, self._stamp = newer, self._cache.stamp()

    def _app(self, tenant: str) -> Any:
        if tenant not in self._apps:
            self._apps[tenant] = self._msal.person(tenant, self._tokens)
        return self._apps[tenant]

    def _reload(self) -> None:
        stamp = self._cache.stamp()
        if stamp == self._stamp:
            return
        self._kept, self._stamp = self._cache.load(), stamp
        if self._kept is not None:
            self._tokens.deserialize(self._kept.secrets)


def _check_scopes(account: Account, scopes: tuple[Scope, ...]) -> None:
    missing = [scope for scope in scopes if not covers(account.scopes, scope)]
    if missing:
        purpose = purpose_of(missing[0])
        flag = "" if purpose is Purpose.READ else f" --{purpose}"
        raise SignInNeeded(
            msg("The sign-in does not include {scope}.", scope=str(missing[0])),
            code="consent_required",
            todo=msg("Add it: {command}", command=f"{SIGN_IN}{flag}"),
        )


def _granted(answer: Mapping[str, Any]) -> tuple[str, ...]:
    scopes = {short(scope) for scope in shown(str(answer.get("scope", ""))).split()}
    return tuple(sorted(scopes - OPENID - {".default"}))


def _signed_out(what: Message) -> SignInNeeded:
    return SignInNeeded(what, todo=msg("Sign in: {command}", command=SIGN_IN))
