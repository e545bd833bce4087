"""Keeping a sign-in: only where this account alone can read it, whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.errors import WriteRefused
from store.graph.private_file import NotPrivate
from store.graph.tokens import Account, Keeping, Kept, TokenCache

TENANT = "11111111-2222-4333-8444-555555555555"
SECRET = "0.canary-refresh-token"
ANNA = Account(
    "anna@adatum.example", TENANT, "client", "Anna", ("User.Read",), "2026-11-22T09:00:00", mfa=True
)
KEPT = Kept(ANNA, f'{{"RefreshToken": {{"x": {{"secret": "{SECRET}"}}}}}}')
ZOE = Kept(ANNA._replace(upn="zoe@adatum.example", since="2026-11-23T09:00:00"), "{}")
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")

HOLDER = """
import sys, time
from pathlib import Path
from store.graph.private_file import PrivateFile
with PrivateFile(Path(sys.argv[1])).held():
    print("held", flush=True)
    time.sleep(600)
"""
WRITER = """
import sys
from pathlib import Path
from store.graph.tokens import Account, Kept, TokenCache
cache = TokenCache(Path(sys.argv[1]), "worldwide", "file")
who = Account(sys.argv[2], "tenant", "client", since=sys.argv[2])
print("begins", flush=True)
for number in range(int(sys.argv[3])):
    cache.save(Kept(who, '{"pad": "' + str(number) * 4000 + '"}'))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "tokens"


@pytest.fixture
def cache(folder: Path) -> TokenCache:
    return TokenCache(folder, "worldwide", "file")


@pytest.fixture
def file(cache: TokenCache) -> Path:
    """The file of a sign-in that is kept."""
    cache.save(KEPT)
    return Path(cache.place)


def mode(path: Path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


def again(cache: TokenCache, setting: str = "file") -> TokenCache:
    """The same place as another process sees it."""
    return TokenCache(Path(cache.place).parent, "worldwide", setting)


# -- kept and found ---------------------------------------------------------------------------


def test_another_process_finds_who_signed_in(cache: TokenCache, file: Path) -> None:
    assert again(cache).load() == KEPT
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)


def test_nothing_is_there_before_and_after(cache: TokenCache, folder: Path) -> None:
    assert (cache.load(), cache.stamp()) == (None, None)
    assert not cache.clear()
    cache.save(KEPT)
    assert cache.clear()
    assert again(cache).load() is None
    assert not [path for path in folder.iterdir() if SECRET in path.read_text()]


def test_a_stamp_tells_that_another_process_wrote(cache: TokenCache, file: Path) -> None:
    before = cache.stamp()
    again(cache).save(ZOE)
    assert cache.stamp() != before
    found = cache.load()
    assert found is not None
    assert found.account.upn == "zoe@adatum.example"


def test_nothing_secret_is_in_what_is_printed_of_it(cache: TokenCache) -> None:
    assert SECRET not in repr(KEPT)
    assert SECRET not in f"{KEPT}"


def test_in_memory_it_ends_with_the_program(folder: Path) -> None:
    cache = TokenCache(folder, "worldwide", "memory")
    cache.save(KEPT)
    assert cache.load() == KEPT
    assert cache.keeping is Keeping.MEMORY
    assert not folder.exists()
    assert TokenCache(folder, "worldwide", "memory").load() is None
    assert cache.clear()
    assert cache.load() is None


def test_clouds_do_not_share_a_sign_in(cache: TokenCache, file: Path) -> None:
    assert TokenCache(file.parent, "practice", "file").load() is None


# -- newer tokens of the same sign-in ---------------------------------------------------------


def test_newer_tokens_replace_older_ones(cache: TokenCache, file: Path) -> None:
    assert cache.refresh(KEPT._replace(secrets='{"newer": 1}'))
    found = again(cache).load()
    assert found is not None
    assert found.secrets == '{"newer": 1}'


def test_who_signed_out_stays_out(cache: TokenCache, file: Path) -> None:
    again(cache).clear()
    assert not cache.refresh(KEPT)
    assert again(cache).load() is None


def test_who_signed_in_since_stays_in(cache: TokenCache, file: Path) -> None:
    again(cache).save(ZOE)
    assert not cache.refresh(KEPT)
    assert again(cache).load() == ZOE


# -- others on this host ----------------------------------------------------------------------


def test_what_others_could_read_is_mended_and_said(cache: TokenCache, file: Path) -> None:
    file.chmod(0o644)
    file.parent.chmod(0o755)
    found = again(cache)
    assert found.load() == KEPT
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    (note,) = found.take_notes()
    assert f"Others on this host could read {file}; that is mended." in str(note)
    assert found.take_notes() == []


def test_a_file_that_was_readable_is_private_once_it_is_written(
    cache: TokenCache, file: Path
) -> None:
    file.chmod(0o666)
    cache.save(ZOE)
    assert mode(file) == 0o600


def linked_file(file: Path, elsewhere: Path) -> None:
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def linked_folder(file: Path, elsewhere: Path) -> None:
    file.parent.rename(elsewhere)
    file.parent.symlink_to(elsewhere)


