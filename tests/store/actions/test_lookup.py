"""Whoever an operator names is found, or the candidates are named."""

from __future__ import annotations

import pytest

from store.actions import lookup, members
from store.desk import Desk
from store.errors import NotFound
from tests.store.actions.stories import add

ID = "0f9c1f4e-2222-4333-8444-555555555555"


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A desk with customers whose names overlap."""
    add(desk, "Contoso", domain="contoso.com", microsoft_id=ID)
    add(desk, "Contoso Retail", domain="retail.example", alias="Shops")
    add(desk, "Fabrikam", domain="contoso.example")
    add(desk, "Straße AG", alias="Road")
    add(desk, "Twin", domain="twin.example")
    add(desk, "Twin")
    return desk


@pytest.mark.parametrize(
    ("named", "key"),
    [
        (ID, 1),
        (ID.upper(), 1),
        ("contoso.com", 1),
        (" Contoso.COM ", 1),
        ("contoso.example", 3),
        ("contoso", 1),
        ("CONTOSO retail", 2),
        ("shops", 2),
        ("STRASSE ag", 4),
        ("twin.example", 5),
    ],
)
def test_a_customer_is_found_by_id_domain_name_or_alias(full: Desk, named: str, key: int) -> None:
    assert lookup.customer(full.view, named).id == key


@pytest.mark.parametrize("named", ["oso", "contoso.co", "example", "x", ID[:8], "Contoso Retail 2"])
def test_what_nobody_is_called_is_not_found(full: Desk, named: str) -> None:
    with pytest.raises(NotFound, match=f"No customer is called {named}") as refusal:
        lookup.customer(full.view, named)
    assert "partnerdesk customers list" in str(refusal.value.todo)


def test_of_several_candidates_none_is_taken_and_all_are_named(full: Desk) -> None:
    with pytest.raises(NotFound) as refusal:
        lookup.customer(full.view, "twin")
    assert "Twin (twin.example), Twin (#6)" in str(refusal.value.what)


@pytest.mark.parametrize(
    ("named", "candidates"),
    [
        ("Contoso R", "Contoso Retail (retail.example)"),
        ("c", "Contoso (contoso.com), Contoso Retail (retail.example)"),
        ("sho", "Contoso Retail (retail.example)"),
        ("STRASSE", "Straße AG (#4)"),
    ],
)
def test_how_a_name_begins_names_the_candidates_and_means_none(
    full: Desk, named: str, candidates: str
) -> None:
    with pytest.raises(NotFound) as refusal:
        lookup.customer(full.view, named)
    said = f"No customer is called {named}, but some begin so: {candidates}."
    assert str(refusal.value.what) == said
    assert "the whole name" in str(refusal.value.todo)


def test_the_very_domain_wins_over_one_that_is_alike(desk: Desk) -> None:
    one = add(desk, "One", domain="straße.example")
    two = add(desk, "Two", domain="strasse.example")
    assert lookup.customer(desk.view, "Straße.example").id == one
    assert lookup.customer(desk.view, "STRASSE.example").id == two
    three = add(desk, "Three", domain="weiß.example")
    assert lookup.customer(desk.view, "weiss.example").id == three


def test_of_very_many_candidates_five_are_named(desk: Desk) -> None:
    for number in range(8):
        add(desk, f"Shop {number}")
    with pytest.raises(NotFound) as refusal:
        lookup.customer(desk.view, "shop")
    assert str(refusal.value.what).count("Shop ") == 5
    assert "+3" in str(refusal.value.what)


@pytest.mark.parametrize("named", ["", " ", "\n"])
def test_no_name_is_nobody(desk: Desk, named: str) -> None:
    add(desk, "Contoso")
    with pytest.raises(NotFound):
        lookup.customer(desk.view, named)


def test_customers_that_are_named_twice_are_taken_once(full: Desk) -> None:
    found = lookup.customers(full.view, ["contoso.com", "Fabrikam", ID])
    assert [customer.id for customer in found] == [1, 3]
    with pytest.raises(NotFound, match="nobody"):
        lookup.customers(full.view, ["contoso.com", "nobody"])


def test_a_member_is_found_by_the_user_name_in_any_case(desk: Desk) -> None:
    members.add(desk, "zoe@adatum.example", "Zoé")
    assert lookup.member(desk.view, " ZOE@adatum.example ").id == 1
    for named in ("zoe", "", "Zoé"):
        with pytest.raises(NotFound, match="No active user is called"):
            lookup.member(desk.view, named)


def test_a_number_tells_twins_apart(desk: Desk) -> None:
    with_domain = add(desk, "Fabrikam", domain="fabrikam.de")
    without = add(desk, "Fabrikam")
    assert lookup.customer(desk.view, f"#{without}").id == without
    assert lookup.customer(desk.view, f"#{with_domain}").id == with_domain
    for wrong in ("#", "#0", "#99", "#x", f"{without}"):
        with pytest.raises(NotFound):
            lookup.customer(desk.view, wrong)
