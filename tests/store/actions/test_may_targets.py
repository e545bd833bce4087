"""May this user do this task there: whose password it is, and the classic consent."""

from __future__ import annotations

from typing import Any

import pytest

from store.actions import may
from store.message import msg
from store.model.access import Task
from store.model.may.chain import Chain, Fix, Part, Target, Verdict
from store.model.roles import (
    DIRECTORY_READERS,
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from tests.conftest import TODAY
from tests.store.actions.offices import (
    ANNA,
    FULL_GROUP,
    FULL_ROLES,
    GIVEN,
    LIMITED_GROUP,
    LIMITED_ROLES,
    LUC,
    inside,
    office,
    view,
    with_changes,
)

ADD, RESET, DOMAIN = Task.ADD_USER, Task.RESET_PASSWORD, Task.ADD_DOMAIN
STRANGE = "12345678-1234-4234-8234-123456789abc"
FOREIGN = "cccccccc-1111-4000-8000-000000000009"
USERS = Fix.USERS


def asked(upn: str, task: Task, target: Target | None = None, /, **changes: Any) -> Chain:
    return may.chain(with_changes(**changes), TODAY, upn, task, 1, target)


def given(status: str, group: str = FULL_GROUP, roles: list[str] = FULL_ROLES) -> list[Any]:
    return [{"id": "a1", "group": group, "roles": roles, "status": status}]


def event(what: str, **more: str) -> list[dict[str, str]]:
    return [GIVEN, {"what": what, "on": "2026-11-14", **more}]


# -- the target -------------------------------------------------------------------------------

HELPDESK = frozenset({HELPDESK_ADMINISTRATOR})
GLOBAL = frozenset({GLOBAL_ADMINISTRATOR})


@pytest.mark.parametrize(
    ("upn", "target", "verdict", "why"),
    [
        (LUC, None, Verdict.YES, "no administrator role"),
        (ANNA, None, Verdict.YES, "administrators too"),
        (LUC, Target("eva@x", frozenset()), Verdict.YES, "eva@x holds no administrator role"),
        (LUC, Target("eva@x", frozenset({DIRECTORY_READERS})), Verdict.YES, "Password Admin"),
        (LUC, Target("eva@x", HELPDESK), Verdict.NO, "holds Helpdesk Administrator"),
        (LUC, Target("eva@x", GLOBAL), Verdict.NO, "holds Global Administrator"),
        (
            LUC,
            Target("eva@x", GLOBAL | HELPDESK),
            Verdict.NO,
            "Global Administrator and Helpdesk Administrator; such a password cannot be reset with "
            "Password Administrator.",
        ),
        (LUC, Target("eva@x", stranger=True), Verdict.UNKNOWN, "Nobody there is called eva@x"),
        (LUC, Target("eva@x", frozenset(), True), Verdict.NO, "role-assignable group"),
        (LUC, Target("eva@x", frozenset({STRANGE})), Verdict.NO, STRANGE),
        (ANNA, Target("eva@x", GLOBAL), Verdict.YES, "Privileged Authentication Administrator"),
        (ANNA, Target("eva@x", frozenset(), True), Verdict.YES, "Privileged Authentication"),
        (ANNA, Target(ANNA.upper(), frozenset()), Verdict.NO, "own password"),
        (LUC, Target("eva@x"), Verdict.UNKNOWN, "were not read"),
        (LUC, Target("eva@x", why=msg("It rained.")), Verdict.UNKNOWN, "It rained."),
    ],
)
def test_whose_password_is_reset_is_held_against_what_the_groups_have(
    upn: str, target: Target | None, verdict: Verdict, why: str
) -> None:
    found = asked(upn, RESET, target)
    link = found.links[-1]
    assert (link.part, link.verdict) == (Part.TARGET, verdict)
    assert found.verdict is verdict
    assert why in str(link.why)
    assert bool(link.repair) is (verdict is not Verdict.YES)


def test_the_cheapest_way_past_a_target_is_somebody_who_may() -> None:
    found = asked(LUC, RESET, Target("eva@x", GLOBAL))
    assert found.broken and str(found.broken.repair) == f"{ANNA} may: ask there."
    assert not found.broken.new_consent


def test_else_a_stronger_role_that_the_customer_granted() -> None:
    target = Target("eva@x", GLOBAL)
    found = asked(LUC, RESET, target, members__1=None)
    assert found.broken and "--level full" in found.broken.command
    alone = asked(
        LUC, RESET, target, members__1=None,
        relationships__1__assignments=given("active", LIMITED_GROUP, LIMITED_ROLES),
    )  # fmt: skip
    assert alone.broken and "groups assign full" in alone.broken.command


def test_else_another_relationship() -> None:
    roles = [*LIMITED_ROLES, USER_ADMINISTRATOR]
    found = asked(
        LUC, RESET, Target("eva@x", GLOBAL), members__1=None, relationships__1__roles=roles,
        relationships__1__assignments=given("active", LIMITED_GROUP, LIMITED_ROLES),
    )  # fmt: skip
    assert found.broken and found.broken.new_consent
    assert "Privileged Authentication Administrator" in str(found.broken.repair)


def test_a_role_that_is_only_perhaps_held_leaves_the_target_unknown() -> None:
    assignments = [
        *given("active", LIMITED_GROUP, LIMITED_ROLES), *given("active", FOREIGN, FULL_ROLES),
    ]  # fmt: skip
    found = asked(LUC, RESET, Target("eva@x", GLOBAL), members__1=None,
                  relationships__1__assignments=assignments)  # fmt: skip
    assert found.verdict is Verdict.UNKNOWN
    assert found.broken and found.broken.part is Part.TARGET


# -- classic consent --------------------------------------------------------------------------


def classic(cloud: str = "worldwide", limited_as: str = "password", **changes: Any) -> Any:
    tables = office()
    del tables["relationships"][1], tables["sync"][1]
    tables["groups"].clear()
    tables["partner"][1] |= {"cloud": cloud, "limited_as": limited_as}
    tables["invitations"][1] |= {"granular": False, "events": event("answered", answer="granted")}
    for name, rows in changes.items():
        tables[name] = rows
    return view(tables)


@pytest.mark.parametrize(
    ("upn", "target", "verdict"),
    [
        (ANNA, GLOBAL, Verdict.YES),
        (LUC, frozenset(), Verdict.YES),
        (LUC, GLOBAL, Verdict.NO),
    ],
)
def test_a_classic_consent_goes_by_the_level_alone(
    upn: str, target: frozenset[str], verdict: Verdict
) -> None:
    found = may.chain(classic(), TODAY, upn, RESET, 1, Target("eva@x", target))
    assert found.verdict is verdict
    assert may.chain(classic(), TODAY, ANNA, DOMAIN, 1).verdict is Verdict.YES


def test_limited_is_what_the_partner_set_it_to_be() -> None:
    for limited_as, verdict in (("password", Verdict.NO), ("helpdesk", Verdict.YES)):
        seen = classic(limited_as=limited_as)
        assert may.chain(seen, TODAY, LUC, RESET, 1, Target("eva@x", HELPDESK)).verdict is verdict


SYNCED = {
    1: {"at": "2026-11-21T09:00:00Z", "whole": True, "tenant": office()["partner"][1]["tenant"]}
}


def test_in_21vianet_classic_consent_counts_also_after_a_sync() -> None:
    seen = classic("21vianet", sync=SYNCED)
    assert may.chain(seen, TODAY, ANNA, ADD, 1).verdict is Verdict.YES
    assert may.chain(classic(sync=SYNCED), TODAY, ANNA, ADD, 1).verdict is Verdict.UNKNOWN


def test_who_is_in_partner_centers_own_groups_counts_more_than_the_level() -> None:
    def groups(*upns: str) -> Any:
        return {
            1: {"level": "full", "microsoft_id": "g1", "name": "AdminAgents", "read": "2026-11-21",
                "members": [inside(upn, f"u{number}") for number, upn in enumerate(upns, 1)]}
        }  # fmt: skip

    inside_ = classic("21vianet", sync=SYNCED, groups=groups(ANNA))
    assert may.chain(inside_, TODAY, ANNA, ADD, 1).verdict is Verdict.YES
    outside = may.chain(classic("21vianet", sync=SYNCED, groups=groups()), TODAY, ANNA, ADD, 1)
    assert outside.verdict is Verdict.NO
    assert outside.broken and outside.broken.part is Part.GROUP and outside.broken.fix is USERS


def test_beside_a_relationship_a_classic_consent_makes_no_of_nothing() -> None:
    tables = office()
    tables["relationships"][1]["roles"] = LIMITED_ROLES
    tables["relationships"][1]["assignments"] = given("active", LIMITED_GROUP, LIMITED_ROLES)
    assert may.chain(view(tables), TODAY, ANNA, ADD, 1).verdict is Verdict.NO
    tables["invitations"][2] = {
        "customer": 1, "kind": "delegated", "events": event("answered", answer="granted"),
    }  # fmt: skip
    for task in Task:
        assert may.chain(view(tables), TODAY, ANNA, task, 1).verdict is Verdict.UNKNOWN
    assert may.chain(view(tables), TODAY, LUC, RESET, 1).verdict is Verdict.YES
