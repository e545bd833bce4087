"""Signing in to a practice cloud that listens: connections, and people at its pages."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from store.graph.begun import Browser, DeviceCode
from store.graph.endpoints import Endpoint
from store.graph.scopes import Scope
from store.graph.signin import SignIn
from store.graph.tokens import Account, TokenCache
from store.model.partner import Cloud
from store.practice.cloud import Practice
from store.practice.serve import Listener, Served
from tests.graph.fake import Clock
from tests.practice import door
from tests.practice.door import ANNA, PARTNER

READ = (Scope.RELATIONSHIPS_READ, Scope.DIRECTORY_READ, Scope.ME)
WRITE = (*READ, Scope.RELATIONSHIPS_WRITE)


@pytest.fixture
def cloud() -> Practice:
    """A practice cloud in which nobody has consented to more than reading."""
    practice = door.small_cloud()
    practice.app.consents[PARTNER] = {scope.value for scope in READ}
    return practice


@pytest.fixture
def cache(tmp_path: Path) -> TokenCache:
    return cache_in(tmp_path)


@pytest.fixture
def signin(served: Served, cache: TokenCache) -> SignIn:
    return sign_in(served, cache)


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


async def signed_in(
    signin: SignIn, browser: httpx.Client, who: str = ANNA, scopes: tuple[Scope, ...] = READ
) -> None:
    begun = await signin.begin_device(scopes)
    enter(browser, begun, who)
    await signin.wait(begun)


def account_in(cache: TokenCache) -> Account | None:
    """Who is signed in, as any process sees it."""
    kept = cache.load()
    return kept.account if kept else None


def who_has(cloud: Practice, token: str) -> str:
    """The user name behind a token, which has to be good."""
    caller = cloud.caller(token)
    assert caller is not None
    assert not caller.expired
    for tenant in (cloud.partner, *cloud.customers.values()):
        if caller.user in tenant.users:
            return tenant.users[caller.user].upn
    return ""
