"""Who may ask the practice cloud for what: tokens, scopes, Admin agents, the app by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.practice.caller import ANNA, OMAR, C, Client, R, asking, draft


@pytest.fixture
async def anna() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


async def test_without_a_good_token_nothing_is_answered(anna: Client) -> None:
    for token in ("", "made.up.token"):
        answer = await anna("GET", R, token=token, status=401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    token = anna.token
    anna.practice.clock.advance(timedelta(seconds=3599))
    await anna("GET", R, token=token, status=200)
    anna.practice.clock.advance(timedelta(seconds=1))
    await anna("GET", R, token=token, status=401)


async def test_tokens_can_be_ended_at_once(anna: Client) -> None:
    token = anna.token
    anna.practice.expire_tokens()
    await anna("GET", R, token=token, status=401)


async def test_a_disabled_member_is_turned_away(anna: Client) -> None:
    user = anna.practice.partner.user(ANNA)
    assert user
    user.enabled = False
    await anna("GET", R, status=401)


async def test_reading_needs_its_scope_and_writing_its_own(anna: Client) -> None:
    reader = anna.as_(ANNA, scopes=("DelegatedAdminRelationship.Read.All",))
    assert await reader.all(R) == []
    await reader("POST", R, draft(), status=403)
    await reader("GET", "contracts", status=403)
    await reader("GET", "users", status=403)


async def test_who_is_no_admin_agent_sees_an_empty_list_and_changes_nothing(anna: Client) -> None:
    made = await anna.create()
    omar = anna.as_(OMAR)
    assert (await omar.all(R), await omar.all(C)) == ([], [])
    answer = await omar("POST", R, draft("another"), status=403)
    assert "does not have the required permissions" in answer.json()["error"]["message"]
    await omar("GET", f"{R}/{made['id']}", status=403)


async def test_a_guest_and_a_sign_in_without_mfa_are_refused(anna: Client) -> None:
    anna.practice.add_member("gast@adatum.example", "Gast", guest=True)
    await anna.as_("gast@adatum.example")("GET", R, status=403)
    with anna.practice.lock:
        weak = anna.practice.tokens.for_member(ANNA, mfa=False)
    await anna("GET", R, token=weak, status=403)


async def test_the_app_by_itself_reads_and_writes_only_what_it_was_granted(anna: Client) -> None:
    made = await anna.create()
    app = anna.practice.app_token()
    found = (await anna("GET", f"{R}/{made['id']}", token=app, status=200)).json()
    assert found["id"] == made["id"]
    await anna("POST", R, draft("second"), token=app, status=403)
    anna.practice.app.app_permissions.add("DelegatedAdminRelationship.ReadWrite.All")
    app = anna.practice.app_token()
    await anna("POST", R, draft("second"), token=app, status=201)


async def test_paths_and_methods_that_graph_does_not_have_are_refused(anna: Client) -> None:
    answer = await anna("GET", "tenantRelationships/nothing", status=400)
    assert "Resource not found for the segment" in answer.text
    made = await anna.create()
    await anna("PUT", f"{R}/{made['id']}", {}, status=405)
    await anna("GET", "", status=400)
    await anna("POST", R, status=400)
    broken = await anna.http.post(
        f"/v1.0/{R}", content=b'{"displayName": ', headers={"Authorization": f"Bearer {anna.token}"}
    )
    assert broken.status_code == 400


async def test_a_key_may_be_written_in_brackets_and_a_path_in_any_case(anna: Client) -> None:
    made = await anna.create()
    found = await anna.get(f"tenantrelationships/delegatedadminrelationships('{made['id']}')")
    assert found["id"] == made["id"]
