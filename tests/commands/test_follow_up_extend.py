"""Letting relationships extend themselves, against a practice cloud that listens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.practice import rules
from store.practice.cloud import Practice
from store.practice.faults import Fault
from store.practice.relationships import ACTIVE, Relationship
from tests.commands.shell import Shell
from tests.practice import door
from tests.practice.door import CONTOSO, FABRIKAM

SMALL = (rules.USER, rules.DIRECTORY_READERS)
LARGE = (rules.GLOBAL, *SMALL)
BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC) - timedelta(days=335)


@pytest.fixture
def cloud() -> Practice:
    cloud = door.small_cloud()
    cloud.delay = timedelta(0)
    for name, tenant, roles in (("contoso", CONTOSO, LARGE), ("fabrikam", FABRIKAM, SMALL)):
        cloud.add_relationship(
            name=name, tenant=tenant, roles=roles, status=ACTIVE, activated=BEGAN, days=365
        )
    return cloud


@pytest.fixture
def synced(signed_in: Shell) -> Shell:
    signed_in("sync")
    return signed_in


def at(cloud: Practice, name: str) -> Relationship:
    return next(it for it in cloud.relationships.values() if it.name == name)


def test_the_plan_is_shown_and_nothing_done(synced: Shell, cloud: Practice) -> None:
    ran = synced("follow-up extend --dry-run", status=3)
    assert "let it extend itself" in ran.out and "drop Global Administrator" in ran.out
    assert "--drop-global-administrator" in ran.err
    assert "has to be confirmed" in synced("follow-up extend", status=2).err
    assert not any(call.method == "PATCH" for call in cloud.log)


def test_what_needs_no_dropping_extends_and_the_rest_is_left(
    synced: Shell, cloud: Practice
) -> None:
    ran = synced("follow-up extend --yes", status=3)
    assert ran.lines[-1] == "1 relationship extends itself now."
    assert at(cloud, "fabrikam").auto_extend
    assert rules.GLOBAL in at(cloud, "contoso").roles
    lanes = {one["relationship"]: one["lane"] for one in synced("follow-up expiring --json").json()}
    assert lanes == {"contoso": "drop", "fabrikam": "extends"}


def test_global_administrator_is_dropped_where_that_was_asked_for(
    synced: Shell, cloud: Practice
) -> None:
    ran = synced("follow-up extend contoso.com --drop-global-administrator --yes")
    assert ran.lines[-1] == "1 relationship extends itself now."
    assert at(cloud, "contoso").auto_extend and set(at(cloud, "contoso").roles) == set(SMALL)
    assert not at(cloud, "fabrikam").auto_extend, "only Contoso was named"
    assert "contoso extends itself at Microsoft." in synced("journal show").out
    again = synced("follow-up extend contoso.com --drop-global-administrator --yes")
    assert (again.out, again.err) == ("", "Nothing is to be done.\n")


def test_only_what_ends_soon_can_be_chosen(synced: Shell) -> None:
    assert synced("follow-up extend --within 29 --dry-run").out == ""
    assert len(synced("follow-up extend --within 30 --dry-run", status=3).lines) == 3


def test_a_dropping_that_microsoft_refuses_is_said_and_changes_nothing(
    synced: Shell, cloud: Practice
) -> None:
    cloud.faults.add(Fault("PATCH", at(cloud, "contoso").id, status=400, code="BadRequest"))
    ran = synced("follow-up extend --drop-global-administrator --yes", status=3)
    assert "1 relationship extends itself now." in ran.out
    assert rules.GLOBAL in at(cloud, "contoso").roles and not at(cloud, "contoso").auto_extend


def test_whoever_is_signed_out_changes_nothing(synced: Shell, cloud: Practice) -> None:
    synced("sign-out")
    ran = synced("follow-up extend --yes", status=4)
    assert "sign-in" in ran.err
    assert not any(call.method == "PATCH" for call in cloud.log)
