"""The files that the lines stand in: their names, which are there, and what a switch left over."""

from __future__ import annotations

import os
from pathlib import Path

from store.journal import files
from store.journal.line import START_OF_LINE, NewerFormat, NotOurs, NotWhole, unpack

SEGMENT_OPENED = "segment-opened"
_LARGEST_OPENING = 4_096


def segment_path(folder: Path, number: int) -> Path:
    """Where segment `number` of a store is kept."""
    return folder / f"journal.{number}.jsonl"


def base_path(folder: Path, number: int) -> Path:
    """Where the checkpoint of the beginning of segment `number` is kept."""
    return folder / f"base.{number}.json"


def segments(folder: Path) -> list[int]:
    """The numbers of the segments that are there."""
    found = (name[8:-6] for name in os.listdir(folder) if name.startswith("journal."))
    return sorted(int(number) for number in found if number.isdigit())


def hidden(folder: Path, last: int) -> int | None:
    """The first segment behind segment `last` that may hold changes, if one may.

    Where a switch to segment `last + 1` was cut short, its first line, or a part, is left over.
    """
    for number in segments(folder):
        if number > last + 1 or (number == last + 1 and not _is_leftover(folder, number)):
            return number
    return None


def _is_leftover(folder: Path, number: int) -> bool:
    try:
        data = files.read_file(segment_path(folder, number))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if len(data) > _LARGEST_OPENING or data.find(START_OF_LINE, 1) >= 0:
        return False
    first = data[: data.find(b"\n") + 1]
    try:
        entry = unpack(first)
    except (NotOurs, NewerFormat):
        return False
    except NotWhole:
        return True
    return first == data and entry.did == SEGMENT_OPENED and not entry.changes
