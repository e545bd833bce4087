"""The certificate of the settings: what serves, what does not, and what it may do."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.errors import NotAllowed, NotConnected, SignInRefused
from store.graph.certificate import credential
from store.graph.client import Graph
from store.graph.network import ssl_context
from store.graph.scopes import Scope
from store.graph.signin import SignIn
from store.practice import assertion
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.graph import certificates
from tests.graph.certificates import certificate, elliptic_key, key, made, pem_of, pfx
from tests.graph.signing import cache_in, endpoint_of, sign_in
from tests.practice import door
from tests.practice.door import CONTOSO

READ = (Scope.RELATIONSHIPS_READ, Scope.DIRECTORY_READ)
PUBLIC = certificates.Encoding.PEM


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "sync.pem"
    found.write_bytes(made())
    found.chmod(0o600)
    return found


@pytest.fixture
def robot(served: Served, cloud: Practice, file: Path, tmp_path: Path) -> SignIn:
    """A sign-in by a certificate that the app registration knows."""
    assertion.register(cloud.app, file.read_text())
    return sign_in(served, cache_in(tmp_path), certificate=str(file))


# -- signing in -------------------------------------------------------------------------------


async def test_it_signs_in_with_nobody_there_and_keeps_nothing(
    cloud: Practice, robot: SignIn, tmp_path: Path
) -> None:
    account = await robot.with_certificate()
    assert (account.app_only, account.upn, account.tenant) == (True, "", door.PARTNER)
    caller = cloud.caller(await robot(READ))
    assert caller is not None
    assert (caller.user, caller.tenant) == (None, door.PARTNER)
    assert not (tmp_path / "tokens").exists()


async def test_its_token_is_used_until_another_is_wanted(robot: SignIn) -> None:
    first = await robot(READ)
    assert await robot(READ) == first
    assert await robot(READ, fresh=True) != first


async def test_a_pkcs_12_file_serves_as_well(
    served: Served, cloud: Practice, file: Path, tmp_path: Path
) -> None:
    file.write_bytes(pfx())
    assertion.register(cloud.app, credential(file)["public_certificate"])
    robot = sign_in(served, cache_in(tmp_path), certificate=str(file))
    assert (await robot.with_certificate()).app_only


async def test_it_reads_relationships(served: Served, robot: SignIn, cloud: Practice) -> None:
    door.asked(cloud)
    endpoint = endpoint_of(served)
    async with Graph(endpoint, robot, verify=ssl_context("", endpoint)) as graph:
        assert len((await graph.relationships()).items) == 1


@pytest.mark.parametrize(
    "scope", [Scope.RELATIONSHIPS_WRITE, Scope.GROUPS_WRITE, Scope.GROUPS_CREATE, Scope.MAIL_SEND]
)
async def test_it_never_writes(robot: SignIn, scope: Scope) -> None:
    with pytest.raises(NotAllowed, match="A certificate signed in, and no person") as refused:
        await robot((*READ, scope))
    assert "partnerdesk sign-in" in str(refused.value.todo)


async def test_it_stays_in_the_partners_own_tenant(robot: SignIn) -> None:
    with pytest.raises(NotAllowed, match="only here"):
        await robot.token_for(CONTOSO, READ)


async def test_one_that_is_not_uploaded_is_said(served: Served, file: Path, tmp_path: Path) -> None:
    robot = sign_in(served, cache_in(tmp_path), certificate=str(file))
    with pytest.raises(SignInRefused, match="does not accept the certificate") as refused:
        await robot.with_certificate()
    assert "Upload the certificate" in str(refused.value.todo)


# -- files that do not serve ------------------------------------------------------------------

Write = Callable[[Path], object]


def public(path: Path) -> object:
    return path.write_bytes(certificate(key()).public_bytes(PUBLIC))


def private(path: Path) -> object:
    return path.write_bytes(pem_of(key()))


def of_two(path: Path) -> object:
    return path.write_bytes(pem_of(key()) + certificate(key(1)).public_bytes(PUBLIC))


def elliptic(path: Path) -> object:
    signing = elliptic_key()
    return path.write_bytes(pem_of(signing) + certificate(signing).public_bytes(PUBLIC))


def locked_pem(path: Path) -> object:
    return path.write_bytes(pem_of(key(), b"pw") + certificate(key()).public_bytes(PUBLIC))


def expired(path: Path) -> object:
    return path.write_bytes(made(until=datetime(2026, 1, 31, tzinfo=UTC)))


def too_early(path: Path) -> object:
    begins = datetime.now(UTC) + timedelta(days=2)
    return path.write_bytes(made(begins, begins + timedelta(days=2)))


def for_everybody(path: Path) -> object:
    path.write_bytes(made())
    return path.chmod(0o644)


def gone(path: Path) -> object:
    return path.unlink()


def a_folder(path: Path) -> object:
    path.unlink()
    return path.mkdir(mode=0o700)


def a_pipe(path: Path) -> object:
    path.unlink()
    return os.mkfifo(path, 0o600)


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (public, "it does not hold both"),
        (private, "it does not hold both"),
        (of_two, "the key is not the certificate's"),
        (elliptic, "it does not hold both"),
        (locked_pem, "cannot be read without a password"),
        (lambda path: path.write_bytes(pfx(b"pw")), "cannot be read without a password"),
        (lambda path: path.write_bytes(b""), "cannot be read without a password, or is not one"),
        (lambda path: path.write_bytes(os.urandom(5_000)), "is not one"),
        (lambda path: path.write_text("-----BEGIN CERTIFICATE-----\nx"), "it does not hold both"),
        (expired, "it expired on 2026-01-31"),
        (too_early, "it begins on"),
        (for_everybody, "anyone on this host may read it"),
        (gone, "No such file or directory"),
        (a_folder, "it is not a file"),
        (a_pipe, "it is not a file"),
    ],
)
def test_a_file_that_does_not_serve_is_said(file: Path, write: Write, reason: str) -> None:
    write(file)
    with pytest.raises(NotConnected, match=reason) as refused:
        credential(file)
    assert str(refused.value.what).startswith(f"The certificate {file} cannot be used")
    assert refused.value.todo
