"""Reads the files of a store: what is proven, what another process wrote since, what is damaged."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import NamedTuple

from store.errors import DeskError, StoreDamaged, StoreNewer, StoreUnusable
from store.journal import base, current, files
from store.journal.current import BaseMark, Current
from store.journal.folder import Folder
from store.journal.line import (
    ZERO,
    Entry,
    NewerFormat,
    NotWhole,
    follows,
    is_torn,
    split,
)
from store.journal.segments import base_path, hidden, segment_path, segments
from store.journal.state import BadChange, State
from store.message import N_, Message, msg


class Mark(NamedTuple):
    """A point in the chain: the state before line `seq + 1`, whose `prev` is `head`."""

    segment: int
    state: State
    seq: int
    head: str


class Reader:
    """One store, read without any lock.

    `state` is what has been read so far, `seq` and `head` the last line's number and hash.
    `damage` stands for what stopped the reading, `read_only` says why nothing can be written, and
    `notices` collects what the operator should be told once. `on_entry` is called with each line
    taken in; `on_beginning`, while a large store is opened, with the first documents of its base
    as they were and as they are.
    """

    _flags = os.O_RDONLY

    def __init__(self, folder: Folder) -> None:
        self.folder = folder.path
        self.read_only = folder.read_only
        self.damage: DeskError | None = None
        self.notices: list[Message] = []
        self.state = State()
        self.seq, self.head = 0, ZERO
        self._current = Current(1, "", None)
        self._current_fd = self._fd = -1
        self._segment, self._offset = 1, 0
        self._start = Mark(1, State(), 0, ZERO)
        self._base_lost = False
        self.on_entry: Callable[[Entry], None] = lambda entry: None
        self.on_beginning: Callable[[State, State], None] | None = None

    def open(self) -> None:
        """Reads the store.

        Damage makes it read-only with what is proven before the damage. Raises `StoreUnusable`.
        """
        try:
            try:
                self._use_current()
            except FileNotFoundError:
                self._without_current()
            except (NotWhole, files.NotAFile) as error:
                raise self._no_current(msg("{name} is damaged", name=current.NAME)) from error
            self._replay()
        except StoreDamaged as damage:
            self._stop(damage)
        except NotWhole:  # it was whole when we began
            self._stop(self._damaged(msg("{name} is damaged", name=current.NAME)))
        except NewerFormat as error:
            self.close()
            raise self._newer() from error
        except OSError as error:
            self.close()
            raise StoreUnusable(
                msg(
                    "The store in {path} cannot be opened: {reason}.",
                    path=self.folder,
                    reason=error.strerror or str(error),
                ),
                todo=msg("Nothing was touched. Name another folder with --store to go on there."),
            ) from error

    def close(self) -> None:
        """Gives all descriptors back."""
        for fd in (self._fd, self._current_fd):
            if fd >= 0:
                os.close(fd)
        self._fd = self._current_fd = -1

    def changed(self) -> bool:
        """Whether anything was written since we last looked; costs three `stat` calls."""
        if self.damage or self._fd < 0:
            return False
        if os.fstat(self._fd).st_size != self._offset:
            return True
        try:
            there = os.stat(self.folder / current.NAME)
        except OSError:
            return True
        ours = os.fstat(self._current_fd)
        return (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino)

    def refresh(self) -> None:
        """Takes in what other processes wrote; raises as `read` does."""
        if self.changed():
            self.read()

    def give_up(self, error: BaseException) -> None:
        """Records an error that nobody foresaw as damage: what was read stays as it is."""
        if not self.damage:
            reason = str(error)[:200] or type(error).__name__
            self._stop(
                self._damaged(msg("The journal could not be read on ({reason})", reason=reason))
            )

    def read(self) -> bytes:
        """Takes in what was written since; returns the bytes behind the last whole line.

        Raises `StoreDamaged` or `StoreNewer`, and from then on the store is read-only.
        """
        if self.damage:
            raise self.damage
        try:
            while True:
                rest = self._read_segment()
                try:
                    is_new = self._use_current()
                except (OSError, NotWhole) as error:
                    raise self._damaged(
                        msg("{name} is missing or damaged", name=current.NAME)
                    ) from error
                if self._current.segment < self._segment:
                    raise self._damaged(
                        msg("{name} is of an earlier time than the journal", name=current.NAME)
                    )
                if self._current.segment == self._segment:
                    if is_new:
                        self._check_nothing_hidden()
                    return rest
                rest = self._read_segment()  # it was sealed after we read it
                self._check_rest(rest, sealed=True)
                self._enter(self._segment + 1)
        except StoreDamaged as damage:
            self._stop(damage)
            raise
        except NewerFormat as error:
            newer = self._newer()
            self._stop(newer)
            raise newer from error

    # -- opening ----------------------------------------------------------------------------

    def _without_current(self) -> None:
        """What to do where there is no `CURRENT`; a reader can only say so."""
        raise self._no_current(msg("{name} is missing", name=current.NAME))

    def _use_current(self) -> bool:
        """Reads `CURRENT`; whether it is another file than before."""
        fd = files.open_file(self.folder / current.NAME, os.O_RDONLY)
        try:
            self._current = current.unpack(files.read_from(fd))
        except BaseException:
            os.close(fd)
            raise
        is_new = True
        if self._current_fd >= 0:
            ours, there = os.fstat(self._current_fd), os.fstat(fd)
            is_new = (ours.st_dev, ours.st_ino) != (there.st_dev, there.st_ino)
            os.close(self._current_fd)
        self._current_fd = fd  # kept open: an inode in use cannot be given to another file
        return is_new

    def _no_current(self, what: Message, behind: int = 0) -> StoreDamaged:
        """The damage, after reading what the segments prove by themselves."""
        with contextlib.suppress(StoreDamaged, NewerFormat, OSError):
            for number in segments(self.folder):
                if number > behind:
                    self._enter(number)
                    self._take_in(files.read_from(self._fd))
        return self._damaged(what)

    def _replay(self) -> None:
        mark = self._from_base()
        self.state, self.seq, self.head = mark.state, mark.seq, mark.head
        for number in range(mark.segment, self._current.segment + 1):
            self._enter(number)
            rest = self._take_in(files.read_from(self._fd))
            self._check_rest(rest, sealed=number < self._current.segment)
        self._check_nothing_hidden()

    def _check_nothing_hidden(self) -> None:
        """Raises `StoreDamaged` if there are changes behind the segment that `CURRENT` names.

        They are read, for they are proven: an older `CURRENT` was put back, and to write on would
        begin their segment anew.
        """
        if not hidden(self.folder, self._segment):
            return
        self._use_current()
        if self._current.segment > self._segment:
            self.read()  # somebody has just begun that segment
            return
        raise self._no_current(
            msg("{name} is of an earlier time than the journal", name=current.NAME),
            behind=self._segment,
        )

    def _from_base(self) -> Mark:
        while mark := self._current.base:
            path = base_path(self.folder, mark.segment)
            try:
                data = files.read_file(path)
                base.check(data, mark)
                self._show_beginning(data, mark)
                return Mark(mark.segment, base.unpack(data), mark.seq, mark.head)
            except (OSError, NotWhole):
                self._use_current()
                if self._current.base != mark:
                    continue  # another process has just replaced it
                self.notices.append(
                    msg(
                        "The checkpoint {name} was missing or damaged and was not used; the "
                        "journal has everything. Nothing is lost.",
                        name=path.name,
                    )
                )
                self._base_lost = True
                break
        return Mark(1, State(), 0, ZERO)

    def _show_beginning(self, data: bytes, mark: BaseMark) -> None:
        """Gives `on_beginning` the first documents, brought up to date, before all are read."""
        if not self.on_beginning:
            return
        first = base.unpack_beginning(data)
        now = first
        # What is wrong here, the replay finds again, and says which line it is.
        with contextlib.suppress(OSError, BadChange, NewerFormat):
            for number in range(mark.segment, self._current.segment + 1):
                whole, _ = split(files.read_file(segment_path(self.folder, number)))
                for entry, _ in whole:
                    now = now.after(entry.changes)
        self.on_beginning(first, now)

    def _enter(self, number: int) -> None:
        """Goes on with segment `number`, from its beginning."""
        path = segment_path(self.folder, number)
        try:
            fd = files.open_file(path, os.O_RDONLY if self.read_only else self._flags)
        except (FileNotFoundError, files.NotAFile) as error:
            raise self._damaged(msg("{name} is missing", name=path.name)) from error
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._segment, self._offset = fd, number, 0
        self._start = Mark(number, self.state, self.seq, self.head)

    def _take_in(self, data: bytes) -> bytes:
        """Takes in the whole lines of `data`, which was read at our offset; returns the rest."""
        whole, end = split(data)
        offset = self._offset
        for entry, line_end in whole:
            try:
                if not follows(entry, self.seq, self.head):
                    raise BadChange(N_("it does not follow the line before"))
                if entry.seq == 1 and self._current.genesis not in ("", entry.sha):
                    raise BadChange(N_("it is the beginning of another store"))
                self.state = self.state.after(entry.changes)
            except BadChange as error:
                raise self._damaged(self._here(str(error))) from error
            self.seq, self.head, self._offset = entry.seq, entry.sha, offset + line_end
            self.on_entry(entry)
        return data[end:]

    def _check_rest(self, rest: bytes, *, sealed: bool) -> None:
        """Tells a line that is being written, or was cut short, from damage."""
        if self._offset == 0:
            raise self._damaged(self._here(N_("it does not begin with a whole line")))
        if rest and (sealed or not is_torn(rest)):
            raise self._damaged(self._here(N_("it is not what was written")))

    def _here(self, why: str) -> Message:
        return msg(
            "{name} is damaged at line {line} (byte {byte}): {why}",
            name=segment_path(self.folder, self._segment).name,
            line=str(files.read_from(self._fd)[: self._offset].count(b"\n") + 1),
            byte=str(self._offset),
            why=msg(why),
        )

    def _damaged(self, what: Message) -> StoreDamaged:
        return StoreDamaged(
            msg("{what}; nothing in {path} was touched.", what=what, path=self.folder),
            todo=msg(
                "The desk shows what is proven, up to change {seq}. To work on: partnerdesk "
                "journal export --until {seq} --to NEWFOLDER, then use that folder.",
                seq=str(self.seq),  # to be typed: numbers get commas
            ),
        )

    def _read_segment(self) -> bytes:
        rest = b""
        if os.fstat(self._fd).st_size < self._offset:
            raise self._tampered()
        for _ in range(2):  # the first look may have met a line that was cut back while we read
            rest = self._take_in(files.read_from(self._fd, self._offset))
            if not rest or is_torn(rest):
                return rest
        self._check_rest(rest, sealed=False)
        return rest

    def _tampered(self) -> StoreDamaged:
        """Lines that were read, perhaps confirmed, may be gone: to write on would hide that."""
        return StoreDamaged(
            msg(
                "{name} was cut, replaced or written by something else while it was in use; what "
                "was saved in it may be gone.",
                name=segment_path(self.folder, self._segment).name,
            ),
            todo=msg(
                "The desk still shows everything up to change {seq}. partnerdesk journal verify "
                "says what is left on disk; put the file back from a backup, then start again.",
                seq=str(self.seq),
            ),
        )

    def _stop(self, why: DeskError) -> None:
        self.damage = why
        self.read_only = why.what

    def _newer(self) -> StoreNewer:
        return StoreNewer(
            msg("A newer partnerdesk wrote the store in {path}.", path=self.folder),
            todo=msg("Install that version or a later one; nothing was touched."),
        )
