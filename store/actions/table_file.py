"""Customer lists as files: what Partner Center and spreadsheets write, and what we write.

Reads commas, semicolons or tabs; UTF-8 with or without BOM, UTF-16, Windows-1252. Writes cells
that no spreadsheet takes for a formula, and marks the file so that reading it back is exact.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from store.clean import harmless
from store.errors import BadInput
from store.message import Message, msg
from store.paths import typed_path

MOST_BYTES = 64 << 20
MOST_ROWS = 200_000
MOST_COLUMNS = 64

HEADER = {
    "microsoft_id": "Microsoft ID",
    "name": "Company name",
    "domain": "Primary domain name",
    "relationship": "Relationship",
    "tags": "Tags",
    "alias": "Alias",
    "language": "Language",
    "contact": "Contact",
    "note": "Note",
}
"""The columns that we write, by field; the first five as Partner Center names them."""

MARK = "partnerdesk 1"
"""The last column of a file of ours: its cells have been made safe, and are taken back."""


def _plain(title: str) -> str:
    """A column's title as it is compared: however its spaces and accents are written."""
    return " ".join(unicodedata.normalize("NFKC", title).split()).casefold()


class Form(NamedTuple):
    """What a file may hold: fields by column title, and the columns that it has to have.

    `header` are the titles by field as we write them; `expected` says what the first line is like.
    """

    known: Mapping[str, str]
    header: Mapping[str, str]
    needed: tuple[str, ...]
    expected: Message


def form_of(
    header: Mapping[str, str], others: Mapping[str, str], needed: tuple[str, ...], expected: Message
) -> Form:
    """A form with our own titles and `others` that mean the same, in any case."""
    ours = {_plain(title): field for field, title in header.items()}
    known = ours | {_plain(title): field for title, field in others.items()}
    return Form(known, header, needed, expected)


CUSTOMER_FORM = form_of(
    HEADER,
    {
        "id microsoft": "microsoft_id",
        "nom de la société": "name",
        "nom de domaine principal": "domain",
        "relation": "relationship",
        "balises": "tags",
        "langue": "language",
        "name": "name",
        "nom": "name",
        "domain": "domain",
        "domaine": "domain",
        "tenant id": "microsoft_id",
    },
    ("name",),
    msg(
        "The first line has to name the columns, as the Customers.csv of Partner Center does in "
        "English or French: {titles}.",
        titles=", ".join(HEADER.values()),
    ),
)
"""A list of customers."""
_DELIMITERS = ",;\t"
_BLANK = re.compile(r"[\s,;]*")
"""What a line without titles holds, whatever the delimiter is."""
_DANGEROUS = "=+-@＝＋－＠\t\r\n'"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on, its cells by field, and why it cannot be read, if so."""

    line: int
    cells: Mapping[str, str]
    problem: Message | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read; `ignored` are the titles of columns that mean nothing to us."""

    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    ignored: tuple[str, ...]


def content_of(typed: str, stdin: BinaryIO | None = None) -> bytes:
    """What a file holds, read no further than `read` takes; raises `BadInput`.

    `-` is `stdin` where one is given.
    """
    try:
        if typed == "-" and stdin:
            return stdin.read(MOST_BYTES + 1)
        with typed_path(typed).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            msg("{path} cannot be read: {reason}.", path=typed,
                reason=error.strerror or str(error))
        ) from error  # fmt: skip


def read(data: bytes, form: Form = CUSTOMER_FORM) -> Source:
    """The rows of a list; raises `BadInput` where the file as a whole cannot be read."""
    if len(data) > MOST_BYTES:
        raise BadInput(msg("The file is larger than {most} MB.", most=MOST_BYTES >> 20))
    text, encoding = _decoded(data)
    separator = _SEPARATOR_LINE.match(text)
    if separator:
        text = text[separator.end() :]
    first = _BLANK.sub("", text, count=1).partition("\n")[0].partition("\r")[0]
    delimiter = (
        separator[1] if separator else max(_DELIMITERS, key=lambda d: _titles(first, d, form))
    )
    rows = _rows(text, delimiter, offset=1 if separator else 0)
    line, titles = next((r for r in rows if not all(map(_BLANK.fullmatch, r[1]))), (0, []))
    if not titles:
        raise BadInput(msg("The file is empty."), todo=form.expected)
    if len(titles) > MOST_COLUMNS:
        raise BadInput(msg("The file has more than {most} columns.", most=MOST_COLUMNS))
    fields = [form.known.get(_plain(title), "") for title in titles]
    missing = [field for field in form.needed if field not in fields]
    if missing:
        raise BadInput(
            msg(
                "Line {line}: there is no column {title}.", line=line, title=form.header[missing[0]]
            ),
            todo=form.expected,
        )
    doubled = [field for field in set(fields) if field and fields.count(field) > 1]
    if doubled:
        raise BadInput(
            msg(
                "Line {line}: there are two columns {title}.",
                line=line,
                title=form.header[doubled[0]],
            )
        )
    marked = any(_plain(title) == MARK for title in titles)
    ignored = tuple(
        title.strip()
        for title, field in zip(titles, fields, strict=True)
        if not field and _plain(title) not in ("", MARK)
    )
    return Source(tuple(_read_rows(rows, fields, marked)), encoding, delimiter, ignored)


def _read_rows(
    rows: Iterator[tuple[int, list[str]]], fields: list[str], marked: bool
) -> Iterator[Row]:
    for number, (line, cells) in enumerate(rows):
        if number >= MOST_ROWS:
            raise BadInput(msg("The file has more than {most} rows.", most=MOST_ROWS))
        if not any(cell.strip() for cell in cells):
            continue
        extra = [cell for cell in cells[len(fields) :] if cell.strip()]
        problem = None
        if extra:
            problem = msg(
                "It has {found} cells, and the first line has {expected}.",
                found=len(cells),
                expected=len(fields),
            )
        found = {
            field: _unmarked(cell) if marked else cell
            for field, cell in zip(fields, cells, strict=False)
            if field
        }
        yield Row(line, found, problem)


def write(rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file of customers: UTF-8 with BOM, every cell quoted, none a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([*HEADER.values(), MARK])
    for row in rows:
        writer.writerow([*(safe_cell(row.get(field, "")) for field in HEADER), ""])
    return out.getvalue().encode("utf-8-sig")


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    cell = harmless(cell)
    return f"'{cell}" if cell.lstrip()[:1] and cell.lstrip()[0] in _DANGEROUS else cell


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell


def _rows(text: str, delimiter: str, offset: int) -> Iterator[tuple[int, list[str]]]:
    """Cells with the line that they begin on; a quoted cell may go over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + offset
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput(
                msg("The row that begins on line {line} cannot be read: {reason}.", line=line,
                    reason=str(error)),
                todo=msg("Look for a quotation mark without its partner."),
            ) from error  # fmt: skip
        if cells:
            yield line, cells


def _titles(line: str, delimiter: str, form: Form) -> int:
    try:
        titles = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return 0
    return sum(_plain(title) in form.known for title in titles)


def _decoded(data: bytes) -> tuple[str, str]:
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(bom):
            return _strictly(data[len(bom) :], encoding)
    start = data[:1_000]
    if start.count(0) > len(start) // 4:
        return _strictly(data, "utf-16-le" if start[1:2] == b"\0" else "utf-16-be")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(data, "cp1252")


def _strictly(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadInput(
            msg("Line {line} is neither UTF-8, UTF-16 nor Windows-1252.", line=line),
            todo=msg("Save the file as CSV UTF-8 and try again."),
        ) from error
