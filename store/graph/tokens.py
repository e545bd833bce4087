"""Keeps a sign-in: in the host's keyring, in a private file, or only as long as we run."""

from __future__ import annotations

import contextlib
import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from store.errors import WriteRefused
from store.graph.keyring import Keyring, keyring_works
from store.graph.private_file import PrivateFile
from store.message import N_, Message, msg
from store.model import document
from store.undumped import no_core_dumps


class Keeping(StrEnum):
    """Where a sign-in is kept."""

    KEYRING = "keyring"
    FILE = "file"
    MEMORY = "memory"


KEEPING_NAMES = {
    Keeping.KEYRING: N_("encrypted, in the keyring of this session"),
    Keeping.FILE: N_("in a file that only this account may read"),
    Keeping.MEMORY: N_("nowhere: it ends with the program"),
}
SETTINGS = ("auto", "file", "memory")
"""What the setting `token-cache` may be."""


class Account(NamedTuple):
    """Who signed in where, and what Microsoft granted; without any secret.

    `scopes` are Microsoft's short names. `since` is ISO 8601 in UTC. `app_only` means that a
    certificate signed in and no person. `mfa` is `None` where Microsoft does not say.
    """

    upn: str
    tenant: str
    client: str
    name: str = ""
    scopes: tuple[str, ...] = ()
    since: str = ""
    app_only: bool = False
    mfa: bool | None = None


class Kept(NamedTuple):
    """A sign-in as it is kept: who, and the library's own tokens, which nobody else looks into."""

    account: Account
    secrets: str

    def __repr__(self) -> str:
        return f"Kept({self.account!r}, …)"


class _Place(Protocol):
    def read(self) -> str | None: ...
    def write(self, text: str) -> None: ...
    def remove(self) -> bool: ...
    def stamp(self) -> object: ...


class TokenCache:
    """The sign-in of one partner in one cloud, wherever this host can keep it.

    `folder` is ours alone; `name` tells partners and clouds apart; `setting` is `token-cache`.
    """

    def __init__(self, folder: Path, name: str, setting: str = "auto") -> None:
        self._file = PrivateFile(folder / f"{name}.json")
        self._answer = PrivateFile(folder / "answer")
        self._name = name
        self._setting = setting
        self._memory = _Memory()
        self._keyring: Keyring | None = None
        self._found: Keeping | None = None
        self._notes: list[Message] = []

    @property
    def keeping(self) -> Keeping | None:
        """Where a sign-in is kept; `None` while nobody has said whether a file may hold it."""
        if self._found is None:
            self._found = self._look()
        return self._found

    @property
    def place(self) -> str:
        """The path of the file, if it is one."""
        return str(self._file.path)

    def answer(self, keeping: Keeping) -> None:
        """What the operator said, once: a file, or nothing that lasts.

        Who has signed in already is kept there too.
        """
        with self._answer.held():
            self._answer.write(keeping.value)
        self._found = keeping
        signed_in = self._memory.read()
        if keeping is Keeping.FILE and signed_in:
            with self._file.held():
                self._file.write(signed_in)
            self._memory.remove()

    def load(self) -> Kept | None:
        """The sign-in that is kept, if it can be read; raises `NotPrivate`."""
        no_core_dumps()
        text = self._place().read()
        if self._file.mended:
            self._notes.append(self._file.mended)
            self._file.mended = None
        if not text:
            return None
        kept = _parsed(text)
        if kept is None:
            self._notes.append(
                msg(
                    "The sign-in that was kept here is damaged, and nothing else is. Sign in again."
                )
            )
        return kept

    def stamp(self) -> object:
        """Differs once another process has signed in, out, or got new tokens."""
        return self._place().stamp()

    def save(self, kept: Kept) -> None:
        """Keeps a new sign-in in place of any other."""
        with self._file.held() if self._on_disk else contextlib.nullcontext():
            self._place().write(_text(kept))

    def refresh(self, kept: Kept) -> bool:
        """Keeps newer tokens of the same sign-in; whether it still was there.

        What another process signed out stays out, and its newer sign-in stays in.
        """
        with self._file.held() if self._on_disk else contextlib.nullcontext():
            there = self._place().read()
            now = _parsed(there) if there else None
            if now is None or now.account.since != kept.account.since:
                return False
            with contextlib.suppress(WriteRefused):  # the tokens are good all the same
                self._place().write(_text(kept))
            return True

    def clear(self) -> bool:
        """Forgets the sign-in everywhere; whether there was one."""
        gone = self._memory.remove()
        if not self._file.path.parent.is_dir():
            return gone
        with self._file.held():
            if self.keeping is Keeping.KEYRING:
                gone = self._place().remove() or gone
            return self._file.remove() or gone

    def take_notes(self) -> list[Message]:
        """What the operator should know of what was found, once."""
        notes, self._notes = self._notes, []
        return notes

    # -- where --------------------------------------------------------------------------------

    @property
    def _on_disk(self) -> bool:
        return self.keeping in (Keeping.FILE, Keeping.KEYRING)

    def _look(self) -> Keeping | None:
        if self._setting == "memory":
            return Keeping.MEMORY
        if self._setting == "file":
            return Keeping.FILE
        said = self._answer.read()
        if said in (Keeping.FILE, Keeping.MEMORY):
            return Keeping(said)
        return Keeping.KEYRING if keyring_works(os.environ) else None

    def _place(self) -> _Place:
        if self.keeping is Keeping.FILE:
            return self._file
        if self.keeping is Keeping.KEYRING:
            if self._keyring is None:
                self._keyring = Keyring(self._file.path.with_suffix(".keyring"), self._name)
            return self._keyring
        return self._memory


class _Memory:
    """Until the program ends."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._count = 0

    def read(self) -> str | None:
        return self._text

    def write(self, text: str) -> None:
        self._text, self._count = text, self._count + 1

    def remove(self) -> bool:
        gone, self._text = self._text is not None, None
        self._count += 1
        return gone

    def stamp(self) -> object:
        return self._count


def _text(kept: Kept) -> str:
    account = kept.account._asdict()
    return json.dumps({"format": 1, "account": account, "secrets": kept.secrets})


def _parsed(text: str) -> Kept | None:
    """What `_text` wrote; `None` for anything else."""
    try:
        found: Any = json.loads(text)
        json.loads(found["secrets"])
        account = found["account"]
        since = document.text(account, "since")
        if not since or not document.text(account, "tenant"):
            return None
        mfa = account.get("mfa")
        return Kept(
            Account(
                upn=document.text(account, "upn"),
                tenant=document.text(account, "tenant"),
                client=document.text(account, "client"),
                name=document.text(account, "name"),
                scopes=document.texts(account, "scopes"),
                since=since,
                mfa=mfa if isinstance(mfa, bool) else None,
            ),
            found["secrets"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
