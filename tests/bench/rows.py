"""What is measured, each against its peer, alternating, as the median."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tinydb import TinyDB

from store.actions.customers import blank
from store.actions.invitations import new_invitation
from store.desk import Desk
from store.message import Message, msg
from store.model.customer import Customer
from store.model.offer import Kind
from store.operator import Operator
from store.work import Tables
from tests.bench.first_sync import first_sync
from tests.bench.letters import letters
from tests.bench.result import Result
from tests.bench.watch import Watched
from tests.tui.driver import at_the_desk
from tui.screens.filtered import FilteredScreen

PYTHON = sys.executable
PROGRAM = str(Path(PYTHON).with_name("partnerdesk"))
BARE = str(Path(__file__).with_name("bare.py"))
OPERATOR = Operator("bench", "bench", "bench", "")
SMALL, LARGE = 1_000, 100_000
PAINTS, OPENINGS, PAGES, KEYS, CHANGES, COMMANDS, IDLE = 11, 9, 40, 120, 300, 15, 10.0


def name_of(number: int) -> str:
    """The name of a customer of the measured stores, in their order."""
    return f"Customer {number:06d}"


def make_store(path: Path, customers: int) -> Path:
    """A store with this many customers, every other one with an active relationship."""

    def fill(tables: Tables) -> Message:
        tables.partner.insert({"name": "Adatum", "certified": "yes"})
        for number in range(customers):
            tables.customers.insert(
                {
                    **blank(),
                    "name": name_of(number),
                    "domain": f"c{number}.example.com",
                    "microsoft_id": f"00000000-0000-4000-8000-{number:012d}",
                    "tags": ["north"] if number % 3 else ["south", "vip"],
                    "language": "en",
                    "contact": f"it@c{number}.example.com",
                    "added": "2026-11-22",
                }
            )
        return msg("Added {count} customers.", count=customers)

    def offer(tables: Tables) -> Message:
        given = {"what": "given", "on": "2026-10-01", "at": "2026-10-01T09:00:00Z", "by": "bench"}
        granted = {**given, "what": "answered", "on": "2026-10-09", "answer": "granted"}
        tables.invitations.insert_multiple(
            {
                **new_invitation(Customer.from_document(key, row), Kind.DELEGATED, delegation=True),
                "events": [given, granted],
            }
            for key, row in tables.view.customers.items()
            if key % 2
        )
        return msg("Offered {count} customers.", count=customers)

    with Desk(path, OPERATOR).open() as desk:
        desk.transaction("bench", fill)
        desk.transaction("bench", offer)
    return path


def plain(store: Path) -> str:
    """A store's tables as a file of stock TinyDB."""
    file = store.with_suffix(".json")
    if not file.exists():
        words = (PROGRAM, "--store", str(store), "journal", "export", "--tinydb", str(file))
        subprocess.run(words, check=True, capture_output=True)
    return str(file)