def pipe(file: Path, elsewhere: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def folder_there(file: Path, elsewhere: Path) -> None:
    file.unlink()
    file.mkdir()


def dangling(file: Path, elsewhere: Path) -> None:
    file.unlink()
    file.symlink_to(elsewhere)


@pytest.mark.parametrize("swap", [linked_file, linked_folder, pipe, folder_there, dangling])
def test_what_is_not_a_file_of_ours_is_neither_read_nor_written(
    cache: TokenCache, file: Path, tmp_path: Path, swap: Callable[[Path, Path], None]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    swap(file, elsewhere)
    with pytest.raises(NotPrivate) as refused:
        again(cache).load()
    assert "Move it out of the way" in str(refused.value.todo)
    with pytest.raises(NotPrivate):
        again(cache).save(ZOE)
    if elsewhere.is_file():
        assert SECRET in elsewhere.read_text(), "what a link leads to was written"
    else:
        assert swap is linked_folder or not elsewhere.exists()


@ROOT_ONLY
@pytest.mark.parametrize("whose", ["file", "folder"])
def test_what_belongs_to_somebody_else_is_neither_read_nor_written(
    cache: TokenCache, file: Path, whose: str
) -> None:
    os.chown(file if whose == "file" else file.parent, 12345, -1)
    with pytest.raises(NotPrivate, match="belongs to uid 12345, not to root"):
        again(cache).load()
    with pytest.raises(NotPrivate):
        again(cache).save(ZOE)


# -- damage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "half",
        "\0" * 400,
        "[]",
        "null",
        '{"format": 1}',
        '{"format": 1, "account": {}, "secrets": "{}"}',
        '{"account": {"since": "x", "tenant": "t"}, "secrets": "{half"}',
        '{"account": {"since": "x", "tenant": "t"}, "secrets": 7}',
        '{"account": [], "secrets": "{}"}',
        "[" * 100_000,
        "\x1b]52;c;aGk=\x07",
    ],
)
def test_half_of_a_file_means_to_sign_in_again(cache: TokenCache, file: Path, written: str) -> None:
    text = file.read_text()
    file.write_text(text[: len(text) // 2] if written == "half" else written)
    found = again(cache)
    assert found.load() is None
    (note,) = found.take_notes()
    assert "Sign in again" in str(note)
    found.save(ZOE)
    assert again(cache).load() == ZOE


def test_an_empty_file_is_nobody_and_needs_no_word(cache: TokenCache, file: Path) -> None:
    file.write_text("")
    found = again(cache)
    assert (found.load(), found.take_notes()) == (None, [])


def test_odd_types_in_it_do_no_harm(cache: TokenCache, file: Path) -> None:
    file.write_text(
        '{"account": {"upn": 7, "tenant": "t", "since": "s", "scopes": [1, null], "mfa": "yes"},'
        ' "secrets": "{}"}'
    )
    found = again(cache).load()
    assert found is not None
    assert (found.account.upn, found.account.scopes, found.account.mfa) == (
        "7",
        ("1", "None"),
        None,
    )


def test_a_full_disk_is_said_and_the_old_sign_in_stays(
    cache: TokenCache, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WriteRefused, match="No space left on device"):
            cache.save(ZOE)
        assert cache.refresh(KEPT), "tokens that cannot be kept are good all the same"
    assert again(cache).load() == KEPT
    assert sorted(path.name for path in file.parent.iterdir()) == ["lock", file.name]


# -- several processes ------------------------------------------------------------------------


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a script in a process of its own, and waits until it says its first word."""
    running: list[subprocess.Popen[str]] = []

    def start(script: str, *words: str) -> subprocess.Popen[str]:
        made = subprocess.Popen(
            [sys.executable, "-c", script, *words], stdout=subprocess.PIPE, text=True
        )
        running.append(made)
        assert made.stdout is not None
        assert made.stdout.readline()
        return made

    yield start
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_lock_whose_holder_was_killed_keeps_nobody_out(
    cache: TokenCache, file: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    holder = start(HOLDER, str(file))
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (file.parent / "lock").exists()
    spare = file.with_name(f".{file.name}.1.dead")
    spare.write_text(SECRET)
    again(cache).save(ZOE)
    assert again(cache).load() == ZOE
    assert not spare.exists(), "what a killed writer left is swept by whoever holds the lock"


def test_a_lock_whose_holder_is_stopped_keeps_nobody_out_for_long(
    cache: TokenCache, file: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    holder = start(HOLDER, str(file))
    holder.send_signal(signal.SIGSTOP)
    again(cache).save(ZOE)
    assert again(cache).load() == ZOE


def test_two_processes_never_leave_half_a_sign_in(
    cache: TokenCache, folder: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    cache.save(KEPT)
    writers = [start(WRITER, str(folder), who, "60") for who in ("anna", "zoe")]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        found = again(cache)
        kept = found.load()
        assert kept is not None, found.take_notes()
        assert mode(Path(cache.place)) == 0o600
        seen.add(kept.account.upn)
    assert [writer.returncode for writer in writers] == [0, 0]
    last = again(cache).load()
    assert last is not None
    assert last.account.upn in ("anna", "zoe")
    assert seen
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "worldwide.json"]


def test_killed_writers_never_leave_half_a_sign_in(
    cache: TokenCache, folder: Path, start: Callable[..., subprocess.Popen[str]]
) -> None:
    cache.save(KEPT)
    for number in range(12):
        writer = start(WRITER, str(folder), f"writer{number}", "100000")
        before, until = cache.stamp(), time.monotonic() + 30
        while cache.stamp() == before and time.monotonic() < until:
            pass
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        found = again(cache)
        assert found.load() is not None, found.take_notes()
    again(cache).save(ZOE)
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "worldwide.json"]
