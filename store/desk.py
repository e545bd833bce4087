"""The desk: opens a journal on a thread of its own, runs transactions, and publishes views.

Nothing else writes. Whoever calls waits for its own transaction; whoever only reads takes `view`
and waits for nothing, not for a disk and not for a lock.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import DeskError, StoreUnusable
from store.journal import checkpoint, current
from store.journal.folder import filesystem, prepare
from store.journal.journal import SEGMENT_LIMIT, Journal
from store.journal.line import Entry
from store.journal.state import Document, State
from store.memory import no_collections
from store.message import Message, msg
from store.model import document
from store.model.customer import sort_key
from store.operator import Operator
from store.view import CUSTOMERS, PARTNER, View, touched, view_of
from store.work import Tables, Work

if TYPE_CHECKING:
    from store.journal.tables import JournalDB

ORDER = {PARTNER: lambda found: 0, CUSTOMERS: sort_key}
"""How a base is written: the partner first, then the customers as a list shows them."""


class Change(NamedTuple):
    """What listeners are told: the new view, which documents differ, and whether it was ours."""

    view: View
    touched: frozenset[tuple[str, int]]
    ours: bool

    def ids(self, table: str) -> set[int]:
        """The touched documents of one table."""
        return {key for name, key in self.touched if name == table}


class Receipt(NamedTuple):
    """A transaction that is on disk.

    `seq` is its line's number (0 where nothing had to change), `message` what was done, `notes`
    what the operator should know besides, and `before` what undoing it takes: table, id, the
    document before (`None`: it was not there) and the revision after.
    """

    seq: int
    message: Message
    did: str = ""
    before: tuple[tuple[str, int, Document | None, int], ...] = ()
    notes: tuple[Message, ...] = ()

    def with_notes(self, *notes: Message | None) -> Receipt:
        """The receipt with more notes; `None` is none."""
        return self._replace(notes=(*self.notes, *(note for note in notes if note)))


class _Job(NamedTuple):
    run: Callable[[], Any]
    done: Future[Any]


class Desk:
    """One open store.

    `view` is always whole and current to the last change seen; `beginning` is what is known of a
    large store while it is still being read; the rest waits for `read_on`, at most `hold` seconds,
    so that the first page can be drawn meanwhile. `today` is the clock; tests bring their own.
    """

    def __init__(
        self,
        path: Path,
        operator: Operator,
        *,
        today: Callable[[], date] = date.today,
        allow_network: bool = False,
        patience: float = 10.0,
        poll: float = 0.5,
        hold: float = 0.0,
        segment_limit: int = SEGMENT_LIMIT,
    ) -> None:
        self.path = path
        self.operator = operator
        self.today = today
        self.view = View()
        self.beginning: dict[int, Document] = {}
        self.opened: Future[None] = Future()
        self.on_beginning: Callable[[], None] = lambda: None
        self._allow_network = allow_network
        self._patience = patience
        self._poll = poll
        self._hold = hold
        self._read_on = threading.Event()
        self._segment_limit = segment_limit
        self._damage_told = False
        self._closing = False
        self._door = threading.Lock()  # nothing comes in once `_closing` is set
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[Change], None]] = []
        self._touched: set[tuple[str, int]] = set()
        self._thread = threading.Thread(target=self._live, name="store", daemon=True)
        self._writer: threading.Thread | None = None
        self._journal: Journal | None = None

    @staticmethod
    def is_at(path: Path) -> bool:
        """Whether there is a store in a folder."""
        return (path / current.NAME).exists()

    @staticmethod
    def why_not_in(path: Path, *, allow_network: bool = False) -> Message | None:
        """Why a folder could not hold a store that is written, if so; raises `StoreUnusable`."""
        return prepare(path, allow_network=allow_network).read_only if path.exists() else None

    # -- opening and closing ----------------------------------------------------------------

    def start(self) -> Desk:
        """Begins to open the store; `opened` tells when it is, or why it cannot be."""
        self._thread.start()
        return self

    def open(self) -> Desk:
        """Opens the store; raises `StoreUnusable`."""
        self.start()
        self.opened.result()
        return self

    def read_on(self) -> None:
        """Lets the rest of a large store be read."""
        self._read_on.set()

    def close(self) -> None:
        """Finishes what is under way and closes the store."""
        self.read_on()
        with self._door:
            self._closing = True
            self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # -- what the faces use -----------------------------------------------------------------

    @property
    def read_only(self) -> Message | None:
        """Why nothing can be changed, if so."""
        return None if self._journal is None else self._journal.read_only

    @property
    def damage(self) -> DeskError | None:
        """What is damaged, if anything is."""
        return None if self._journal is None else self._journal.damage

    @property
    def filesystem(self) -> str:
        """The type of the filesystem that the store is on, as the kernel names it."""
        return filesystem(self.path)

    @property
    def head(self) -> tuple[int, str]:
        """Number and hash of the last line read."""
        assert self._journal is not None
        return self._journal.seq, self._journal.head

    def take_notices(self) -> list[Message]:
        """What the operator should be told once, and has not been."""
        if self._journal is None:
            return []
        notices = self._journal.notices
        return [notices.pop(0) for _ in range(len(notices))]

    def listen(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Calls `callback` after each change, on the store's thread; returns how to stop that.

        What it raises is not the store's concern, and does not keep it from the next change.
        """
        self._listeners.append(callback)

        def stop() -> None:
            with contextlib.suppress(ValueError):  # it was stopped before
                self._listeners.remove(callback)

        return stop

    def transaction(self, did: str, work: Work) -> Receipt:
        """Runs `work` on the store's thread as one line of the journal; waits until it is on disk.

        `work` returns what it did, in words; if it raises, nothing changed. Raises what `work`
        raises, `StoreReadOnly`, `StoreBusy`, `WriteRefused` or `OutcomeUnknown`.
        """
        receipt: Receipt = self._wait_for(lambda: self._transact(did, work))
        return receipt

    def refresh(self) -> View:
        """Takes in what other processes wrote, now; returns the view."""
        self._wait_for(self._take_in)
        return self.view

    # -- the store's thread -----------------------------------------------------------------

    def _wait_for(self, run: Callable[[], Any]) -> Any:
        assert threading.current_thread() is not self._thread, "the store would wait for itself"
        self.opened.result()
        job = _Job(run, Future())
        with self._door:
            if self._closing:
                raise StoreUnusable(msg("The desk is closed."))
            self._jobs.put(job)
        return job.done.result()

    def _live(self) -> None:
        try:
            try:
                self._load()
            except BaseException as error:
                self.opened.set_exception(error)
                return
            self.opened.set_result(None)
            self._serve()
            with contextlib.suppress(Exception):  # the next one that opens the store does it
                self._checkpoint()
            if self._writer:
                self._writer.join()
        finally:
            with contextlib.suppress(OSError):
                if self._journal:
                    self._journal.close()
            self._send_away()

    def _send_away(self) -> None:
        """The thread's last act: nobody waits for an answer that never comes."""
        with self._door:
            self._closing = True
            while not self._jobs.empty():
                late = self._jobs.get()
                if late:
                    late.done.set_exception(StoreUnusable(msg("The desk is closed.")))

    def _serve(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._poll)
            except queue.Empty:
                self._idle()
                continue
            if job is None:
                break
            try:
                result = job.run()
            except BaseException as error:
                change = self._published()
                job.done.set_exception(error)
            else:
                # The view first: whoever was waiting reads what it has just written.
                change = self._published()
                job.done.set_result(result)
            self._tell(change)
            self._tell_damage()

    def _load(self) -> None:
        folder = prepare(self.path, allow_network=self._allow_network)
        journal = Journal(
            folder,
            self.operator.author(self.view.partner),
            patience=self._patience,
            segment_limit=self._segment_limit,
        )
        journal.on_beginning = self._begin
        with no_collections():
            journal.open()
            self.view = view_of(journal.seq, journal.state)
        journal.on_entry = self._note
        self._journal = journal
        self._damage_told = self.damage is not None  # whoever opens it looks for itself

    def _begin(self, first: State, now: State) -> None:
        """The first customers by name, exact as far as they go."""
        known = list(first.table(CUSTOMERS).values())
        if known:
            last = max(map(sort_key, known))
            rows = now.table(CUSTOMERS).items()
            listed = [(key, row) for key, row in rows if sort_key(row) <= last]
            self.view = View(0, State({PARTNER: now.table(PARTNER)}))
            self.beginning = dict(sorted(listed, key=lambda item: (sort_key(item[1]), item[0])))
            self.on_beginning()
            self._read_on.wait(self._hold)

    @cached_property
    def _db(self) -> JournalDB:
        """The tables, for changes; whoever only reads never needs tinydb."""
        from store.journal.tables import JournalDB

        assert self._journal is not None
        return JournalDB(self._journal, stamp=_stamp)

    def _transact(self, did: str, work: Work) -> Receipt:
        storage = self._db.storage
        with storage.transaction(did) as running:
            self._tell(self._advance(ours=False))
            storage.journal.author = self.operator.author(self.view.partner)
            before = self.view.tables
            message = work(Tables(self._db, self.view, self.operator, self.today()))
            running.why = message
        if not running.entry:
            return Receipt(0, message, did)
        changed = dict.fromkeys(touched(before, running.entry.changes))
        after = storage.journal.state
        return Receipt(
            running.entry.seq,
            message,
            did,
            tuple(
                (table, key, before.table(table).get(key), _rev(after.table(table).get(key)))
                for table, key in changed
            ),
        )

    def _note(self, entry: Entry) -> None:
        self._touched.update(touched(self.view.tables, entry.changes))

    def _advance(self, *, ours: bool) -> Change | None:
        """Publishes what was noted since; returns what to tell the listeners."""
        if not self._touched:
            return None
        changed, self._touched = frozenset(self._touched), set()
        journal = self._journal
        assert journal is not None
        self.view = self.view.after(journal.seq, journal.state, changed)
        return Change(self.view, changed, ours)

    def _published(self) -> Change | None:
        """Publishes after a job; an error in that is damage, and never the end of the thread."""
        try:
            return self._advance(ours=True)
        except Exception as error:
            self._give_up(error)
            return None

    def _tell(self, change: Change | None) -> None:
        if change:
            for listener in list(self._listeners):
                with contextlib.suppress(BaseException):  # the store has others to serve
                    listener(change)

    def _take_in(self) -> None:
        assert self._journal is not None
        with contextlib.suppress(DeskError, OSError):  # the disk may answer the next time
            self._journal.refresh()
        self._tell(self._advance(ours=False))

    def _idle(self) -> None:
        """What is done when nobody waits; whatever goes wrong in it, the desk lives on."""
        try:
            self._take_in()
            self._checkpoint()
        except Exception as error:
            self._give_up(error)
        self._tell_damage()

    def _give_up(self, error: Exception) -> None:
        """Makes an error that nobody foresaw damage."""
        assert self._journal is not None
        self._journal.give_up(error)

    def _tell_damage(self) -> None:
        """Tells the listeners once that reading has stopped."""
        if self.damage and not self._damage_told:
            self._damage_told = True
            self._tell(Change(self.view, frozenset(), ours=False))

    def _checkpoint(self) -> None:
        """Begins a segment or a base if one is due; the base is written beside the work."""
        journal = self._journal
        assert journal is not None
        if self._writer and self._writer.is_alive():
            return
        mark = checkpoint.due(journal)
        if mark:
            self._writer = threading.Thread(
                target=checkpoint.write,
                args=(journal.folder, journal.mode, mark, ORDER),
                name="checkpoint",
            )
            self._writer.start()


def _stamp(table: str, key: int, new: Document, old: Document | None) -> None:
    """Counts a document's revisions, so that a form can tell whether it is still the same.

    A document that is put back after its removal counts on from where it was.
    """
    new["rev"] = _rev(old if old is not None else new) + 1


def _rev(found: Document | None) -> int:
    return (document.number(found, "rev") or 0) if found else 0
