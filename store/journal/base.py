"""`base.N.json`: a checkpoint of all tables, in the form that stock TinyDB writes and reads.

One document a line, so that a part can be read without the rest. It is only a cache: damaged or
missing, it is made again from the segments.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from store.journal.current import BaseMark
from store.journal.line import NotWhole, dumps
from store.journal.rows import Rows
from store.journal.state import Document, State
from store.message import N_

META = "_meta"
_BLOCK = 1_000

Order = Mapping[str, Callable[[Document], Any]]
"""For some tables, the key by which their documents are written."""


def packed(state: State, *, seq: int, head: str, order: Order) -> Iterator[bytes]:
    """The file's content in pieces; tables in `order` come first, in its order, and sorted."""
    meta = {"seq": seq, "head": head, "next_ids": dict(state.next_ids)}
    yield b'{"' + META.encode() + b'":{\n"1":' + dumps(meta) + b"\n}"
    names = [name for name in order if name in state.tables]
    names += sorted(set(state.tables) - set(names))
    for name in names:
        yield b",\n" + dumps(name) + b":{"
        rows: Iterable[tuple[int, Document]] = state.tables[name].items()
        if name in order:
            by = order[name]
            rows = sorted(rows, key=lambda item: (by(item[1]), item[0]))
        block: list[bytes] = []
        between = b"\n"
        for key, document in rows:
            block.append(b'%s"%d":%s' % (between, key, dumps(document)))
            between = b",\n"
            if len(block) == _BLOCK:
                yield b"".join(block)
                block.clear()
        block.append(b"\n}")
        yield b"".join(block)
    yield b"}\n"


def check(data: bytes, mark: BaseMark) -> None:
    """Raises `NotWhole` unless `data` is the file that `mark` was made from."""
    if len(data) != mark.size or hashlib.sha256(data).hexdigest() != mark.sha256:
        raise NotWhole(N_("it is not what was written"))


def tables(data: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The tables of a file that passed `check`: name and the lines of its documents."""
    name = ""
    lines: list[bytes] = []
    for line in data.split(b"\n"):
        if line.endswith(b":{"):
            name, lines = json.loads(line[:-2].lstrip(b"{")), []
        elif line.startswith(b"}"):
            yield name, lines
        else:
            lines.append(line)


def documents(lines: list[bytes]) -> Iterator[tuple[int, Document]]:
    """The documents of some lines of one table."""
    for start in range(0, len(lines), _BLOCK):
        block = b"\n".join(lines[start : start + _BLOCK]).rstrip(b",")
        for key, document in json.loads(b"{" + block + b"}").items():
            if type(document) is not dict:
                raise NotWhole(N_("it is not what was written"))
            yield int(key), document


def unpack(data: bytes) -> State:
    """The state in a file that passed `check`; raises `NotWhole` all the same if it is none."""
    made: dict[str, Rows[Document]] = {}
    next_ids: dict[str, int] = {}
    with _no_surprises():
        for name, lines in tables(data):
            if name == META:
                next_ids = dict(documents(lines))[1]["next_ids"]
                if not all(type(value) is int for value in next_ids.values()):
                    raise TypeError
            else:
                made[name] = Rows(documents(lines))
    return State(made, next_ids)


def unpack_beginning(data: bytes, size: int = 131_072) -> State:
    """The documents in the first `size` bytes of a file; the last table may be a part.

    Tables stand in the order that `packed` was given, so a part is the first part.
    """
    whole = data[: data.rfind(b"\n", 0, size)] + b"\n}"
    with _no_surprises():
        return State(
            {name: Rows(documents(lines)) for name, lines in tables(whole) if name != META}
        )


@contextlib.contextmanager
def _no_surprises() -> Iterator[None]:
    """A file may agree with its fingerprint and still hold what no partnerdesk writes."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotWhole(N_("it is not what was written")) from error
