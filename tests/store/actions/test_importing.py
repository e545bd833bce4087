"""An import plans every line first and then does all of it, or none."""

from __future__ import annotations

import pytest

from store.actions import customers, importing
from store.actions.importing import Outcome
from store.desk import Desk
from store.errors import BadInput
from tests.store.actions.stories import add, contents, outcomes, plan, take_in

ID1 = "00000001-2222-4333-8444-555555555555"
ID2 = "00000002-2222-4333-8444-555555555555"
TITLES = "Microsoft ID,Company name,Primary domain name,Relationship,Tags\n"
FILE = (
    TITLES + f"{ID1},Contoso,contoso.com,Reseller,vip\n"
    f'{ID2},"Fabrikam, Inc.",fabrikam.com,,\n'
    ",No Domain,,,\n"
)


def names(desk: Desk) -> list[str]:
    return [str(row["name"]) for row in desk.view.customers.values()]


def why(found: importing.Plan) -> list[str]:
    """Why the refused lines are refused."""
    return [str(row.why) for row in found.refused]


def test_a_plan_writes_nothing(desk: Desk) -> None:
    before = contents(desk)
    found = plan(desk, FILE)
    assert outcomes(found) == [(2, "add"), (3, "add"), (4, "add")]
    assert [row.name for row in found.rows] == ["Contoso", "Fabrikam, Inc.", "No Domain"]
    assert contents(desk) == before


def test_an_import_is_one_transaction(desk: Desk) -> None:
    receipt = take_in(desk, FILE)
    assert str(receipt.message) == (
        "Imported customers: 3 added, 0 changed, 0 left alone, 0 refused."
    )
    assert len(receipt.before) == 3
    assert desk.view.seq == receipt.seq
    first = desk.view.customer(1)
    assert first is not None
    assert (first.name, first.microsoft_id, first.domain) == ("Contoso", ID1, "contoso.com")
    assert (first.relationship, first.tags) == ("Reseller", ("vip",))
    assert desk.view.customers[1]["added"] == "2026-11-22"


def test_importing_again_changes_nothing(desk: Desk) -> None:
    take_in(desk, FILE)
    before = contents(desk)
    assert plan(desk, FILE).count(Outcome.SAME) == 3
    receipt = take_in(desk, FILE)
    assert str(receipt.message).endswith("0 added, 0 changed, 3 left alone, 0 refused.")
    assert (receipt.seq, contents(desk)) == (0, before)


def test_a_line_is_the_customer_with_its_microsoft_id_whatever_else_changed(desk: Desk) -> None:
    key = add(desk, "Contoso", microsoft_id=ID1, domain="contoso.com", alias="C", tags="old")
    text = TITLES + f"{ID1.upper()},Contoso AG,contoso.de,,new\n"
    (row,) = plan(desk, text).rows
    assert (row.outcome, row.key) == (Outcome.CHANGE, key)
    assert str(row.why) == (
        "Company name (Contoso → Contoso AG), Primary domain name (contoso.com → contoso.de), "
        "Tags (old → old new)"
    )
    take_in(desk, text)
    found = desk.view.customer(key)
    assert found is not None
    assert (found.name, found.domain, found.alias) == ("Contoso AG", "contoso.de", "C")
    assert found.tags == ("old", "new")
    assert desk.view.customer_count == 1


def test_else_it_is_the_customer_with_its_domain(desk: Desk) -> None:
    key = add(desk, "Contoso", domain="contoso.com")
    take_in(desk, TITLES + f"{ID1},Contoso,CONTOSO.com,,\n")
    assert desk.view.customer_count == 1
    assert desk.view.customers[key]["microsoft_id"] == ID1


def test_else_it_is_the_customer_with_its_very_name(desk: Desk) -> None:
    key = add(desk, "Contoso", domain="contoso.com")
    add(desk, "Contoso Retail")
    take_in(desk, "Company name,Alias\ncontoso,C\n")
    assert desk.view.customers[key]["alias"] == "C"
    assert desk.view.customer_count == 2


