"""The keyring of a desktop session, where a sign-in is encrypted; most jump hosts have none."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from store.graph.private_file import NotPrivate
from store.message import msg

_TRIAL = "from msal_extensions.libsecret import trial_run; trial_run()"
TRIAL_SECONDS = 4.0
"""A keyring that wants to be unlocked asks on a screen that a jump host does not have."""
_NOTHING = "{}"


def keyring_works(environment: Mapping[str, str]) -> bool:
    """Whether this session has a keyring that keeps what it is given, without asking anybody.

    Tried in a process of its own: a locked keyring would wait for a screen for ever.
    """
    if not environment.get("DBUS_SESSION_BUS_ADDRESS") or importlib.util.find_spec("gi") is None:
        return False
    import subprocess

    try:
        tried = subprocess.run(
            [sys.executable, "-c", _TRIAL],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


class Keyring:
    """The session's keyring; a file without a secret tells other processes that it changed."""

    def __init__(self, signal: Path, name: str) -> None:
        self._signal = signal
        with _in_words():
            from msal_extensions import LibsecretPersistence

            self._kept = LibsecretPersistence(str(signal), "partnerdesk", {"sign-in": name})

    def read(self) -> str | None:
        with _in_words():
            from msal_extensions.persistence import PersistenceNotFound

            try:
                found = str(self._kept.load() or "")
            except PersistenceNotFound:
                return None
            return None if found in ("", _NOTHING) else found

    def write(self, text: str) -> None:
        with _in_words():
            self._kept.save(text)

    def remove(self) -> bool:
        gone = self.read() is not None
        if gone:
            self.write(_NOTHING)  # the library has no word for taking it out
        return gone

    def stamp(self) -> object:
        try:
            return os.stat(self._signal).st_mtime_ns
        except OSError:
            return None


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Whatever a keyring's own library may raise, in words."""
    try:
        yield
    except Exception as error:
        raise NotPrivate(
            msg("The keyring of this session does not answer ({kind}).", kind=type(error).__name__),
            todo=msg('Unlock it, or set token-cache = "file" or "memory" in the settings.'),
        ) from error
