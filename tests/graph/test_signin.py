"""Signing in with the real msal at a practice cloud over TLS: every way in, and what follows."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from store.errors import BadInput, DeskError, NoConnection, SignInRefused
from store.graph.client import Graph
from store.graph.scopes import Scope
from store.graph.signin import SignIn
from store.graph.tokens import TokenCache
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.graph.fake import Clock
from tests.graph.signing import (
    READ,
    account_in,
    cache,
    cloud,
    endpoint_of,
    enter,
    open_,
    sign_in,
    signed_in,
    signin,
    who_has,
)
from tests.practice import door
from tests.practice.door import ANNA, CONTOSO, FABRIKAM, PARTNER

__all__ = ["cache", "cloud", "signin"]

# -- by a code --------------------------------------------------------------------------------


async def test_a_code_that_was_entered_signs_in(
    cloud: Practice, signin: SignIn, browser: httpx.Client, cache: TokenCache
) -> None:
    begun = await signin.begin_device(READ)
    assert begun.address == f"https://{cloud.host}/devicelogin"
    assert (len(begun.code), begun.lasts) == (9, 900)
    assert begun.seconds_left(signin.waits.now()) == 900
    assert account_in(cache) is None

    enter(browser, begun, ANNA)
    account = await signin.wait(begun)
    assert (account.upn, account.name, account.tenant) == (ANNA, "Anna Lindqvist", PARTNER)
    assert account.scopes == tuple(sorted(scope.value for scope in READ))
    assert (account.mfa, account.app_only) == (True, False)
    assert account_in(cache) == account
    assert who_has(cloud, await signin(READ)) == ANNA


async def test_it_waits_as_long_as_nobody_has_entered_it(
    served: Served, cache: TokenCache, browser: httpx.Client
) -> None:
    clock = Clock()
    signin = sign_in(served, cache, clock=clock)
    begun = await signin.begin_device(READ)
    waiting = asyncio.create_task(signin.wait(begun))
    while len(clock.slept) < 3:
        await asyncio.sleep(0.001)
    assert set(clock.slept) == {1.0}
    enter(browser, begun, ANNA)
    assert (await waiting).upn == ANNA


async def test_a_code_that_nobody_enters_runs_out(
    served: Served, cloud: Practice, cache: TokenCache
) -> None:
    signin = sign_in(served, cache)
    begun = await signin.begin_device(READ)
    begun.until = signin.waits.now() + 3
    with pytest.raises(SignInRefused, match="The code was not entered in time"):
        await signin.wait(begun)

    begun = await signin.begin_device(READ)
    cloud.clock.advance(timedelta(minutes=16))
    with pytest.raises(SignInRefused, match=r"not entered in time.*AADSTS70019"):
        await signin.wait(begun)
    assert cache.load() is None


async def test_a_cancelled_wait_keeps_nothing(
    signin: SignIn, cache: TokenCache, browser: httpx.Client
) -> None:
    begun = await signin.begin_device(READ)
    waiting = asyncio.create_task(signin.wait(begun))
    assert isinstance(signin.waits, Clock)
    while not signin.waits.slept:
        await asyncio.sleep(0.001)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    enter(browser, begun, ANNA)
    assert account_in(cache) is None


async def test_declining_in_the_browser_is_said(signin: SignIn, browser: httpx.Client) -> None:
    begun = await signin.begin_device(READ)
    enter(browser, begun, ANNA, "cancel")
    with pytest.raises(SignInRefused, match=r"declined in the browser. .AADSTS65004."):
        await signin.wait(begun)


async def test_a_policy_that_blocks_codes_leads_to_the_browser(
    cloud: Practice, signin: SignIn, browser: httpx.Client
) -> None:
    cloud.blocked_device_code = True
    begun = await signin.begin_device(READ)
    enter(browser, begun, ANNA)
    with pytest.raises(SignInRefused, match="conditional access") as refused:
        await signin.wait(begun)
    assert refused.value.code == "AADSTS53003"
    assert "partnerdesk sign-in --browser" in str(refused.value.todo)


# -- by an address that is pasted back --------------------------------------------------------


async def test_the_address_that_the_browser_ended_at_signs_in(
    cloud: Practice, signin: SignIn, browser: httpx.Client
) -> None:
    begun = await signin.begin_browser(READ)
    assert "response_mode=query" in begun.address
    assert "code_challenge_method=S256" in begun.address
    ended = open_(browser, begun, ANNA)
    assert ended.startswith("http://localhost?code=")
    broken = f"  {ended[:40]}\n{ended[40:]}\r\n"
    account = await signin.redeem(begun, broken)
    assert account.upn == ANNA
    assert who_has(cloud, await signin(READ)) == ANNA


async def test_an_address_is_good_once(signin: SignIn, browser: httpx.Client) -> None:
    begun = await signin.begin_browser(READ)
    ended = open_(browser, begun, ANNA)
    await signin.redeem(begun, ended)
    with pytest.raises(SignInRefused, match="AADSTS54005"):
        await signin.redeem(begun, ended)


async def test_an_address_of_another_sign_in_is_not_taken(
    signin: SignIn, browser: httpx.Client, cache: TokenCache
) -> None:
    older = await signin.begin_browser(READ)
    ended = open_(browser, older, ANNA)
    newer = await signin.begin_browser(READ)
    with pytest.raises(BadInput, match="belongs to another sign-in") as refused:
        await signin.redeem(newer, ended)
    assert "code=" not in str(refused.value)
    assert cache.load() is None
    assert (await signin.redeem(older, ended)).upn == ANNA


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "hello",
        "http://localhost",
        "http://localhost/?state=x",
        "https://evil.example/?code=abc&state=x",
        "http://localhost.evil.example/?code=canary",
        "http://[::1",
        "code=canary",
        "http://localhost:99999999/?x=canary",
    ],
)
async def test_what_is_not_such_an_address_is_told_how_to_find_it(
    signin: SignIn, pasted: str
) -> None:
    begun = await signin.begin_browser(READ)
    with pytest.raises(BadInput, match="not the address that the browser ended at") as refused:
        await signin.redeem(begun, pasted)
    assert refused.value.field == "address"
    assert "canary" not in str(refused.value)


async def test_whoever_cancels_in_the_browser_is_told_so(
    signin: SignIn, browser: httpx.Client
) -> None:
    begun = await signin.begin_browser(READ)
    ended = open_(browser, begun, ANNA, "cancel")
    with pytest.raises(SignInRefused, match="declined"):
        await signin.redeem(begun, ended)


async def test_an_error_in_a_forged_address_is_harmless(signin: SignIn) -> None:
    begun = await signin.begin_browser(READ)
    state = begun.flow["state"]
    forged = f"http://localhost/?state={state}&error=x&error_description=%1b]52;c;aGk=%07%0aSECOND"
    with pytest.raises(SignInRefused) as refused:
        await signin.redeem(begun, forged)
    assert "\x1b" not in str(refused.value)
    assert "SECOND" not in str(refused.value)


# -- other tenants ----------------------------------------------------------------------------


async def test_a_customers_tenant_gives_a_token_where_we_may_act(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    door.at_work(cloud)
    await signed_in(signin, browser)
    token = await signin.token_for(CONTOSO, (Scope.DIRECTORY_READ,))
    caller = cloud.caller(token)
    assert caller is not None
    assert caller.tenant == CONTOSO
    assert await signin(READ) != token, "it never stands in for the partner's own"
    assert await signin.token_for(CONTOSO, (Scope.DIRECTORY_READ,)) == token


async def test_a_customers_tenant_where_we_may_not_act_is_said(
    signin: SignIn, browser: httpx.Client
) -> None:
    await signed_in(signin, browser)
    with pytest.raises(SignInRefused, match=r"not known in that tenant.*AADSTS50020"):
        await signin.token_for(FABRIKAM, (Scope.DIRECTORY_READ,))
    assert await signin(READ), "the sign-in itself is as good as before"


async def test_a_customer_without_consent_is_said(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    door.at_work(cloud)
    del cloud.app.consents[CONTOSO]
    await signed_in(signin, browser)
    with pytest.raises(SignInRefused, match=r"Nobody has consented.*AADSTS65001") as refused:
        await signin.token_for(CONTOSO, (Scope.DIRECTORY_READ,))
    assert "sign-in --steps" in str(refused.value.todo)


async def test_a_tenant_that_nobody_knows_is_said(served: Served, cache: TokenCache) -> None:
    signin = sign_in(served, cache, tenant="99999999-2222-4333-8444-555555555555")
    with pytest.raises(
        SignInRefused, match=r"There is no such tenant in this cloud. .AADSTS90002."
    ):
        await signin.begin_device(READ)


async def test_an_app_that_nobody_knows_is_said(served: Served, cache: TokenCache) -> None:
    signin = sign_in(served, cache, client="00000000-2222-4333-8444-555555555555")
    with pytest.raises(SignInRefused, match=r"app registration is not known there.*AADSTS700016"):
        await signin.begin_device(READ)


async def test_an_app_without_public_flows_is_said(
    signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    begun = await signin.begin_device(READ)
    enter(browser, begun, ANNA)
    cloud.app.public_client = False
    with pytest.raises(SignInRefused, match="does not allow public client flows"):
        await signin.wait(begun)


# -- together with the client -----------------------------------------------------------------


async def test_graph_asks_with_what_was_signed_in(
    served: Served, signin: SignIn, browser: httpx.Client, cloud: Practice
) -> None:
    from store.graph.network import ssl_context

    await signed_in(signin, browser)
    endpoint = endpoint_of(served)
    async with Graph(endpoint, signin, verify=ssl_context("", endpoint)) as graph:
        assert (await graph.me()).upn == ANNA
        cloud.expire_tokens()
        assert (await graph.me()).upn == ANNA


# -- a line that fails ------------------------------------------------------------------------


async def test_a_server_that_is_gone_is_said(
    cloud: Practice, certificate_folder: Path, cache: TokenCache
) -> None:
    with Served(cloud, certificate_folder) as served:
        signin = sign_in(served, cache)
    with pytest.raises(NoConnection) as gone:
        await signin.begin_device(READ)
    assert "127.0.0.1" in str(gone.value.what)


async def test_a_line_that_is_cut_while_waiting_is_not_the_end(
    cloud: Practice, certificate_folder: Path, cache: TokenCache
) -> None:
    with Served(cloud, certificate_folder) as served:
        port = served.port
        clock = Clock()
        signin = sign_in(served, cache, clock=clock)
        begun = await signin.begin_device(READ)
    waiting = asyncio.create_task(signin.wait(begun))
    while len(clock.slept) < 2:
        await asyncio.sleep(0.001)
    with Served(cloud, certificate_folder, port), door.browser(served) as browser:
        enter(browser, begun, ANNA)
        assert (await waiting).upn == ANNA


async def test_a_line_that_stays_cut_is_said(
    cloud: Practice, certificate_folder: Path, cache: TokenCache
) -> None:
    with Served(cloud, certificate_folder) as served:
        signin = sign_in(served, cache)
        begun = await signin.begin_device(READ)
    with pytest.raises(NoConnection):
        await signin.wait(begun)


async def test_no_secret_reaches_a_log_or_an_error(
    signin: SignIn,
    browser: httpx.Client,
    cloud: Practice,
    cache: TokenCache,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[DeskError] = []
    await signed_in(signin, browser)
    begun = await signin.begin_browser(READ)
    ended = open_(browser, begun, ANNA)
    await signin.redeem(begun, ended)
    secrets = {await signin(READ), begun.flow["code_verifier"]}
    kept = cache.load()
    assert kept is not None
    tokens = json.loads(kept.secrets)
    for kind in ("AccessToken", "RefreshToken", "IdToken"):
        secrets |= {entry["secret"] for entry in tokens[kind].values()}
    cloud.tokens.grants.revoke(ANNA)
    for fresh in (True, False):
        try:
            await signin(READ, fresh)
        except DeskError as error:
            errors.append(error)
    said = "".join([caplog.text, *capfd.readouterr(), *map(repr, errors), repr(begun), repr(kept)])
    said += "".join(str(error) for error in errors)
    assert errors
    assert len(secrets) >= 4
    assert not [secret for secret in secrets if secret in said]
