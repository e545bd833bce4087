"""A sign-in that answers oddly: pages, halves, other tenants and hosts, busy, unbelievable."""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from store.errors import DeskError, NoConnection, SignInNeeded, SignInRefused
from store.graph.endpoints import Endpoint
from store.graph.network import ssl_context
from store.graph.scopes import Scope
from store.graph.signin import SignIn
from store.graph.tokens import TokenCache
from store.model.partner import Cloud
from store.practice.serve import Listener
from tests.graph.fake import Clock
from tests.graph.odd import CANARY, Odd, jwt, token
from tests.graph.signing import cache_in, endpoint_of
from tests.practice.door import CONTOSO, PARTNER

READ = (Scope.ME,)


@pytest.fixture
def odd() -> Odd:
    return Odd()


@pytest.fixture
def listening(odd: Odd, certificate_folder: Path) -> Iterator[Listener]:
    with Listener(odd, certificate_folder) as served:
        yield served


@pytest.fixture
def cache(tmp_path: Path) -> TokenCache:
    return cache_in(tmp_path)


@pytest.fixture
def signin(listening: Listener, cache: TokenCache) -> SignIn:
    endpoint = endpoint_of(listening)
    return SignIn(
        endpoint, PARTNER, "client", cache, verify=ssl_context("", endpoint), waits=Clock()
    )


async def by_code(signin: SignIn) -> None:
    await signin.wait(await signin.begin_device(READ))


HTML = Response("<html><h1>Sign in to the network</h1></html>", media_type="text/html")
HALF = Response(f'{{"access_token": "{CANARY}", "refr', media_type="application/json")


# -- not Microsoft's sign-in at all -----------------------------------------------------------


@pytest.mark.parametrize("what", ["openid-configuration", "devicecode", "token"])
@pytest.mark.parametrize("answer", [HTML, HALF, Response(""), Response("[1]"), Response("\0")])
async def test_what_is_not_a_sign_in_is_said_and_nothing_of_it_shown(
    odd: Odd,
    signin: SignIn,
    cache: TokenCache,
    what: str,
    answer: Response,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    odd.on(what, answer)
    with pytest.raises(NoConnection, match="is not Microsoft's sign-in, or was cut off") as refused:
        await by_code(signin)
    assert "HTTPS_PROXY" in str(refused.value.todo)
    assert CANARY not in caplog.text + str(refused.value) + "".join(capfd.readouterr())
    assert cache.load() is None


async def test_a_redirect_to_a_login_page_of_the_network_is_not_followed(
    odd: Odd, signin: SignIn
) -> None:
    elsewhere = Response(status_code=302, headers={"location": "https://evil.example/"})
    odd.on("token", elsewhere)
    with pytest.raises(NoConnection):
        await by_code(signin)


@pytest.mark.parametrize(
    "configuration",
    [{}, {"token_endpoint": 7}, {"token_endpoint": "nonsense"}, {"issuer": "x"}],
)
async def test_an_odd_configuration_is_said(
    odd: Odd, signin: SignIn, configuration: dict[str, object]
) -> None:
    odd.on("openid-configuration", JSONResponse(configuration))
    with pytest.raises(SignInRefused, match="something else than was asked for"):
        await signin.begin_device(READ)


@pytest.mark.parametrize("name", ["token_endpoint", "device_authorization_endpoint"])
async def test_secrets_are_sent_to_the_clouds_own_host_only(
    odd: Odd, signin: SignIn, name: str
) -> None:
    def configuration(request: Request) -> Response:
        usual = json.loads(bytes(odd._usual(request, "openid-configuration").body))
        elsewhere = usual[name].replace(request.url.netloc, "login.evil.example")
        return JSONResponse({**usual, name: elsewhere})

    odd.on("openid-configuration", configuration)
    with pytest.raises(SignInRefused, match=r"signs in at login\.evil\.example") as refused:
        await by_code(signin)
    assert "Compare the tenant and the cloud" in str(refused.value.todo)


async def test_a_wrong_host_of_plain_http_is_not_asked_either(odd: Odd, signin: SignIn) -> None:
    def configuration(request: Request) -> Response:
        usual = json.loads(bytes(odd._usual(request, "openid-configuration").body))
        plain = usual["device_authorization_endpoint"].replace("https://", "http://")
        return JSONResponse({**usual, "device_authorization_endpoint": plain})

    odd.on("openid-configuration", configuration)
    with pytest.raises(SignInRefused):
        await signin.begin_device(READ)


# -- whose token is it ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_token", "theirs"),
    [
        (jwt(tid=CONTOSO, preferred_username="bob@contoso.com"), CONTOSO),
        (jwt(preferred_username="bob@contoso.com"), "?"),
        (None, "?"),
        (jwt(tid=7, preferred_username=["x"]), "7"),
    ],
)
async def test_a_token_of_another_tenant_is_refused_naming_both(
    odd: Odd, signin: SignIn, cache: TokenCache, id_token: str | None, theirs: str
) -> None:
    odd.on("token", JSONResponse(token(id_token=id_token)))
    with pytest.raises(SignInRefused, match="Nothing was kept") as refused:
        await by_code(signin)
    assert f"signed in to the tenant {theirs}, and the partner's is {PARTNER}" in str(refused.value)
    assert cache.load() is None
    with pytest.raises(SignInNeeded):
        await signin(READ)


