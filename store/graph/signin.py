"""Signs in with Microsoft: a code, a browser or a certificate; then tokens, without a person."""

from __future__ import annotations

import json
import logging
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
import msal
from msal.exceptions import MsalError

from store.clean import shown
from store.errors import BadInput, NoConnection, NotAllowed, SignInNeeded, SignInRefused
from store.graph import network
from store.graph.aadsts import SIGN_IN
from store.graph.aside import aside
from store.graph.certificate import credential
from store.graph.endpoints import Endpoint
from store.graph.login_http import LoginHttp
from store.graph.purposes import READ_ONLY, Purpose, covers, purpose_of, short
from store.graph.scopes import Scope
from store.graph.sign_in_refusals import refusal
from store.graph.tokens import Account, Kept, TokenCache
from store.graph.waits import Waits
from store.message import Message, msg

REDIRECT = "http://localhost"
_PENDING = ("authorization_pending", "slow_down")
_TRIES = 6
"""How often in a row a poll may get no answer before the wait is given up."""
_OWN = frozenset(("openid", "profile", "offline_access", "email"))
Found = TypeVar("Found")


@dataclass
class DeviceCode:
    """A sign-in that waits for somebody to enter `code` at `address`, for `lasts` seconds."""

    code: str
    address: str
    message: str
    lasts: int
    until: float = 0.0
    flow: dict[str, Any] = field(default_factory=dict, repr=False)
    app: Any = field(default=None, repr=False)

    def seconds_left(self, now: float) -> int:
        """Seconds until the code is no longer good, by the clock of `Waits`."""
        return max(0, int(self.until - now))


