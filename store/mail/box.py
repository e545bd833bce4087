"""A folder of mails that is read, and never written: .eml files, or a Maildir.

Whoever can send us a mail can put anything into such a folder, and so may whoever shares the host:
only plain files are opened, none is waited for, and no mail ends the reading of the others.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import hashlib
import itertools
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import date as Day
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

from store.clean import shown
from store.errors import BadInput
from store.mail.body import text_of, tidy
from store.mail.bounce import Bounce, bounce_of
from store.mail.headers import LENIENT, Head, decoded, head_of
from store.message import Message, msg, nmsg

MOST_FILES = 20_000
MOST_BYTES = 5 << 20
"""What is read of one file."""
_FIRST = 64 << 10
"""What is read of every file: the head of nearly every mail is in it."""
_DEEPEST = 64
_MOST_LINES = 100_000
_MOST_BELOW = 1_000
_SUFFIX = ".eml"
_MAILDIR = ("new", "cur")
_ONLY_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Found(NamedTuple):
    """One mail, its text cleaned; `date` is UTC, the file's own where the mail names none.

    `digest` stays the same where a mail is moved, renamed or stored twice. `problem` says what
    of it could not be read, if anything.
    """

    path: str
    message_id: str
    from_name: str
    from_address: str
    subject: str
    date: datetime
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    auto_submitted: bool
    bounce: Bounce | None
    digest: str
    problem: Message | None = None

    @property
    def sender(self) -> str:
        """Who it says that it is from, as far as it says so."""
        return " ".join(
            filter(None, (self.from_name, self.from_address and f"<{self.from_address}>"))
        )

    @property
    def here(self) -> datetime:
        """Its date by this host's clock."""
        try:
            return self.date.astimezone()
        except OverflowError:  # somebody's first or last day of all
            return self.date

    @property
    def day(self) -> Day:
        """The day of its date by this host's calendar, as the desk counts days."""
        return self.here.date()


class Broken(NamedTuple):
    """A file of which nothing could be read, and why."""

    path: str
    why: Message


class Box(NamedTuple):
    """What a folder holds: mails, newest first, files that are none, and how many were looked at.

    `others` are mails that nobody wanted; `cut` says what was left out, if anything.
    """

    founds: tuple[Found, ...] = ()
    broken: tuple[Broken, ...] = ()
    files: int = 0
    cut: Message | None = None
    others: int = 0


class _Entry(NamedTuple):
    changed: float
    name: str
    folder: int
    within: str

    @property
    def mail(self) -> str:
        """What its mail is called in this folder, wherever a Maildir has it and however marked."""
        return self.name.partition(":")[0] if self.within else self.name


Told = Callable[[int, int], None]


def read(
    folder: Path,
    wanted: Callable[[Head], bool] = lambda head: True,
    told: Told = lambda done, total: None,
) -> Box:
    """The mails of a folder whose heads are `wanted`.

    A Maildir's are those in *cur* and *new*; else every .eml file in the folder itself, and none
    in folders below. `told` gets how many files were looked at, of how many; what it raises ends
    the reading. Raises `BadInput` where there is no such folder.
    """
    with contextlib.ExitStack() as open_:
        entries = sorted(_entries(folder, open_), reverse=True)
        cut = None
        if len(entries) > MOST_FILES:
            cut = nmsg(
                "{path} has {count} file; only the {most} newest were read.",
                "{path} has {count} files; only the {most} newest were read.",
                len(entries),
                path=str(folder),
                most=MOST_FILES,
            )
            del entries[MOST_FILES:]
        elif not entries and (below := _maildir_in(folder)):
            cut = msg("No mail is in it, but {path} is a Maildir: name that one.", path=str(below))
        found = _Reading(wanted)
        for done, entry in enumerate(entries):
            told(done, len(entries))
            found.take(entry)
        if found.gone:  # a mail program may be at it: what it moved is elsewhere by now
            with contextlib.suppress(BadInput):
                for entry in _entries(folder, open_):
                    if entry.mail in found.gone:
                        found.take(entry)
        told(len(entries), len(entries))
    newest = sorted(found.founds.values(), key=lambda found: found.date, reverse=True)
    broken = (*found.broken, *found.gone.values())
    return Box(tuple(newest), broken, len(entries), cut, found.others)


class _Reading:
    """What was read of a folder so far; `gone` are mails that were not there any more."""

    def __init__(self, wanted: Callable[[Head], bool]) -> None:
        self.founds: dict[str, Found] = {}
        self.broken: list[Broken] = []
        self.gone: dict[str, Broken] = {}
        self.others = 0
        self._wanted = wanted
        self._read: set[str] = set()

    def take(self, entry: _Entry) -> None:
        """Reads one file."""
        path = shown(os.path.join(entry.within, entry.name))
        try:
            one = _one(entry, path, self._wanted)
        except FileNotFoundError as error:
            if entry.mail not in self._read:
                why = msg("It cannot be opened: {reason}.", reason=_reason(error))
                self.gone[entry.mail] = Broken(path, why)
            return
        self.gone.pop(entry.mail, None)
        self._read.add(entry.mail)
        if isinstance(one, Found):
            self.founds.setdefault(one.digest, one)
        elif one:
            self.broken.append(Broken(path, one))
        else:
            self.others += 1


# -- files ------------------------------------------------------------------------------------


