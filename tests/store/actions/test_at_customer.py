"""Into a customer's tenant with the same sign-in: tokens for there, and every no at its door."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from store.actions.connection import Access, Connection
from store.actions.practice import tokens_of
from store.errors import NotAllowed, SignInNeeded, SignInRefused
from store.model.partner import Cloud, Partner
from store.practice import rules
from store.practice.app import asgi
from store.practice.cloud import ADMIN_AGENTS, Practice
from store.practice.serve import Served
from store.secret import Secret
from tests.graph.contoso import NINA
from tests.graph.signing import enter
from tests.practice.door import ANNA, CONTOSO, FABRIKAM, PARTNER
from tests.practice.listening import found_from

OURS = Partner(name="Adatum", tenant=PARTNER, cloud=Cloud.PRACTICE)


@pytest.fixture(params=["served", "in process"])
async def way(request: pytest.FixtureRequest, cloud: Practice, tmp_path: Path) -> Connection:
    """Anna's way there: by a real sign-in over a socket, or the demo's."""
    if request.param == "in process":
        address = f"https://{cloud.host}"
        return Connection.in_process(OURS, asgi(cloud), ANNA, tokens_of(cloud, ANNA), address)
    served: Served = request.getfixturevalue("served")
    browser: httpx.Client = request.getfixturevalue("browser")
    found_from(tmp_path / "store", served)
    made = Connection(OURS, tmp_path / "store", Access(tmp_path / "tokens", "file"))
    begun = await made.begin_device()
    enter(browser, begun, ANNA)
    await made.wait(begun)
    return made


def admitted(cloud: Practice, *roles: str) -> None:
    roles = roles or (rules.GLOBAL,)
    cloud.add_relationship(
        name=f"r{len(cloud.relationships)}",
        tenant=CONTOSO,
        roles=roles,
        assignments={cloud.group(ADMIN_AGENTS).id: roles},
    )


async def refused(way: Connection, tenant: str = CONTOSO) -> SignInRefused:
    """How somebody is refused at a customer's door; at home all is as before."""
    async with way.at_customer(tenant) as there:
        with pytest.raises(SignInRefused) as found:
            await there.organization()
    assert (way.account() or OURS) is not OURS
    async with way.graph() as graph:
        assert (await graph.me()).upn == ANNA
    return found.value


async def test_the_same_sign_in_acts_at_a_customers(way: Connection, cloud: Practice) -> None:
    admitted(cloud)
    async with way.at_customer(CONTOSO.upper()) as there:
        assert (await there.organization())[:2] == (CONTOSO, "Contoso Ltd")
        made = await there.create_user(
            NINA._replace(upn="nina@contoso.com"), Secret("Wet-Paint-42")
        )
        await there.reset_password(made.id, Secret("Wet-Paint-43"), change=True)
        await there.add_domain("shop.example")
        await there.delete_user(made.id)
    async with way.graph() as graph:
        assert (await graph.organization()).tenant == PARTNER


async def test_who_has_no_group_there_is_refused_as_such(way: Connection) -> None:
    assert (await refused(way)).code == "AADSTS50020"


async def test_somebody_whom_the_customer_invited_as_a_guest_is_refused(
    way: Connection, cloud: Practice
) -> None:
    admitted(cloud)
    cloud.customers[CONTOSO].guest_accounts.add(ANNA.upper())
    error = await refused(way)
    assert error.code == "AADSTS50020" and "as a guest" in str(error)


async def test_our_own_guests_act_nowhere(way: Connection, cloud: Practice) -> None:
    admitted(cloud)
    anna = cloud.partner.user(ANNA)
    assert anna is not None
    anna.guest = True
    assert (await refused(way)).code == "AADSTS50177"


@pytest.mark.parametrize("consented", [None, {"User.Read"}])
async def test_without_consent_the_address_to_give_it_is_named(
    way: Connection, cloud: Practice, consented: set[str] | None
) -> None:
    admitted(cloud)
    del cloud.app.consents[CONTOSO]
    if consented is not None:
        cloud.app.consents[CONTOSO] = consented
    error = await refused(way)
    address = way.consent_address(CONTOSO)
    assert error.code == "AADSTS65001" and address in str(error.todo)
    assert address.endswith(f"/{CONTOSO}/adminconsent?client_id={cloud.app.client_id}")


async def test_an_administrator_who_opens_the_address_lets_us_in(
    way: Connection, cloud: Practice
) -> None:
    admitted(cloud)
    del cloud.app.consents[CONTOSO]
    await refused(way)
    address = way.consent_address(CONTOSO)
    base = address.partition(f"/{CONTOSO}")[0]
    transport = httpx.ASGITransport(asgi(cloud))
    async with httpx.AsyncClient(transport=transport, base_url=base) as browser:
        assert "Who accepts" in (await browser.get(address)).text
        assert "Accepted" in (await browser.post(address, data={"answer": "accept"})).text
    async with way.at_customer(CONTOSO) as there:
        assert (await there.users("", most=1)).items


async def test_roles_that_came_in_the_meantime_count_at_the_next_visit(
    way: Connection, cloud: Practice
) -> None:
    admitted(cloud, rules.DIRECTORY_READERS)
    async with way.at_customer(CONTOSO) as there:
        await there.users()
    async with way.at_customer(CONTOSO) as there:
        await there.users()
    asked = [call for call in cloud.log if call.path == f"/{CONTOSO}/oauth2/v2.0/token"]
    assert len(asked) in (0, 2), "in process no token is fetched over the wire"
    cloud.delegate(FABRIKAM)
    async with way.at_customer(FABRIKAM) as there:
        assert (await there.organization()).name == "Fabrikam"


async def test_whoever_has_signed_out_is_asked_to_sign_in(served: Served, tmp_path: Path) -> None:
    found_from(tmp_path / "store", served)
    way = Connection(OURS, tmp_path / "store", Access(tmp_path / "tokens", "file"))
    async with way.at_customer(CONTOSO) as there:
        with pytest.raises(SignInNeeded, match="Nobody is signed in"):
            await there.users()


async def test_a_certificate_never_acts_at_a_customers(
    cloud: Practice, served: Served, tmp_path: Path
) -> None:
    found_from(tmp_path / "store", served)
    access = Access(tmp_path / "tokens", "file", certificate=str(tmp_path / "sync.pem"))
    way = Connection(OURS, tmp_path / "store", access)
    async with way.at_customer(CONTOSO) as there:
        with pytest.raises(NotAllowed, match="no person"):
            await there.users()
    assert not [call for call in cloud.log if "/v1.0/" in call.path]