def test_a_name_alone_does_not_say_which_of_two(desk: Desk) -> None:
    add(desk, "Contoso", domain="contoso.com")
    add(desk, "Contoso", domain="contoso.de")
    (said,) = why(plan(desk, "Company name,Alias\nContoso,C\n"))
    assert "Several customers have this name" in said


def test_a_customer_with_another_domain_is_another_customer(desk: Desk) -> None:
    add(desk, "Contoso", domain="contoso.com")
    take_in(desk, TITLES + ",Contoso,contoso.de,,\n")
    assert desk.view.customer_count == 2


def test_an_empty_cell_leaves_the_field_alone(desk: Desk) -> None:
    take_in(desk, FILE)
    text = TITLES + f"{ID1},Contoso,,,\n"
    assert plan(desk, text).count(Outcome.SAME) == 1
    take_in(desk, text)
    assert desk.view.customers[1]["domain"] == "contoso.com"
    assert desk.view.customers[1]["tags"] == ["vip"]


def test_an_archived_customer_is_not_added_again(desk: Desk) -> None:
    customers.archive(desk, [add(desk, "Contoso", microsoft_id=ID1)])
    take_in(desk, TITLES + f"{ID1},Contoso AG,,,\n")
    assert names(desk) == ["Contoso AG"]
    assert desk.view.customers[1]["archived"] == "2026-11-22"


# -- refused lines ----------------------------------------------------------------------------

REFUSED = {
    "no name": (f"{ID1},,contoso.com,,\n", "Company name is missing"),
    "too few cells": (f"{ID1}\n", "Company name is missing"),
    "a bad id": ("7,Contoso,,,\n", "Microsoft ID: 7 is not a Microsoft ID"),
    "a bad domain": (",Contoso,contoso,,\n", "contoso is not a domain name"),
    "a control character": (",Con\x1btoso,,,\n", "U+001B at character 4"),
    "a zero byte": (",Con\0toso,,,\n", "U+0000 at character 4"),
    "a bidi character": (",Contoso,,\u202eReseller,\n", "Relationship: the bidirectional"),
    "a tab in a cell": (",Con\ttoso,,,\n", "U+0009 at character 4"),
    "a very long name": (f",{'x' * 10_000},,,\n", "Company name: 10,000 characters, and 256"),
    "very many tags": (f",x,,,{'x' * 10_000}\n", "Tags: 10,000 characters, and 4,000"),
    "too many cells": (",Contoso,,,,oops\n", "6 cells, and the first line has 5"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_line_is_refused_with_its_number_and_reason(desk: Desk, name: str) -> None:
    line, reason = REFUSED[name]
    text = TITLES + f",Good,good.example,,\n{line},Better,,,\n"
    found = plan(desk, text)
    assert outcomes(found) == [(2, "add"), (3, "refuse"), (4, "add")]
    assert reason in why(found)[0]
    assert len(found.refused[0].name) <= 80
    before = contents(desk)
    with pytest.raises(BadInput, match=r"1 line cannot be taken, so none was\. Line 3: ") as said:
        importing.apply(desk, found)
    assert reason in str(said.value)
    assert "--skip-bad" in str(said.value.todo)
    assert contents(desk) == before


def test_a_line_with_nothing_to_know_a_customer_by_is_refused(desk: Desk) -> None:
    found = plan(desk, "Tags,Company name\nvip\nvip,Contoso\n")
    assert outcomes(found) == [(2, "refuse"), (3, "add")]
    assert "Company name is missing" in why(found)[0]


def test_the_refusal_of_a_file_is_a_whole_sentence(desk: Desk) -> None:
    with pytest.raises(BadInput) as refusal:
        take_in(desk, TITLES + ",Contoso,contoso,,\n")
    assert str(refusal.value.what).endswith("contoso is not a domain name.")


def test_the_rest_is_imported_when_asked_and_the_bad_lines_are_counted(desk: Desk) -> None:
    text = TITLES + ",A,,,\n,B,b,,\n,,,x,\n,C,,,\n"
    with pytest.raises(BadInput, match=r"2 lines cannot be taken.* The first is line 3: "):
        take_in(desk, text)
    receipt = take_in(desk, text, skip_bad=True)
    assert str(receipt.message).endswith("2 added, 0 changed, 0 left alone, 2 refused.")
    assert names(desk) == ["A", "C"]


def test_line_numbers_are_right_after_quoted_line_breaks(desk: Desk) -> None:
    text = TITLES + ',"Con\ntoso",,,\n,"Fabri\r\nkam\n",,,\n,Bad,bad,,\n'
    found = plan(desk, text)
    assert outcomes(found) == [(2, "add"), (4, "add"), (7, "refuse")]
    assert [str(note) for note in found.rows[0].notes] == [
        "Company name: a line break became a space."
    ]
    take_in(desk, text, skip_bad=True)
    assert names(desk) == ["Con toso", "Fabri kam"]


def test_a_line_about_two_customers_is_refused_naming_both(desk: Desk) -> None:
    add(desk, "Contoso", microsoft_id=ID1)
    add(desk, "Fabrikam", domain="fabrikam.com")
    (said,) = why(plan(desk, TITLES + f"{ID1},X,fabrikam.com,,\n"))
    assert said == "Its Microsoft ID is that of Contoso and its domain that of Fabrikam."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{ID1},A,,,", f"{ID1},B,,,"),
        (",A,contoso.com,,", ",B,Contoso.com,,"),
        (f"{ID1},A,contoso.com,,", f"{ID2},B,contoso.com,,"),
        (",Same,,,", ",SAME,,,"),
        (f"{ID1},A,,,", f"{ID1.upper()},A,,,"),
    ],
)
def test_the_same_customer_twice_in_a_file_is_refused_naming_the_earlier_line(
    desk: Desk, first: str, second: str
) -> None:
    found = plan(desk, f"{TITLES},Other,other.example,,\n{first}\n{second}\n")
    assert outcomes(found) == [(2, "add"), (3, "add"), (4, "refuse")]
    assert why(found) == ["It is the customer of line 3 again."]


