"""Where a sign-in is kept: in a keyring, in a file or nowhere, asked once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from store.graph import keyring as keyring_module
from store.graph.private_file import NotPrivate
from store.graph.tokens import Account, Keeping, Kept, TokenCache

SECRET = "0.canary-refresh-token"
KEYRING = Path(__file__).parent / "keyring"
ANNA = Account("anna@adatum.example", "tenant", "client", since="2026-11-22T09:00:00")
KEPT = Kept(ANNA, f'{{"RefreshToken": {{"x": {{"secret": "{SECRET}"}}}}}}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tokens"


def again(folder: Path) -> TokenCache:
    """The same place, as another process sees it."""
    return TokenCache(folder, "worldwide", "auto")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A session with a keyring; returns the file that stands in for what it holds."""
    kept = tmp_path / "keyring.json"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setenv("FAKE_KEYRING", str(kept))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(KEYRING), *sys.path]))
    monkeypatch.syspath_prepend(str(KEYRING))
    for name in list(sys.modules):
        if name == "gi" or name.startswith(("gi.", "msal_extensions.libsecret")):
            monkeypatch.delitem(sys.modules, name)
    return kept


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


def test_without_a_keyring_a_file_is_asked_for_once(no_keyring: None, folder: Path) -> None:
    cache = TokenCache(folder, "worldwide", "auto")
    assert cache.keeping is None
    cache.save(KEPT)
    assert not list(folder.glob("*.json")), "nothing was said yet"

    cache.answer(Keeping.FILE)
    assert again(folder).load() == KEPT, "who signed in before the answer is kept too"
    assert again(folder).keeping is Keeping.FILE
    assert TokenCache(folder, "practice", "auto").keeping is Keeping.FILE


def test_no_is_an_answer_too(no_keyring: None, folder: Path) -> None:
    cache = TokenCache(folder, "worldwide", "auto")
    cache.answer(Keeping.MEMORY)
    cache.save(KEPT)
    assert again(folder).keeping is Keeping.MEMORY
    assert again(folder).load() is None


def test_the_setting_wins_over_the_answer(no_keyring: None, folder: Path) -> None:
    TokenCache(folder, "worldwide", "auto").answer(Keeping.FILE)
    assert TokenCache(folder, "worldwide", "memory").keeping is Keeping.MEMORY
    TokenCache(folder, "worldwide", "auto").answer(Keeping.MEMORY)
    assert TokenCache(folder, "worldwide", "file").keeping is Keeping.FILE


def test_a_keyring_is_taken_without_a_question(keyring: Path, folder: Path) -> None:
    cache = TokenCache(folder, "worldwide", "auto")
    assert cache.keeping is Keeping.KEYRING
    assert cache.load() is None
    cache.save(KEPT)
    other = TokenCache(folder, "worldwide", "auto")
    assert other.load() == KEPT
    assert SECRET in keyring.read_text()
    assert not [path for path in folder.rglob("*") if path.is_file() and SECRET in path.read_text()]
    assert other.refresh(KEPT._replace(secrets="{}"))
    assert other.clear()
    assert cache.load() is None
    assert not other.clear()
    assert SECRET not in keyring.read_text()


def test_a_keyring_that_does_not_answer_counts_as_none(
    keyring: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAKE_KEYRING")
    assert TokenCache(folder, "worldwide", "auto").keeping is None


def test_a_keyring_that_waits_for_a_screen_counts_as_none(
    keyring: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_KEYRING_WAITS", "1")
    monkeypatch.setattr(keyring_module, "TRIAL_SECONDS", 0.5)
    assert TokenCache(folder, "worldwide", "auto").keeping is None


def test_a_keyring_that_is_locked_later_is_said(
    keyring: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TokenCache(folder, "worldwide", "auto")
    cache.save(KEPT)
    monkeypatch.delenv("FAKE_KEYRING")
    with pytest.raises(NotPrivate, match="does not answer"):
        cache.load()
    with pytest.raises(NotPrivate, match="does not answer"):
        cache.save(KEPT)
