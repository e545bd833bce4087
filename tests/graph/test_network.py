"""Certificates and proxies: one setting and the environment, and words where they are wrong."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from store.errors import BadInput, GraphOutcomeUnknown, NoConnection
from store.graph import network
from store.graph.client import Graph, NewRelationship
from store.graph.endpoints import ENDPOINTS, Endpoint
from store.graph.network import proxy_for, ssl_context
from store.model.partner import Cloud
from tests.graph.authorities import ISSUER, made_in, serving
from tests.graph.fake import ROLE, TOKEN, Clock, Fake, Tokens, relationship

WORLD = ENDPOINTS[Cloud.WORLDWIDE]


def at(fake: Fake, cloud: Cloud = Cloud.WORLDWIDE, ca_file: str = "") -> Endpoint:
    return Endpoint(cloud, fake.address, fake.address, ca_file)


@asynccontextmanager
async def answering(answer: bytes, heard: list[bytes]) -> AsyncIterator[str]:
    """Somebody who answers the same to everything; who says nothing hangs."""
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65_536))
        writer.write(answer)
        if not answer:
            await left.wait()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        left.set()
        await asyncio.sleep(0)


async def test_a_bundle_that_is_named_is_believed(
    tmp_path: Path, tokens: Tokens, clock: Clock
) -> None:
    ca_file, server_file = made_in(tmp_path)
    async with Fake().serving(serving(server_file)) as fake:
        fake.will(relationship(1))
        verify = ssl_context(str(ca_file), at(fake))
        async with Graph(at(fake), tokens, verify=verify, waits=clock) as graph:
            assert (await graph.relationship("rel-1")).id == "rel-1"


async def test_the_practice_cloud_brings_its_own(
    tmp_path: Path, tokens: Tokens, clock: Clock
) -> None:
    ca_file, server_file = made_in(tmp_path)
    async with Fake().serving(serving(server_file)) as fake:
        fake.will(relationship(1))
        endpoint = at(fake, Cloud.PRACTICE, str(ca_file))
        verify = ssl_context("/no/such/bundle.pem", endpoint)
        async with Graph(endpoint, tokens, verify=verify, waits=clock) as graph:
            assert (await graph.relationship("rel-1")).id == "rel-1"


async def test_who_issued_what_is_not_believed_is_named_and_the_setting_too(
    tmp_path: Path, tokens: Tokens, clock: Clock
) -> None:
    _, server_file = made_in(tmp_path)
    async with (
        Fake().serving(serving(server_file)) as fake,
        Graph(at(fake), tokens, waits=clock) as graph,
    ):
        with pytest.raises(NoConnection) as raised:
            await graph.create(NewRelationship("a", 1, False, (ROLE,)))
    assert ISSUER in str(raised.value.what) and "ca-bundle" in str(raised.value.todo)
    assert all("authorization" not in heard.headers for heard in fake.heard)
    assert [heard.method for heard in fake.heard] in ([], ["HEAD"]) and clock.slept == []


async def test_a_certificate_that_has_expired_says_so(
    tmp_path: Path, tokens: Tokens, clock: Clock
) -> None:
    ca_file, server_file = made_in(tmp_path, days=-1)
    async with Fake().serving(serving(server_file)) as fake:
        verify = ssl_context(str(ca_file), at(fake))
        async with Graph(at(fake), tokens, verify=verify, waits=clock) as graph:
            with pytest.raises(NoConnection, match="expired"):
                await graph.me()


async def test_a_certificate_of_another_host_says_so(
    tmp_path: Path, tokens: Tokens, clock: Clock
) -> None:
    ca_file, server_file = made_in(tmp_path, host="127.0.0.2")
    async with Fake().serving(serving(server_file)) as fake:
        verify = ssl_context(str(ca_file), at(fake))
        async with Graph(at(fake), tokens, verify=verify, waits=clock) as graph:
            with pytest.raises(NoConnection, match="mismatch"):
                await graph.me()


async def test_another_practice_cloud_at_the_same_address_is_not_this_one(
    tmp_path: Path, tokens: Tokens, clock: Clock
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ours, _ = made_in(tmp_path / "a")
    _, theirs = made_in(tmp_path / "b")
    async with Fake().serving(serving(theirs)) as fake:
        endpoint = at(fake, Cloud.PRACTICE, str(ours))
        verify = ssl_context("", endpoint)
        async with Graph(endpoint, tokens, verify=verify, waits=clock) as graph:
            with pytest.raises(NoConnection, match="not this store's practice cloud"):
                await graph.me()


async def test_a_server_without_tls_is_no_microsoft(tokens: Tokens, clock: Clock) -> None:
    heard: list[bytes] = []
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n", heard) as address:
        endpoint = Endpoint(Cloud.WORLDWIDE, f"https://{address}", f"https://{address}")
        async with Graph(endpoint, tokens, waits=clock) as graph:
            with pytest.raises(NoConnection, match="Nothing answers at"):
                await graph.me()
    assert TOKEN.encode() not in b"".join(heard)


async def test_a_handshake_that_never_ends_is_given_up(tokens: Tokens, clock: Clock) -> None:
    clock.reading = 0.6
    async with answering(b"", []) as address:
        endpoint = Endpoint(Cloud.WORLDWIDE, f"https://{address}", f"https://{address}")
        async with Graph(endpoint, tokens, waits=clock) as graph:
            with pytest.raises(NoConnection, match="does not answer"):
                await graph.me()


@pytest.mark.parametrize("content", [None, "", "not a certificate", "-----BEGIN CERTIFICATE-----"])
def test_a_bundle_that_cannot_be_read_names_itself(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(BadInput, match="bundle.pem") as raised:  # noqa: RUF043
        ssl_context(str(bundle), WORLD)
    assert raised.value.field == "ca-bundle"


def test_without_a_bundle_this_hosts_authorities_are_believed(tmp_path: Path) -> None:
    assert ssl_context("", WORLD).verify_mode is ssl.CERT_REQUIRED
    assert ssl_context(str(tmp_path), WORLD).check_hostname


# -- proxies ----------------------------------------------------------------------------------


async def test_a_proxy_that_lets_nothing_through_is_named_without_its_password(
    tokens: Tokens, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    async with answering(refusal, heard) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://omar:pa55word@{address}")
        async with Graph(WORLD, tokens, waits=clock) as graph:
            with pytest.raises(NoConnection) as raised:
                await graph.create(NewRelationship("a", 1, False, (ROLE,)))
    assert not isinstance(raised.value, GraphOutcomeUnknown)
    assert address in str(raised.value) and "407" in str(raised.value)
    assert "pa55word" not in str(raised.value) and "HTTPS_PROXY" in str(raised.value.todo)
    assert heard[0].startswith(b"CONNECT graph.microsoft.com:443")
    assert TOKEN.encode() not in heard[0]


async def test_no_proxy_holds_and_the_practice_cloud_has_none(
    tokens: Tokens, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []
    async with answering(b"", heard) as address, Fake().serving() as fake:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{address}")
        fake.answering = lambda got: relationship(1)
        async with Graph(at(fake, Cloud.PRACTICE), tokens, waits=clock) as graph:
            await graph.relationship("rel-1")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with Graph(at(fake), tokens, waits=clock) as graph:
            await graph.relationship("rel-1")
    assert heard == [] and len(fake.heard) == 2


@pytest.mark.parametrize("odd", ["http://[::1", "gopher://proxy:1", "http://proxy:99999999"])
async def test_a_proxy_that_is_none_is_said_to_be_so(
    tokens: Tokens, clock: Clock, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", odd)
    with pytest.raises(NoConnection, match="proxy") as raised:
        Graph(WORLD, tokens, waits=clock)
    assert "HTTPS_PROXY" in str(raised.value.todo)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        ({"HTTPS_PROXY": "http://proxy.example:8080"}, "proxy.example:8080"),
        ({"https_proxy": "proxy.example:3128"}, "proxy.example:3128"),
        ({"HTTPS_PROXY": "http://omar:pa55@proxy.example"}, "proxy.example"),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": ".microsoft.com"}, ""),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "*"}, ""),
        ({"HTTPS_PROXY": "http://omar:pa55@proxy:99999999"}, "proxy:99999999"),
        ({"HTTP_PROXY": "http://proxy.example"}, ""),
        ({"ALL_PROXY": "http://proxy.example:1"}, "proxy.example:1"),
    ],
)
def test_which_proxy_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(WORLD.graph) == expected


def test_only_what_was_never_sent_counts_as_not_sent() -> None:
    import httpx

    never: list[Any] = [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.ProxyError("")]
    maybe: list[Any] = [httpx.ReadError(""), httpx.ReadTimeout(""), httpx.WriteError(""), OSError()]
    assert not any(map(network.was_sent, never)) and all(map(network.was_sent, maybe))