async def test_a_later_token_of_another_tenant_is_not_used(odd: Odd, signin: SignIn) -> None:
    await by_code(signin)
    odd.on("token", JSONResponse(token(id_token=jwt(tid=CONTOSO), access_token="other")))
    with pytest.raises(SignInRefused, match=f"a token of the tenant {CONTOSO}"):
        await signin(READ, fresh=True)


async def test_an_address_answered_with_another_nonce_is_refused(
    odd: Odd, signin: SignIn, cache: TokenCache
) -> None:
    begun = await signin.begin_browser(READ)
    odd.on("token", JSONResponse(token(id_token=jwt(tid=PARTNER, nonce="replayed"))))
    pasted = f"http://localhost/?code={CANARY}&state={begun.flow['state']}"
    with pytest.raises(SignInRefused) as refused:
        await signin.redeem(begun, pasted)
    assert CANARY not in str(refused.value)
    assert "replayed" not in str(refused.value)
    assert cache.load() is None


async def test_names_from_microsoft_cannot_move_the_cursor(odd: Odd, signin: SignIn) -> None:
    hostile = jwt(tid=PARTNER, preferred_username="anna\x1b[2J\u202e@x", name="A\x07\n")
    odd.on("token", JSONResponse(token(id_token=hostile, scope="User.Read \x1b]0;x\x07")))
    begun = await signin.begin_device(READ)
    account = await signin.wait(begun)
    assert all(text.isprintable() for text in (account.upn, account.name, *account.scopes))


async def test_a_code_and_an_address_cannot_move_the_cursor(odd: Odd, signin: SignIn) -> None:
    odd.on(
        "devicecode",
        JSONResponse(
            {
                "user_code": "A\x1b[2J",
                "device_code": "d",
                "verification_uri": "https://x.example/\x07",
                "message": "\x1b]52;c;aGk=\x07",
            }
        ),
    )
    begun = await signin.begin_device(READ)
    assert all(text.isprintable() for text in (begun.code, begun.address, begun.message))


async def test_an_address_without_tls_is_not_shown(odd: Odd, signin: SignIn) -> None:
    odd.on(
        "devicecode",
        JSONResponse(
            {"user_code": "A", "device_code": "d", "verification_uri": "http://x.example/"}
        ),
    )
    with pytest.raises(SignInRefused, match="no address"):
        await signin.begin_device(READ)


async def test_permissions_answered_by_their_short_names_are_found_again(
    odd: Odd, signin: SignIn
) -> None:
    odd.on("token", JSONResponse(token(scope="User.Read .default openid")))
    await by_code(signin)
    before = odd.asked.count("token")
    assert await signin(READ) == CANARY
    assert await signin(READ) == CANARY
    assert odd.asked.count("token") == before, "the token that is there is used"


async def test_an_interval_of_nothing_is_not_taken_at_its_word(odd: Odd, signin: SignIn) -> None:
    waits = signin.waits
    assert isinstance(waits, Clock)
    pending = JSONResponse({"error": "authorization_pending"}, 400)
    odd.on("token", lambda request: None if odd.asked.count("token") > 3 else pending)
    usual = {"user_code": "A", "device_code": "d", "verification_uri": "https://x.example/"}
    odd.on("devicecode", JSONResponse({**usual, "interval": 0}))
    await by_code(signin)
    assert waits.slept == [1.0, 1.0, 1.0]


async def test_slow_down_is_followed(odd: Odd, signin: SignIn) -> None:
    waits = signin.waits
    assert isinstance(waits, Clock)
    slow = JSONResponse({"error": "slow_down"}, 400)
    odd.on("token", lambda request: None if odd.asked.count("token") > 2 else slow)
    await by_code(signin)
    assert waits.slept == [10.0, 15.0]


# -- busy and failing -------------------------------------------------------------------------


