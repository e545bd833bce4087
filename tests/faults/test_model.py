"""S12: two handles on one store behave like TinyDB's own memory, whatever is done to them."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tinydb import Query, TinyDB
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from store.journal.reader import segment_path
from tests.faults import count
from tests.stores import open_db, tidy

values = st.one_of(st.integers(-5, 5), st.text(max_size=6), st.none(), st.booleans())
documents = st.dictionaries(st.sampled_from(["a", "b", "c"]), values, max_size=3)
handles = st.integers(0, 1)
tables = st.sampled_from(["x", "y"])
Q = Query()


class TwoHandles(RuleBasedStateMachine):
    """Every operation is done by one of two handles and by stock TinyDB in memory."""

    folder: Path

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm")) / "store"
        self.handles = [open_db(self.folder, segment_limit=3_000) for _ in range(2)]
        self.model = TinyDB(storage=MemoryStorage)

    def both(self, which: int, name: str, do: Callable[[Any], Any]) -> None:
        # Stock TinyDB gives removed ids out again; ours never does. Let the model follow.
        self.model.table(name)._next_id = self.handles[which].storage.state.next_id(name)
        kept = json.dumps(self.model.storage.read())
        try:
            expected = ("done", do(self.model.table(name)))
        except Exception as error:
            expected = ("failed", type(error).__name__)
            self.model.storage.write(json.loads(kept))
        try:
            found = ("done", do(self.handles[which].table(name)))
        except Exception as error:
            found = ("failed", type(error).__name__)
        assert found == expected

    @rule(which=handles, name=tables, document=documents)
    def insert(self, which: int, name: str, document: dict[str, Any]) -> None:
        self.handles[which].storage.refresh()
        self.both(which, name, lambda table: table.insert(document))

    @rule(which=handles, name=tables, several=st.lists(documents, max_size=3))
    def insert_multiple(self, which: int, name: str, several: list[dict[str, Any]]) -> None:
        self.handles[which].storage.refresh()
        self.both(which, name, lambda table: table.insert_multiple(several))

    @rule(which=handles, name=tables, key=st.integers(1, 9), document=documents)
    def insert_at(self, which: int, name: str, key: int, document: dict[str, Any]) -> None:
        self.handles[which].storage.refresh()
        self.both(which, name, lambda table: table.insert(Document(document, key)))

    @rule(which=handles, name=tables, old=values, new=values)
    def update(self, which: int, name: str, old: Any, new: Any) -> None:
        self.both(which, name, lambda table: table.update({"b": new}, Q.a == old))

    @rule(which=handles, name=tables, keys=st.lists(st.integers(1, 8), max_size=3), new=values)
    def update_ids(self, which: int, name: str, keys: list[int], new: Any) -> None:
        self.both(which, name, lambda table: table.update({"c": new}, doc_ids=keys))

    @rule(which=handles, name=tables, new=values)
    def update_all(self, which: int, name: str, new: Any) -> None:
        self.both(which, name, lambda table: table.update(lambda d: d.__setitem__("a", new)))

    @rule(which=handles, name=tables, old=values)
    def remove(self, which: int, name: str, old: Any) -> None:
        self.both(which, name, lambda table: table.remove(Q.a == old))

    @rule(which=handles, name=tables, keys=st.lists(st.integers(1, 8), max_size=3, unique=True))
    def remove_ids(self, which: int, name: str, keys: list[int]) -> None:
        self.both(which, name, lambda table: table.remove(doc_ids=keys))

    @rule(which=handles, name=tables, old=values, document=documents)
    def upsert(self, which: int, name: str, old: Any, document: dict[str, Any]) -> None:
        self.handles[which].storage.refresh()
        self.both(which, name, lambda table: table.upsert(document, Q.a == old))

    @rule(which=handles, name=tables)
    def truncate(self, which: int, name: str) -> None:
        self.both(which, name, lambda table: table.truncate())

    @rule(which=handles, name=tables)
    def drop(self, which: int, name: str) -> None:
        self.handles[which].drop_table(name)
        self.model.drop_table(name)

    @rule(which=handles)
    def reopen(self, which: int) -> None:
        self.handles[which].close()
        self.handles[which] = open_db(self.folder, segment_limit=3_000)

    @rule(which=handles)
    def checkpoint(self, which: int) -> None:
        self.handles[which].storage.refresh()
        tidy(self.handles[which])

    @rule(length=st.integers(1, 40))
    def torn_by_a_third(self, length: int) -> None:
        """A process that died in the middle of its line; it had mended an earlier one first."""
        journal_of_one = self.handles[0].storage.journal
        with journal_of_one.lock():
            journal_of_one.catch_up()
        newest = max(int(found.name.split(".")[1]) for found in self.folder.glob("journal.*.jsonl"))
        with segment_path(self.folder, newest).open("ab") as journal:
            journal.write(b'{"head":{"format":1,"seq":7,"at":"2026-11-22'[:length])

    @rule(which=handles, name=tables, document=documents)
    def rolled_back(self, which: int, name: str, document: dict[str, Any]) -> None:
        handle = self.handles[which]
        try:
            with handle.transaction("test"):
                handle.table(name).insert(document)
                handle.table("y").update({"b": 1})
                raise KeyError
        except KeyError:
            pass

    @invariant()
    def all_agree(self) -> None:
        for name in ("x", "y"):
            expected = {d.doc_id: dict(d) for d in self.model.table(name)}
            hits = sorted(d.doc_id for d in self.model.table(name).search(Q.a == 1))
            for handle in self.handles:
                table = handle.table(name)
                assert {d.doc_id: dict(d) for d in table} == expected
                assert sorted(d.doc_id for d in table.search(Q.a == 1)) == hits

    def teardown(self) -> None:
        for handle in getattr(self, "handles", ()):
            handle.close()
        shutil.rmtree(self.folder.parent, ignore_errors=True)


def test_two_handles_agree_with_tinydb() -> None:
    run_state_machine_as_test(
        TwoHandles,
        settings=settings(
            max_examples=count(100, 3_000),
            stateful_step_count=count(25, 40),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
