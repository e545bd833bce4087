"""Tokens without a person: how long a sign-in serves, and what ends it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from store.errors import SignInNeeded, SignInRefused
from store.graph.scopes import Scope
from store.graph.signin import SignIn
from store.graph.tokens import TokenCache
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.graph.signing import (
    READ,
    WRITE,
    account_in,
    cache,
    cache_in,
    cloud,
    sign_in,
    signed_in,
    signin,
    who_has,
)
from tests.practice.door import ANNA, OMAR, PARTNER

__all__ = ["cache", "cloud", "signin"]


async def test_a_token_serves_until_it_runs_out_and_then_a_new_one(
    served: Served, cloud: Practice, signin: SignIn, cache: TokenCache, browser: httpx.Client
) -> None:
    await signed_in(signin, browser)
    first = await signin(READ)
    assert await signin((Scope.ME,)) == first
    assert await sign_in(served, cache)((Scope.DIRECTORY_READ,)) == first, "another process"

    cloud.expire_tokens()
    fresh = await signin(READ, fresh=True)
    assert fresh != first
    assert who_has(cloud, fresh) == ANNA
    assert await signin(READ) == fresh
    assert await sign_in(served, cache)(READ) == fresh, "newer tokens are kept"


async def test_nobody_signed_in_is_said_with_what_to_do(signin: SignIn) -> None:
    with pytest.raises(SignInNeeded, match=r"Nobody is signed in") as needed:
        await signin(READ)
    assert str(needed.value.todo) == "Sign in: partnerdesk sign-in"


async def test_a_permission_that_was_not_asked_for_is_named(
    signin: SignIn, browser: httpx.Client, cloud: Practice, cache: TokenCache
) -> None:
    await signed_in(signin, browser)
    with pytest.raises(SignInNeeded, match=r"ReadWrite\.All") as needed:
        await signin((Scope.RELATIONSHIPS_WRITE,))
    assert str(needed.value.todo) == "Add it: partnerdesk sign-in --write"
    with pytest.raises(SignInNeeded) as needed:
        await signin((Scope.GROUPS_CREATE,))
    assert str(needed.value.todo) == "Add it: partnerdesk sign-in --new-groups"

    await signed_in(signin, browser, scopes=WRITE)
    account = account_in(cache)
    assert account is not None
    assert Scope.RELATIONSHIPS_WRITE.value in account.scopes
    caller = cloud.caller(await signin((Scope.RELATIONSHIPS_WRITE,)))
    assert caller is not None
    assert Scope.RELATIONSHIPS_WRITE in caller.scopes


async def test_a_permission_that_allows_more_serves_as_well(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    cloud.app.consents[PARTNER] = {Scope.RELATIONSHIPS_WRITE.value}
    await signed_in(signin, browser, scopes=(Scope.RELATIONSHIPS_WRITE,))
    assert await signin((Scope.RELATIONSHIPS_READ,))
    with pytest.raises(SignInNeeded) as needed:
        await signin((Scope.ME,))
    assert str(needed.value.todo) == "Add it: partnerdesk sign-in"


async def test_a_sign_in_that_was_ended_elsewhere_has_to_be_made_anew(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    await signed_in(signin, browser)
    cloud.tokens.grants.revoke(ANNA)
    with pytest.raises(SignInNeeded, match=r"expired or was revoked.*AADSTS50173"):
        await signin(READ, fresh=True)
    await signed_in(signin, browser)
    assert who_has(cloud, await signin(READ)) == ANNA


async def test_a_sign_in_that_was_not_used_for_months_has_to_be_made_anew(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    await signed_in(signin, browser)
    cloud.clock.advance(timedelta(days=91))
    with pytest.raises(SignInNeeded, match="AADSTS700082"):
        await signin(READ, fresh=True)


async def test_an_account_that_was_disabled_is_said(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    await signed_in(signin, browser)
    anna = cloud.partner.user(ANNA)
    assert anna is not None
    anna.enabled = False
    with pytest.raises(SignInRefused, match="This account is disabled"):
        await signin(READ, fresh=True)


async def test_signing_out_forgets_and_says_so(
    served: Served, signin: SignIn, cache: TokenCache, browser: httpx.Client
) -> None:
    await signed_in(signin, browser)
    token = await signin(READ)
    assert cache.clear()
    assert not cache.clear()
    assert account_in(cache) is None
    with pytest.raises(SignInNeeded, match="Nobody is signed in"):
        await signin(READ)
    kept = [path for path in Path(cache.place).parent.iterdir() if path.stat().st_size]
    assert not kept, "nothing of it is left"
    assert token


async def test_a_sign_out_by_another_process_counts_here_too(
    served: Served, signin: SignIn, cache: TokenCache, browser: httpx.Client, tmp_path: Path
) -> None:
    await signed_in(signin, browser)
    await signin(READ)
    assert cache_in(tmp_path).clear()
    with pytest.raises(SignInNeeded):
        await signin(READ)


async def test_another_person_signing_in_counts_here_too(
    served: Served,
    cloud: Practice,
    signin: SignIn,
    browser: httpx.Client,
    tmp_path: Path,
    cache: TokenCache,
) -> None:
    await signed_in(signin, browser)
    await signin(READ)
    other = sign_in(served, cache_in(tmp_path))
    await signed_in(other, browser, OMAR)
    assert who_has(cloud, await signin(READ)) == OMAR
    account = account_in(cache)
    assert account is not None
    assert account.upn == OMAR


async def test_another_app_registration_needs_its_own_sign_in(
    served: Served, signin: SignIn, cache: TokenCache, browser: httpx.Client
) -> None:
    await signed_in(signin, browser)
    other = sign_in(served, cache, client="00000000-2222-4333-8444-555555555555")
    with pytest.raises(SignInNeeded, match="of another app registration"):
        await other(READ)


async def test_many_at_once_get_one_token(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    await signed_in(signin, browser)
    found = await asyncio.gather(*(signin(READ) for _ in range(20)))
    assert len(set(found)) == 1
