"""An exported list comes back as it was, and no spreadsheet executes it."""

from __future__ import annotations

import csv
import io
import os
import stat
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.actions import customers, table_file
from store.actions.exporting import customers_csv, listed, write_new
from store.actions.fields import customer_fields
from store.actions.importing import Outcome, plan
from store.clean import is_visible
from store.desk import Desk
from store.errors import WriteRefused
from store.journal.rows import Rows
from store.journal.state import State as Tables
from store.model.customer import FIELD_NAMES, LANGUAGES, Customer
from store.view import CUSTOMERS, View, view_of
from tests.store.actions.stories import add, outcomes, take_in

DANGEROUS = "=+-@＝＋－＠\t\r\n"
LITERAL_QUOTE = "'"

harmless = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs"),
        exclude_characters="\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068"
        "\u2069\u2028\u2029",
    ),
    max_size=12,
)
begun = st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "'", "''", "＝", " =", "\u3000@", "[b]", '"', ",", ";"]),
    harmless,
)
texts = st.one_of(
    harmless,
    begun,
    st.sampled_from(
        [
            '=HYPERLINK("http://evil.example","x")',
            "=cmd|' /C calc'!A0",
            "'=1+1",
            "@SUM(1)",
            "-2+3",
            "+49 30",
            "'",
            "''",
            "O'Neil",
            "[@click=app.quit]x[/]",
            "می\u200cخواهم",
            "👩\u200d👩\u200d👧",
            "a\u200bb",
            'say "hi", x;y',
            "sep=;",
        ]
    ),
)
tags = st.lists(texts.map(lambda text: text.replace(",", "").replace(";", "")), max_size=3)


def made(number: int, fields: dict[str, str]) -> dict[str, object]:
    """The fields of a customer as the door takes them."""
    return customer_fields({**dict.fromkeys(FIELD_NAMES, ""), **fields})[0]


@st.composite
def lists(draw: st.DrawFn) -> list[Customer]:
    """Customers as a store may hold them, each with an identity of its own."""
    found: list[Customer] = []
    alone: set[str] = set()  # names of customers that have nothing else
    for number in range(draw(st.integers(0, 4))):
        fields = {name: draw(texts) for name in ("relationship", "alias", "note")}
        names = st.sampled_from(["Contoso", "CONTOSO", "Straße", "STRASSE"])
        fields["name"] = draw(st.one_of(names, texts.filter(is_visible)))
        fields["tags"] = ",".join(draw(tags))
        fields["language"] = draw(st.sampled_from(["", *LANGUAGES]))
        fields["contact"] = draw(st.sampled_from(["", "it@contoso.com", "-x'y@contoso.com"]))
        fields["domain"] = draw(st.sampled_from(["", f"c{number}.example", f"é{number}.example"]))
        fields["microsoft_id"] = draw(st.sampled_from(["", str(UUID(int=number))]))
        document = made(number, fields)
        name = str(document["name"]).casefold()
        if not fields["domain"] and not fields["microsoft_id"]:
            if name in alone:
                continue  # the door refuses it, as test_customers.py shows
            alone.add(name)
        found.append(Customer.from_document(number, document))
    return found


