"""What every command needs: the desk, where to print, and how errors end."""

from __future__ import annotations

import codecs
import importlib
import json
import os
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from store.clean import shown
from store.desk import Desk, Receipt
from store.errors import BadInput, DeskError, NotConnected, OutputLost
from store.message import Message, msg
from store.operator import Operator, current_operator
from store.view import View
from tui import settings as settings_module
from tui.language import say
from tui.settings import Settings

if TYPE_CHECKING:
    from store.actions.connection import Connection

OpenDesk = Callable[..., int]
"""Opens the full-screen desk on a store: folder, settings, operator, and a demo's practice cloud
and clean-up; returns the exit status."""


@dataclass
class Context:
    """What the command line was called with."""

    settings: Settings
    environment: Mapping[str, str]
    open_desk: OpenDesk
    store: str = ""
    today: Callable[[], date] = field(default=date.today)

    @property
    def folder(self) -> Path:
        """The folder of the store."""
        return settings_module.store_folder(self.settings, self.environment, self.store)

    @property
    def operator(self) -> Operator:
        """Who gives the command."""
        return current_operator(self.environment)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The store, open while the command runs; what it has to tell goes to stderr."""
        with self._opened() as desk:
            for notice in desk.take_notices():
                tell(notice)
            if desk.damage:
                tell(desk.damage.what)
                if desk.damage.todo:
                    tell(desk.damage.todo)
            yield desk
            for notice in desk.take_notices():
                tell(notice)
            sys.stdout.flush()  # a checkpoint may follow: not before the answer

    @contextmanager
    def connected(self) -> Iterator[Desk]:
        """The store for a command that asks Microsoft; there has to be one already."""
        if not self.is_there:
            self.why_not_there()
            raise NotConnected(
                msg("There is no store in {path} yet.", path=str(self.folder)),
                todo=msg("Say who you are first: {command}", command="partnerdesk partner set …"),
            )
        with self.desk() as desk:
            yield desk

    @contextmanager
    def reading(self) -> Iterator[Desk]:
        """The store for a command that changes nothing, and so makes none where there is none."""
        if not self.is_there:
            self.why_not_there()
            if self.store or self.environment.get("PARTNERDESK_STORE"):
                tell(msg("There is no store in {path} yet.", path=str(self.folder)))
            with tempfile.TemporaryDirectory() as empty, self._opened(Path(empty)) as desk:
                yield desk
        else:
            with self.desk() as desk:
                yield desk

    def why_not_there(self) -> Message | None:
        """Why no store that is written could be where it is looked for; raises `StoreUnusable`."""
        return Desk.why_not_in(self.folder, allow_network=self.settings.allow_network_store)

    @property
    def filesystem(self) -> str:
        """The type of the filesystem that the store is on, or would be."""
        return Desk(self.folder, self.operator).filesystem

    @property
    def is_there(self) -> bool:
        """Whether anything of a store is there; what may not be looked at is taken for one."""
        try:
            names = [found.name for found in self.folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True
        return any(name.startswith(("CURRENT", "journal.", "base.")) for name in names)

    def has_to_be_there(self) -> None:
        """Raises `BadInput` where there is no store.

        Cron, which may look in somebody else's home, would hear for ever that all is well.
        """
        if not self.is_there:
            raise BadInput(
                msg("There is no store in {path}.", path=str(self.folder)),
                todo=msg("Name it: {option}", option="--store"),
            )

    def connection(self, desk: Desk) -> Connection:
        """The way to Microsoft for the partner of an open store; asks nobody."""
        from store.actions.connection import Connection
        from tui.access import access

        return Connection(desk.view.partner, desk.path, access(self.settings, self.environment))

    def peek(self) -> View | None:
        """What an existing store holds, without a word; `None` where there is no store."""
        if not Desk.is_at(self.folder):
            return None
        with self._opened() as desk:
            return desk.view

    def _opened(self, folder: Path | None = None) -> Desk:
        return Desk(
            folder or self.folder,
            self.operator,
            today=self.today,
            allow_network=self.settings.allow_network_store,
        ).open()


context = click.make_pass_decorator(Context)


class Lazy(click.Group):
    """A group of which some commands are imported only when they are called or listed."""

    def __init__(self, *args: Any, commands_in: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._commands_in = commands_in

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            quietly_closed_pipe()

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *self._commands_in]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = self._commands_in.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module(f"tui.commands.{module}").command
        return command


# -- printing -----------------------------------------------------------------------------------


def put(text: str = "") -> None:
    """One line of data, on stdout."""
    _write(f"{shown(text)}\n")


def put_raw(text: str) -> None:
    """Text that is already safe and has line breaks of its own, on stdout."""
    _write(text)


def put_file(data: bytes) -> None:
    """A file as it is, on stdout: in its own encoding, whatever the terminal's is."""
    _write(data)


def _write(data: str | bytes) -> None:
    try:
        click.echo(data, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        to_nowhere(sys.stdout)
        reason = error.strerror or str(error)
        raise OutputLost(msg("It could not be written: {reason}.", reason=reason)) from error


@contextmanager
def heard_or_not() -> Iterator[None]:
    """Goes on where nobody reads what is printed here: there is more to do, or to end with."""
    try:
        yield
    except BrokenPipeError:
        to_nowhere(sys.stdout)


def tell(message: Message | str) -> None:
    """One line of talk, on stderr; where nobody hears it, what is being done goes on."""
    try:
        click.echo(shown(say(message)), err=True)
    except OSError:
        to_nowhere(sys.stderr)


def done(receipt: Receipt) -> None:
    """What a change did, and what was noticed on the way."""
    put(say(receipt.message))
    for note in receipt.notes:
        tell(note)


def put_json(value: object) -> None:
    """A value as JSON; what a terminal could act on, or could not show, is written as an escape."""
    is_utf8 = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    text = json.dumps(value, ensure_ascii=not is_utf8, indent=2)
    _write("".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in text) + "\n")


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def put_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows in columns as wide as their widest cell."""
    cells = [list(titles), *([shown(cell) for cell in row] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        put("  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip())


def width(text: str) -> int:
    """The number of terminal cells that text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def labelled(title: str, value: str) -> str:
    """A title and its value, with the colon as this language sets it."""
    return say(msg("{title}: {value}", title=msg(title), value=value))


def pad(text: str, size: int) -> str:
    """Text filled up with spaces to a number of cells."""
    return text + " " * (size - width(text))


def fail(error: DeskError) -> NoReturn:
    """Prints an error and ends with its exit status."""
    tell(msg("partnerdesk: {title}: {what}", title=msg(error.title), what=error.what))
    if error.todo:
        tell(error.todo)
    sys.exit(error.exit_code)


def quietly_closed_pipe() -> NoReturn:
    """Whoever read our output has had enough."""
    to_nowhere(sys.stdout)
    sys.exit(0)


def to_nowhere(stream: TextIO) -> None:
    """Nothing that is still to be written there fails any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
