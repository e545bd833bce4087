"""One transaction as one line of JSON: `{"head":…,"sha":…,"body":…}` and a newline.

`sha` is the SHA-256 of the head's bytes as they stand in the line, and `head.prev` the `sha` of
the line before: the chain runs over heads. `head.body_sha` ties the body to its head, salted, so
that a body may later be blanked on record without breaking the chain or being guessed from it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from typing import Any, NamedTuple

from store.message import N_

FORMAT = 1
ZERO = "0" * 64

# No JSON string can contain these bytes: a quote inside a string has a backslash before it.
_SHA, _BODY, _END = b',"sha":"', b'","body":', b"}\n"
_HEAD = b'{"head":'
START_OF_LINE = b'{"head":{"format":'

_DEEPEST = 50
"""How deep lists and objects may be nested; far deeper ones could be read but not copied."""

Change = list[Any]
"""`["put", table, id, document]`, `["remove", table, id]` or `["drop", table]`."""


class NotWhole(ValueError):
    """These bytes are not a whole line: torn, or not what was written. Its text is a message."""


class NotOurs(NotWhole):
    """A line that agrees with its hashes and yet says what no partnerdesk writes: never torn."""


class NewerFormat(ValueError):
    """A whole line of a format that this version does not know."""


class Entry(NamedTuple):
    """A transaction: the line's head, its `sha`, and what its body says.

    `at` is UTC in ISO 8601. `by` tells who (`name`, `login`, `member`), `origin` from where
    (`host`, `ssh`), `did` names the action, `why` is a message as JSON.
    """

    seq: int
    at: str
    by: dict[str, str]
    origin: dict[str, str]
    did: str
    prev: str
    sha: str
    why: Any
    changes: list[Change]


def dumps(value: object) -> bytes:
    """Strict, compact JSON; NaN and lone surrogates raise `ValueError`."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def pack(
    *,
    seq: int,
    prev: str,
    at: str,
    by: dict[str, str],
    origin: dict[str, str],
    did: str,
    why: Any,
    changes: list[Change],
) -> tuple[bytes, Entry]:
    """The line of a transaction, and the entry that reading it gives.

    Raises `ValueError` for what could not be read back.
    """
    content = {"salt": os.urandom(16).hex(), "why": why, "changes": changes}
    if _too_deep(content):
        raise ValueError("nested too deep")
    body = dumps(content)
    head = dumps(
        {
            "format": FORMAT,
            "seq": seq,
            "at": at,
            "by": by,
            "from": origin,
            "did": did,
            "prev": prev,
            "body_sha": hashlib.sha256(body).hexdigest(),
        }
    )
    sha = hashlib.sha256(head).hexdigest()
    line = b"".join((_HEAD, head, _SHA, sha.encode(), _BODY, body, _END))
    return line, Entry(seq, at, by, origin, did, prev, sha, why, changes)


def unpack(line: bytes) -> Entry:
    """The entry of a whole line; raises `NotWhole` or `NewerFormat`."""
    if not line.startswith(_HEAD) or not line.endswith(_END):
        raise NotWhole(N_("it is not a line of the journal"))
    after_head = line.find(_SHA)
    body_at = after_head + len(_SHA) + 64
    if after_head < 0 or line[body_at : body_at + len(_BODY)] != _BODY:
        raise NotWhole(N_("it is not a line of the journal"))
    head_bytes = line[len(_HEAD) : after_head]
    sha = hashlib.sha256(head_bytes).hexdigest()
    if line[after_head + len(_SHA) : body_at] != sha.encode():
        raise NotWhole(N_("its head does not agree with its hash"))
    body_bytes = line[body_at + len(_BODY) : -len(_END)]
    head = _parsed(head_bytes, _HEAD_TYPES)
    if head["format"] > FORMAT:
        raise NewerFormat(f"format {head['format']}")
    if head["body_sha"] != hashlib.sha256(body_bytes).hexdigest():
        raise NotWhole(N_("its body does not agree with its hash"))
    body = _parsed(body_bytes, _BODY_TYPES)
    if not (_all_text(head["by"]) and _all_text(head["from"]) and _all_lists(body["changes"])):
        raise _not_ours()
    return Entry(
        head["seq"],
        head["at"],
        head["by"],
        head["from"],
        head["did"],
        head["prev"],
        sha,
        body["why"],
        body["changes"],
    )


def _parsed(data: bytes, types: dict[str, type]) -> dict[str, Any]:
    """An object with at least the keys of `types`, each of its type; raises `NotOurs`.

    Hashes prove only that a line is what somebody wrote: numbers without end, NaN and a thousand
    brackets may agree with theirs.
    """
    try:
        found = _JSON.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise _not_ours() from error
    if not isinstance(found, dict) or _too_deep(found):
        raise _not_ours()
    for name, wanted in types.items():
        # A `bool` is an `int` to isinstance, and `true` is no number of a line.
        if name not in found or (wanted is not object and type(found[name]) is not wanted):
            raise _not_ours()
    return found


def _not_ours() -> NotOurs:
    return NotOurs(N_("it is not the JSON of a change"))


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _finite(text: str) -> float:
    made = float(text)
    return made if math.isfinite(made) else _no_number(text)


def _all_text(found: dict[str, Any]) -> bool:
    return all(type(value) is str for value in found.values())


def _all_lists(found: list[Any]) -> bool:
    return all(type(value) is list for value in found)


def _too_deep(value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) in _NESTED  # every value of every line passes here
        ]
        if not level:
            return False
    return True


_NESTED = frozenset((dict, list, tuple))
_JSON = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)
_HEAD_TYPES: dict[str, type] = {
    "format": int,
    "seq": int,
    "at": str,
    "by": dict,
    "from": dict,
    "did": str,
    "prev": str,
    "body_sha": str,
}
_BODY_TYPES: dict[str, type] = {"why": object, "changes": list}


def split(data: bytes, start: int = 0) -> tuple[list[tuple[Entry, int]], int]:
    """The whole lines at the beginning of `data`, each with the offset of its end, and where
    they end.
    """
    found: list[tuple[Entry, int]] = []
    offset = start
    while (newline := data.find(b"\n", offset)) >= 0:
        try:
            entry = unpack(data[offset : newline + 1])
        except NotWhole:
            break
        offset = newline + 1
        found.append((entry, offset))
    return found, offset


def is_torn(rest: bytes) -> bool:
    """Whether `rest`, found after the last whole line, is one line whose writing was cut short.

    If another line begins anywhere behind its first byte, more than one write is affected, and
    that is damage; so is a line that agrees with its hashes, for it was written as it stands.
    """
    if rest.find(START_OF_LINE, 1) >= 0:
        return False
    try:
        unpack(rest[: rest.find(b"\n") + 1])
    except NotOurs:
        return False
    except NotWhole:
        return True
    return False


def follows(entry: Entry, seq: int, head: str) -> bool:
    """Whether `entry` is the line that was written after line `seq` with hash `head`."""
    return entry.seq == seq + 1 and entry.prev == head
