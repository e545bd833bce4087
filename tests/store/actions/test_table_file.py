"""Customer lists are read as Partner Center and spreadsheets write them."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.actions import table_file
from store.actions.table_file import HEADER, MARK, read
from store.errors import BadInput

ID = "0f9c1f4e-2222-4333-8444-555555555555"
PARTNER_CENTER = ["Microsoft ID", "Company name", "Primary domain name", "Relationship", "Tags"]
FRENCH = ["ID Microsoft", "Nom de la société", "Nom de domaine principal", "Relation", "Balises"]
CELLS = [ID, "Société « Générale » – Été", "générale.example", "Reseller", "vip"]
FIVE = dict(
    zip(("microsoft_id", "name", "domain", "relationship", "tags"), CELLS, strict=True)
)  # fmt: skip

ENCODINGS = {
    "UTF-8": ("utf-8", b"", "utf-8"),
    "UTF-8 with BOM": ("utf-8", codecs.BOM_UTF8, "utf-8"),
    "UTF-16 LE with BOM": ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
    "UTF-16 BE with BOM": ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
    "UTF-16 LE": ("utf-16-le", b"", "utf-16-le"),
    "UTF-16 BE": ("utf-16-be", b"", "utf-16-be"),
    "Windows-1252": ("cp1252", b"", "cp1252"),
}
FILES = {
    "Partner Center": (PARTNER_CENTER, CELLS, FIVE),
    "Partner Center in French": (FRENCH, CELLS, FIVE),
    "ours": (
        ["Company name", "Contact", "Language", "Alias"],
        ["Été AG", "it@été.example", "fr", "É"],
        {"name": "Été AG", "contact": "it@été.example", "language": "fr", "alias": "É"},
    ),
}


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows as a spreadsheet writes them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def lines(data: str | bytes) -> list[tuple[int, str]]:
    """The line and the name of each row of a file."""
    source = read(data if isinstance(data, bytes) else data.encode())
    return [(row.line, row.cells["name"]) for row in source.rows]


# -- each kind of file ------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CRLF", "LF"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("file", FILES)
def test_each_kind_of_file_is_read(file: str, encoding: str, delimiter: str, end: str) -> None:
    titles, cells, fields = FILES[file]
    codec, mark, named = ENCODINGS[encoding]
    source = read(mark + written([titles, cells, cells], delimiter, end).encode(codec))
    assert [dict(row.cells) for row in source.rows] == [fields, fields]
    assert [row.line for row in source.rows] == [2, 3]
    assert (source.encoding, source.delimiter, source.ignored) == (named, delimiter, ())


def test_a_name_of_other_scripts_is_read_in_utf16() -> None:
    text = written([PARTNER_CENTER, [ID, "东方科技 한국", "", "", ""]])
    assert lines(text.encode("utf-16")) == [(2, "东方科技 한국")]


@pytest.mark.parametrize("title", ["company NAME", " Company name ", "Nom", "NAME", '"Name"'])
def test_a_title_is_known_in_any_case(title: str) -> None:
    assert lines(f"{title}\nContoso\n") == [(2, "Contoso")]


@pytest.mark.parametrize(
    "titles",
    [
        [unicodedata.normalize("NFD", title) for title in FRENCH],
        [title.replace(" ", "\u00a0") for title in FRENCH],
        [f"\u00a0 {title.replace(' ', '  ')}\u2003" for title in FRENCH],
    ],
    ids=["decomposed", "no-break spaces", "more spaces"],
)
def test_a_title_is_known_however_its_accents_and_spaces_are_written(titles: list[str]) -> None:
    (row,) = read(written([titles, CELLS], ";").encode()).rows
    assert dict(row.cells) == FIVE


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("blank", ["\n", "\r\n", "  \n", ",,,,\n", ";;\r\n", "\t\n\u00a0\n"])
def test_blank_lines_before_the_titles_are_left_out(blank: str, delimiter: str) -> None:
    text = blank + written([PARTNER_CENTER, CELLS], delimiter, end="\n")
    (row,) = read(text.encode()).rows
    assert (row.line, dict(row.cells)) == (2 + blank.count("\n"), FIVE)
    with pytest.raises(BadInput, match=f"Line {1 + blank.count(chr(10))}: there is no column"):
        read((blank + written([["Tags"]])).encode())


def test_a_column_that_means_nothing_is_said_and_left_out() -> None:
    source = read(b"Company name,Colour,,Tags,Size\nContoso,red,x,vip,9\n")
    assert source.ignored == ("Colour", "Size")
    assert dict(source.rows[0].cells) == {"name": "Contoso", "tags": "vip"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_first_line_may_name_the_delimiter(delimiter: str) -> None:
    text = f"sep={delimiter}\r\n" + written([["Company name", "Tags"], ["A, B; C", "x"]], delimiter)
    source = read(text.encode("utf-8-sig"))
    assert source.delimiter == delimiter
    assert [(row.line, dict(row.cells)) for row in source.rows] == [
        (3, {"name": "A, B; C", "tags": "x"})
    ]


def test_other_delimiters_inside_cells_do_not_mislead() -> None:
    text = written([["Company name", "Tags"], ["Contoso; Ltd", "a;b;c;d"]], ",")
    assert lines(text) == [(2, "Contoso; Ltd")]
    text = written([["Company name", "Tags"], ["Contoso, Ltd", "a,b,c,d"]], ";")
    assert lines(text) == [(2, "Contoso, Ltd")]


# -- lines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CRLF", "LF"])
def test_lines_are_numbered_as_an_editor_shows_them(end: str) -> None:
    rows = [["Company name", "Note"], ["A", "1\n2\r\n3"], ["B\nb", ""], ["C", ""]]
    assert lines(written(rows, end=end)) == [(2, "A"), (5, "B\nb"), (7, "C")]


def test_empty_lines_are_left_out_and_counted() -> None:
    assert lines("\n\nCompany name,Tags\n\nA,\n,\n  , \n\nB,x\n") == [(5, "A"), (9, "B")]


def test_the_last_line_needs_no_end() -> None:
    assert lines("Company name\nA\nB") == [(2, "A"), (3, "B")]


def test_lines_that_end_the_old_way_are_read() -> None:
    assert lines("Company name,Tags\rA,x\rB,y\r") == [(2, "A"), (3, "B")]


def test_a_row_with_too_many_cells_is_a_problem_of_that_row() -> None:
    source = read(b"Company name,Tags\nA,x\nB,y,z\nC,y,,\n")
    assert [row.problem is None for row in source.rows] == [True, False, True]
    assert str(source.rows[1].problem) == "It has 3 cells, and the first line has 2."


# -- hostile files ----------------------------------------------------------------------------

UNREADABLE = {
    "empty": (b"", "The file is empty"),
    "blank cells": (b' \n,,,\n;;\n"","  "\n', "The file is empty"),
    "blank lines": (b"\n\r\n\n", "The file is empty"),
    "only a BOM": (codecs.BOM_UTF8, "The file is empty"),
    "only a delimiter": (b"sep=;\r\n", "The file is empty"),
    "no name": (b"Microsoft ID,Tags\nx,y\n", "there is no column Company name"),
    "no titles": (b"Contoso,contoso.com\n", "there is no column Company name"),
    "doubled": (b"Company name,Tags,Name\nx,y,z\n", "there are two columns Company name"),
    "doubled tags": (b"Company name,Tags,Balises\nx,y,z\n", "there are two columns Tags"),
    "unclosed quote": (
        b'Company name,Tags\nA,x\nB,"y\nC,z\nD,z\n',
        "begins on line 3 cannot be read",
    ),
    "unclosed quote in the titles": (b'"Company name\nA\n', "begins on line 1 cannot be read"),
    "text behind a quote": (b'Company name\nA\n"B"x\n', "begins on line 3 cannot be read"),
    "one enormous cell": (b"Company name\nA\n" + b"x" * 200_000, "begins on line 3 cannot"),
    "one enormous line": (b"x" * 200_000, ""),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, ""),
    "an archive": (b"PK\x03\x04" + bytes(range(255, -1, -1)) * 8, ""),
    "zeros": (bytes(5_000), ""),
    "neither encoding": (b"Company name\nA\n\x81\x8d\n", "Line 3 is neither UTF-8"),
    "half a UTF-16 character": ("Company name\nA\n".encode("utf-16") + b"\x00", "Line 3 is nei"),
    "a lone surrogate": (
        "Company name\n".encode("utf-16") + b"\x00\xd8A\x00",
        "Line 2 is neither UTF-8",
    ),
    "65 columns": (",".join(["Company name", *"x" * 64]).encode(), "more than 64 columns"),
    "200,001 rows": (b"Company name\n" + b"x\n" * 200_001, "more than 200,000 rows"),
    "65 MB": (b"Company name\n" + bytes(64 << 20), "larger than 64 MB"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(name: str) -> None:
    data, said = UNREADABLE[name]
    with pytest.raises(BadInput) as refusal:
        read(data)
    assert said in str(refusal.value)
    assert len(str(refusal.value)) < 500


def test_a_file_with_titles_alone_holds_no_customers() -> None:
    assert read(b"Company name,Tags\n").rows == ()
    assert read(b"Company name,Tags").rows == ()


def test_as_many_rows_and_columns_as_are_allowed_are_taken() -> None:
    assert len(read(b"Company name\n" + b"x\n" * 200_000).rows) == 200_000
    wide = read((",".join(["Company name", *"x" * 63]) + "\nA\n").encode())
    assert len(wide.ignored) == 63


hostile = st.lists(
    st.one_of(
        st.sampled_from(
            [b"Company name", b"Tags", b"sep=;", b",", b";", b"\t", b'"', b"'", b"\n", b"\r", b"\0"]
        ),
        st.binary(max_size=6),
    ),
    max_size=30,
).map(b"".join)


@given(hostile)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"Company name,Tags\n"):
        try:
            read(start + data)
        except BadInput as refusal:
            assert str(refusal)


# -- our own mark -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "marked", "plain"),
    [
        ("'=1+1", "=1+1", "'=1+1"),
        ("''quoted", "'quoted", "''quoted"),
        ("'", "", "'"),
        ("=1+1", "=1+1", "=1+1"),
        ("O'Neil", "O'Neil", "O'Neil"),
        ("x", "x", "x"),
    ],
)
def test_exactly_one_quote_is_taken_off_where_our_mark_says_that_we_put_it(
    cell: str, marked: str, plain: str
) -> None:
    assert lines(f"Company name,Tags,{MARK}\n{cell},x,\n") == [(2, marked)]
    assert lines(f"Company name,Tags\n{cell},x\n") == [(2, plain)]


def test_our_own_columns_are_those_of_partner_center_and_more() -> None:
    assert list(HEADER.values())[:5] == PARTNER_CENTER
    data = table_file.write([{"name": "Contoso"}])
    assert data.startswith(codecs.BOM_UTF8)
    titles, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert titles == [*HEADER.values(), MARK]
    assert row == ["", "Contoso", *[""] * (len(HEADER) - 1)]
    assert read(data).ignored == ()


def test_a_file_is_read_no_further_than_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_file, "MOST_BYTES", 3)
    file = tmp_path / "list.csv"
    file.write_bytes(b"abcdef")
    assert table_file.content_of(str(file)) == b"abcd"
    assert table_file.content_of("-", io.BytesIO(b"ghijkl")) == b"ghij"


def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for typed in ("gone.csv", "-"):  # without a stream, - is a file's name
        with pytest.raises(BadInput, match=f"^{typed} cannot be read: No such file"):
            table_file.content_of(typed)
