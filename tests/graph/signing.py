"""Signing in to a practice cloud that listens: connections, and people at its pages."""

from __future__ import annotations

from pathlib import Path

import httpx

from store.graph.begun import Browser, DeviceCode
from store.graph.endpoints import Endpoint
from store.graph.signin import SignIn
from store.graph.tokens import TokenCache
from store.model.partner import Cloud
from store.practice.serve import Listener, Served
from tests.graph.fake import Clock
from tests.practice.door import PARTNER


def endpoint_of(listening: Listener, cloud: Cloud = Cloud.PRACTICE) -> Endpoint:
    return Endpoint(cloud, listening.address, listening.address, str(listening.ca_file))


def sign_in(
    served: Served, cache: TokenCache, *, clock: Clock | None = None, **more: str
) -> SignIn:
    """A sign-in as a desk has it, with time that passes only where somebody waits."""
    from store.graph.network import ssl_context

    endpoint = endpoint_of(served)
    return SignIn(
        endpoint,
        more.get("tenant", PARTNER),
        more.get("client", served.practice.app.client_id),
        cache,
        verify=ssl_context("", endpoint),
        certificate=more.get("certificate", ""),
        waits=clock or Clock(),
    )


def cache_in(folder: Path, setting: str = "file") -> TokenCache:
    return TokenCache(folder / "tokens", "practice", setting)


def enter(browser: httpx.Client, begun: DeviceCode, who: str, answer: str = "accept") -> None:
    """Somebody types the code into the page and accepts, or cancels."""
    browser.post(begun.address, data={"code": begun.code, "who": who, "answer": answer})


def open_(browser: httpx.Client, begun: Browser, who: str, answer: str = "accept") -> str:
    """Somebody signs in at the address; returns the one that the browser ends at."""
    return open_at(browser, begun.address, who, answer)


def open_at(browser: httpx.Client, address: str, who: str, answer: str = "accept") -> str:
    """Somebody signs in at an address; returns the one that the browser ends at."""
    page = browser.get(address)
    assert page.status_code == 200, page.text
    ended = browser.post(address, data={"who": who, "answer": answer})
    assert ended.status_code == 303, ended.text
    return str(ended.headers["location"])
