"""Customers are added, edited, archived and brought back, and none of them twice."""

from __future__ import annotations

import pytest

from store.actions import customers
from store.actions.importing import Outcome
from store.actions.partner import set_fields
from store.desk import Desk
from store.errors import BadInput, Conflict, NotFound
from store.message import Message, msg
from store.work import Tables
from tests.store.actions.stories import add, contents, plan

ID = "0f9c1f4e-2222-4333-8444-555555555555"


def test_a_customer_is_added_with_its_fields(desk: Desk) -> None:
    receipt = customers.add(
        desk,
        {
            "name": " Contoso Ltd ",
            "domain": "Contoso.COM",
            "microsoft_id": ID.upper(),
            "tags": "vip; school",
            "language": "de-AT",
            "contact": "it@contoso.com",
            "note": "Called [twice].",
        },
    )
    assert str(receipt.message) == "Added Contoso Ltd."
    assert receipt.did == "customers.add"
    found = desk.view.customer(1)
    assert found is not None
    assert (found.name, found.domain, found.microsoft_id) == ("Contoso Ltd", "contoso.com", ID)
    assert (found.tags, found.language) == (("vip", "school"), "de")
    assert (found.contact, found.note) == ("it@contoso.com", "Called [twice].")
    assert desk.view.customers[1]["added"] == "2026-11-22"
    assert desk.view.customer_count == 1