class Bench:
    """The stores that are measured, in a folder that goes away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tiny = make_store(folder / "tiny", 100)
        self.small = make_store(folder / "small", SMALL)
        self.large = make_store(folder / "large", LARGE)

    # -- the screen ---------------------------------------------------------------------------

    def first_paint(self) -> list[Result]:
        """From exec to the first customer's name."""
        bare, small, large = [], [], []
        for _ in range(PAINTS):
            bare.append(_painted("first paint", PYTHON, BARE))
            small.append(_painted(name_of(0), PROGRAM, "--store", str(self.small)))
            large.append(_painted(name_of(0), PROGRAM, "--store", str(self.large)))
        one, many = median(small), median(large)
        return [
            Result(
                "first useful paint, 1,000 customers",
                "a bare Textual app's first paint",
                one,
                median(bare),
                "s",
                1.3,
            ),
            Result("the same at 100,000", "itself at 1,000", many, one, "s", 2.0),
        ]

    def lists(self) -> list[Result]:
        """Opening the overview from another screen, and paging through it."""
        with self._at(self.small, SMALL) as small, self._at(self.large, LARGE) as large:
            opened: dict[Watched, list[float]] = {small: [], large: []}
            paged: dict[Watched, list[float]] = {small: [], large: []}
            for _ in range(OPENINGS):
                for desk, times in opened.items():
                    times.append(_opened(desk))
            for desk in paged:
                desk.press("\x1b[H")
                desk.quiet()
            for page in range(PAGES):
                for desk, times in paged.items():
                    times.append(_paged(desk, page))
        against = "the same at 1,000"
        results = []
        for what, times_of in (("opening", opened), ("paging", paged)):
            ours, theirs = median(times_of[large]), median(times_of[small])
            results.append(
                Result(f"{what} the overview at 100,000", against, ours, theirs, "s", 1.3)
            )
        return results

    def filtering(self) -> list[Result]:
        """Every letter of some words typed into the filter of the overview of 100,000."""
        ours, theirs = asyncio.run(self._filtered())
        against = "a bare Python substring scan"
        return [
            Result(
                "one filter key at 100,000, median", against, median(ours), median(theirs), "s", 3.0
            ),
            Result("the slowest such key", against, max(ours), median(theirs), "s", 3.0),
        ]

    async def _filtered(self) -> tuple[list[float], list[float]]:
        """What the screen does with each letter, but for drawing; and the scan of the same."""
        ours, theirs = [], []
        with Desk(self.large, OPERATOR).open() as desk:
            async with at_the_desk(desk) as operator:
                screen, roster = operator.app.screen, operator.app.session.roster
                assert isinstance(screen, FilteredScreen) and roster is not None
                texts = list(roster._texts)
                for words in ("customer 0123", "c99 vip", "example.com", "nobody"):
                    screen.filter_text = ""
                    screen.filter_changed()
                    for end in range(1, len(words) + 1):
                        screen.filter_text = words[:end]
                        ours.append(_timed(screen.filter_changed))
                        theirs.append(_timed(lambda wanted=words[:end]: _scan(texts, wanted)))
        return ours, theirs

    def keys(self) -> list[Result]:
        """Bytes sent for each cursor key, through more rows than the screen holds."""
        stock = Watched(PYTHON, BARE, plain(self.small), str(SMALL))
        with self._at(self.small, SMALL) as desk, stock:
            stock.sees(name_of(0))
            sent = []
            for shown in (desk, stock):
                shown.quiet(1.0)
                count = 0
                for _ in range(KEYS):
                    shown.press("\x1b[B")
                    count += shown.quiet(0.08)
                sent.append(count / KEYS)
        against = "stock DataTable, row cursor, same size"
        return [Result("bytes sent per cursor key", against, *sent, "B", 0.6)]

    def idle(self) -> list[Result]:
        """Bytes sent while nothing happens, with a field focused."""
        with self._at(self.large, LARGE) as desk:
            desk.press("/cust")
            desk.quiet(2.0)
            end, count = time.monotonic() + IDLE, 0
            while (left := end - time.monotonic()) > 0:
                count += len(desk.read(left))
        return [
            Result("bytes sent while idle for 10 s, field focused", "nothing", count, 0, "B", 0)
        ]

    def memory(self) -> list[Result]:
        """Resident memory with everything read."""
        with (
            self._at(self.large, LARGE) as desk,
            Watched(PYTHON, BARE, plain(self.large), "keep") as bare,
        ):
            bare.sees("first paint")
            desk.quiet(2.0)
            ours, theirs = desk.memory() / 1024, bare.memory() / 1024
        against = "plain dicts plus a bare Textual app"
        return [Result("memory with 100,000 customers", against, ours, theirs, "MB", 1.5)]

    @staticmethod
    def _at(store: Path, customers: int) -> Watched:
        desk = Watched(PROGRAM, "--store", str(store))
        desk.sees(f"all {customers:,}")
        desk.quiet(0.5)
        return desk

    # -- the store ----------------------------------------------------------------------------

    def durable_change(self) -> list[Result]:
        """One change of one customer until it is on disk, called from another thread."""
        with Desk(self.large, OPERATOR).open() as large, Desk(self.tiny, OPERATOR).open() as tiny:
            lite = self._sqlite(large)
            ours, small, sqlite = [], [], []
            for number in range(CHANGES):
                ours.append(_timed(lambda n=number: _change(large, n)))
                sqlite.append(_timed(lambda n=number: _change_sqlite(lite, n)))
                small.append(_timed(lambda n=number: _change(tiny, n)))
            lite.close()
            stock = TinyDB(self.folder / "stock.json")
            stock.table("customers").insert_multiple(
                dict(row) for row in large.view.customers.values()
            )
            whole = [
                _timed(
                    lambda n=n: stock.table("customers").update({"alias": f"{n}"}, doc_ids=[n + 1])
                )
                for n in range(3)
            ]
            stock.close()
        once = median(ours)
        what = "one durable change, 100,000 customers"
        return [
            Result(what, "SQLite WAL, synchronous=FULL", once, median(sqlite), "s", 2.5),
            Result("the same", "itself at 100 customers", once, median(small), "s", 1.3),
            Result("the same", "stock TinyDB JSONStorage", once, median(whole), "s", 0.01),
        ]

    def _sqlite(self, desk: Desk) -> sqlite3.Connection:
        lite = sqlite3.connect(self.folder / "lite.db", isolation_level=None)
        lite.execute("PRAGMA journal_mode=WAL")
        lite.execute("PRAGMA synchronous=FULL")
        lite.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, doc TEXT)")
        lite.execute("BEGIN")
        lite.executemany(
            "INSERT INTO customers VALUES (?, ?)",
            ((key, json.dumps(row)) for key, row in desk.view.customers.items()),
        )
        lite.execute("COMMIT")
        return lite

    # -- the command line ---------------------------------------------------------------------

    def command(self) -> list[Result]:
        """One command, start to end."""
        peer = "import click, tinydb, jinja2.sandbox"
        ours, theirs = [], []
        for _ in range(COMMANDS):
            theirs.append(_run(PYTHON, "-c", peer))
            ours.append(_run(PROGRAM, "--store", str(self.tiny), "offer", "show"))
        against = f'python -c "{peer}"'
        return [Result("a command (offer show)", against, median(ours), median(theirs), "s", 1.6)]

    def first_sync(self) -> list[Result]:
        """Everything from Microsoft, for the first time."""
        return first_sync(self.folder)

    def letters(self) -> list[Result]:
        """A thousand letters, from the queue to the last answer on disk."""
        return letters(self.folder)


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _scan(texts: list[str], wanted: str) -> list[int]:
    return [place for place, found in enumerate(texts) if wanted in found]


