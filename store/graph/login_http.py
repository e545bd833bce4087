"""How msal reaches Microsoft's sign-in: our certificates, our proxies, and nobody else's host."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from store.errors import NoConnection, SignInRefused
from store.graph.bearer import SHORTEST
from store.graph.endpoints import Endpoint
from store.graph.network import follows_environment
from store.message import msg
from store.model.partner import Cloud
from store.secret import DOTS

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_ALIASES = {
    Cloud.WORLDWIDE: ("login.microsoft.com", "login.windows.net", "sts.windows.net"),
    Cloud.CHINA: ("login.partner.microsoftonline.cn",),
}
"""Other names of a cloud's sign-in, which its own configuration may name."""
_SECRETS = ("refresh_token", "code", "device_code", "code_verifier", "client_assertion")
_NEEDED = ("content-type", "retry-after")


class LoginHttp:
    """What msal asks for as `http_client`: `get` and `post`, a connection for each.

    A sign-in is a handful of requests with minutes in between, so nothing is kept open. `refused`
    is the last answer that was an error.
    """

    def __init__(self, endpoint: Endpoint, verify: ssl.SSLContext | bool) -> None:
        self.refused = ""
        self._endpoint = endpoint
        self._verify = verify
        own = urlsplit(endpoint.authority).netloc
        self._hosts = {own, *_ALIASES.get(endpoint.cloud, ())}

    def get(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> httpx.Response:
        """Asks for what anybody may know."""
        return self._ask("GET", url, params=params, headers=_some(headers))

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> httpx.Response:
        """Sends what may be secret, and so only to the cloud's own sign-in."""
        if urlsplit(url).scheme != "https" or urlsplit(url).netloc not in self._hosts:
            raise SignInRefused(
                msg(
                    "The tenant signs in at {host}, which is not this cloud.",
                    host=urlsplit(url).netloc[:200],
                ),
                todo=msg(
                    "Compare the tenant and the cloud: {command}",
                    command="partnerdesk partner show",
                ),
            )
        if isinstance(data, str):
            headers = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
            return self._ask("POST", url, params=params, content=data, headers=_some(headers))
        return self._ask("POST", url, params=params, data=_some(data), headers=_some(headers))

    def close(self) -> None:
        """Nothing is open."""

    def _ask(self, method: str, url: str, **what: Any) -> httpx.Response:
        with httpx.Client(
            verify=self._verify,
            trust_env=follows_environment(self._endpoint),
            follow_redirects=False,
            timeout=_TIMEOUT,
        ) as client:
            answer = client.request(method, url, **what)
        if not _is_json(answer.text):
            # msal would write the whole answer, and what token is in it, to stderr.
            raise NoConnection(
                msg(
                    "What answered at {host} is not Microsoft's sign-in, or was cut off.",
                    host=urlsplit(url).netloc,
                ),
                todo=msg("A proxy may be in between: look at HTTPS_PROXY and NO_PROXY."),
            )
        if answer.status_code >= 400:
            answer = _masked(answer, what.get("data") or {})
            self.refused = answer.text
        else:
            self.refused = ""
        return answer


def _masked(answer: httpx.Response, sent: Mapping[str, Any]) -> httpx.Response:
    """A refusal with dots where it repeats what only Microsoft and we may know."""
    text = answer.text
    for name in _SECRETS:
        secret = str(sent.get(name) or "")
        if len(secret) >= SHORTEST:
            text = text.replace(secret, DOTS)
    headers = {name: answer.headers[name] for name in _NEEDED if name in answer.headers}
    return httpx.Response(answer.status_code, headers=headers, text=text)


def _some(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is there, as text: an assertion comes as bytes, which httpx would write as `b'…'`."""
    return {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in (values or {}).items()
        if value is not None
    }


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
