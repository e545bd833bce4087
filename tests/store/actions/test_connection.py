"""The way to Microsoft that a face holds: where to, who, what is asked for, and what is missing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from store.actions.connection import Access, Connection, Keeping, Purpose, endpoint_of, proxies
from store.errors import BadInput, NotConnected
from store.graph.endpoints import ENDPOINTS
from store.graph.scopes import Scope
from store.model.partner import Cloud, Partner
from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.graph.signing import enter, open_
from tests.practice.door import ANNA, OMAR, PARTNER
from tests.practice.listening import found_from

CLIENT = "44444444-2222-4333-8444-555555555555"


@pytest.fixture
def store(tmp_path: Path, served: Served) -> Path:
    """The folder of a store whose practice cloud listens."""
    folder = tmp_path / "store"
    found_from(folder, served)
    return folder


def connection(store: Path, token_cache: str = "file", **more: str) -> Connection:
    partner = Partner(name="Adatum", tenant=PARTNER, cloud=Cloud.PRACTICE)
    return Connection(partner, store, Access(store.parent / "tokens", token_cache, **more))


def partner_in(cloud: Cloud, **more: object) -> Connection:
    return Connection(Partner(cloud=cloud, **more), Path("/nowhere"), Access(Path("/nowhere")))


# -- where to ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cloud", [cloud for cloud in Cloud if cloud is not Cloud.PRACTICE])
def test_every_real_cloud_has_its_own_hosts(cloud: Cloud) -> None:
    assert endpoint_of(cloud, Path("/nowhere")) == ENDPOINTS[cloud]


def test_the_practice_cloud_is_where_it_listens(store: Path, served: Served) -> None:
    found = endpoint_of(Cloud.PRACTICE, store)
    assert found == (Cloud.PRACTICE, served.address, served.address, str(served.ca_file))
    with pytest.raises(NotConnected):
        endpoint_of(Cloud.PRACTICE, store.parent)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "The partner's tenant ID is not set."),
        ({"tenant": PARTNER}, "No app registration is set for the cloud Worldwide."),
        (
            {"tenant": PARTNER, "client_ids": {"us-government": CLIENT}},
            "No app registration is set for the cloud Worldwide.",
        ),
        ({"tenant": PARTNER, "client_ids": {"worldwide": CLIENT}}, "None"),
    ],
)
def test_what_is_missing_is_said_in_its_order(fields: dict[str, object], reason: str) -> None:
    assert str(partner_in(Cloud.WORLDWIDE, **fields).why_not()) == reason


def test_21vianet_says_what_it_does_not_have() -> None:
    assert "no granular delegated administration" in str(partner_in(Cloud.CHINA).remark())
    assert partner_in(Cloud.WORLDWIDE).remark() is None


async def test_a_bundle_that_cannot_be_read_names_the_setting(store: Path, tmp_path: Path) -> None:
    partner = Partner(tenant=PARTNER, client_ids={"worldwide": CLIENT})
    access = Access(tmp_path / "tokens", "memory", ca_bundle=str(tmp_path / "gone.pem"))
    with pytest.raises(BadInput) as refused:
        await Connection(partner, store, access).begin_device()
    assert refused.value.field == "ca-bundle"


def test_proxies_are_named_without_their_passwords() -> None:
    found = proxies({"https_proxy": "http://me:canary@proxy:3128", "NO_PROXY": "a,b"})
    assert found == "HTTPS_PROXY=proxy:3128 NO_PROXY=a,b"
    assert proxies({}) == ""


# -- signing in -------------------------------------------------------------------------------


async def test_signing_in_by_a_code_lets_graph_be_asked(store: Path, browser: httpx.Client) -> None:
    way = connection(store)
    assert (way.account(), way.why_not(), way.keeping) == (None, None, Keeping.FILE)
    begun = await way.begin_device()
    assert 0 < way.seconds_left(begun) <= 900
    enter(browser, begun, ANNA)
    account = await way.wait(begun)
    assert (account.upn, way.account()) == (ANNA, account)

    other = connection(store)
    assert other.account() == account, "another process knows it too"
    async with other.graph() as graph:
        assert (await graph.me()).upn == ANNA
    assert other.sign_out()
    assert way.account() is None
    assert not way.sign_out()


async def test_signing_in_by_an_address_does_as_well(store: Path, browser: httpx.Client) -> None:
    way = connection(store)
    begun = await way.begin_browser([Purpose.WRITE])
    with pytest.raises(BadInput):
        await way.paste_back(begun, "http://localhost/?code=x&state=y")
    assert (await way.paste_back(begun, open_(browser, begun, ANNA))).upn == ANNA


async def test_cancel_ends_a_wait_and_keeps_nothing(store: Path, browser: httpx.Client) -> None:
    way = connection(store)
    begun = await way.begin_device()
    waiting = asyncio.create_task(way.wait(begun))
    await asyncio.sleep(0)
    way.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    enter(browser, begun, ANNA)
    assert way.account() is None
    way.cancel()  # nobody waits: nothing happens


async def test_asking_for_more_keeps_what_was_granted(
    cloud: Practice, store: Path, browser: httpx.Client
) -> None:
    cloud.app.consents[PARTNER] = set()
    way = connection(store)
    read = {"DelegatedAdminRelationship.Read.All", "Directory.Read.All", "User.Read"}
    expected = read
    for purposes, more in (
        ([], set()),
        ([Purpose.WRITE], {"DelegatedAdminRelationship.ReadWrite.All"}),
        ([Purpose.GROUPS], {"GroupMember.ReadWrite.All"}),
        ([], set()),
    ):
        begun = await way.begin_device(purposes)
        enter(browser, begun, ANNA)
        expected = expected | more
        assert set((await way.wait(begun)).scopes) == expected


async def test_a_sign_in_in_memory_is_kept_once_the_answer_is_yes(
    store: Path, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    way = connection(store, "auto")
    assert way.keeping is None
    begun = await way.begin_device()
    enter(browser, begun, ANNA)
    account = await way.wait(begun)
    assert way.account() == account
    assert connection(store, "auto").account() is None
    way.keep_in(Keeping.FILE)
    assert connection(store, "auto").account() == account
    assert Path(way.kept_in).stat().st_mode & 0o777 == 0o600


async def test_another_client_id_is_another_sign_in(store: Path, browser: httpx.Client) -> None:
    way = connection(store)
    begun = await way.begin_device()
    enter(browser, begun, OMAR)
    await way.wait(begun)
    partner = Partner(tenant=PARTNER, cloud=Cloud.PRACTICE, client_ids={"practice": CLIENT})
    assert Connection(partner, store, Access(store.parent / "tokens", "file")).account() is None


async def test_a_practice_cloud_that_moved_is_found_again(
    cloud: Practice, store: Path, browser: httpx.Client, certificate_folder: Path
) -> None:
    way = connection(store)
    begun = await way.begin_device()
    enter(browser, begun, ANNA)
    await way.wait(begun)
    with Served(cloud, certificate_folder) as moved:
        where = {"address": moved.address, "ca_file": str(moved.ca_file)}
        (store / "practice" / "address.json").write_text(json.dumps(where))
        async with way.graph() as graph:
            assert (await graph.me()).upn == ANNA


async def test_in_process_nobody_has_to_sign_in(
    cloud: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    from store.actions.practice import tokens_of
    from store.practice.app import asgi

    partner = Partner(tenant=PARTNER, cloud=Cloud.PRACTICE)
    way = Connection.in_process(
        partner, asgi(cloud), ANNA, tokens_of(cloud, ANNA), f"https://{cloud.host}"
    )
    account = way.account()
    assert account is not None
    assert (account.upn, way.why_not()) == (ANNA, None)
    async with way.graph() as graph:
        assert (await graph.me()).upn == ANNA
        assert (await graph.organization())[0] == PARTNER
    assert not way.sign_out()
    assert not list(tmp_path.iterdir())


def test_scopes_of_21vianet_name_nothing_granular() -> None:
    way = partner_in(Cloud.CHINA, tenant=PARTNER)
    asked = way._wanted([Purpose.WRITE, Purpose.MAIL])
    assert Scope.DIRECTORY_READ in asked
    assert not [scope for scope in asked if "DelegatedAdmin" in scope]