@dataclass
class Browser:
    """A sign-in that waits for the address that a browser ended at."""

    address: str
    flow: dict[str, Any] = field(default_factory=dict, repr=False)
    app: Any = field(default=None, repr=False)


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
        self._verify = verify
        self._certificate = certificate
        self.waits = waits or Waits()
        self._guard = threading.Lock()
        self._kept: Kept | None = None
        self._stamp: object = object()
        self._tokens = _Tokens(endpoint)
        self._apps: dict[str, Any] = {}
        self._robot: Any = None

    # -- with a code ------------------------------------------------------------------------------

    async def begin_device(self, scopes: Iterable[Scope]) -> DeviceCode:
        """Asks for a code; raises `SignInRefused` where the tenant does not give any."""
        wanted = self._urls(scopes)

        def begin() -> DeviceCode:
            app = self._new_app(_Tokens(self._endpoint))
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

        begun = await self._aside(begin)
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
                answer = await self._aside(poll)
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
        wanted = self._urls(scopes)

        def begin() -> Browser:
            app = self._new_app(_Tokens(self._endpoint))
            # The answer has to stand in the address: nobody listens for a form.
            flow = app.initiate_auth_code_flow(
                wanted,
                redirect_uri=REDIRECT,
                prompt="select_account",
                response_mode="form_post",  # msal warns of any other
            )
            address = flow["auth_uri"].replace("response_mode=form_post", "response_mode=query")
            return Browser(address, flow, app)

        return await self._aside(begin)

    async def redeem(self, begun: Browser, pasted: str) -> Account:
        """Who signed in, by the address that the browser ended at; raises `BadInput` for another.

        What was pasted is never repeated in an error.
        """
        answer = _redirected(pasted, str(begun.flow["state"]))
        if "error" in answer:
            raise refusal(answer)

        def redeem() -> dict[str, Any]:
            found: dict[str, Any] = begun.app.acquire_token_by_auth_code_flow(begun.flow, answer)
            return found

        return await self._finish(await self._aside(redeem), begun.app)

    async def _finish(self, answer: Mapping[str, Any], app: Any) -> Account:
        if "error" in answer:
            raise refusal(answer)
        claims = answer.get("id_token_claims")
        account = self._account(claims if isinstance(claims, dict) else {}, answer)
        kept = Kept(account, app.token_cache.serialize())
        with self._guard:
            self._cache.save(kept)
            self._stamp = object()
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
        await self._aside(lambda: self._robot_token(fresh=True))
        return self._robot_account()

    def _robot_account(self) -> Account:
        return Account("", self._tenant, self._client, app_only=True)

    def _robot_token(self, fresh: bool) -> str:
        if self._robot is None or fresh:
            self._robot = msal.ConfidentialClientApplication(
                self._client,
                client_credential=credential(Path(self._certificate)),
                **self._options(self._tenant, _Tokens(self._endpoint)),
            )
        answer = self._robot.acquire_token_for_client([f"{self._endpoint.graph}/.default"])
        if "error" in answer:
            raise refusal(answer)
        return str(answer["access_token"])

    # -- without anybody --------------------------------------------------------------------------

    async def __call__(self, scopes: tuple[Scope, ...], fresh: bool = False) -> str:
        """A token for the partner's own tenant; `fresh` asks for another than the last one."""
        return await self._aside(lambda: self._silent(scopes, fresh, self._tenant))

    async def token_for(
        self, tenant: str, scopes: tuple[Scope, ...], fresh: bool = False
    ) -> str:
        """A token for a customer's tenant, with what the same person may do there."""
        return await self._aside(lambda: self._silent(scopes, fresh, tenant))

    def account(self) -> Account | None:
        """Who is signed in, without asking anybody; raises `NotPrivate`."""
        with self._guard:
            self._reload()
            if self._kept is not None:
                return self._kept.account
        return self._robot_account() if self._certificate else None

    def forget(self) -> bool:
        """Signs out on this host; whether anybody was signed in."""
        with self._guard:
            self._kept, self._stamp = None, object()
            self._robot = None
            return self._cache.clear()

    def _silent(self, scopes: tuple[Scope, ...], fresh: bool, tenant: str) -> str:
        with self._guard:
            self._reload()
            kept = self._kept
            if kept is None:
                return self._as_robot(scopes, fresh, tenant)
            self._check(kept.account, scopes)
            if tenant == self._tenant:
                wanted = self._urls(kept.account.scopes)  # one token then serves every request
            else:
                wanted = self._urls(scopes)
            answer = self._app(tenant).acquire_token_silent_with_error(
                wanted, account=self._tokens.account(), force_refresh=fresh
            )
            if not answer:
                raise _signed_out(msg("The sign-in that is kept here has nothing to go on with."))
            if "error" in answer:
                raise refusal(answer)
            self._same_tenant(answer, tenant)
            self._keep(kept, answer)
            return str(answer["access_token"])

    def _as_robot(self, scopes: tuple[Scope, ...], fresh: bool, tenant: str) -> str:
        if not self._certificate:
            raise _signed_out(msg("Nobody is signed in."))
        if tenant != self._tenant or not READ_ONLY.issuperset(scopes):
            raise NotAllowed(
                msg("A certificate signed in, and no person: it may only read, and only here."),
                todo=msg("What changes something takes a person: {command}", command=SIGN_IN),
            )
        return self._robot_token(fresh)

    def _check(self, account: Account, scopes: tuple[Scope, ...]) -> None:
        if account.client != self._client:
            raise _signed_out(msg("The sign-in that is kept here is of another app registration."))
        missing = [scope for scope in scopes if not covers(account.scopes, scope)]
        if missing:
            purpose = purpose_of(missing[0])
            flag = "" if purpose is Purpose.READ else f" --{purpose}"
            raise SignInNeeded(
                msg("The sign-in does not include {scope}.", scope=str(missing[0])),
                code="consent_required",
                todo=msg("Add it: {command}", command=f"{SIGN_IN}{flag}"),
            )

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

    def _reload(self) -> None:
        stamp = self._cache.stamp()
        if stamp == self._stamp:
            return
        self._kept, self._stamp = self._cache.load(), stamp
        if self._kept is not None:
            self._tokens.deserialize(self._kept.secrets)

    # -- msal -------------------------------------------------------------------------------------

    def _app(self, tenant: str) -> Any:
        if tenant not in self._apps:
            self._apps[tenant] = self._new_app(self._tokens, tenant)
        return self._apps[tenant]

    def _new_app(self, tokens: _Tokens, tenant: str = "") -> Any:
        return msal.PublicClientApplication(
            self._client, **self._options(tenant or self._tenant, tokens)
        )

    def _options(self, tenant: str, tokens: _Tokens) -> dict[str, Any]:
        logging.getLogger("msal").propagate = False  # it would print answers that it cannot read
        logging.getLogger("msal").addHandler(logging.NullHandler())
        return {
            "authority": f"{self._endpoint.authority}/{tenant}",
            "instance_discovery": False if self._endpoint.is_practice else None,
            "token_cache": tokens,
            "http_client": LoginHttp(self._endpoint, self._verify),
        }

    def _urls(self, scopes: Iterable[str]) -> list[str]:
        return [f"{self._endpoint.graph}/{scope}" for scope in scopes]

    async def _aside(self, work: Callable[[], Found]) -> Found:
        try:
            return await aside(work)
        except (httpx.HTTPError, ssl.SSLError) as error:
            at = self._endpoint._replace(graph=self._endpoint.authority)
            raise await network.no_connection(error, at) from None
        except MsalError:
            raise NoConnection(
                msg("Microsoft's sign-in does not work at the moment."),
                todo=msg("Try again later."),
            ) from None
        except (RuntimeError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise _unreadable(error) from None


class _Tokens(msal.SerializableTokenCache):  # type: ignore[misc]
    """msal's tokens; permissions are kept under their full names, however they were answered."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self._graph = endpoint.graph

    def add(self, event: Mapping[str, Any], **options: Any) -> None:
        scopes = [
            scope if scope in _OWN or "/" in scope else f"{self._graph}/{scope}"
            for scope in event.get("scope") or ()
        ]
        super().add({**event, "scope": scopes}, **options)

    def account(self) -> dict[str, Any] | None:
        """The one account that is in it, as msal wants it."""
        found = list(self.search(self.CredentialType.ACCOUNT))
        return found[0] if found else None


def _granted(answer: Mapping[str, Any]) -> tuple[str, ...]:
    scopes = {short(scope) for scope in shown(str(answer.get("scope", ""))).split()}
    return tuple(sorted(scopes - _OWN))


def _redirected(pasted: str, state: str) -> dict[str, str]:
    """The answer in an address; terminals may have broken it into lines."""
    try:
        parts = urlsplit("".join(pasted.split()))
        if parts.hostname != "localhost":
            raise ValueError
        found = {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        found = {}
    if "code" not in found and "error" not in found:
        raise BadInput(
            msg("That is not the address that the browser ended at."),
            field="address",
            todo=msg(
                "Sign in there first. The browser then shows a page that cannot be opened: copy "
                "all of its address, which begins with {start}",
                start=f"{REDIRECT}/?",
            ),
        )
    if found.get("state") != state:
        raise BadInput(
            msg("That address belongs to another sign-in."),
            field="address",
            todo=msg("Use the address printed last, and paste where that one ended."),
        )
    return found


def _signed_out(what: Message) -> SignInNeeded:
    return SignInNeeded(what, todo=msg("Sign in: {command}", command=SIGN_IN))


def _unreadable(error: Exception) -> SignInRefused:
    """msal's own complaints, of which only the kind is repeated: they may quote an answer."""
    return SignInRefused(
        msg(
            "Microsoft's sign-in answered with something else than was asked for ({kind}).",
            kind=type(error).__name__,
        ),
        todo=msg("Compare the tenant and the cloud: {command}", command="partnerdesk partner show"),
    )
