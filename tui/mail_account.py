"""The operator's settings as an account that letters leave from."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from store.actions.outbox import Account, Auth, Security, Way
from store.clean import harmless
from store.errors import BadInput
from store.message import Message, msg
from store.model.partner import Partner
from store.paths import typed_path
from store.secret import Secret
from tui.settings import MailSettings, Settings

_LARGEST = 64 << 10
"""Bytes of a password file; access tokens have a few thousand."""
_PATIENCE = 60.0
_MOST_WORDS = 300
_PASSWORD = "password-file, password-command"

Ask = Callable[[Message], Secret]
"""Asks the operator for a password, in the words given."""


def why_not(settings: Settings, partner: Partner) -> Message | None:
    """What the settings still lack before letters can be sent, if anything; names the keys."""
    mail = settings.mail
    if not (mail.sender or partner.mail) and mail.way != Way.GRAPH:
        return msg("Letters need an address that they are from: {key} in [mail], or the partner's.",
                   key="sender")  # fmt: skip
    if mail.way == Way.SMTP and not mail.host:
        return msg("It is not set where letters leave from.")
    return None


def how_to_set(path: Path) -> Message:
    """What to write into the settings."""
    return msg(
        "In {path}, below [mail]: {smtp}; or {graph} for the mailbox that is signed in.",
        path=str(path),
        smtp='host = "smtp.example.com", user, password-file',
        graph='way = "graph"',
    )


def account_of(
    settings: Settings,
    partner: Partner,
    *,
    ask: Ask | None = None,
    signed_in: Callable[[], str] = lambda: "",
) -> Account | None:
    """The account, or `None` where nothing is set; asks nobody yet.

    `ask` is for a password that neither a file nor a command gives, and is asked once. `signed_in`
    tells whose mailbox Microsoft sends from.
    """
    mail = settings.mail
    if why_not(settings, partner):
        return None
    way = Way(mail.way)
    sender = mail.sender or (signed_in() if way is Way.GRAPH else "") or partner.mail
    user = mail.user or sender
    return Account(
        way,
        sender,
        partner.contact or partner.name,
        mail.reply_to,
        max(0, mail.pace),
        mail.host.strip(),
        mail.port,
        Security(mail.security),
        Auth(mail.auth),
        user,
        str(typed_path(settings.ca_bundle)) if settings.ca_bundle else "",
        _once(mail, user, ask) if way is Way.SMTP and mail.auth != Auth.NONE else None,
    )


def _once(mail: MailSettings, user: str, ask: Ask | None) -> Callable[[], Secret]:
    """The password, which is looked for when it is wanted, and only once."""
    kept: list[Secret] = []

    def secret() -> Secret:
        if not kept:
            kept.append(_found(mail, user, ask))
        return kept[0]

    return secret


def _found(mail: MailSettings, user: str, ask: Ask | None) -> Secret:
    if mail.password_file:
        return from_file(typed_path(mail.password_file))
    if mail.password_command:
        return from_command(mail.password_command)
    if ask is None:
        raise BadInput(
            msg("The mail server wants a password for {user}, and none is set.", user=user),
            field="password-file",
            todo=msg("Name a file or a command below [mail]: {keys}.", keys=_PASSWORD)
            if mail.user
            else msg("Name a file or a command below [mail]: {keys}; or {none}, where the server "
                     "wants no password.", keys=_PASSWORD, none='auth = "none"'),
        )  # fmt: skip
    return ask(msg("Password of {user} at {host}", user=user, host=mail.host))


def from_file(path: Path) -> Secret:
    """The first line of a file that only this account may read; raises `BadInput`."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _bad_file(path, error.strerror or "?") from None
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise _bad_file(path, msg("it is no file"))
        if found.st_uid not in (os.geteuid(), 0):
            raise _bad_file(path, msg("it belongs to another account"))
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise _bad_file(path, msg("others may read it; take that right away with chmod 600"))
        secret = _first_line(file.read(_LARGEST))
    if not secret:
        raise _bad_file(path, msg("it is empty, or not UTF-8"))
    return secret


def from_command(line: str) -> Secret:
    """The first line that a command writes, which is run without a shell; raises `BadInput`."""
    try:
        words = shlex.split(line)
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise _bad_command(line, msg("it took too long")) from None
    except (OSError, ValueError, IndexError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _bad_command(line, harmless(reason)) from None
    if done.returncode != 0:
        said = harmless(done.stderr.decode("utf-8", "replace").strip()[-_MOST_WORDS:])
        raise _bad_command(line, said or str(done.returncode))
    secret = _first_line(done.stdout)
    if not secret:
        raise _bad_command(line, "")
    return secret


def _first_line(written: bytes) -> Secret:
    try:
        return Secret(written.partition(b"\n")[0].removesuffix(b"\r").decode())
    except UnicodeDecodeError:
        pass
    return Secret("")


def _bad_file(path: Path, why: Message | str) -> BadInput:
    return BadInput(
        msg("The password is not taken from {path}: {why}.", path=str(path), why=why),
        field="password-file",
        todo=msg("It has to be a file of this account that nobody else may read."),
    )


def _bad_command(line: str, said: str | Message) -> BadInput:
    command = line.partition(" ")[0]
    if not said:
        what = msg("{command} gave no password.", command=command)
    else:
        what = msg("{command} did not give the password: {said}", command=command, said=said)
    return BadInput(
        what,
        field="password-command",
        todo=msg("Its first line of output is the password; it is run without a shell."),
    )
