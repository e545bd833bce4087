"""Changes at a customer's whose answers get lost: never sent twice, and never said to be undone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from store.errors import (
    DeskError,
    GraphOutcomeUnknown,
    GraphRefused,
    NoConnection,
    SignInNeeded,
    TooBusy,
)
from store.graph.customer_tenant import CustomerTenant
from store.practice.cloud import Practice
from store.practice.faults import Fault
from tests.graph.contoso import FIRST, NINA, at_contoso, contoso_user
from tests.graph.test_practice import FAULTS
from tests.microsoft import CONTOSO, practice_cloud

SHOP = "shop.example"
NOT_DONE = (GraphRefused, TooBusy, NoConnection, SignInNeeded)


@pytest.fixture
def cloud() -> Practice:
    made = practice_cloud()
    made.set_dns(CONTOSO, "contoso.example")
    return made


@pytest.fixture
async def tenant(cloud: Practice) -> AsyncIterator[CustomerTenant]:
    async with at_contoso(cloud) as opened:
        yield opened


async def add(tenant: CustomerTenant, cloud: Practice) -> object:
    return await tenant.create_user(NINA, FIRST)


async def delete(tenant: CustomerTenant, cloud: Practice) -> object:
    return await tenant.delete_user(contoso_user(cloud, "bo").id)


async def reset(tenant: CustomerTenant, cloud: Practice) -> object:
    ada = contoso_user(cloud, "ada")
    return await tenant.reset_password(ada.id, FIRST, change=True)


async def put(tenant: CustomerTenant, cloud: Practice) -> object:
    ada = contoso_user(cloud, "ada")
    return await tenant.reset_password(ada.id, FIRST, change=False)


async def add_domain(tenant: CustomerTenant, cloud: Practice) -> object:
    return await tenant.add_domain(SHOP)


Deed = Callable[[CustomerTenant, Practice], Awaitable[object]]
DEEDS: dict[Deed, tuple[str, Callable[[Practice], bool]]] = {
    add: (r"POST /users$", lambda cloud: _user(cloud, "nina")),
    delete: (r"DELETE /users/", lambda cloud: not _user(cloud, "bo")),
    reset: (r"POST .*/resetPassword$", lambda cloud: _password(cloud) == FIRST.reveal()),
    put: (r"PATCH /users/", lambda cloud: _password(cloud) == FIRST.reveal()),
    add_domain: (r"POST /domains$", lambda cloud: SHOP in cloud.customers[CONTOSO].domains),
}


def _user(cloud: Practice, name: str) -> bool:
    return cloud.customers[CONTOSO].user(f"{name}@contoso.example") is not None


def _password(cloud: Practice) -> str:
    cloud.settle()
    return str(contoso_user(cloud, "ada").password)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("deed", DEEDS)
async def test_what_is_said_of_a_change_is_true(
    tenant: CustomerTenant, cloud: Practice, deed: Deed, fault: str
) -> None:
    asked, done = DEEDS[deed]
    method, path = asked.split(" ", 1)
    cloud.faults.add(FAULTS[fault]._replace(method=method, path=path))
    try:
        await deed(tenant, cloud)
    except GraphOutcomeUnknown as error:
        assert "Do not repeat it" in str(error.todo)
    except NOT_DONE:
        assert not done(cloud)
    else:
        assert done(cloud)
    assert not cloud.faults.coming or FAULTS[fault].times > 1
    sent = [call for call in cloud.log if call.method == method and call.status in range(200, 300)]
    assert len(sent) <= 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_answer_lost_while_a_reset_runs_is_asked_for_again(
    tenant: CustomerTenant, cloud: Practice, fault: str
) -> None:
    cloud.faults.add(FAULTS[fault]._replace(method="GET", path="/operations/"))
    try:
        await reset(tenant, cloud)
    except GraphOutcomeUnknown as error:
        assert fault in ("403",) and "changed last" in str(error.todo)
    cloud.clock.advance(timedelta(minutes=1))
    assert _password(cloud) == FIRST.reveal()
    assert len([call for call in cloud.log if call.method == "POST"]) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Fault(status=404, times=999),
        Fault(kind="lost", times=999),
        Fault(status=503, times=999),
        Fault(status=200, body={"id": "x", "status": "running"}, times=999),
        Fault(status=200, body={"status": 7}, times=999),
    ],
)
async def test_a_reset_whose_end_is_never_seen_is_unknown(
    tenant: CustomerTenant, cloud: Practice, trouble: Fault
) -> None:
    cloud.faults.add(trouble._replace(method="GET", path="/operations/"))
    with pytest.raises(GraphOutcomeUnknown, match="could not be seen"):
        await reset(tenant, cloud)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://elsewhere.example/v1.0/users/x/authentication/operations/y",
        "https://[/v1.0/users/x/authentication/operations/y",
        "/v1.0/users/x/authentication/methods/y",
        "/v1.0/users/x/authentication/operations/y?a=b c",
        "/v1.0/users/../authentication/operations/y/z",
    ],
)
async def test_an_operation_at_an_odd_address_is_not_looked_at(
    tenant: CustomerTenant, cloud: Practice, location: str
) -> None:
    path = tenant._place(location)
    assert path == ""


async def test_an_operation_keeps_what_stands_behind_its_question_mark(
    tenant: CustomerTenant,
) -> None:
    place = "/users/x/authentication/operations/y?aadgdc=BL02P&aadgsu=ssprprod-a"
    for front in ("https://practice.localhost/v1.0", "/v1.0", "https://PRACTICE.localhost/v1.0"):
        assert tenant._place(front + place) == place


async def test_what_cannot_be_read_of_a_new_user_is_unknown(
    tenant: CustomerTenant, cloud: Practice
) -> None:
    cloud.faults.add(
        Fault(method="POST", path="/users$", status=201, body={"id": None}, after=True)
    )
    with pytest.raises(GraphOutcomeUnknown):
        await add(tenant, cloud)
    assert _user(cloud, "nina")


async def test_a_domain_that_was_verified_without_a_word_is_read(
    tenant: CustomerTenant, cloud: Practice
) -> None:
    await tenant.add_domain(SHOP)
    cloud.set_dns(CONTOSO, SHOP)
    cloud.faults.add(Fault(method="POST", path="/verify$", status=204, body="", after=True))
    assert (await tenant.verify(SHOP)).verified


async def test_nothing_else_is_ever_raised_than_what_a_desk_can_say(
    tenant: CustomerTenant, cloud: Practice
) -> None:
    for deed in DEEDS:
        for body in ("[]", "x", "7", {"value": 7}, {"error": 7}, {"value": [{}, 7]}):
            cloud.faults.add(Fault(status=200, body=body))
            with contextlib.suppress(DeskError):
                await deed(tenant, cloud)
            cloud.faults.clear()
