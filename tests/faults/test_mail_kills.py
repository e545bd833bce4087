"""Letters while the mail server has moods and whoever sends them is killed at any moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.actions import outbox, resolving
from store.actions.stages import letters_of
from store.desk import Desk
from store.journal.verify import verify
from store.model.outgoing import Stage
from tests.conftest import OPERATOR, TODAY
from tests.faults import count
from tests.faults.killed import Forge
from tests.letters_office import account_at, furnished, queued
from tests.post_office import GONE, STALL, PostOffice, post_office
from tui import settings

LETTERS, ROUNDS, KILLS = count(120, 300), count(1, 10), count(5, 8)
NOBODY = tuple(f"it@c{number}.example" for number in range(4, LETTERS, 11))
"""Addresses that are refused whenever they are asked about."""
_NOES = (
    "421 4.3.2 closing", "450 4.2.1 busy", "451 4.7.1 greylisted", "452 4.3.1 full",
    "454 4.7.0 later", "535 5.7.8 who are you", "550 5.1.1 nobody", "552 5.3.4 too large",
    "554 5.7.1 no", GONE,
)  # fmt: skip


class Moods:
    """Answers as it likes, and kills whoever sends as it hears the n-th word."""

    def __init__(self, office: PostOffice, chance: random.Random) -> None:
        self.chance = chance
        self.bad = 0.0
        self.pid = 0
        self.left = 0
        office.greeting = lambda about: self._said("greeting")
        office.sender = lambda about: self._said("sender")
        office.recipient = lambda about: self._said("recipient") or self._nobody(about)
        office.before = lambda about: self._said("before")
        office.after = lambda about: self._said("after")

    def _nobody(self, address: str) -> str | None:
        return "550 5.1.1 nobody" if address in NOBODY else None

    def _said(self, stage: str) -> str | None:
        if self.pid:
            self.left -= 1
            if self.left == 0:
                os.kill(self.pid, signal.SIGKILL)
                return self.chance.choice((None, STALL, GONE))
        if stage == "after":  # it was accepted; whatever else was said would be a lie
            return GONE if self.chance.random() < 3 * self.bad else None
        if self.chance.random() >= self.bad:
            return None
        return self.chance.choice(_NOES)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where a store is quick to write."""
    shm = Path("/dev/shm")
    made = (shm if shm.is_dir() else tmp_path) / f"letters.{os.getpid()}"
    yield made
    shutil.rmtree(made, ignore_errors=True)


def configure(office: PostOffice) -> None:
    file = settings.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {office.port}\nsecurity = "none"\nauth = "none"\n'
        "pace = 0\n"
    )


def wrong(desk: Desk, office: PostOffice) -> list[str]:
    """What must never be: a letter twice, one called sent that was not, one lost from sight."""
    came = Counter(mail.message_id for mail in office.mails)
    found = [f"{key} came {times} times" for key, times in came.items() if times > 1]
    for letter in letters_of(desk.view):
        arrived = letter.message_id in came
        if letter.stage is Stage.SENT and not arrived:
            found.append(f"{letter.id} is called sent")
        if arrived and letter.stage not in (Stage.SENT, Stage.UNKNOWN):
            found.append(f"{letter.id} arrived and is {letter.stage}")
        if letter.stage is Stage.SENDING:
            found.append(f"{letter.id} is still being sent")
        given = [e for i in desk.view.invitations(letter.customer) for e in i.events]
        if (letter.stage is Stage.SENT) is not bool(given):
            found.append(f"{letter.id} is {letter.stage} and given {len(given)} times")
    return found


def test_letters_go_once_at_most_whoever_is_killed_and_whatever_the_server_says(
    folder: Path,
) -> None:
    problems: list[str] = []
    kills = doubts = arrived = refused = 0
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        furnished(folder, LETTERS)
        with post_office() as office, Forge() as forge:
            configure(office)
            moods = Moods(office, chance)
            words = ("--store", str(folder), "send", "--resume", "--yes")
            with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
                queued(desk, account_at(office))
                moods.bad = 0.05
                killed = 0
                while killed < KILLS and outbox.queued(desk.view):
                    moods.left = chance.randrange(1, 3 * LETTERS // KILLS)
                    moods.pid = forge.start(*words)
                    killed += forge.end() == -signal.SIGKILL
                    moods.pid = 0
                    desk.refresh()
                    resolving.settle(desk)
                    problems += [f"{seed}: {one}" for one in wrong(desk, office)]
                kills += killed
                moods.bad = 0.0
                forge.start(*words)
                ended = forge.end()
                if ended not in (0, 1, 3):
                    problems.append(f"{seed}: the rest ended with {ended}")
                desk.refresh()
                resolving.settle(desk)
                problems += [f"{seed}, at last: {one}" for one in wrong(desk, office)]
                left = outbox.queued(desk.view)
                problems += [f"{seed}: {letter.id} was left" for letter in left]
                ends = {it.to: it.stage for it in letters_of(desk.view)}
                noes = [address for address in NOBODY if ends[address] is Stage.REFUSED]
                refused += len(noes)
                doubtful = outbox.doubtful(desk.view)
                doubts += len(doubtful)
                came = {mail.message_id for mail in office.mails}
                arrived += sum(letter.message_id in came for letter in doubtful)
        problems += [f"{seed}: {one}" for one in verify(folder).problems]
        shutil.rmtree(folder)
    assert problems == []
    assert kills >= count(4, 50)
    # A server and a killer that hurt nobody would prove nothing.
    assert 0 < arrived < doubts
    assert refused


def test_two_that_send_at_the_same_time_never_send_a_letter_twice(folder: Path) -> None:
    problems: list[str] = []
    furnished(folder, LETTERS)
    with post_office() as office, Forge() as one, Forge() as two:
        configure(office)
        words = ("--store", str(folder), "send", "--resume", "--yes")
        with Desk(folder, OPERATOR, today=lambda: TODAY).open() as desk:
            queued(desk, account_at(office))
            for forge in (one, two):
                forge.start(*words)
            ended = sorted(forge.end() for forge in (one, two))
            desk.refresh()
            problems += wrong(desk, office)
            assert len(office.mails) == LETTERS
            assert 0 in ended
    assert problems == []
