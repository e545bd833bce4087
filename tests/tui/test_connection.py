"""The desk's one way to Microsoft, asked for from many threads at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait

from store.actions import partner
from store.actions.connection import Connection
from store.actions.practice import Rehearsal
from store.desk import Desk
from tests.microsoft import practice_cloud, practice_partner
from tui.microsoft import Microsoft
from tui.settings import Settings

ANOTHER = "99999999-8888-4777-8666-555555555555"


class Slow(Rehearsal):
    """A practice cloud whose connections take a while to be made."""

    def __init__(self) -> None:
        super().__init__(practice_cloud)
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.made = 0

    def connection(self, desk: Desk) -> Connection:
        made = super().connection(desk)
        self.made += 1
        self.begun.set()
        assert self.go_on.wait(15)
        return made


def test_nobody_gets_the_way_to_the_tenant_that_was_set_before(desk: Desk) -> None:
    practice_partner(desk)
    slow = Slow()
    slow.go_on.set()
    microsoft = Microsoft(desk, Settings(), slow)
    before = microsoft.connection()
    slow.begun.clear()
    slow.go_on.clear()
    partner.set_fields(desk, {"tenant": ANOTHER})
    with ThreadPoolExecutor() as threads:
        first = threads.submit(microsoft.connection)
        assert slow.begun.wait(15)
        second = threads.submit(microsoft.connection)
        wait([second], timeout=0.2)  # what it is not to come back with is there at once
        slow.go_on.set()
        assert first.result() is second.result() is not before
    assert first.result().partner.tenant == ANOTHER
    assert slow.made == 2
