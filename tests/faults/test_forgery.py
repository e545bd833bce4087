"""S21: a journal that was edited by hand is found out, and the place is named.

Not here: lines cut off at the very end, and a whole store replaced by another. Both are proven
only against a head noted elsewhere.
"""

import json
import random
import re
from pathlib import Path

import pytest

from store.journal import line, verify
from tests.faults import count
from tests.faults.odd import with_hashes
from tests.stores import sample


@pytest.fixture
def path(tmp_path: Path) -> Path:
    sample(tmp_path / "s", transactions=20)
    return tmp_path / "s"


def forge(path: Path, rng: random.Random) -> str:
    """One forgery somewhere; returns how.

    Nothing follows the last line that could tell whether somebody wrote it with hashes of his own,
    or took it away; any other forgery of it is found too.
    """
    files = sorted(path.glob("journal.*.jsonl"), key=lambda file: int(file.name.split(".")[1]))
    file = rng.choice(files)
    lines = file.read_bytes().splitlines(keepends=True)
    last = len(lines) - 1
    if last < 1:
        return forge(path, rng)
    place = rng.randrange(last + 1)
    hows = ["edit", "repeat", "swap", "blank", "type"]
    if file != files[-1] or place < last:
        hows += ["rewrite", "delete", "insert", "who"]
    how = rng.choice(hows)
    parsed = json.loads(lines[place])
    body = line.dumps(parsed["body"])
    match how:
        case "edit":
            lines[place] = lines[place].replace(b'"at":"2', b'"at":"1', 1)
        case "rewrite":
            parsed["body"]["changes"] = [["put", "audit", 1, {"k": "forged"}]]
            lines[place] = with_hashes(parsed["head"], line.dumps(parsed["body"]))
        case "type":
            parsed["body"]["changes"] = rng.choice([5, [5], [["put", "audit", 1, 5]]])
            lines[place] = with_hashes(parsed["head"], line.dumps(parsed["body"]))
        case "delete":
            del lines[place]
        case "repeat":
            lines.insert(place, lines[place])
        case "swap":
            lines[place], lines[place + 1 - 2 * (place == last)] = (
                lines[place + 1 - 2 * (place == last)],
                lines[place],
            )
        case "insert":
            head = {**parsed["head"], "seq": parsed["head"]["seq"] + 1, "prev": parsed["sha"]}
            lines.insert(place + 1, with_hashes(head, body))
        case "who":
            parsed["head"]["by"] = {"name": "somebody else"}
            lines[place] = with_hashes(parsed["head"], body)
        case "blank":
            lines[place] = re.sub(rb'"body":.*\}\n$', b'"body":null}\n', lines[place])
    file.write_bytes(b"".join(lines))
    return f"{how} in {file.name} line {place + 1}"


def found_out(made: Path, tries: int, tmp_path: Path) -> list[str]:
    """Forges `tries` times, each on a fresh copy; returns the forgeries nobody noticed."""
    import shutil

    missed = []
    rng = random.Random(21)
    for number in range(tries):
        copy = tmp_path / f"forged-{number}"
        shutil.copytree(made, copy)
        how = forge(copy, rng)
        report = verify.verify(copy)
        if report.sound or "journal." not in str(report.problems[0]):
            missed.append(how)
    return missed


def test_every_forgery_is_found(path: Path, tmp_path: Path) -> None:
    assert verify.verify(path).sound
    assert found_out(path, count(60, 500), tmp_path) == []


def test_without_the_chain_forgeries_pass(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D1: the test above would notice if the chain were not checked."""
    monkeypatch.setattr(verify, "follows", lambda entry, seq, head: True)
    assert found_out(path, 60, tmp_path) != []
