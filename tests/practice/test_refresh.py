"""What a sign-in gives later and elsewhere: fresh tokens, more of them, customers' tenants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from store.practice.cloud import Practice
from store.practice.serve import Served
from tests.practice.door import (
    ANNA,
    CONTOSO,
    FABRIKAM,
    GUEST,
    OMAR,
    PARTNER,
    READ,
    WRITE,
    at_work,
    number,
    program,
    signed_in,
    silently,
)


def test_a_refresh_token_gives_fresh_tokens(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    first = signed_in(app, browser)["access_token"]
    cloud.expire_tokens()
    old = cloud.caller(first)
    assert old and old.expired
    fresh = cloud.caller(silently(app)["access_token"])
    assert fresh and not fresh.expired


def test_a_token_ends_after_an_hour_of_the_practice_clock(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    token = signed_in(app, browser)["access_token"]
    cloud.clock.advance(timedelta(minutes=59))
    assert not cloud.caller(token).expired  # type: ignore[union-attr]
    cloud.clock.advance(timedelta(minutes=1))
    assert cloud.caller(token).expired  # type: ignore[union-attr]


def test_a_permission_that_nobody_consented_to_needs_a_browser(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    cloud.app.consents[PARTNER] = set()
    signed_in(app, browser)
    answer = silently(app, WRITE)
    assert (number(answer), answer["suberror"]) == (65001, "consent_required")
    assert WRITE in answer["error_description"]
    assert "access_token" in silently(app, READ)


def test_a_refresh_token_that_was_revoked_gives_nothing(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    signed_in(app, browser)
    cloud.tokens.grants.revoke(OMAR)
    assert "access_token" in silently(app)
    cloud.tokens.grants.revoke(ANNA.upper())
    assert number(silently(app)) == 50173


def test_a_refresh_token_ends_when_it_was_not_used_for_ninety_days(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    signed_in(app, browser)
    cloud.clock.advance(timedelta(days=60))
    assert "access_token" in silently(app)
    cloud.clock.advance(timedelta(days=60))
    assert "access_token" in silently(app)
    cloud.clock.advance(timedelta(days=91))
    assert number(silently(app)) == 700082


def test_whoever_was_disabled_meanwhile_gets_nothing(
    cloud: Practice, app: Any, browser: httpx.Client
) -> None:
    signed_in(app, browser)
    member = cloud.partner.user(ANNA)
    assert member
    member.enabled = False
    assert number(silently(app)) == 50057


# -- in a customer's tenant -------------------------------------------------------------------


def at(app: Any, served: Served, tenant: str) -> dict[str, Any]:
    """A token for a customer's tenant, from the sign-in in our own."""
    with program(served, tenant, token_cache=app.token_cache) as there:
        return silently(there)


def test_whoever_may_act_at_a_customers_gets_a_token_for_its_tenant(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    signed_in(app, browser)
    caller = cloud.caller(at(app, served, CONTOSO)["access_token"])
    assert caller and caller.tenant == CONTOSO
    assert cloud.partner.users[str(caller.user)].upn == ANNA
    assert number(at(app, served, FABRIKAM)) == 50020


def test_who_is_in_no_assigned_group_has_no_place_at_a_customers(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    signed_in(app, browser, OMAR)
    answer = at(app, served, CONTOSO)
    assert number(answer) == 50020
    assert OMAR in answer["error_description"]


def test_a_guest_acts_at_no_customers(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    guest = cloud.partner.user(GUEST)
    assert guest
    cloud.group("Full administration").members[guest.id] = None
    signed_in(app, browser, GUEST)
    assert number(at(app, served, CONTOSO)) == 50177


def test_an_app_that_a_customer_has_not_consented_to_gets_no_token_there(
    cloud: Practice, served: Served, app: Any, browser: httpx.Client
) -> None:
    at_work(cloud)
    del cloud.app.consents[CONTOSO]
    signed_in(app, browser)
    answer = at(app, served, CONTOSO)
    assert number(answer) == 65001
    cloud.app.consent(CONTOSO)
    assert "access_token" in at(app, served, CONTOSO)
