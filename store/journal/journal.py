"""Writes a store: one line a transaction, under one lock, confirmed when it is on disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from store.errors import (
    DeskError,
    OutcomeUnknown,
    StoreDamaged,
    StoreReadOnly,
    StoreUnusable,
    WriteRefused,
)
from store.journal import current, files
from store.journal.current import Current
from store.journal.folder import Folder
from store.journal.line import Change, Entry, NotWhole, pack, unpack
from store.journal.lock import Lock
from store.journal.reader import Mark, Reader
from store.journal.reasons import reason_of, refused
from store.journal.segments import SEGMENT_OPENED, segment_path, segments
from store.message import N_, msg

SEGMENT_LIMIT = 1 << 20
_LARGEST_GENESIS = 4_096
_GENESIS, _DID_GENESIS = b'{"head":{"format":1,"seq":1,"at":"', b'"did":"store-created",'
STORE_CREATED = N_("The store was created.")
SAID_OPENED = N_("A new journal segment was opened.")


class Author(NamedTuple):
    """Who changes something, and from where, as the journal keeps it."""

    by: dict[str, str]
    origin: dict[str, str]


class Journal(Reader):
    """One open store that may be written. Not for several threads: `Desk` gives it its own."""

    _flags = os.O_RDWR | os.O_APPEND

    def __init__(
        self,
        folder: Folder,
        author: Author,
        *,
        patience: float = 10.0,
        segment_limit: int = SEGMENT_LIMIT,
    ) -> None:
        super().__init__(folder)
        self.author = author
        self.mode = folder.file_mode
        self._patience = patience
        self._segment_limit = segment_limit
        self._lock: Lock | None = None
        self._base_asked = 1

    def open(self) -> None:
        """Reads the store, makes a new one where there is none, and mends a torn last line."""
        super().open()
        if not self.read_only and os.fstat(self._fd).st_size != self._offset:
            # Unless somebody holds the lock: then it is the line that is being written.
            with contextlib.suppress(DeskError, OSError), self.lock(patience=0):
                self.catch_up()

    def close(self) -> None:
        super().close()
        if self._lock:
            self._lock.close()
            self._lock = None

    @contextlib.contextmanager
    def lock(self, *, patience: float | None = None) -> Iterator[None]:
        """Holds the store's lock; raises `StoreBusy` or `StoreReadOnly`."""
        if self.read_only:
            raise StoreReadOnly(
                msg("Nothing can be changed here: {why}", why=self.read_only),
                todo=self.damage.todo if self.damage else None,
            )
        if self._lock is None:
            self._lock = Lock(self.folder, self.mode, patience=self._patience)
        with self._lock.held(patience=patience):
            yield

    def catch_up(self) -> None:
        """Under the lock: reads to the end and sets a line aside that a dead writer left torn.

        Raises as `read` does, or `WriteRefused` where the system does not let it.
        """
        try:
            rest = self.read() if self.changed() else b""
            if rest:
                self._set_aside(rest)
        except OSError as error:
            raise refused(error) from error

    def _set_aside(self, rest: bytes) -> None:
        kept = self.folder / f"broken.{self._segment}.{self._offset}"
        kept = files.set_aside(kept, rest, self.mode)
        files.sync_folder(self.folder)
        files.cut(self._fd, self._offset)
        try:
            files.sync_data(self._fd)
        except OSError as error:
            self._not_confirmed(error)
            raise
        self.notices.append(
            msg(
                "A last line that was not whole was set aside in {name}: a change that was cut "
                "short while it was written, and so never confirmed, or a damaged one.",
                name=kept.name,
            )
        )

    def append(self, did: str, why: Any, changes: list[Change]) -> Entry:
        """Under the lock, caught up: one transaction, on disk when this returns.

        Raises `WriteRefused` (nothing changed) or `OutcomeUnknown` (look it up).
        """
        assert self._lock is not None
        try:
            line, entry = self._packed(did, why, changes)
        except (TypeError, ValueError, RecursionError) as error:
            raise WriteRefused(
                msg("The change cannot be kept: {reason}.", reason=str(error)[:200])
            ) from error
        following = self.state.after(changes)
        self._lock.check()
        try:
            self._check_end()
        except OSError as error:
            raise refused(error) from error
        try:
            files.append(self._fd, line)
        except OSError as error:
            self._cut_back()
            raise refused(error) from error
        try:
            files.sync_data(self._fd)
        except OSError as error:
            self._not_confirmed(error)
            raise OutcomeUnknown(
                msg("The disk did not confirm the change: {reason}.", reason=reason_of(error)),
                todo=msg("Start the desk again and look for it in the journal before repeating."),
            ) from error
        self.state = following
        self.seq, self.head = entry.seq, entry.sha
        self._offset += len(line)
        self.on_entry(entry)
        return entry

    def _not_confirmed(self, error: OSError) -> None:
        # Linux may have dropped the pages, and asking again would be told that all is well.
        self.read_only = msg(
            "The disk did not confirm a change ({reason}).", reason=reason_of(error)
        )

    def _check_end(self) -> None:
        """Raises `StoreDamaged` unless the segment still ends where the new line has to begin."""
        ours = os.fstat(self._fd)
        try:
            there = os.stat(segment_path(self.folder, self._segment), follow_symlinks=False)
        except FileNotFoundError:
            there = None
        in_place = there and (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)
        if not in_place or ours.st_size != self._offset:
            damage = self._tampered()
            self._stop(damage)
            raise damage

    # -- segments ---------------------------------------------------------------------------

    @property
    def roll_due(self) -> bool:
        """Whether the segment has grown enough to begin another."""
        size = self._current.base.size if self._current.base else 0
        return not self.read_only and self._offset > max(self._segment_limit, size // 8)

    def base_due(self) -> Mark | None:
        """What a new base should hold, if one is missing; asked once for each."""
        kept = self._current.base.segment if self._current.base else 1
        wanted = self._start.segment > max(kept, self._base_asked) or self._base_lost
        if self.read_only or not wanted or self._start.segment == 1:
            return None
        self._base_asked, self._base_lost = self._start.segment, False
        return self._start

    def roll(self) -> None:
        """Begins a new segment, if one is due; the old one is history from then on."""
        with self.lock(patience=0):
            self.catch_up()
            if not self.roll_due:
                return
            self._check_end()
            number = self._segment + 1
            line, _ = self._packed(SEGMENT_OPENED, msg(SAID_OPENED).to_json(), [])
            self._clear_the_way(number)
            files.create_file(segment_path(self.folder, number), line, self.mode)
            fresh = Current(number, self._current.genesis, self._current.base)
            current.switch(self.folder, fresh, self.mode)
            self.read()

    def _clear_the_way(self, number: int) -> None:
        """Sets the beginning of a segment aside that a dead writer left; raises `StoreDamaged`."""
        try:
            self._check_nothing_hidden()
        except StoreDamaged as damage:
            self._stop(damage)
            raise
        path = segment_path(self.folder, number)
        with contextlib.suppress(FileNotFoundError):
            files.set_aside(self.folder / f"broken.{number}.0", files.read_file(path), self.mode)
            files.sync_folder(self.folder)
            files.remove(path)

    # -- making -----------------------------------------------------------------------------

    def _without_current(self) -> None:
        """Makes a store, unless the folder shows that there was one."""
        if self.read_only:
            raise StoreUnusable(
                msg(
                    "There is no store in {path}, and none can be made: {why}",
                    path=self.folder,
                    why=self.read_only,
                ),
                todo=msg("Name another folder with --store."),
            )
        with self.lock():
            if not (self.folder / current.NAME).exists():
                if not self._is_unused():
                    raise self._no_current(
                        msg("{name} is missing beside a journal", name=current.NAME)
                    )
                line, entry = self._packed("store-created", msg(STORE_CREATED).to_json(), [])
                # The name comes last: where there is a journal.1, it was whole once.
                first = segment_path(self.folder, 1)
                fresh = first.with_name(f"{first.name}.new")
                files.write_file(fresh, line, self.mode)
                files.rename(fresh, first)
                current.switch(self.folder, Current(1, entry.sha, None), self.mode)
        self._use_current()

    def _is_unused(self) -> bool:
        """Whether nothing was ever kept here, except perhaps the start of making a store."""
        if any(name.startswith("base.") for name in os.listdir(self.folder)):
            return False
        match segments(self.folder):
            case []:
                return True
            case [1]:
                data = files.read_file(segment_path(self.folder, 1))
                if not _is_genesis(data):
                    return False
                if data and not data.endswith(b"\n"):
                    files.set_aside(self.folder / "broken.1.0", data, self.mode)
                return True
            case _:
                return False

    def _packed(self, did: str, why: Any, changes: list[Change]) -> tuple[bytes, Entry]:
        return pack(
            seq=self.seq + 1,
            prev=self.head,
            at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            by=self.author.by,
            origin=self.author.origin,
            did=did,
            why=why,
            changes=changes,
        )

    def _cut_back(self) -> None:
        try:
            files.cut(self._fd, self._offset)
        except OSError as error:
            self.read_only = msg(
                "A change that failed could not be taken back ({reason}).", reason=reason_of(error)
            )


def _is_genesis(data: bytes) -> bool:
    """Whether `data` is the line that a store begins with and no more, or its beginning."""
    try:
        entry = unpack(data)
    except NotWhole:
        did = data[data.find(b'"did":"') :] if b'"did":"' in data else b""
        return (
            b"\n" not in data
            and len(data) <= _LARGEST_GENESIS
            and data[: len(_GENESIS)] == _GENESIS[: len(data)]
            and did[: len(_DID_GENESIS)] == _DID_GENESIS[: len(did)]
        )
    return (entry.seq, entry.did, entry.changes) == (1, "store-created", [])