async def test_a_failing_server_is_not_the_end_of_a_wait(odd: Odd, signin: SignIn) -> None:
    broken = JSONResponse({"error": "server_error"}, 503, headers={"retry-after": "0"})
    odd.on("token", lambda request: None if odd.asked.count("token") > 3 else broken)
    await by_code(signin)
    assert await signin(READ) == CANARY


async def test_a_server_that_keeps_failing_is_said(odd: Odd, signin: SignIn) -> None:
    odd.on("token", JSONResponse({"error": "server_error"}, 500, headers={"retry-after": "0"}))
    with pytest.raises(NoConnection, match="does not work at the moment"):
        await by_code(signin)


@pytest.mark.parametrize(
    ("answer", "words", "again"),
    [
        ({"error": "invalid_grant", "error_description": "AADSTS50076: x"}, "second factor", True),
        ({"error": "invalid_grant", "error_description": "AADSTS530033: x"}, "manages", False),
        ({"error": "invalid_grant", "error_codes": [50105]}, "is not assigned to the app", False),
        ({"error": "invalid_client", "error_codes": [700024]}, "clock of this host", False),
        ({"error": "invalid_grant", "error_description": "AADSTS4242424: odd"}, "odd", True),
        ({"error": "mystery", "error_description": "first\nsecond"}, "first", False),
        ({"error": "mystery"}, "mystery", False),
        ({"error": "interaction_required"}, "interaction_required", True),
        ({"error": ["x"], "error_description": {"a": 1}}, "Microsoft refused the sign-in", False),
        ({"error": "", "error_description": None}, "Microsoft refused the sign-in", False),
        ({"error": "temporarily_unavailable"}, "does not work at the moment", False),
    ],
)
async def test_refusals_are_in_words_and_say_whether_signing_in_again_helps(
    odd: Odd, signin: SignIn, answer: dict[str, object], words: str, again: bool
) -> None:
    odd.on("token", JSONResponse(answer, 400))
    with pytest.raises(SignInNeeded, match=words) as refused:
        await by_code(signin)
    assert isinstance(refused.value, SignInRefused) is not again
    assert refused.value.todo
    assert "second\n" not in str(refused.value)


# -- on the way -------------------------------------------------------------------------------


async def test_a_certificate_that_is_not_believed_names_its_issuer_and_the_setting(
    listening: Listener, cache: TokenCache
) -> None:
    real = Endpoint(Cloud.WORLDWIDE, listening.address, listening.address)
    signin = SignIn(real, PARTNER, "client", cache, verify=ssl_context("", real), waits=Clock())
    with pytest.raises(NoConnection) as refused:
        await signin.begin_device(READ)
    assert f"The certificate of {listening.host} is not believed" in str(refused.value)
    assert "It was issued by" in str(refused.value)
    assert "ca-bundle" in str(refused.value.todo)


async def test_a_bundle_of_our_own_is_believed(listening: Listener, cache: TokenCache) -> None:
    real = Endpoint(Cloud.WORLDWIDE, listening.address, listening.address)
    verify = ssl_context(str(listening.ca_file), real)
    signin = SignIn(real, PARTNER, "client", cache, verify=verify, waits=Clock())
    assert (await signin.begin_device(READ)).code == "ABC123"


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that lets nothing through, and what it was asked for."""
    import threading

    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)

        def refuse() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    asked.append(line.recv(4_000).split(b"\r\n")[0])
                    line.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


async def test_a_proxy_of_the_environment_is_used_and_named_when_it_refuses(
    cache: TokenCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.graph.endpoints import ENDPOINTS

    with proxy() as (address, asked):
        monkeypatch.setenv("HTTPS_PROXY", address)
        signin = SignIn(ENDPOINTS[Cloud.WORLDWIDE], PARTNER, "client", cache, waits=Clock())
        with pytest.raises(NoConnection, match=r"The proxy 127\.0\.0\.1:\d+ let nothing through"):
            await signin.begin_device(READ)
    assert asked == [b"CONNECT login.microsoftonline.com:443 HTTP/1.1"]


async def test_the_practice_cloud_is_never_asked_through_a_proxy(
    signin: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "NO_PROXY" not in os.environ
    assert (await signin.begin_device(READ)).code == "ABC123"


async def test_every_error_is_one_that_an_operator_may_see(odd: Odd, signin: SignIn) -> None:
    values: list[object] = [None, "x", [], 1e308]
    for name in ("access_token", "expires_in", "scope", "id_token", "client_info", "token_type"):
        for value in values:
            odd.on("token", JSONResponse({**token(), name: value}))
            try:
                await by_code(signin)
                await signin(READ)
            except DeskError as error:
                assert CANARY not in str(error)
