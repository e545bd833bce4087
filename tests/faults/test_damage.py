"""S4, S5, S6: cut, flipped, swapped and missing files never become other data."""

import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.errors import DeskError
from store.journal.rescue import copy_store
from store.journal.verify import verify
from tests.faults import count
from tests.stores import contents, open_db, sample, tidy


@pytest.fixture(scope="module")
def original() -> Iterator[tuple[Path, list[str]]]:
    """A store with several segments and two bases, and its contents after each change."""
    shm = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else None))
    states = sample(folder / "made", transactions=24)
    yield folder, states
    shutil.rmtree(folder)


def files_of(path: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in path.iterdir()
        if file.is_file() and not file.is_symlink()
    }


def kept_files(path: Path) -> list[str]:
    """The names that matter; `lock` means nothing by its content."""
    return sorted(name for name in files_of(path) if name != "lock")


def outcome(path: Path, states: list[str]) -> str:
    """Opens a copy; `current`, `earlier`, `refused` or what must never be: `other`."""
    before = files_of(path)
    try:
        db = open_db(path, segment_limit=10**9)
    except DeskError:
        assert files_of(path) == before, "a refused store was changed"
        return "refused"
    journal = db.storage.journal
    found = contents(db.storage.state)
    if journal.read_only:
        db.close()
        changed = {name for name, data in files_of(path).items() if before.get(name) != data}
        assert changed <= {"lock"}, f"a damaged store was changed: {changed}"
        assert found in states or found == contents_of_nothing()
        return "refused"
    said = bool(journal.notices)
    db.close()
    if found == states[-1]:
        return "current"
    if found in states:
        kept = [name for name in files_of(path) if name.startswith("broken.")]
        assert bool(kept) == said
        return "earlier" if said else "cut at a line's end"
    return "other"


def contents_of_nothing() -> str:
    return json.dumps({"tables": {}, "next": {}}, sort_keys=True)


def damaged(folder: Path, change: Callable[[Path], None]) -> Path:
    target = folder / "damaged"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder / "made", target)
    change(target)
    return target


def test_cut_anywhere_the_changes_before_the_cut_come_back(
    original: tuple[Path, list[str]],
) -> None:
    folder, states = original
    names = kept_files(folder / "made")
    last = max(
        (name for name in names if name.startswith("journal.")), key=lambda n: int(n.split(".")[1])
    )
    for name in names:
        size = (folder / "made" / name).stat().st_size
        for cut in range(0, size, count(17, 1)):
            path = damaged(folder, lambda p, n=name, c=cut: os.truncate(p / n, c))  # type: ignore[misc]
            found = outcome(path, states)
            if name == "CURRENT":
                assert found == "refused"
            elif name == last and cut:
                assert found in ("earlier", "cut at a line's end", "refused", "current")
                if found == "refused":
                    first = (folder / "made" / name).read_bytes().find(b"\n")
                    assert cut <= first, "only a segment without its first line is damage"
            elif name == last:
                assert found == "refused"
            else:
                # A base is a cache, and a sealed segment is covered by it or found damaged.
                assert found in ("current", "refused")


def test_flipped_bits_and_overwritten_blocks_never_become_other_data(
    original: tuple[Path, list[str]],
) -> None:
    folder, states = original
    names = kept_files(folder / "made")
    rng = random.Random(5)
    for _ in range(count(1_000, 30_000)):
        name = rng.choice(names)

        def change(path: Path, name: str = name) -> None:
            data = bytearray((path / name).read_bytes())
            place = rng.randrange(len(data))
            match rng.randrange(4):
                case 0 | 1:
                    data[place] ^= 1 << rng.randrange(8)
                case 2:
                    block = rng.randbytes(rng.randrange(1, 64))
                    data[place : place + len(block)] = block
                case 3:
                    data[place:] = bytes(len(data) - place)
            (path / name).write_bytes(data)

        assert outcome(damaged(folder, change), states) != "other"


def test_only_the_last_line_can_be_dropped_by_a_flip(original: tuple[Path, list[str]]) -> None:
    folder, states = original
    names = [name for name in kept_files(folder / "made") if name.startswith("journal.")]
    last = max(names, key=lambda name: int(name.split(".")[1]))
    size = (folder / "made" / last).stat().st_size
    for place in range(0, size, count(23, 1)):

        def change(path: Path, place: int = place) -> None:
            data = bytearray((path / last).read_bytes())
            data[place] ^= 0x10
            (path / last).write_bytes(data)

        path = damaged(folder, change)
        if outcome(path, states) == "earlier":
            db = open_db(path)
            assert contents(db.storage.state) == states[-2]
            db.close()


def test_files_of_another_store_or_generation_are_noticed(
    original: tuple[Path, list[str]],
) -> None:
    folder, states = original
    other = folder / "other"
    if not other.exists():
        sample(other, transactions=24)
    names = [name for name in kept_files(folder / "made") if name in kept_files(other)]
    for name in names:
        path = damaged(folder, lambda p, n=name: shutil.copy(other / n, p / n))  # type: ignore[misc]
        assert outcome(path, states) in ("refused", "current")
    journals = [name for name in names if name.startswith("journal.")]
    for one in journals:
        for two in journals:
            if one != two:
                path = damaged(
                    folder,
                    lambda p, a=one, b=two: shutil.copy(folder / "made" / a, p / b),  # type: ignore[misc]
                )
                assert outcome(path, states) in ("refused", "current")


