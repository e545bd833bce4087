"""The practice cloud over TLS: its certificate, its port, its end, and lines that break."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import ssl
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from starlette.types import Receive, Scope, Send

from store.practice.certificate import LIFE, certificate
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import PENDING
from store.practice.serve import Listener, NotServed, Served
from tests.practice.door import ANNA, CONTOSO, PARTNER, asked, browser, small_cloud

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CONFIGURATION = f"/{PARTNER}/v2.0/.well-known/openid-configuration"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


# -- the certificate --------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_certificate_is_made_once_and_its_key_is_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "store" / "practice"
    old = os.umask(0)
    try:
        made = certificate(folder, NOW)
    finally:
        os.umask(old)
    assert (mode(folder), mode(made.server_file), mode(made.ca_file)) == (0o700, 0o600, 0o644)
    assert sorted(path.name for path in folder.iterdir()) == ["ca.pem", "server.pem"]
    assert b"PRIVATE" not in made.ca_file.read_bytes()
    before = made.server_file.read_bytes()
    certificate(folder, NOW + LIFE - timedelta(days=16))
    assert made.server_file.read_bytes() == before


def test_its_authority_can_speak_for_nothing_but_this_machine(tmp_path: Path) -> None:
    made = certificate(tmp_path, NOW)
    authority = x509.load_pem_x509_certificate(made.ca_file.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert [str(name.value) for name in limits.value.permitted_subtrees or ()] == [
        "localhost",
        "127.0.0.1/32",
    ]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def swapped(path: Path) -> None:
    path.write_bytes(certificate(path.parent / "other", NOW).server_file.read_bytes())


def linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("name", ["server.pem", "ca.pem"])
@pytest.mark.parametrize(
    "spoil",
    [
        Path.unlink,
        cut_short,
        swapped,
        linked,
        lambda path: path.write_bytes(b""),
        lambda path: path.chmod(0o666),
    ],
    ids=["gone", "cut short", "another's", "a link", "empty", "open to others"],
)
def test_what_is_not_as_it_was_made_is_made_anew(
    tmp_path: Path, spoil: Callable[[Path], object], name: str
) -> None:
    folder = tmp_path / "practice"
    before = certificate(folder, NOW).server_file.read_bytes()
    spoil(folder / name)
    made = certificate(folder, NOW)
    assert made.server_file.read_bytes() != before
    assert not made.ca_file.is_symlink()
    assert not made.server_file.is_symlink()
    assert mode(made.server_file) == 0o600
    with Listener(hello, folder) as listening, browser(listening) as client:
        assert client.get("/").text == "hello"


def test_a_certificate_that_is_about_to_end_is_made_anew(tmp_path: Path) -> None:
    before = certificate(tmp_path, NOW).server_file.read_bytes()
    assert certificate(tmp_path, NOW + LIFE).server_file.read_bytes() != before
    assert certificate(tmp_path, NOW).server_file.read_bytes() != before


def test_several_that_start_at_once_agree_on_one_certificate(tmp_path: Path) -> None:
    found = set()

    def start() -> None:
        with Listener(hello, tmp_path) as listening, browser(listening) as client:
            found.add((client.get("/").text, listening.ca_file.read_bytes()))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1


def test_a_folder_that_takes_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotServed, match=r"No certificate can be made in .*/file: File exists\."):
        Listener(hello, tmp_path / "file").start()


# -- the port ---------------------------------------------------------------------------------


def test_whoever_trusts_the_authority_is_answered_under_both_names(tmp_path: Path) -> None:
    with Listener(hello, tmp_path) as listening, browser(listening) as client:
        assert listening.address == f"https://127.0.0.1:{listening.port}"
        assert client.get("/").text == client.get(f"https://localhost:{listening.port}/").text


def test_whoever_does_not_trust_it_or_speaks_plainly_is_not_answered(tmp_path: Path) -> None:
    with Listener(hello, tmp_path) as listening:
        with httpx.Client(trust_env=False) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                client.get(listening.address)
            with pytest.raises(httpx.TransportError):
                client.get(f"http://127.0.0.1:{listening.port}")
        with browser(listening) as client:
            assert client.get("/").text == "hello"


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="told by Linux")
def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with Listener(hello, tmp_path) as listening:
        ours = f"0100007F:{listening.port:04X}"
        sockets = Path("/proc/net/tcp").read_text().splitlines()
        assert [line.split()[1] for line in sockets if f":{listening.port:04X} " in line[:20]] == [
            ours
        ]


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with Listener(hello, tmp_path) as listening:
        with pytest.raises(NotServed, match=f"Port {listening.port} is taken by another program"):
            Listener(hello, tmp_path, listening.port).start()
        with browser(listening) as client:
            assert client.get("/").text == "hello"


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotServed, match="Port 70000 cannot be listened on"):
        Listener(hello, tmp_path, 70_000).start()


def test_the_same_port_can_be_listened_on_again_at_once(tmp_path: Path) -> None:
    port = 0
    for _ in range(5):
        with Listener(hello, tmp_path, port) as listening, browser(listening) as client:
            port = listening.port
            assert client.get("/").text == "hello"


def test_while_it_is_served_the_practice_clouds_links_lead_to_it(
    cloud: Practice, certificate_folder: Path
) -> None:
    before = cloud.approval_link("x")
    with Served(cloud, certificate_folder) as served:
        assert cloud.approval_link("x").startswith(f"{served.address}/AdminPortal/Home#/")
    assert cloud.approval_link("x") == before


# -- the end ----------------------------------------------------------------------------------


def test_it_ends_at_once_whoever_is_still_connected(tmp_path: Path) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    listening = Listener(never, tmp_path)
    listening.start()
    answers: list[Exception] = []

    def ask() -> None:
        try:
            httpx.get(listening.address, verify=trusted(listening), trust_env=False)
        except httpx.TransportError as error:
            answers.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(30)
    with connected(listening):
        listening.stop()
        asking.join(30)
        assert ended.is_set()
        assert len(answers) == 1
        listening.stop()
    assert not any(thread.name == "practice" for thread in threading.enumerate())


def test_it_ends_while_somebody_is_still_shaking_hands(tmp_path: Path) -> None:
    with Listener(hello, tmp_path) as listening, browser(listening) as client:
        silent = [socket.create_connection(("127.0.0.1", listening.port)) for _ in range(9)]
        assert client.get("/").text == "hello"  # so those before it were let in
        silent.append(socket.create_connection(("127.0.0.1", listening.port)))
        listening.stop()
        gc.collect()  # what was left open would be complained about
        for connection in silent:
            with connection, contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""


def trusted(listening: Listener) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=listening.ca_file)


def connected(listening: Listener) -> ssl.SSLSocket:
    """A connection that says nothing."""
    plain = socket.create_connection(("127.0.0.1", listening.port))
    return trusted(listening).wrap_socket(plain, server_hostname="localhost")


def test_an_app_that_fails_says_so_and_the_next_is_answered(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("a mistake")

    with Listener(fails, tmp_path) as listening, browser(listening) as client:
        assert [client.get("/").status_code for _ in range(2)] == [500, 500]
    assert capfd.readouterr() == ("", "")


# -- lines that break -------------------------------------------------------------------------


@pytest.mark.parametrize("after", [False, True])
def test_an_answer_can_be_lost_after_the_work_was_done(
    cloud: Practice, browser: httpx.Client, after: bool
) -> None:
    wanted = asked(cloud)
    cloud.faults.add(Fault(method="POST", path="/approve/", kind="lost", after=after))
    with pytest.raises(httpx.TransportError):
        browser.post(f"/approve/{wanted}", data={"tenant": CONTOSO, "answer": "approve"})
    assert cloud.relationship(wanted).status == ("active" if after else PENDING)


@pytest.mark.parametrize("path", [CONFIGURATION, "/v1.0/me"])
def test_an_answer_can_break_off_in_the_middle(
    cloud: Practice, browser: httpx.Client, path: str
) -> None:
    headers = {"Authorization": f"Bearer {cloud.token(ANNA)}"}
    whole = browser.get(path, headers=headers)
    cloud.faults.add(Fault(path=path, kind="cut", after=True))
    came = b""
    with (
        pytest.raises(httpx.TransportError),
        browser.stream("GET", path, headers=headers) as answer,
    ):
        assert answer.headers["content-length"] == str(len(whole.content))
        for piece in answer.iter_bytes():
            came += piece
    assert whole.content.startswith(came)
    assert 0 < len(came) < len(whole.content)
    assert browser.get(path, headers=headers).content == whole.content


@pytest.mark.parametrize("path", [CONFIGURATION, "/v1.0/me"])
def test_a_connection_can_be_lost_without_any_answer(
    cloud: Practice, browser: httpx.Client, path: str
) -> None:
    cloud.faults.add(Fault(path=path, kind="lost", times=2))
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            browser.get(path)
    assert browser.get(path).status_code in (200, 401)


@pytest.mark.parametrize(
    ("fault", "status", "begins"),
    [
        (Fault(kind="html", after=True), 200, "<!doctype html>"),
        (Fault(kind="html", status=407), 407, "<!doctype html>"),
        (Fault(kind="half", after=True), 200, '{"issuer"'),
        (Fault(status=503, retry_after=7), 503, '{"error":"temporarily_unavailable"'),
        (Fault(status=400, body={"error": "slow_down"}), 400, '{"error":"slow_down"}'),
        (Fault(status=502, body="Bad gateway"), 502, "Bad gateway"),
        (Fault(delay=0.001), 200, '{"issuer"'),
    ],
)
def test_sign_in_can_be_ruined_as_well(
    cloud: Practice, browser: httpx.Client, fault: Fault, status: int, begins: str
) -> None:
    whole = browser.get(CONFIGURATION).text
    cloud.faults.add(fault._replace(path="openid-configuration"))
    found = browser.get(CONFIGURATION)
    assert found.status_code == status
    assert found.text.casefold().startswith(begins.casefold())
    assert found.headers.get("retry-after") == ("7" if fault.retry_after else None)
    assert (found.text == whole) == (fault.delay > 0)
    assert browser.get(CONFIGURATION).text == whole


def test_whoever_does_not_wait_for_a_slow_answer_is_not_waited_for(
    cloud: Practice, certificate_folder: Path
) -> None:
    cloud.faults.add(Fault(path="openid-configuration", delay=3600))
    with Served(cloud, certificate_folder) as served, browser(served) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(CONFIGURATION, timeout=httpx.Timeout(30, read=0.5))
        assert client.get(CONFIGURATION).status_code == 200


async def test_in_process_a_lost_line_is_the_same_error() -> None:
    from store.practice.app import asgi

    cloud = small_cloud()
    for path in (CONFIGURATION, "/v1.0/me"):
        cloud.faults.add(Fault(path=path, kind="lost"))
        transport = httpx.ASGITransport(asgi(cloud))
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
            with pytest.raises(ConnectionResetError):
                await client.get(path)


def test_what_was_asked_is_noted_without_what_was_said(
    cloud: Practice, browser: httpx.Client
) -> None:
    browser.get("/devicelogin", params={"otc": "SECRET"})
    browser.post(f"/{PARTNER}/oauth2/v2.0/token", data={"client_id": "x"})
    assert [(call.method, call.path, call.status, call.user) for call in cloud.log] == [
        ("GET", "/devicelogin", 200, ""),
        ("POST", f"/{PARTNER}/oauth2/v2.0/token", 400, ""),
    ]