def _painted(words: str, *command: str) -> float:
    with Watched(*command) as shown:
        return shown.sees(words) - shown.started


def _opened(desk: Watched) -> float:
    desk.press("3")
    desk.sees("Active users")
    desk.quiet()
    started = time.perf_counter()
    desk.press("1")
    done = desk.sees("Customer 00")
    desk.quiet()
    return done - started


def _paged(desk: Watched, page: int) -> float:
    """One page down, until rows that were not there before came."""
    started = time.perf_counter()
    desk.press("\x1b[6~")
    numbers = re.compile(rb"Customer (\d{6})")
    done = desk.until(lambda data: any(int(n) > page * 10 for n in numbers.findall(data)))
    desk.quiet(0.05)
    return done - started


def _change(desk: Desk, number: int) -> None:
    def work(tables: Tables) -> Message:
        tables.customers.update({"alias": f"changed {number}"}, doc_ids=[number % 100 + 1])
        return msg("Changed {name}.", name=number)

    desk.transaction("bench", work)


def _change_sqlite(lite: sqlite3.Connection, number: int) -> None:
    key = number % 100 + 1
    (found,) = lite.execute("SELECT doc FROM customers WHERE id = ?", (key,)).fetchone()
    changed = {**json.loads(found), "alias": f"changed {number}"}
    lite.execute("UPDATE customers SET doc = ? WHERE id = ?", (json.dumps(changed), key))


def _run(*words: str) -> float:
    return _timed(lambda: subprocess.run(words, check=True, capture_output=True))
