"""G5: what becomes of a road when the sign-in does not hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actions.connection import Access
from store.errors import DeskError, SignInNeeded
from tests.faults.mischief import Trip, Where
from tests.faults.mishaps import CUTS, FOR_EVER, WIRE
from tests.faults.test_microsoft_wire import wrong_at_last
from tests.faults.town import Skewed, Town
from tests.faults.truth import ALPINE

TOKEN = Where("POST", r"/oauth2/v2.0/token")


def _aadsts(number: int, error: str = "invalid_grant") -> Trip:
    body = {
        "error": error,
        "error_description": f"AADSTS{number}: Something. Trace ID: 1",
        "error_codes": [number],
    }
    return Trip(status=400, body=body, times=FOR_EVER)


LOGIN = {
    **{f"AADSTS{number}": _aadsts(number) for number in (
        50020, 50076, 50079, 50105, 53003, 65001, 70008, 700016, 700082, 7000218, 90002, 99999,
    )},
    "interaction_required": _aadsts(50076, "interaction_required"),
    "another error": Trip(status=400, body={"error": "x"}, times=FOR_EVER),
    **{
        name: WIRE[name]._replace(times=FOR_EVER)
        for name in ("a page of a proxy", "nothing", "null", "a list", "text", "no text at all",
                     "500 for ever", "429, 0 s", "lost", "half after it was done", "412")
        if name in WIRE
    },
}  # fmt: skip
assert {"lost", "half after it was done"} <= set(CUTS)


@pytest.fixture
def kept(town: Town) -> Access:
    town.cloud.delay = timedelta(0)  # a real sign-in comes with real waits
    return Access(town.desk.path / "tokens", "file")


async def wrong_meanwhile(town: Town) -> tuple[list[str], DeskError | None]:
    """What is wrong after a try to make and to sync, and how the sync ended."""
    await town.make()
    found = town.wrong()
    town.news()
    error = await town.sync()
    return found + town.wrong(), error


@pytest.mark.parametrize("name", LOGIN)
async def test_a_sign_in_that_cannot_be_renewed(town: Town, kept: Access, name: str) -> None:
    town.way = await town.sign_in(kept)
    town.cloud.expire_tokens()
    town.trips.add(TOKEN, LOGIN[name])
    found, error = await wrong_meanwhile(town)
    assert found == [] and error is not None and error.todo
    assert town.trips.met < 20
    assert not [one for one in town.cloud.relationships.values() if "_" in one.name]
    town.trips.clear()
    town.way = None
    await town.make()
    assert await wrong_at_last(town) == []


async def test_a_sign_in_that_was_revoked(town: Town, kept: Access) -> None:
    town.way = await town.sign_in(kept)
    town.cloud.expire_tokens()
    town.cloud.tokens.grants.revoke(town.user)
    found, error = await wrong_meanwhile(town)
    assert found == [] and isinstance(error, SignInNeeded)
    town.way = await town.sign_in(kept)
    await town.make()
    assert await wrong_at_last(town) == []


async def test_an_expired_token_is_renewed_on_the_way(town: Town, kept: Access) -> None:
    town.way = await town.sign_in(kept)
    town.cloud.expire_tokens()
    assert await wrong_meanwhile(town) == ([], None)
    town.way = None
    assert await wrong_at_last(town) == []


@pytest.mark.parametrize("token", ["", "x", "eyJ0.not.ours", "a token", "t\u00f6ken", "a\nb"])
async def test_a_token_that_is_none(town: Town, token: str) -> None:
    async def source(scopes: object, fresh: bool = False) -> str:
        asked.append(fresh)
        return token

    asked: list[bool] = []
    town.token = source  # type: ignore[method-assign, assignment]
    found, error = await wrong_meanwhile(town)
    assert found == [] and isinstance(error, SignInNeeded)
    assert len(asked) < 20 and (not token or token == "x" or token not in str(error))


async def test_a_token_of_another_tenant(town: Town) -> None:
    async def source(scopes: object, fresh: bool = False) -> str:
        return town.cloud.token(town.user, tenant=ALPINE)

    town.token = source  # type: ignore[method-assign, assignment]
    found, error = await wrong_meanwhile(town)
    assert found == [] and error is not None


@pytest.mark.parametrize("guest", [False, True])
async def test_somebody_who_may_not(town: Town, guest: bool) -> None:
    town.cloud.add_member("luc@adatum.example", "Luc", admin_agent=False, guest=guest)
    town.user = "luc@adatum.example"
    found, error = await wrong_meanwhile(town)
    assert found == [] and (error is not None or town.problems)
    assert not [one for one in town.cloud.relationships.values() if "_" in one.name]
    town.user = "anna@adatum.example"
    await town.make()
    assert await wrong_at_last(town) == []


async def test_a_clock_that_is_ten_minutes_slow(town: Town) -> None:
    town.waits = Skewed(town.cloud.clock)
    found, error = await wrong_meanwhile(town)
    assert (found, error) == ([], None)
    assert "clock" not in " ".join(town.notes)  # a practice cloud has one of its own
    assert await wrong_at_last(town) == []
