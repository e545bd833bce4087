"""Paging, $filter, $select and their like, as Graph takes them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.practice.exchange import Refused
from store.practice.odata import filter_of
from tests.practice.caller import CONTOSO, FABRIKAM, Client, R, asking


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        for number in range(7):
            client.practice.add_relationship(
                name=f"offer {number}",
                tenant=CONTOSO if number % 2 else FABRIKAM,
                status="active" if number < 5 else "approvalPending",
            )
        yield client


def names(found: list[dict[str, str]]) -> list[str]:
    return [one["displayName"][-1] for one in found]


async def test_pages_follow_one_another_and_end_without_a_link(anna: Client) -> None:
    page = await anna.get(R, top="3")
    assert len(page["value"]) == 3
    assert "$skiptoken=" in page["@odata.nextLink"]
    assert page["@odata.nextLink"].startswith(f"https://localhost:8443/v1.0/{R}?")
    assert names(await anna.all(R, top="3")) == list("0123456")
    assert "@odata.nextLink" not in await anna.get(R, top="7")


async def test_no_page_is_larger_than_the_service_likes(anna: Client) -> None:
    anna.practice.page_limit = 2
    assert len((await anna.get(R, top="300"))["value"]) == 2
    assert names(await anna.all(R, top="300")) == list("0123456")


async def test_what_goes_or_comes_between_two_pages_shifts_nothing(anna: Client) -> None:
    page = await anna.get(R, top="3")
    first = next(iter(anna.practice.relationships.values()))
    anna.practice.forget(first)
    anna.practice.add_relationship(name="offer 7")
    rest = await anna.get(page["@odata.nextLink"])
    assert names(page["value"] + rest["value"]) == list("012345")
    assert names((await anna.get(rest["@odata.nextLink"]))["value"]) == list("67")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("status eq 'active'", "01234"),
        ("(status eq 'active') and (customer/tenantId eq '" + CONTOSO + "')", "13"),
        ("status eq 'active' and not (displayName eq 'offer 0')", "1234"),
        ("displayName eq 'OFFER 3'", "3"),
        ("startswith(displayName,'offer') and status ne 'active'", "56"),
        ("displayName eq 'offer 1' or displayName eq 'offer 6' and status eq 'active'", "1"),
        ("displayName in ('offer 1', 'offer 2')", "12"),
        ("displayName gt 'offer 4'", "56"),
        ("displayName eq 'it''s nobody''s'", ""),
        ("activatedDateTime eq null", "56"),
    ],
)
async def test_a_filter_keeps_what_it_says(anna: Client, wanted: str, found: str) -> None:
    assert "".join(names(await anna.all(R, filter=wanted, top="2"))) == found


@pytest.mark.parametrize(
    "wrong",
    [
        "status", "status eq", "status eq 'active", "nothing eq 1", "status is 'active'",
        "status eq 'a' 'b'", "(status eq 'a'", "startswith(status)", "status in ()", "; drop", "",
        "(" * 50 + "status eq 'a'" + ")" * 50, "not " * 500 + "status eq 'a'",
    ],
)  # fmt: skip
async def test_a_filter_that_is_not_understood_is_refused(anna: Client, wrong: str) -> None:
    await anna("GET", R, filter=wrong, status=400)


@given(st.text(alphabet="status eqandornt()'active0123456789,/", max_size=60))
def test_no_filter_breaks_the_reader(text: str) -> None:
    try:
        keep = filter_of(text, {"status"})
    except Refused:
        return
    assert keep({"status": "active"}) in (True, False)


async def test_a_row_can_be_cut_down_counted_and_put_in_order(anna: Client) -> None:
    page = await anna.get(R, select="displayName,status", count="true", top="1")
    assert page["@odata.count"] == 7
    assert set(page["value"][0]) == {"@odata.etag", "displayName", "status"}
    ordered = await anna.all(R, orderby="displayName desc", top="3")
    assert names(ordered) == list("6543210")
    counted = await anna.get(R, count="true", filter="status eq 'active'", top="2")
    assert (counted["@odata.count"], names(counted["value"])) == (5, ["0", "1"])


@pytest.mark.parametrize(
    "query",
    [
        {"top": "0"}, {"top": "-1"}, {"top": "ten"}, {"skiptoken": "Zm9v"}, {"skip": "3"},
        {"select": "secrets"}, {"orderby": "secrets"}, {"orderby": "status sideways"},
        {"skiptoken": "é"},
    ],
)  # fmt: skip
async def test_a_query_option_that_makes_no_sense_is_refused(
    anna: Client, query: dict[str, str]
) -> None:
    await anna("GET", R, status=400, **query)


async def test_a_link_to_the_next_page_keeps_the_address_that_was_asked(anna: Client) -> None:
    page = await anna.get(R, top="3", headers={"Host": "127.0.0.1:9443"})
    assert page["@odata.nextLink"].startswith("https://127.0.0.1:9443/v1.0/")


async def test_ten_thousand_come_by_pages_of_three_hundred(anna: Client) -> None:
    for number in range(10_000):
        anna.practice.add_relationship(name=f"bulk {number}", tenant=CONTOSO)
    found = await anna.all(R, top="300")
    assert len({one["id"] for one in found}) == len(found) == 10_007