def test_a_line_break_in_a_name_is_reported_with_the_receipt(desk: Desk) -> None:
    receipt = customers.add(desk, {"name": "Contoso\nLtd"})
    assert [str(note) for note in receipt.notes] == ["Company name: a line break became a space."]
    assert desk.view.customers[1]["name"] == "Contoso Ltd"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " \n "}, "name"),
        ({"name": "Con\x1btoso"}, "name"),
        ({"name": "x" * 257}, "name"),
        ({"name": "x", "domain": "contoso"}, "domain"),
        ({"name": "x", "domain": "con\u202etoso.com"}, "domain"),
        ({"name": "x", "microsoft_id": "7"}, "microsoft_id"),
        ({"name": "x", "contact": "it"}, "contact"),
        ({"name": "x", "language": "it"}, "language"),
        ({"name": "x", "tags": "a\x00b"}, "tags"),
        ({"name": "x", "alias": "x" * 257}, "alias"),
        ({"name": "x", "note": "x" * 4_001}, "note"),
        ({"name": "x", "archived": "2026-01-01"}, "archived"),
        ({"name": "x", "rev": "9"}, "rev"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(
    desk: Desk, fields: dict[str, str], field: str
) -> None:
    before = contents(desk)
    with pytest.raises(BadInput) as refusal:
        customers.add(desk, fields)
    assert refusal.value.field == field
    assert contents(desk) == before


@pytest.mark.parametrize(
    ("field", "value", "typed"),
    [("domain", "contoso.com", "CONTOSO.com."), ("microsoft_id", ID, f"{{{ID.upper()}}}")],
)
def test_a_second_customer_with_the_same_identity_is_refused_naming_the_first(
    desk: Desk, field: str, value: str, typed: str
) -> None:
    add(desk, "Contoso", **{field: value})
    other = add(desk, "Fabrikam")
    before = contents(desk)
    for attempt in (
        lambda: customers.add(desk, {"name": "Contoso 2", field: typed}),
        lambda: customers.edit(desk, other, {field: typed}),
    ):
        with pytest.raises(BadInput, match=f"{value} belongs to Contoso already") as refusal:
            attempt()
        assert refusal.value.field == field
        assert str(refusal.value.todo) == "Edit that customer instead."
    assert contents(desk) == before


def test_the_twin_of_an_archived_customer_is_refused_too(desk: Desk) -> None:
    customers.archive(desk, [add(desk, "Contoso", domain="contoso.com")])
    with pytest.raises(BadInput) as refusal:
        add(desk, "Contoso again", domain="contoso.com")
    assert str(refusal.value.todo) == "It is archived; bring it back instead."


def test_two_customers_may_share_a_name(desk: Desk) -> None:
    add(desk, "Contoso", domain="contoso.com")
    add(desk, "Contoso", domain="contoso.de")
    add(desk, "Contoso")
    assert desk.view.customer_count == 3


def test_editing_changes_the_given_fields_alone(desk: Desk) -> None:
    key = add(desk, "Contoso", domain="contoso.com", tags="vip", alias="C")
    receipt = customers.edit(desk, key, {"alias": "", "tags": "school"}, rev=1)
    assert str(receipt.message) == "Changed Contoso."
    found = desk.view.customer(key)
    assert found is not None
    assert (found.name, found.domain, found.alias) == ("Contoso", "contoso.com", "")
    assert (found.tags, found.rev) == (("school",), 2)


def test_a_customer_may_keep_its_own_domain_when_edited(desk: Desk) -> None:
    key = add(desk, "Contoso", domain="contoso.com")
    customers.edit(desk, key, {"name": "Contoso AG", "domain": "contoso.com"})
    assert desk.view.customers[key]["name"] == "Contoso AG"


def test_saving_without_a_change_writes_nothing(desk: Desk) -> None:
    key = add(desk, "Contoso")
    receipt = customers.edit(desk, key, {"name": "Contoso"}, rev=1)
    assert (receipt.seq, receipt.before) == (0, ())
    assert desk.view.customers[key]["rev"] == 1


def test_a_form_that_somebody_overtook_is_told_so_and_sees_theirs(desk: Desk) -> None:
    key = add(desk, "Contoso")
    customers.edit(desk, key, {"note": "theirs"}, rev=1)
    before = contents(desk)
    with pytest.raises(Conflict, match="Contoso was changed by somebody else") as conflict:
        customers.edit(desk, key, {"note": "mine"}, rev=1)
    assert conflict.value.theirs["note"] == "theirs"
    assert conflict.value.theirs["rev"] == 2
    assert contents(desk) == before
    customers.edit(desk, key, {"note": "both"}, rev=2)
    assert desk.view.customers[key]["note"] == "both"


def test_a_customer_that_is_not_there_cannot_be_edited(desk: Desk) -> None:
    with pytest.raises(NotFound, match="#7 is no longer there"):
        customers.edit(desk, 7, {"note": "x"})


def test_an_edit_may_not_take_the_name_away(desk: Desk) -> None:
    key = add(desk, "Contoso")
    with pytest.raises(BadInput) as refusal:
        customers.edit(desk, key, {"name": " "})
    assert refusal.value.field == "name"
    assert desk.view.customers[key]["name"] == "Contoso"


def test_an_archived_customer_does_not_count_and_comes_back_whole(desk: Desk) -> None:
    keys = [add(desk, name, tags="vip") for name in ("Contoso", "Fabrikam", "Woodgrove")]
    before = {key: desk.view.customers[key] for key in keys}
    assert str(customers.archive(desk, keys[:1]).message) == "Archived Contoso."
    assert str(customers.archive(desk, keys).message) == "Archived 2 customers."
    assert desk.view.customer_count == 0
    assert {row["archived"] for row in desk.view.customers.values()} == {"2026-11-22"}
    assert str(customers.bring_back(desk, keys[:1]).message) == "Brought back Contoso."
    assert str(customers.bring_back(desk, keys).message) == "Brought back 2 customers."
    assert desk.view.customer_count == 3
    after = {key: {**desk.view.customers[key], "rev": 1} for key in keys}
    assert after == before


def test_archiving_what_is_archived_or_gone_changes_nothing(desk: Desk) -> None:
    key = add(desk, "Contoso")
    customers.archive(desk, [key])
    assert customers.archive(desk, [key, 99]).seq == 0
    assert desk.view.customers[key]["rev"] == 2


# -- a name and nothing else ------------------------------------------------------------------


def test_two_customers_need_more_than_one_name(desk: Desk) -> None:
    first = add(desk, "Straße")
    before = contents(desk)
    with pytest.raises(BadInput, match="Straße is there already, and neither has a") as refusal:
        customers.add(desk, {"name": "STRASSE"})
    assert refusal.value.field == "name"
    assert "to tell the two apart" in str(refusal.value.todo)
    assert contents(desk) == before
    with_domain = add(desk, "Straße", domain="strasse.example")
    with pytest.raises(BadInput, match="Straße is there already"):
        customers.edit(desk, with_domain, {"domain": ""})
    other = add(desk, "Other")
    with pytest.raises(BadInput, match="Straße is there already"):
        customers.edit(desk, other, {"name": "Straße"})
    customers.edit(desk, first, {"name": "STRASSE", "note": "the same one"})
    customers.archive(desk, [first])
    with pytest.raises(BadInput, match="bring it back"):
        customers.add(desk, {"name": "Straße"})


def test_twins_of_an_older_store_can_still_be_edited(desk: Desk) -> None:
    def by_hand(tables: Tables) -> Message:
        tables.customers.insert_multiple({"name": "Contoso"} for _ in range(2))
        return msg("by hand")

    desk.transaction("test", by_hand)
    customers.edit(desk, 2, {"name": "Contoso", "domain": "", "tags": "vip"})
    customers.edit(desk, 2, {"domain": "contoso.com"})
    found = desk.view.customer(2)
    assert found is not None
    assert (found.domain, found.tags) == ("contoso.com", ("vip",))


@pytest.mark.parametrize("name", ["\u200b", " \u200d\u2060 ", "\u3164"], ids=ascii)
def test_a_name_has_something_to_be_seen(partner: Desk, name: str) -> None:
    key = add(partner, "Contoso")
    for attempt in (
        lambda: customers.add(partner, {"name": name}),
        lambda: customers.edit(partner, key, {"name": name}),
        lambda: set_fields(partner, {"name": name}),
    ):
        with pytest.raises(BadInput) as refusal:
            attempt()
        assert refusal.value.field == "name"
    (row,) = plan(partner, f"Company name,Tags\n{name},x\n").rows
    assert row.outcome is Outcome.REFUSE
