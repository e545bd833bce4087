"""`CURRENT`: which segment is written to, and which base spares replaying the earlier ones."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from store.journal import files
from store.journal.line import FORMAT, NewerFormat, NotWhole, dumps
from store.message import N_

NAME = "CURRENT"
_LARGEST = 65_536


class BaseMark(NamedTuple):
    """A checkpoint: the state in which segment `segment` began, and the file's fingerprint."""

    segment: int
    size: int
    sha256: str
    seq: int
    head: str


class Current(NamedTuple):
    """`segment` is the one written to; `genesis` is the hash of the store's very first line."""

    segment: int
    genesis: str
    base: BaseMark | None

    def packed(self) -> bytes:
        """The file's content: one line of JSON with its own hash."""
        value: dict[str, Any] = {
            "format": FORMAT,
            "segment": self.segment,
            "genesis": self.genesis,
            "base": None,
        }
        if self.base:
            value["base"] = self.base._asdict()
        value["sha"] = hashlib.sha256(dumps(value)).hexdigest()
        return dumps(value) + b"\n"


def unpack(data: bytes) -> Current:
    """What `packed` wrote; raises `NotWhole` or `NewerFormat`."""
    try:
        value = json.loads(data)
        sha = value.pop("sha")
        if hashlib.sha256(dumps(value)).hexdigest() != sha:
            raise NotWhole(N_("it does not agree with its hash"))
        if value["format"] > FORMAT:
            raise NewerFormat(f"format {value['format']}")
        base = BaseMark(**value["base"]) if value["base"] else None
        if base and tuple(map(type, base)) != (int, int, str, int, str):
            raise TypeError
        if type(value["segment"]) is not int or type(value["genesis"]) is not str:
            raise TypeError
        current = Current(value["segment"], value["genesis"], base)
    except (NotWhole, NewerFormat):
        raise
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise NotWhole(N_("it is not what was written")) from error
    if current.packed() != data:
        raise NotWhole(N_("it is not what was written"))
    return current


def read(folder: Path) -> Current:
    """The folder's `CURRENT`; raises `OSError`, `NotWhole` or `NewerFormat`."""
    return unpack(files.read_file(folder / NAME)[:_LARGEST])


def switch(folder: Path, current: Current, mode: int) -> None:
    """Replaces `CURRENT`, at once or not at all.

    The folder is synced before, so that every name it points at is on disk, and after, so that
    the switch is.
    """
    fresh = folder / f"{NAME}.new"
    files.write_file(fresh, current.packed(), mode)
    files.sync_folder(folder)
    files.rename(fresh, folder / NAME)
    files.sync_folder(folder)
