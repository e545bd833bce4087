"""The way to Microsoft: certificates, proxies, and in words what went wrong on it."""

from __future__ import annotations

import os
import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from store.clean import harmless
from store.errors import BadInput, NoConnection
from store.graph.endpoints import Endpoint
from store.message import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpcore

_SETTING = "ca-bundle"
_LONGEST_WORDS = 200
_PROBE = 10.0


def ssl_context(ca_bundle: str, endpoint: Endpoint) -> ssl.SSLContext:
    """Whom to believe: this host's authorities and those of `ca_bundle`, a PEM file or a folder.

    For the practice cloud its own certificate alone. Raises `BadInput` for a bundle that cannot be
    read.
    """
    if endpoint.is_practice:
        return ssl.create_default_context(cafile=endpoint.ca_file or None)
    context = ssl.create_default_context()
    if not ca_bundle and not context.get_ca_certs() and not _has_folder():
        import certifi  # what httpx itself would take, for a host without authorities

        context.load_verify_locations(certifi.where())
    if ca_bundle:
        try:
            if os.path.isdir(ca_bundle):
                context.load_verify_locations(capath=ca_bundle)
            else:
                context.load_verify_locations(cafile=ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(
                msg(
                    "The certificates in {path} cannot be read: {said}",
                    path=ca_bundle,
                    said=_words(error),
                ),
                field=_SETTING,
                todo=msg("{setting} names a PEM file, or a folder of them.", setting=_SETTING),
            ) from None
    return context


def follows_environment(endpoint: Endpoint) -> bool:
    """Whether HTTPS_PROXY and NO_PROXY hold: never for the practice cloud, which is this host."""
    return not endpoint.is_practice


def proxy_for(address: str) -> str:
    """The proxy that the environment names for `address`, as host and port; "" if none."""
    proxy = _proxy(address)
    try:
        return _host_and_port(proxy)
    except ValueError:
        return harmless(proxy.rpartition("@")[2])


def new_client(
    endpoint: Endpoint,
    *,
    transport: httpx.AsyncBaseTransport | None,
    verify: ssl.SSLContext | bool,
) -> httpx.AsyncClient:
    """A client for one cloud: no redirects followed, and a handful of connections.

    Raises `NoConnection` for a proxy that cannot be used.
    """
    try:
        if transport is None and follows_environment(endpoint):
            _host_and_port(_proxy(endpoint.graph))
        return httpx.AsyncClient(
            transport=transport,
            verify=verify,
            trust_env=follows_environment(endpoint),
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=8),
            headers={"User-Agent": "partnerdesk", "Accept": "application/json"},
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        raise NoConnection(
            msg("The proxy {proxy} cannot be used.", proxy=proxy_for(endpoint.graph)),
            todo=msg("Set HTTPS_PROXY to an address such as {example}.",
                example="http://proxy.example:8080"),
        ) from None  # fmt: skip


class Connecting:
    """Closes a connection on which TLS was still being begun when somebody broke off.

    httpcore closes it after errors, but forgets it when its task is cancelled. A `trace` extension
    of the request, and a context manager around sending it.
    """

    def __init__(self) -> None:
        self._half_made: httpcore.AsyncNetworkStream | None = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Follows what httpcore does."""
        if event.endswith("connect_tcp.complete"):
            self._half_made = info["return_value"]
        elif event.endswith("start_tls.complete"):
            self._half_made = None

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is not None and self._half_made is not None:
            await self._half_made.aclose()


def was_sent(error: Exception) -> bool:
    """Whether a request that ended in `error` may have arrived."""
    return not isinstance(
        error,
        httpx.ConnectError
        | httpx.ConnectTimeout
        | httpx.PoolTimeout
        | httpx.ProxyError
        | httpx.UnsupportedProtocol
        | httpx.LocalProtocolError,
    )


async def no_connection(error: Exception, endpoint: Endpoint) -> NoConnection:
    """What went wrong on the way, in words; a certificate's issuer is looked up for it."""
    host = urlsplit(endpoint.graph).netloc
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return await _not_believed(cause, endpoint, host)
    if isinstance(error, httpx.ProxyError):
        return NoConnection(
            msg("The proxy {proxy} let nothing through: {said}",
                proxy=proxy_for(endpoint.graph), said=_words(error)),
            todo=msg("Look at HTTPS_PROXY: name and password belong into it, and hosts that need "
                "no proxy into NO_PROXY."),
        )  # fmt: skip
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return NoConnection(
            msg("The name {host} cannot be looked up.", host=host), todo=_look_at_network()
        )
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return NoConnection(msg("{host} does not answer.", host=host), todo=_look_at_network())
    if was_sent(error):
        return NoConnection(
            msg("The connection to {host} was cut.", host=host), todo=msg("Try again.")
        )
    if endpoint.is_practice:
        return NoConnection(
            msg("The practice cloud at {host} does not answer any more.", host=host),
            todo=msg("Start it again: {command}", command="partnerdesk practice serve"),
        )
    return NoConnection(msg("Nothing answers at {host}.", host=host), todo=_look_at_network())


async def _not_believed(
    error: ssl.SSLCertVerificationError, endpoint: Endpoint, host: str
) -> NoConnection:
    if endpoint.is_practice:
        return NoConnection(
            msg("What answers at {host} is not this store's practice cloud.", host=host),
            todo=msg("Start it again: {command}", command="partnerdesk practice serve"),
        )
    issuer = await _issuer(endpoint)
    return NoConnection(
        msg(
            "The certificate of {host} is not believed: {said}. It was issued by {issuer}.",
            host=host,
            said=harmless(error.verify_message or _words(error)),
            issuer=issuer or msg("somebody who did not say"),
        ),
        todo=msg(
            "If that is your own network looking into connections, name its certificate as "
            "{setting} in the settings.",
            setting=_SETTING,
        ),
    )


async def _issuer(endpoint: Endpoint) -> str:
    """Who issued what the host shows: asked for once more, believing anybody, without a token."""
    unbelieving = ssl.create_default_context()
    unbelieving.check_hostname = False
    unbelieving.verify_mode = ssl.CERT_NONE
    try:
        async with (
            new_client(endpoint, transport=None, verify=unbelieving) as client,
            client.stream("HEAD", endpoint.graph, timeout=_PROBE) as answer,
        ):
            stream = answer.extensions["network_stream"]
            shown = stream.get_extra_info("ssl_object").getpeercert(True)
    except (httpx.HTTPError, OSError, KeyError, AttributeError, NoConnection):
        return ""
    from cryptography import x509

    try:
        issuer = x509.load_der_x509_certificate(shown).issuer.rfc4514_string()
    except (ValueError, TypeError):
        return ""
    return harmless(issuer[:_LONGEST_WORDS])


def _proxy(address: str) -> str:
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(address)
    named = getproxies()
    proxy = named.get(parts.scheme) or named.get("all") or ""
    return "" if proxy_bypass(parts.hostname or "") else proxy


def _host_and_port(proxy: str) -> str:
    """Raises `ValueError` for what is no address."""
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""


def _look_at_network() -> Message:
    return msg("Look at the network. Behind a proxy, set HTTPS_PROXY.")


def _has_folder() -> bool:
    """Whether authorities are read one by one from a folder, so that none counts as loaded."""
    folder = ssl.get_default_verify_paths().capath
    return bool(folder and os.path.isdir(folder) and os.listdir(folder))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _words(error: Exception) -> str:
    return harmless(str(error)[:_LONGEST_WORDS]) or type(error).__name__