def _generations(folder: Path) -> list[bytes]:
    """Every `CURRENT` that a store of the same changes ever had, oldest first."""
    seen: list[bytes] = []
    target = folder / "generations"
    shutil.rmtree(target, ignore_errors=True)
    db = open_db(target, segment_limit=1_500)
    for number in range(30):
        now = (target / "CURRENT").read_bytes()
        if now not in seen:
            seen.append(now)
        db.table("audit").insert({"k": number, "pad": "x" * 100})
        tidy(db)
    db.table("audit").insert({"k": "a change in the last segment"})
    db.close()
    return seen


def test_a_current_of_an_earlier_generation_is_damage(original: tuple[Path, list[str]]) -> None:
    folder, _ = original
    earlier = _generations(folder)
    target = folder / "generations"
    db = open_db(target)
    last = contents(db.storage.state)
    db.close()
    now = json.loads((target / "CURRENT").read_bytes())["segment"]
    older = [found for found in earlier if json.loads(found)["segment"] < now]
    assert len(older) > 2
    for found in older:
        (target / "CURRENT").write_bytes(found)
        before = files_of(target)
        db = open_db(target, segment_limit=1)
        journal = db.storage.journal
        assert "CURRENT is of an earlier time than the journal" in str(journal.read_only)
        assert contents(db.storage.state) == last, "what is proven is shown"
        tidy(db)
        with pytest.raises(DeskError):
            db.table("audit").insert({"k": "lost"})
        db.close()
        assert files_of(target) == before
        report = verify(target)
        assert "CURRENT is of an earlier time" in str(report.problems[0])
        assert report.seq == journal.seq
    copy = folder / "copied"
    shutil.rmtree(copy, ignore_errors=True)
    copy_store(target, copy)
    db = open_db(copy)
    assert contents(db.storage.state) == last
    db.close()


def test_an_earlier_current_put_back_under_an_open_handle_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "s"
    one, two = open_db(path, segment_limit=1_000), open_db(path, segment_limit=1_000)
    earlier = (path / "CURRENT").read_bytes()
    three = open_db(path, segment_limit=1_000)  # which looks again only at the end
    for number in range(10):
        one.table("audit").insert({"k": number, "pad": "x" * 200})
        tidy(one)
    assert len(two.table("audit")) == 10
    (path / "CURRENT.old").write_bytes(earlier)
    (path / "CURRENT.old").rename(path / "CURRENT")
    for db in (two, three, one):
        with pytest.raises(DeskError):
            db.table("audit").insert({"k": "lost"})
        assert "CURRENT is of an earlier time" in str(db.storage.journal.read_only)
        assert len(db.storage.state.table("audit")) == 10


@pytest.mark.parametrize("left", ["all", "part", "nothing", "garbage", "of before"])
def test_a_segment_that_a_switch_left_over_is_set_aside(left: str, tmp_path: Path) -> None:
    path = tmp_path / "s"
    db = open_db(path, segment_limit=10)
    earlier = (path / "CURRENT").read_bytes()
    db.storage.journal.roll()
    db.close()
    (path / "CURRENT").write_bytes(earlier)
    leftover = path / "journal.2.jsonl"
    data = leftover.read_bytes()
    match left:
        case "part":
            leftover.write_bytes(data[:100])
        case "nothing":
            leftover.write_bytes(b"")
        case "garbage":
            leftover.write_bytes(b"\n" + random.Random(3).randbytes(len(data)) + b"\n")
    db = open_db(path, segment_limit=10)
    if left == "of before":
        db.table("audit").insert({"k": 1})
    left_data = leftover.read_bytes()
    tidy(db)
    db.table("audit").insert({"k": 2})
    assert db.storage.journal._segment == 2
    kept = [found.read_bytes() for found in path.glob("broken.2.0*")]
    assert kept == [left_data]
    assert verify(path).sound
    db.close()


def _replace(how: str, path: Path) -> None:
    data = path.read_bytes()
    path.unlink()
    match how:
        case "empty":
            path.write_bytes(b"")
        case "null":
            path.write_bytes(b"null")
        case "folder":
            path.mkdir()
        case "link":
            (path.parent.parent / "elsewhere").write_bytes(data)
            path.symlink_to(path.parent.parent / "elsewhere")
        case "pipe":
            os.mkfifo(path)


@pytest.mark.parametrize("how", ["empty", "null", "deleted", "folder", "link", "pipe"])
def test_a_replaced_file_never_makes_a_new_store(
    how: str, original: tuple[Path, list[str]]
) -> None:
    folder, states = original
    for name in [*kept_files(folder / "made"), "lock"]:
        path = damaged(folder, lambda p, n=name: _replace(how, p / n))  # type: ignore[misc]
        try:
            db = open_db(path, segment_limit=10**9)
        except DeskError:
            continue
        journal = db.storage.journal
        found = contents(db.storage.state)
        assert found in states
        if found != states[-1]:
            assert journal.read_only, f"{name} {how}: writable with less than all"
        if not journal.read_only:
            try:
                db.table("audit").insert({"after": how})
            except (DeskError, OSError):
                assert name == "lock"
            tidy(db)
        db.close()