def test_two_lines_that_mean_one_known_customer_are_refused_too(desk: Desk) -> None:
    add(desk, "Contoso", microsoft_id=ID1, domain="contoso.com")
    found = plan(desk, TITLES + f"{ID1},Contoso,,,a\n,Contoso,contoso.com,,b\n")
    assert outcomes(found) == [(2, "change"), (3, "refuse")]
    assert why(found) == ["It is the customer of line 2 again."]


def test_a_refused_line_does_not_take_the_place_of_a_good_one(desk: Desk) -> None:
    found = plan(desk, TITLES + f"{ID1},A,bad,,\n{ID1},A,good.example,,\n")
    assert outcomes(found) == [(2, "refuse"), (3, "add")]


def test_a_file_with_two_lines_of_one_name_is_the_same_when_imported_again(desk: Desk) -> None:
    text = TITLES + f"{ID1},Contoso,,,\n,Contoso,,,\n"
    assert plan(desk, text).count(Outcome.ADD) == 2
    take_in(desk, text)
    assert outcomes(plan(desk, text)) == [(2, "same"), (3, "same")]


# -- time -------------------------------------------------------------------------------------


def test_what_changed_since_the_plan_is_planned_again(desk: Desk) -> None:
    found = plan(desk, TITLES + f"{ID1},Contoso,,,\n")
    add(desk, "Contoso", microsoft_id=ID1)
    receipt = importing.apply(desk, found)
    assert str(receipt.message).endswith("0 added, 0 changed, 1 left alone, 0 refused.")
    assert desk.view.customer_count == 1


def test_progress_goes_up_to_the_last_line(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    rows = "".join(f",Customer {number},,,\n" for number in range(1_200))
    source = plan(desk, TITLES + rows).source
    importing.plan(desk.view, source, lambda done, total: told.append((done, total)))
    assert told[0] == (0, 1_200)
    assert told[-1] == (1_200, 1_200)
    assert told == sorted(told)
    assert len(told) >= 3
