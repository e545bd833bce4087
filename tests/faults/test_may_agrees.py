"""Whatever `may` says of a synced desk by role, group, consent or target, Microsoft does the same.

The practice cloud judges by a table of its own.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from store.actions import may
from store.model.access import Task
from store.model.may.chain import Chain, Verdict
from store.model.may.resets import does, resets
from store.model.roles import ROLES
from store.practice import rules
from store.practice.tenants import User
from tests.faults import count
from tests.faults.may_draws import STRANGE, Drawn, worlds
from tests.faults.may_world import World, failing, target_of
from tests.microsoft import NOW

_OURS = {"role", "group", "consent", "target"}
"""What Microsoft decides; the rest is the desk's own setting."""
MET: Counter[str] = Counter()


async def _holds(drawn: Drawn, folder: Path) -> None:
    world = World(drawn, folder)
    with world.desk:
        await world.synced()
        view, today = world.desk.view, world.desk.today()
        customers = [1, 2]  # in the order of TENANTS
        for member in view.members:
            everywhere = dict(may.where(view, today, member.upn))
            for place, customer in enumerate(customers):
                for task in Task:
                    there = world.targets[place] if task is Task.RESET_PASSWORD else [None]
                    plain = may.chain(view, today, member.upn, task, customer)
                    assert everywhere[customer][task] == plain
                    for target in there:
                        whom = target_of(target) if target else None
                        found = may.chain(view, today, member.upn, task, customer, whom)
                        _well_formed(found)
                        says = _says(found)
                        if says is not None:
                            did = await world.does(member, task, place, target)
                            assert did is says, (member, task, place, whom, found)


def _says(found: Chain) -> bool | None:
    """What the chain says Microsoft would do; `None` where it says nothing of it."""
    fails = failing(found.links)
    MET[" ".join((found.task.value, found.verdict.value, *sorted(fails)))] += 1
    if found.verdict is Verdict.YES:
        return True
    if fails and fails <= _OURS:
        return False
    return None


def _well_formed(found: Chain) -> None:
    """Every link once and in order; what does not hold says why, and what would mend it."""
    parts = [link.part.value for link in found.links]
    every = ["member", "access", "level", "offered", "consent", "role", "group"]
    assert parts == every + (["target"] if found.task is Task.RESET_PASSWORD else [])
    for link in found.links:
        assert str(link.why)
        assert "{" not in f"{link.why}{link.repair or ''}"
        assert link.verdict is not Verdict.NO or link.repair
        assert link.repair or not (link.command or link.new_consent)


@settings(
    max_examples=count(200, 6_000), deadline=None, derandomize=count(1, 0) == 1,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(worlds)
def _agrees(drawn: Drawn) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_holds(drawn, Path(folder) / "store"))


def test_what_may_says_of_a_synced_desk_is_what_microsoft_does() -> None:
    MET.clear()
    _agrees()
    # The worlds were of every kind, or nothing would be proven.
    for task in Task:
        assert MET[f"{task.value} yes"] > 20
        for part in _OURS - ({"target"} if task is not Task.RESET_PASSWORD else set()):
            assert MET[f"{task.value} no {part}"] > 5, (task, part)


_SOME = sorted({*ROLES, STRANGE})


@pytest.mark.parametrize("protected", [False, True])
def test_the_two_tables_agree_about_every_pair_of_roles_and_targets(protected: bool) -> None:
    mine = [(), *combinations(_SOME, 1), *combinations(_SOME, 2)]
    theirs = [(), *combinations(_SOME, 1), *combinations(_SOME[::3], 2)]
    for held in mine:
        for roles in theirs:
            target = User("1", "t@contoso.example", "T", NOW, roles=roles)
            target.protected = protected
            said = resets(held, roles, protected=protected)
            if said is not Verdict.UNKNOWN:
                assert rules.may_reset(held, target) is (said is Verdict.YES), (held, roles)


def test_the_two_tables_agree_about_every_role_and_task() -> None:
    theirs = {Task.ADD_USER: rules.WRITE_USERS, Task.ADD_DOMAIN: rules.WRITE_DOMAINS}
    for role in _SOME:
        for task, able in theirs.items():
            said = does(task, (role,))
            assert said is Verdict.UNKNOWN or (role in able) is (said is Verdict.YES), role
        nobody = User("1", "t@contoso.example", "T", NOW)
        said = does(Task.RESET_PASSWORD, (role,))
        assert said is Verdict.UNKNOWN or rules.may_reset((role,), nobody) is (said is Verdict.YES)
    assert does(Task.ADD_USER, (STRANGE,)) is Verdict.UNKNOWN
    assert does(Task.ADD_USER, (rules.DIRECTORY_WRITERS,)) is Verdict.UNKNOWN
