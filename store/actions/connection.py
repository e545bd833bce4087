"""The way to Microsoft that a face holds: who is signed in, how to sign in, and the client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from store.errors import NotConnected
from store.graph.endpoints import ENDPOINTS, Endpoint
from store.graph.purposes import APP_IDS, IDS, PURPOSE_NAMES, SCOPES, Purpose, scopes_for
from store.graph.tokens import KEEPING_NAMES, Account, Keeping, TokenCache
from store.message import N_, Message, msg
from store.model.partner import CLOUD_NAMES, Cloud, Partner
from store.paths import typed_path

if TYPE_CHECKING:
    import asyncio
    import ssl

    from store.graph.begun import Browser, DeviceCode
    from store.graph.client import Graph
    from store.graph.customer_tenant import CustomerTenant
    from store.graph.scopes import Scope
    from store.graph.signin import SignIn
    from store.graph.transport import TokenSource

Inside = Callable[[str, tuple["Scope", ...]], str]
"""Tokens of a practice cloud in this process: for a tenant, with these permissions."""
__all__ = [
    "APP_IDS",
    "IDS",
    "KEEPING_NAMES",
    "PURPOSE_NAMES",
    "SCOPES",
    "Access",
    "Account",
    "Browser",
    "Connection",
    "DeviceCode",
    "Keeping",
    "Purpose",
    "endpoint_of",
]

PRACTICE_ADDRESS = Path("practice") / "address.json"
"""Where a practice cloud that listens says so, in the folder of its store."""
NO_GRANULAR = N_(
    "There is no granular delegated administration in the cloud operated by 21Vianet: offers stay "
    "classic there, and only contracts are read."
)


class Access(NamedTuple):
    """What an operator set about reaching Microsoft; `tokens` is the folder for sign-ins."""

    tokens: Path
    token_cache: str = "auto"
    ca_bundle: str = ""
    certificate: str = ""


def endpoint_of(cloud: Cloud, store: Path) -> Endpoint:
    """Where a cloud listens; raises `NotConnected` for a practice cloud that is not running."""
    if cloud is not Cloud.PRACTICE:
        return ENDPOINTS[cloud]
    try:
        found = json.loads((store / PRACTICE_ADDRESS).read_text(encoding="utf-8"))
        address, ca_file = str(found["address"]).rstrip("/"), str(found["ca_file"])
        parts = urlsplit(address)
        if parts.scheme != "https" or parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError(address)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotConnected(
            msg("The practice cloud of this store is not running."),
            todo=msg(
                "Start it in another terminal: {command}", command="partnerdesk practice serve"
            ),
        ) from error
    return Endpoint(Cloud.PRACTICE, address, address, ca_file)


def proxies(environment: Mapping[str, str]) -> str:
    """The proxies that the environment names, without what they are asked with."""
    found = []
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        value = environment.get(name.lower()) or environment.get(name)
        if value:
            shown = value if name == "NO_PROXY" else value.rpartition("@")[2]
            found.append(f"{name}={shown}")
    return " ".join(found)


class Connection:
    """One partner's way to Microsoft.

    `account`, `keeping` and `why_not` ask nobody and wait for nothing; the rest is asynchronous,
    and cancelling it keeps nothing. Errors are `DeskError`s: `NotConnected` where something has to
    be said first, `SignInNeeded` and `SignInRefused`, `NoConnection`.
    """

    def __init__(self, partner: Partner, store: Path, access: Access) -> None:
        self.partner = partner
        self.cloud = partner.cloud
        self._store = store
        self._access = access
        self._cache = TokenCache(
            access.tokens, f"{partner.cloud.value}-{partner.tenant or 'none'}", access.token_cache
        )
        self._signin: tuple[Endpoint, SignIn] | None = None
        self._waiting: asyncio.Task[Any] | None = None
        self._inside: tuple[Any, Inside, Endpoint] | None = None
        self._always: Account | None = None

    @classmethod
    def in_process(
        cls, partner: Partner, app: Any, upn: str, token: Inside, address: str
    ) -> Connection:
        """A way to a practice cloud in this process: an ASGI `app` and where its tokens are from.

        `token` is called for each, with the tenant that it is for and the permissions that it has
        to have; it raises `SignInRefused` as a real sign-in does. Nobody signs in, it is always
        `upn`. `address` is what the cloud calls itself.
        """
        made = cls(partner, Path(), Access(Path(), "memory"))
        made._always = Account(upn, partner.tenant, PRACTICE_CLIENT)
        made._inside = (app, token, Endpoint(Cloud.PRACTICE, address, address))
        return made

    # -- what is known without asking -------------------------------------------------------------

    @property
    def client(self) -> str:
        """The client ID of the app registration in the partner's cloud; "" if none is set."""
        return self.partner.client_ids.get(self.cloud.value, "") or (
            PRACTICE_CLIENT if self.cloud is Cloud.PRACTICE else ""
        )

    @property
    def host(self) -> str:
        """Where a practice cloud's links lead, as host:port; "" for a real cloud."""
        if self.cloud is not Cloud.PRACTICE:
            return ""
        endpoint = self._inside[2] if self._inside else endpoint_of(self.cloud, self._store)
        return endpoint.graph.removeprefix("https://")

    @property
    def authority(self) -> str:
        """Where one signs in; raises `NotConnected`."""
        return endpoint_of(self.cloud, self._store).authority

    def why_not(self) -> Message | None:
        """What has to be said or started before anybody can sign in, if anything."""
        try:
            self.check()
        except NotConnected as error:
            return error.what
        return None

    def check(self) -> None:
        """Raises `NotConnected` with what has to be said or started first, if anything."""
        if not self._inside:
            self._ready()

    def remark(self) -> Message | None:
        """What this cloud does not have, if anything."""
        return msg(NO_GRANULAR) if self.cloud is Cloud.CHINA else None

    def account(self) -> Account | None:
        """Who is signed in; raises `NotPrivate` where others could have changed the sign-in."""
        if self._always:
            return self._always
        kept = self._cache.load()
        if kept is not None and kept.account.client == self.client:
            return kept.account
        if self._access.certificate:
            return Account("", self.partner.tenant, self.client, app_only=True)
        return None

    @property
    def keeping(self) -> Keeping | None:
        """Where a sign-in is kept; `None` while the operator has to say whether a file may."""
        return self._cache.keeping

    @property
    def kept_in(self) -> str:
        """The path of the file for the sign-in, whether it is used or not."""
        return self._cache.place

    def keep_in(self, keeping: Keeping) -> None:
        """The operator's answer: a file, or memory."""
        self._cache.answer(keeping)

    def take_notes(self) -> list[Message]:
        """What the operator should know of how the sign-in was found, once."""
        return self._cache.take_notes()

    # -- signing in and out -----------------------------------------------------------------------

    async def begin_device(self, purposes: Iterable[Purpose] = ()) -> DeviceCode:
        """A code to enter at an address, on any device."""
        return await self._sign_in().begin_device(self._wanted(purposes))

    async def wait(self, begun: DeviceCode) -> Account:
        """Who entered the code; `cancel` ends the wait."""
        import asyncio

        self._waiting = asyncio.current_task()
        try:
            return await self._sign_in().wait(begun)
        finally:
            self._waiting = None

    def cancel(self) -> None:
        """Ends a wait: whoever awaits it is cancelled, and nothing is kept."""
        if self._waiting is not None:
            self._waiting.cancel()

    def seconds_left(self, begun: DeviceCode) -> int:
        """How long a code is still good."""
        return begun.seconds_left(self._sign_in().waits.now())

    async def begin_browser(self, purposes: Iterable[Purpose] = ()) -> Browser:
        """An address to open in a browser, on any device."""
        return await self._sign_in().begin_browser(self._wanted(purposes))

    async def paste_back(self, begun: Browser, pasted: str) -> Account:
        """Who signed in there; raises `BadInput` for an address that is not the end of it."""
        return await self._sign_in().redeem(begun, pasted)

    async def with_certificate(self) -> Account:
        """Signs in by the certificate of the settings: to read, with nobody there."""
        if not self._access.certificate:
            raise NotConnected(
                msg("No certificate is set."),
                todo=msg(
                    "Name a .pem or .pfx file in the settings: {line}",
                    line='certificate = "/etc/partnerdesk/sync.pem"',
                ),
            )
        return await self._sign_in().with_certificate()

    def sign_out(self) -> bool:
        """Forgets the sign-in on this host; whether there was one."""
        return False if self._inside else self._cache.clear()

    # -- working ----------------------------------------------------------------------------------

    def graph(self, on_wait: Callable[[Message], None] | None = None) -> Graph:
        """Microsoft Graph, to be used with `async with`; signs nobody in."""
        from store.graph.client import Graph

        if self._inside:
            import httpx

            app, _, endpoint = self._inside
            source = self._inside_of(self.partner.tenant)
            return Graph(endpoint, source, transport=httpx.ASGITransport(app), on_wait=on_wait)
        signin = self._sign_in()
        assert self._signin is not None
        return Graph(self._signin[0], signin, verify=self._verify(), on_wait=on_wait)

    def at_customer(
        self, tenant: str, on_wait: Callable[[Message], None] | None = None
    ) -> CustomerTenant:
        """A customer's own Graph, to be used with `async with`; signs nobody in.

        What is asked there raises `SignInRefused` where the customer has not let us in: `code` is
        AADSTS50020 for an account that has no place there, AADSTS50177 for a guest, and AADSTS65001
        where nobody has consented to the app. A certificate is refused with `NotAllowed`.
        """
        from store.graph.consent import Consenting
        from store.graph.customer_tenant import CustomerTenant

        tenant = tenant.lower()
        if self._inside:
            import httpx

            app, _, endpoint = self._inside
            source = Consenting(self._inside_of(tenant), self.consent_address(tenant))
            transport = httpx.ASGITransport(app)
            return CustomerTenant(endpoint, source, transport=transport, on_wait=on_wait)
        signin = self._sign_in()
        assert self._signin is not None

        async def theirs(scopes: tuple[Scope, ...], fresh: bool = False) -> str:
            return await signin.token_for(tenant, scopes, fresh)

        return CustomerTenant(
            self._signin[0],
            Consenting(theirs, self.consent_address(tenant)),
            verify=self._verify(),
            on_wait=on_wait,
        )

    def consent_address(self, tenant: str) -> str:
        """Where an administrator of a customer consents to the app; raises `NotConnected`."""
        from store.graph.consent import consent_address

        endpoint = self._inside[2] if self._inside else self._ready()
        return consent_address(endpoint, tenant, self.client)

    def _inside_of(self, tenant: str) -> TokenSource:
        assert self._inside is not None
        token = self._inside[1]

        async def source(scopes: tuple[Scope, ...], fresh: bool = False) -> str:
            return token(tenant, scopes)

        return source

    def _wanted(self, purposes: Iterable[Purpose]) -> tuple[Scope, ...]:
        """What to ask for: what is new, and all that was granted before, which would be lost."""
        account = self.account()
        held = set(account.scopes) if account else set()
        before = [p for p in Purpose if held.issuperset(SCOPES[p])]
        return scopes_for({*purposes, *before}, self.cloud)

    def _sign_in(self) -> SignIn:
        endpoint = self._ready()
        if self._signin is None or self._signin[0] != endpoint:
            from store.graph.signin import SignIn

            certificate = self._access.certificate
            self._signin = (
                endpoint,
                SignIn(
                    endpoint,
                    self.partner.tenant,
                    self.client,
                    self._cache,
                    verify=self._verify(endpoint),
                    certificate=str(typed_path(certificate)) if certificate else "",
                ),
            )
        return self._signin[1]

    def _verify(self, endpoint: Endpoint | None = None) -> ssl.SSLContext:
        from store.graph.network import ssl_context

        bundle = self._access.ca_bundle
        return ssl_context(str(typed_path(bundle)) if bundle else "", endpoint or self._ready())

    def _ready(self) -> Endpoint:
        """Where to; raises `NotConnected` with what has to be said first."""
        endpoint = endpoint_of(self.cloud, self._store)
        if not self.partner.tenant:
            raise NotConnected(
                msg("The partner's tenant ID is not set."),
                todo=msg("Set it: {command}", command="partnerdesk partner set tenant=…"),
            )
        if not self.client:
            raise NotConnected(
                msg(
                    "No app registration is set for the cloud {cloud}.",
                    cloud=msg(CLOUD_NAMES[self.cloud]),
                ),
                todo=msg(
                    "{steps} says how to make one; then set it: {command}",
                    steps="partnerdesk sign-in --steps",
                    command="partnerdesk partner set client-id=…",
                ),
            )
        return endpoint


PRACTICE_CLIENT = "7d0f6a52-3c1e-4b8a-9f27-5a1c8e4d2b90"
"""The app that every practice cloud has registered."""
