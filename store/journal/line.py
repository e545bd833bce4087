"""One transaction as one line of JSON: `{"head":…,"sha":…,"body":…}` and a newline.

`sha` is the SHA-256 of the head's bytes as they stand in the line, and `head.prev` the `sha` of
the line before: the chain runs over heads. `head.body_sha` ties the body to its head, salted, so
that a body may later be blanked on record without breaking the chain or being guessed from it.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, NamedTuple

from store.message import N_

FORMAT = 1
ZERO = "0" * 64

# No JSON string can contain these bytes: a quote inside a string has a backslash before it.
_SHA, _BODY, _END = b',"sha":"', b'","body":', b"}\n"
_HEAD = b'{"head":'
START_OF_LINE = b'{"head":{"format":'

Change = list[Any]
"""`["put", table, id, document]`, `["remove", table, id]` or `["drop", table]`."""


class NotWhole(ValueError):
    """These bytes are not a whole line: torn, or not what was written. Its text is a message."""


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
    """The line of a transaction, and the entry that reading it gives."""
    body = dumps({"salt": os.urandom(16).hex(), "why": why, "changes": changes})
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
    try:
        head = json.loads(head_bytes)
        if head["format"] > FORMAT:
            raise NewerFormat(f"format {head['format']}")
        if head["body_sha"] != hashlib.sha256(body_bytes).hexdigest():
            raise NotWhole(N_("its body does not agree with its hash"))
        body = json.loads(body_bytes)
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
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotWhole(N_("it is not the JSON of a change")) from error


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
    that is damage.
    """
    return rest.find(START_OF_LINE, 1) < 0


def follows(entry: Entry, seq: int, head: str) -> bool:
    """Whether `entry` is the line that was written after line `seq` with hash `head`."""
    return entry.seq == seq + 1 and entry.prev == head
