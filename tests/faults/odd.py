"""Lines that agree with their hashes and with the chain, and say what no partnerdesk writes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from store.journal.line import Entry
from store.journal.reader import segment_path, segments
from store.journal.verify import history


def with_hashes(head: dict[str, Any], body: bytes) -> bytes:
    """A line that agrees with itself, as a forger would make it."""
    head = {**head, "body_sha": hashlib.sha256(body).hexdigest()}
    head_bytes = json.dumps(head, separators=(",", ":")).encode()
    sha = hashlib.sha256(head_bytes).hexdigest().encode()
    return b'{"head":' + head_bytes + b',"sha":"' + sha + b'","body":' + body + b"}\n"


def _body(changes: bytes, why: bytes = b"null") -> bytes:
    return b'{"salt":"00","why":' + why + b',"changes":' + changes + b"}"


BODIES = {
    "changes are a number": _body(b"5"),
    "changes are null": _body(b"null"),
    "changes are an object": _body(b"{}"),
    "a change is a number": _body(b"[5]"),
    "a change is empty": _body(b"[[]]"),
    "a change is short": _body(b'[["put"]]'),
    "a table is a list": _body(b'[["drop",[]]]'),
    "an id is true": _body(b'[["put","customers",true,{}]]'),
    "an id is negative": _body(b'[["put","customers",-1,{}]]'),
    "a document is a number": _body(b'[["put","customers",1,5]]'),
    "brackets": _body(b"[" * 200_000),
    "deep": _body(b"[" * 200 + b"]" * 200),
    "deep reason": _body(b"[]", b"[" * 200 + b"]" * 200),
    "a number without end": _body(b'[["put","customers",1,{"rev":' + b"9" * 5_000 + b"}]]"),
    "not a number": _body(b'[["put","customers",1,{"rev":NaN}]]'),
    "infinite": _body(b'[["put","customers",1,{"rev":1e999}]]'),
    "no changes": b'{"salt":"00","why":null}',
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": _body(b'[["put","customers",1,{"name":"\xff"}]]'),
}
HEADS: dict[str, dict[str, Any]] = {
    "by is text": {"by": "anna"},
    "by holds a list": {"by": {"name": []}},
    "from is null": {"from": None},
    "seq is text": {"seq": "2"},
    "seq is true": {"seq": True},
    "seq is broken": {"seq": 2.0},
    "at is a number": {"at": 5},
    "did is a list": {"did": []},
    "prev is a number": {"prev": 0},
    "format is text": {"format": "1"},
}
ODD = [*BODIES, *HEADS]


def odd_line(name: str, after: Entry) -> bytes:
    """The line called `name`, which follows `after`."""
    head = {
        "format": 1,
        "seq": after.seq + 1,
        "at": "2026-11-22T10:00:00.000Z",
        "by": {"name": "anna", "login": "anna", "member": ""},
        "from": {"host": "jump1", "ssh": ""},
        "did": "test",
        "prev": after.sha,
    }
    return with_hashes({**head, **HEADS.get(name, {})}, BODIES.get(name, _body(b"[]")))


def append_odd(path: Path, name: str) -> None:
    """Appends the line called `name` to the store at `path`."""
    *_, (_, _, _, last) = history(path)
    with segment_path(path, segments(path)[-1]).open("ab") as file:
        file.write(odd_line(name, last))
