"""Portals: built for every cloud, and taken from Microsoft only where they lead there."""

from __future__ import annotations

import pytest

from store.actions.acting.portals import is_portal, portals, portals_at
from store.model.partner import Cloud
from store.practice.faults import Fault
from tests.microsoft import ANNA, CONTOSO
from tests.store.actions.acting.conftest import cloud, office  # noqa: F401  (fixtures)
from tests.store.actions.acting.story import Office


@pytest.mark.parametrize("where", Cloud)
def test_every_cloud_has_portals_of_its_own(where: Cloud) -> None:
    built = portals(where, CONTOSO)
    assert built[0].name == "Microsoft 365 admin center"
    assert all(is_portal(one.url, where) and CONTOSO in one.url for one in built)
    others = [other for other in Cloud if other is not where]
    assert not any(is_portal(built[0].url, other) for other in others)
    assert portals(where, "") == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.azure.com/x",
        "https://portal.azure.com.evil.example/x",
        "https://evil.example/portal.azure.com",
        "https://portal.azure.com@evil.example/",
        "https://portal.azure.com:444/",
        "https://user@portal.azure.com/",
        "https://portal.azure.com\\@evil.example/",
        "https://evil.cloudapp.azure.com/",
        "https://evilmicrosoft.com/",
        "https://microsoft.com.evil/",
        "https://portal.azure.com/\x1b]52;c;aGk=\x07",
        "https://portal.azure.com/ x",
        "https://portal.azure.com/\n",
        "javascript:alert(1)",
        "https://pоrtal.azure.com/",
        "https://portal.azure.com/" + "x" * 2_000,
        "",
    ],
)
def test_no_address_leads_elsewhere(url: str) -> None:
    assert not is_portal(url, Cloud.WORLDWIDE)


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.azure.com/",
        "https://admin.teams.microsoft.com/?delegatedOrg=contoso.com",
        "https://lighthouse.microsoft.com/#view/Microsoft_Intune_MTM/Tenant/id/7",
        "https://businesscentral.dynamics.com/contoso.com/admin",
        "https://AAD.portal.azure.com/contoso.com",
    ],
)
def test_microsofts_own_are_taken(url: str) -> None:
    assert is_portal(url, Cloud.WORLDWIDE)


async def test_portals_as_microsoft_names_them(office: Office) -> None:  # noqa: F811
    found = await portals_at(office.connection(ANNA), CONTOSO)
    assert found.asked and [one.name for one in found.items][:2] == [
        "Microsoft Entra ID", "Microsoft 365 admin center",
    ]  # fmt: skip
    assert all(one.url.startswith("https://localhost:8443/portal/") for one in found.items)


async def test_what_leads_elsewhere_is_left_out(office: Office) -> None:  # noqa: F811
    def named(*urls: str) -> None:
        rows = [
            {"id": str(n), "serviceName": "P\x1b[31m", "serviceManagementUrl": url}
            for n, url in enumerate(urls)
        ]
        office.cloud.faults.add(Fault("GET", "serviceManagement", status=200, body={"value": rows}))

    named("https://evil.example/x", "https://localhost/portal/x")
    found = await portals_at(office.connection(ANNA), CONTOSO)
    assert [one.url for one in found.items] == ["https://localhost/portal/x"]
    assert found.left_out == 1 and "\x1b" not in found.items[0].name
    named("https://evil.example/x")
    found = await portals_at(office.connection(ANNA), CONTOSO)
    assert not found.asked and found.items == portals(Cloud.PRACTICE, CONTOSO, "localhost:8443")


async def test_without_an_answer_they_are_built(office: Office) -> None:  # noqa: F811
    office.cloud.faults.add(Fault("GET", "serviceManagement", status=403))
    found = await portals_at(office.connection(ANNA), CONTOSO)
    assert found.items == portals(Cloud.PRACTICE, CONTOSO, "localhost:8443")
    assert not found.asked and found.why
