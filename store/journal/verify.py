"""Reads every line that a store ever wrote and says what does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from store.journal import base, current, files
from store.journal.line import (
    ZERO,
    Entry,
    NewerFormat,
    NotWhole,
    follows,
    is_torn,
    unpack,
)
from store.journal.reasons import reason_of
from store.journal.segments import base_path, hidden, segment_path, segments
from store.journal.state import BadChange, State
from store.message import N_, Message, msg


@dataclass
class Report:
    """What was found: how much was read, what is proven, and what is wrong.

    `seq` and `head` belong to the last line of the proven part, `problems` are worst first as
    read, `notes` are no problems.
    """

    segments: int = 0
    lines: int = 0
    seq: int = 0
    head: str = ZERO
    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def lines(folder: Path, number: int) -> Iterator[bytes]:
    """The lines of a segment as they stand; the last may lack its newline."""
    data = files.read_file(segment_path(folder, number))
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def history(folder: Path) -> Iterator[tuple[int, int, bytes, Entry]]:
    """The proven lines from the first on: segment, line number, bytes and entry.

    Stops at the first line that is not whole, does not follow, or holds what is no change; raises
    `OSError` rather than stop early where a file cannot be read.
    """
    seq, head, state = 0, ZERO, State()
    for number in segments(folder):
        try:
            for count, line in enumerate(lines(folder, number), 1):
                entry = unpack(line)
                if not follows(entry, seq, head):
                    return  # or a segment left over from a switch that never happened
                state = state.after(entry.changes)
                seq, head = entry.seq, entry.sha
                yield number, count, line, entry
        except (NotWhole, NewerFormat, BadChange):
            return


def verify(folder: Path, progress: Callable[[int], None] = lambda lines: None) -> Report:
    """Checks the chain from the first line, every body, `CURRENT` and the base.

    It cannot see lines cut off at the very end, or a whole store replaced by another one: for
    that, compare `seq` and `head` with what was noted elsewhere.
    """
    report = Report()
    doubts: list[Message] = []
    _read(folder, report, doubts, progress)
    report.problems += doubts
    for name in sorted(path.name for path in folder.glob("broken.*")):
        report.notes.append(msg("{name} keeps what was set aside.", name=name))
    return report


def _read(
    folder: Path, report: Report, doubts: list[Message], progress: Callable[[int], None]
) -> None:
    """Reads all lines; problems of a base are `doubts`, for what is wrong in a line tells more."""
    mark = _current(folder, report)
    there = segments(folder)
    if not there:
        report.problems.append(msg("There is no journal in {path}.", path=folder))
        return
    last = mark.segment if mark else there[-1]
    if mark and _is_older(folder, mark):
        last = there[-1]
        report.problems.append(
            msg(
                "{name} is of an earlier time than the journal: {segment} holds changes, too. To "
                "work on: partnerdesk journal export --to NEWFOLDER, then use that folder.",
                name=current.NAME,
                segment=segment_path(folder, last).name,
            )
        )
    state = State()
    for number in range(1, last + 1):
        if mark and mark.base and mark.base.segment == number:
            _check_base(folder, mark.base, state, report, doubts)
        if number not in there:
            report.problems.append(
                msg("{name} is missing.", name=segment_path(folder, number).name)
            )
            return
        report.segments += 1
        try:
            there_now = list(lines(folder, number))
        except OSError as error:
            report.problems.append(
                msg("{name}: {why}.", name=segment_path(folder, number).name, why=reason_of(error))
            )
            return
        if not there_now:
            report.problems.append(_at(folder, number, 1, N_("it is not a line of the journal")))
            return
        for count, line in enumerate(there_now, 1):
            try:
                entry = unpack(line)
                if not follows(entry, report.seq, report.head):
                    raise NotWhole(N_("it does not follow the line before"))
                if entry.seq == 1 and mark and entry.sha != mark.genesis:
                    raise NotWhole(N_("it is the beginning of another store"))
                state = state.after(entry.changes)
            except NewerFormat:
                report.problems.append(_at(folder, number, count, N_("it has a newer format")))
                return
            except (NotWhole, BadChange) as error:
                # A line that ends was written as it stands, or was changed since.
                unended = count > 1 and number == last and not line.endswith(b"\n")
                if unended and is_torn(line):
                    report.notes.append(
                        msg(
                            "{name}: the last line is not whole; it is being written, or will be "
                            "set aside at the next change.",
                            name=segment_path(folder, number).name,
                        )
                    )
                    break
                report.problems.append(_at(folder, number, count, str(error)))
                return
            report.lines += 1
            report.seq, report.head = entry.seq, entry.sha
            if report.lines % 1_000 == 0:
                progress(report.lines)


def _current(folder: Path, report: Report) -> current.Current | None:
    try:
        return current.read(folder)
    except FileNotFoundError:
        report.problems.append(msg("{name} is missing.", name=current.NAME))
    except (OSError, NotWhole, NewerFormat) as error:
        report.problems.append(msg("{name}: {why}.", name=current.NAME, why=_why(error)))
    return None


def _is_older(folder: Path, mark: current.Current) -> bool:
    """Whether changes are kept behind the segment that `CURRENT` names, and go on to be."""
    if not hidden(folder, mark.segment):
        return False
    try:
        return current.read(folder).segment == mark.segment
    except (OSError, NotWhole, NewerFormat):
        return False  # it is being replaced


def _check_base(
    folder: Path, mark: current.BaseMark, state: State, report: Report, doubts: list[Message]
) -> None:
    path = base_path(folder, mark.segment)
    try:
        data = files.read_file(path)
        base.check(data, mark)
        kept = base.unpack(data)
    except (OSError, NotWhole, ValueError) as error:
        doubts.append(
            msg(
                "{name}: {why}. It is only a cache and is made again; nothing is lost.",
                name=path.name,
                why=_why(error),
            )
        )
        return
    if (mark.seq, mark.head) != (report.seq, report.head) or not _same(kept, state):
        # The desk takes a base that fits CURRENT at its word.
        doubts.append(
            msg(
                "{name} fits {current} and does not agree with the journal: one of them was "
                "changed from outside, and the desk shows what {name} says. To work on with what "
                "the journal proves: partnerdesk journal export --to NEWFOLDER, then use that "
                "folder.",
                name=path.name,
                current=current.NAME,
            )
        )


def _why(error: OSError | ValueError) -> Message:
    return reason_of(error) if isinstance(error, OSError) else msg(str(error))


def _same(one: State, other: State) -> bool:
    names = {*one.tables, *other.tables}
    return dict(one.next_ids) == dict(other.next_ids) and all(
        dict(one.table(name)) == dict(other.table(name)) for name in names
    )


def _at(folder: Path, number: int, count: int, why: str) -> Message:
    return msg(
        "{name}, line {line}: {why}.",
        name=segment_path(folder, number).name,
        line=str(count),
        why=msg(why),
    )