def _entries(folder: Path, open_: contextlib.ExitStack) -> Iterator[_Entry]:
    """The files that may be mails; raises `BadInput` where not all of them can be known."""
    at = folder
    try:
        top = _opened(folder, open_, os.O_RDONLY | os.O_CLOEXEC)
        below = []
        for name in _MAILDIR:
            at = folder / name
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                below.append((_opened(name, open_, _ONLY_READ, top), name))
        if len(below) < len(_MAILDIR):
            below = []  # a folder of that name makes no Maildir: its own mails are not passed by
        for fd, within in below or [(top, "")]:
            at = folder / within
            with os.scandir(fd) as listed:
                for found in listed:
                    if found.name.startswith("."):
                        continue
                    if below or found.name.lower().endswith(_SUFFIX):
                        yield _Entry(_changed(found), found.name, fd, within)
    except (OSError, ValueError) as error:
        raise BadInput(
            msg("The folder {path} cannot be read: {reason}.", path=str(at),
                reason=_reason(error)),
            field="folder",
            todo=msg("Name a folder of .eml files, or a Maildir."),
        ) from error  # fmt: skip


def _opened(
    name: Path | str, open_: contextlib.ExitStack, how: int, within: int | None = None
) -> int:
    fd = os.open(name, how | os.O_DIRECTORY, dir_fd=within)
    open_.callback(os.close, fd)
    return fd


def _maildir_in(folder: Path) -> Path | None:
    """The first Maildir right below a folder: whose parent was named by mistake, perhaps."""
    with contextlib.suppress(OSError), os.scandir(folder) as listed:
        for found in itertools.islice(listed, _MOST_BELOW):
            below = Path(found.path)
            if all((below / name).is_dir() for name in _MAILDIR):
                return below
    return None


def _changed(found: os.DirEntry[str]) -> float:
    try:
        return found.stat(follow_symlinks=False).st_mtime
    except OSError:
        return 0.0  # it is gone, which opening it will say


def _one(entry: _Entry, path: str, wanted: Callable[[Head], bool]) -> Found | Message | None:
    """The mail in a file, why it is none, or nothing where it is not wanted.

    Raises `FileNotFoundError` where it is not there any more.
    """
    try:
        fd = os.open(entry.name, _ONLY_READ, dir_fd=entry.folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            return msg("It is a link, and links are not followed.")
        return msg("It cannot be opened: {reason}.", reason=_reason(error))
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        return msg("It is no plain file.")
    with os.fdopen(fd, "rb") as file:
        try:
            data = file.read(_FIRST).removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
            if _end_of_head(data) < 0:
                data += file.read(MOST_BYTES + 1 - len(data))
            head = _parsed_head(data)
            if isinstance(head, Message):
                return head
            if not wanted(head):
                return None
            data += file.read(MOST_BYTES + 1 - len(data))
        except OSError as error:
            return msg("It cannot be read: {reason}.", reason=_reason(error))
    return _found(path, head, data, entry.changed)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


# -- mails ------------------------------------------------------------------------------------


def _end_of_head(data: bytes) -> int:
    """Where the first empty line begins; -1 where there is none."""
    found = [place for end in (b"\n\n", b"\n\r\n") if (place := data.find(end)) >= 0]
    return min(found, default=-1)


def _parsed_head(data: bytes) -> Head | Message:
    end = _end_of_head(data)
    try:
        head = head_of(data if end < 0 else data[: end + 1])
    except Exception as error:  # the parser is another's, and the mail may hold anything
        return msg("Its head cannot be read: {reason}.", reason=type(error).__name__)
    return head or msg("It is no mail: it has no head.")


def _found(path: str, head: Head, data: bytes, changed: float) -> Found:
    """The mail, as far as it can be read: what its head says holds, whatever follows."""
    bounce, problem = None, None
    end = max(0, _end_of_head(data))
    if len(data) > MOST_BYTES:
        data = data[:MOST_BYTES]
        problem = msg("It is larger than {most} MB; the end was not read.", most=MOST_BYTES >> 20)
    lower = data.lower()
    if lower.count(b"multipart/") + lower.count(b"message/") > _DEEPEST:
        problem = msg("Its parts are nested too deeply; it is shown as it is written.")
        text = tidy(decoded(data[end:], ""))
    else:
        try:
            mail = message_from_bytes(_few_lines(data), policy=LENIENT)
            text, bounce = text_of(mail), bounce_of(mail, head)
        except Exception as error:  # as above
            problem = msg("Its parts cannot be read ({reason}); it is shown as it is written.",
                          reason=type(error).__name__)  # fmt: skip
            text = tidy(decoded(data[end:], ""))
    date = head.date or datetime.fromtimestamp(max(0.0, min(changed, 4e9)), UTC)
    known = (head.message_id, head.from_address, head.subject, str(head.date), text)
    return Found(
        path,
        head.message_id,
        head.from_name,
        head.from_address,
        head.subject,
        date,
        head.in_reply_to,
        head.references,
        text,
        head.by_program,
        bounce,
        hashlib.sha256("\0".join(known).encode("utf-8", "replace")).hexdigest(),
        problem,
    )


def _few_lines(data: bytes) -> bytes:
    """No more lines than can be parsed in a moment: each is looked at once for every part."""
    lines = data.split(b"\n", _MOST_LINES)
    return data if len(lines) <= _MOST_LINES else b"\n".join(lines[:_MOST_LINES])
