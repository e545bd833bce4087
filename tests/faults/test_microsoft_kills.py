"""Processes that are killed, or that do the same at the same time, at any moment of a road."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from store.journal.verify import verify
from tests.faults import count
from tests.faults.killed import Forge
from tests.faults.mischief import Mischief
from tests.faults.town import Street, Town
from tests.faults.truth import NEW
from tui import settings
from tui.access import access

PREPARE = ("offer", "prepare", *NEW, "--apply")


@contextmanager
def office(street: Street, folder: Path) -> Iterator[Town]:
    """A town whose Microsoft is quick."""
    with street.town(folder) as town:
        town.cloud.delay = timedelta(0)
        yield town


async def sign_in(town: Town) -> None:
    await town.sign_in(access(settings.load(), os.environ))


@pytest.fixture
def signed_in(shared_street: Street, tmp_path: Path) -> Iterator[Street]:
    file = settings.config_file()
    file.parent.mkdir(parents=True)
    file.write_text('token-cache = "file"\n')
    yield shared_street
    shutil.rmtree(settings.state_folder(os.environ), ignore_errors=True)


class Executioner:
    """Kills a process as Microsoft hears its n-th call, before or after it is carried out."""

    def __init__(self, mischief: Mischief, number: int, after: bool) -> None:
        self.pid = 0
        self._left = number
        self._after = after
        mischief.heard = self._heard

    def _heard(self, method: str, path: str, done: bool) -> None:
        if done is self._after and self.pid:
            self._left -= 1
            if self._left == 0:
                os.kill(self.pid, signal.SIGKILL)


def killed(forge: Forge, town: Town, chance: random.Random, *words: str) -> bool:
    """Gives a command and kills it; whether it was still alive."""
    executioner = Executioner(town.street.mischief, chance.randrange(1, 16), chance.random() < 0.5)
    executioner.pid = forge.start("--store", str(town.desk.path), *words)
    ended = forge.end()
    executioner.pid = 0
    return ended == -signal.SIGKILL


def done(forge: Forge, town: Town, *words: str) -> int:
    forge.start("--store", str(town.desk.path), *words)
    return forge.end()


async def test_killed_while_relationships_are_made(signed_in: Street) -> None:
    wrong, deaths = [], 0
    with Forge() as forge:
        for seed in range(count(10, 150)):
            chance = random.Random(seed)
            with office(signed_in, signed_in.furnished.with_name("town")) as town:
                await sign_in(town)
                for _ in range(chance.randrange(1, 4)):
                    deaths += killed(forge, town, chance, *PREPARE)
                    town.desk.refresh()
                    wrong += [f"{seed}: {one}" for one in town.wrong()]
                status = done(forge, town, *PREPARE)
                town.desk.refresh()
                town.give()
                synced = done(forge, town, "sync")
                town.desk.refresh()
                wrong += [f"{seed}, at last: {one}" for one in town.wrong(synced=True)]
                wrong += [f"{seed}: {one}" for one in town.unfinished()]
                if status not in (0, 3) or synced:
                    wrong.append(f"{seed}: ended with {status} and {synced}")
            wrong += verify(town.desk.path).problems
            shutil.rmtree(town.desk.path)
    assert wrong == []
    assert deaths > count(10, 150) * 0.8


async def test_killed_while_it_syncs(signed_in: Street) -> None:
    wrong, deaths = [], 0
    with Forge() as forge:
        for seed in range(count(10, 150)):
            chance = random.Random(seed)
            with office(signed_in, signed_in.furnished.with_name("town")) as town:
                await sign_in(town)
                town.news()
                deaths += killed(forge, town, chance, "sync")
                town.desk.refresh()
                wrong += [f"{seed}: {one}" for one in town.wrong()]
                status = done(forge, town, "sync")
                town.desk.refresh()
                wrong += [f"{seed}, at last: {one}" for one in town.wrong(synced=True)]
                if status:
                    wrong.append(f"{seed}: ended with {status}")
            wrong += verify(town.desk.path).problems
            shutil.rmtree(town.desk.path)
    assert wrong == []
    assert deaths > count(10, 150) * 0.2


async def together(signed_in: Street, *words: str) -> list[str]:
    """Two processes with the same command at the same time; then a sync."""
    wrong: list[str] = []
    with ExitStack() as stack:
        one, two = (stack.enter_context(Forge()) for _ in range(2))
        for round_ in range(count(3, 50)):
            with office(signed_in, signed_in.furnished.with_name("town")) as town:
                await sign_in(town)
                town.news()
                for forge in (one, two):
                    forge.start("--store", str(town.desk.path), *words)
                statuses = [forge.end() for forge in (one, two)]
                town.desk.refresh()
                wrong += [f"{round_}: {one}" for one in town.wrong()]
                if any(status not in (0, 3) for status in statuses):
                    wrong.append(f"{round_}: ended with {statuses}")
                town.give()
                synced = done(one, town, "sync")
                town.desk.refresh()
                wrong += [f"{round_}, at last: {one}" for one in town.wrong(synced=True)]
                wrong += town.unfinished() if words == PREPARE else []
                if synced:
                    wrong.append(f"{round_}: the sync ended with {synced}")
            wrong += verify(town.desk.path).problems
            shutil.rmtree(town.desk.path)
    return wrong


async def test_two_make_relationships_for_the_same_customers(signed_in: Street) -> None:
    assert await together(signed_in, *PREPARE) == []


async def test_two_sync_at_the_same_time(signed_in: Street) -> None:
    assert await together(signed_in, "sync") == []