def cells(data: bytes) -> list[list[str]]:
    """All cells as a spreadsheet sees them, the titles left out."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))[1:]


@given(lists())
def test_an_exported_list_imports_back_to_the_same(found: list[Customer]) -> None:
    source = table_file.read(customers_csv(found))
    rows = plan(View(), source).rows
    assert [row.outcome for row in rows] == [Outcome.ADD] * len(found)
    for row, customer in zip(rows, found, strict=True):
        assert Customer.from_document(customer.id, row.fields) == customer
        assert row.notes == ()
    rows_there: Rows[dict[str, object]] = Rows(
        {number: {**row.fields} for number, row in enumerate(rows, 1)}
    )
    again = plan(view_of(1, Tables({CUSTOMERS: rows_there})), source).rows
    assert [row.outcome for row in again] == [Outcome.SAME] * len(found)


@given(lists())
def test_no_cell_of_an_exported_list_is_a_formula(found: list[Customer]) -> None:
    for row in cells(customers_csv(found)):
        assert not any(cell.lstrip()[:1] in DANGEROUS for cell in row if cell.strip())


@pytest.mark.parametrize(
    "start", [*DANGEROUS, LITERAL_QUOTE, "\x0b=", "\ufeff", "\x00="], ids=ascii
)
def test_what_reached_the_store_past_the_door_is_no_formula_either(start: str) -> None:
    hostile = Customer(1, f"{start}x", alias=f" {start}x", tags=(f"{start}x", "=y"))
    data = customers_csv([hostile])
    (row,) = cells(data)
    assert not any(cell.lstrip()[:1] in DANGEROUS for cell in row if cell.strip())
    assert not any(ord(character) < 32 for cell in row for character in cell)
    table_file.read(data)


def test_a_cell_that_a_spreadsheet_would_execute_begins_with_a_quote() -> None:
    (row,) = cells(customers_csv([Customer(1, "=1+1", alias="'x", note="fine", contact=" @x")]))
    assert [row[1], row[5], row[8], row[7]] == ["'=1+1", "''x", "fine", "' @x"]


def test_a_store_goes_out_and_comes_in_again(desk: Desk, tmp_path: Path) -> None:
    add(desk, "=Contoso", domain="contoso.com", tags="-a, 'b", note='say "hi"; [b]')
    add(desk, "fabrikam", language="zh", contact="it@fabrikam.example")
    customers.archive(desk, [add(desk, "Gone")])
    assert [customer.name for customer in listed(desk.view)] == ["=Contoso", "fabrikam"]
    data = customers_csv(listed(desk.view))
    before = desk.view.seq
    assert outcomes(plan(desk.view, table_file.read(data))) == [(2, "same"), (3, "same")]
    take_in(desk, data.decode("utf-8"))
    assert desk.view.seq == before


def test_a_list_is_by_name_in_any_case(desk: Desk) -> None:
    for number, name in enumerate(("beta", "Alpha", "ALPHA", "Émile", "zeta")):
        add(desk, name, domain=f"c{number}.example")
    assert [customer.name for customer in listed(desk.view)] == [
        "Alpha",
        "ALPHA",
        "beta",
        "zeta",
        "Émile",
    ]


def test_two_customers_of_one_name_go_out_and_come_in_again(desk: Desk) -> None:
    add(desk, "Contoso", domain="contoso.com")
    add(desk, "Contoso")
    source = table_file.read(customers_csv(listed(desk.view)))
    assert outcomes(plan(desk.view, source)) == [(2, "same"), (3, "same")]
    assert outcomes(plan(View(), source)) == [(2, "add"), (3, "add")]


# -- files ------------------------------------------------------------------------------------


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    path = write_new(tmp_path / "list.csv", b"data")
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["list.csv"]


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    there = tmp_path / "list.csv"
    there.write_bytes(b"theirs")
    with pytest.raises(WriteRefused, match=r"list\.csv exists already") as refusal:
        write_new(there, b"ours")
    assert str(refusal.value.todo) == "Choose another name."
    assert there.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["list.csv"]


def test_what_a_killed_process_left_behind_is_not_in_the_way(tmp_path: Path) -> None:
    left = [tmp_path / f".list.csv.{os.getpid()}.new", tmp_path / ".partnerdesk.x.new"]
    for file in left:
        file.write_bytes(b"half")
    assert write_new(tmp_path / "list.csv", b"data").read_bytes() == b"data"
    assert [file.read_bytes() for file in left] == [b"half"] * 2


def test_the_longest_name_that_a_folder_takes_can_be_written(tmp_path: Path) -> None:
    name = "x" * 251 + ".csv"
    assert write_new(tmp_path / name, b"data").name == name


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "list.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteRefused):
        write_new(tmp_path / "list.csv", b"ours")
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_missing_or_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path, reason in (
        (tmp_path / "missing" / "list.csv", "No such file or directory"),
        (tmp_path / "file" / "list.csv", "Not a directory"),
    ):
        with pytest.raises(WriteRefused, match=f"could not be written: {reason}"):
            write_new(path, b"data")
