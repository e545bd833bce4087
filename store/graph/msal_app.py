"""msal as we use it: our own connections, nothing printed, and its complaints in words."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import httpx
import msal
from msal.exceptions import MsalError

from store.errors import NoConnection, SignInRefused
from store.graph import network
from store.graph.aside import aside
from store.graph.endpoints import Endpoint
from store.graph.login_http import LoginHttp
from store.graph.sign_in_refusals import refusal
from store.message import msg
from store.undumped import no_core_dumps

OPENID = frozenset(("openid", "profile", "offline_access", "email"))
"""Permissions that are of signing in itself."""
Found = TypeVar("Found")


class Tokens(msal.SerializableTokenCache):  # type: ignore[misc]
    """msal's tokens; permissions are kept under their full names, however they were answered."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__()
        self._graph = endpoint.graph

    def add(self, event: Mapping[str, Any], **options: Any) -> None:
        scopes = [
            scope if scope in OPENID or "/" in scope else f"{self._graph}/{scope}"
            for scope in event.get("scope") or ()
        ]
        super().add({**event, "scope": scopes}, **options)

    def account(self) -> dict[str, Any] | None:
        """The one account that is in it, as msal wants it."""
        found = list(self.search(self.CredentialType.ACCOUNT))
        return found[0] if found else None


class Msal:
    """Makes msal's applications for one app registration in one cloud.

    Making one asks the cloud where the tenant signs in, so all of this blocks.
    """

    def __init__(self, endpoint: Endpoint, client: str, verify: ssl.SSLContext | bool) -> None:
        self._endpoint = endpoint
        self._client = client
        self._verify = verify
        no_core_dumps()
        # msal writes answers that it cannot read, and what it sends, tokens and all.
        logging.getLogger("msal").setLevel(logging.CRITICAL + 1)

    def person(self, tenant: str, tokens: Tokens) -> Any:
        """The application that people sign in to."""
        return self._made(msal.PublicClientApplication, tenant, tokens)

    def robot(self, tenant: str, tokens: Tokens, pair: Mapping[str, str]) -> Any:
        """The application that signs in by itself, with a certificate and its key."""
        return self._made(
            msal.ConfidentialClientApplication, tenant, tokens, client_credential=dict(pair)
        )

    def urls(self, scopes: Iterable[str]) -> list[str]:
        """Permissions as this cloud wants them written."""
        return [f"{self._endpoint.graph}/{scope}" for scope in scopes]

    async def aside(self, work: Callable[[], Found]) -> Found:
        """What `work` returns, from a thread; raises `NoConnection` or a refusal, in words."""
        try:
            return await aside(work)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            at = self._endpoint._replace(graph=self._endpoint.authority)
            raise await network.no_connection(error, at) from None
        except MsalError:
            raise NoConnection(
                msg("Microsoft's sign-in does not work at the moment."),
                todo=msg("Try again later."),
            ) from None
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as e:
            # Only the kind of msal's own complaints is repeated: they may quote an answer.
            raise SignInRefused(
                msg(
                    "Microsoft's sign-in answered with something else than was asked for ({kind}).",
                    kind=type(e).__name__,
                ),
                todo=msg(
                    "Compare the tenant and the cloud: {command}",
                    command="partnerdesk partner show",
                ),
            ) from None

    def _made(self, kind: Callable[..., Any], tenant: str, tokens: Tokens, **more: Any) -> Any:
        http = LoginHttp(self._endpoint, self._verify)
        try:
            return kind(
                self._client,
                authority=f"{self._endpoint.authority}/{tenant}",
                instance_discovery=False,  # no host comes from outside; it would ask another one
                token_cache=tokens,
                http_client=http,
                **more,
            )
        except ValueError:
            if http.refused:  # msal keeps to itself why
                raise refusal(json.loads(http.refused)) from None
            raise
