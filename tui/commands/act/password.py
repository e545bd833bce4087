"""A password on the command line: never in an argument, alone on stdout or in a new file."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from store.errors import BadInput, DeskError
from store.message import N_, Message, msg, nmsg
from store.paths import typed_path
from store.secret import Secret
from tui.commands.base import tell, to_nowhere
from tui.commands.values import complete_files
from tui.language import _, say

if TYPE_CHECKING:
    from store.actions.acting.base import Ended

_LONGEST = 1_024


class PasswordLost(DeskError):
    """Nobody took a password that is in force."""

    title = N_("The password is lost")


class Passwords(NamedTuple):
    """How a password is given and taken; `file` is a path, "" for stdout."""

    ask: bool
    stdin: bool
    file: str

    @property
    def typed(self) -> bool:
        """Whether the operator knows the password already."""
        return self.ask or self.stdin

    def check(self, as_json: bool) -> None:
        """Raises `BadInput` for a way that would lose the password, or show it."""
        if self.ask and self.stdin:
            raise BadInput(
                msg("Give --ask-password or --password-stdin, not both."), field="password"
            )
        if self.typed and self.file:
            raise BadInput(
                msg("A password that you type is not written into a file."), field="password-file"
            )
        if as_json and not (self.typed or self.file):
            raise BadInput(
                msg("JSON never holds a password."),
                field="password-file",
                todo=msg("Name a new file for it: {option}", option="--password-file FILE"),
            )

    def given(self) -> Secret | None:
        """The password that was typed, if one was to be."""
        if self.stdin:
            if sys.stdin.isatty():
                raise BadInput(
                    msg("What is typed on a terminal would be seen."),
                    field="password",
                    todo=msg("Let it be asked for: {option}", option="--ask-password"),
                )
            try:
                read = Secret(sys.stdin.readline(_LONGEST).rstrip("\r\n"))
            except UnicodeDecodeError:
                raise BadInput(msg("What is on stdin is no text."), field="password") from None
            if not read:
                raise BadInput(msg("There is no password on stdin."), field="password")
            return read
        if self.ask:
            if not sys.stdin.isatty():
                raise BadInput(
                    msg("A password can be asked for on a terminal only."),
                    field="password",
                    todo=msg("Give it on stdin: {option}", option="--password-stdin"),
                )
            with _interruptible():
                return Secret(
                    click.prompt(
                        _("Password"), hide_input=True, confirmation_prompt=True, err=True,
                        default="", show_default=False,
                    )
                )  # fmt: skip
        return None

    @contextmanager
    def filed(self, upn: str, secret: Secret) -> Iterator[Filed]:
        """A generated password in its file, on disk before anything is sent."""
        from store.actions.acting.file import Entry, PasswordFile

        made = PasswordFile(typed_path(self.file)) if self.file else None
        if made:
            made.write([Entry(upn, secret)], alone=True)
        found = Filed()
        try:
            yield found
        except DeskError:
            found.is_needed = False
            raise
        finally:
            if made and found.is_needed:
                made.close()
                tell_where(made.path)
            elif made:
                made.remove()


def tell_where(path: Path, count: int = 1) -> None:
    """Says in which file so many passwords were left."""
    tell(nmsg("The password is in {path}.", "The passwords are in {path}.", count, path=str(path)))


class Filed:
    """Whether a password that was written down counts, or may."""

    def __init__(self) -> None:
        self.is_needed = True

    def ended(self, ended: Ended) -> None:
        """What came of the deed: a password that was refused is nobody's."""
        self.is_needed = ended.secret is not None


_OPTIONS = (
    click.option("--ask-password", is_flag=True, help=_("Type a password, which is not shown.")),
    click.option("--password-stdin", is_flag=True, help=_("The password is a line on stdin.")),
    click.option(
        "--password-file", metavar="FILE", default="", shell_complete=complete_files,
        help=_("A new file for the generated password, which only you can read; else stdout."),
    ),
)  # fmt: skip


def passwords(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the options; it receives them as one `passwords`."""

    @wraps(command)
    def taking(*args: Any, **given: Any) -> Any:
        found = Passwords(
            given.pop("ask_password"), given.pop("password_stdin"), given.pop("password_file")
        )
        return command(*args, passwords=found, **given)

    for option in reversed(_OPTIONS):
        taking = option(taking)
    return taking


def put_password(ended: Ended) -> None:
    """The password of a deed, alone on stdout; raises `PasswordLost`."""
    if ended.secret:
        put_secret(ended.secret, ended.user.upn if ended.user else "")


def put_secret(secret: Secret, upn: str, *, named: bool = False) -> None:
    """A password as a line of data, behind the user name where there are several.

    Raises `PasswordLost` where nobody takes it: it is in force all the same.
    """
    try:
        click.echo(f"{upn}\t{secret.reveal()}" if named else secret.reveal())
        sys.stdout.flush()
    except OSError as error:
        to_nowhere(sys.stdout)
        raise PasswordLost(
            msg("That of {upn} is in force, and could not be written out: {reason}.",
                upn=upn, reason=error.strerror or type(error).__name__),
            todo=msg("Reset it, or let one be made into a file: {option}",
                     option="--password-file FILE"),
        ) from None  # fmt: skip


def confirmed(typed: str | None, name: str, question: str, why: Message) -> str:
    """What the operator typed to confirm; asked for on a terminal where nothing was given.

    Raises `BadInput` with `why` where there is no terminal to ask on.
    """
    if typed is not None:
        return typed
    if not sys.stdin.isatty():
        raise BadInput(
            why,
            field="confirm",
            todo=msg("Confirm it: {option}", option=f"--confirm {shlex.quote(name)}"),
        )
    with _interruptible():
        answer: str = click.prompt(say(question, name=name), err=True)
    return answer


@contextmanager
def _interruptible() -> Iterator[None]:
    """While somebody is asked, ctrl+c ends it: asyncio's own handler waits for the answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
