"""What relationships are called: out of a pattern, at most 50 safe characters, never twice."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.errors import BadInput
from store.model import naming
from store.model.naming import DEFAULT_PATTERN, FIELDS, LONGEST

SAFE = re.compile(r"[A-Za-z0-9_-]{1,50}")
DAY = date(2026, 11, 22)
PARTS = st.sampled_from([*(f"{{{name}}}" for name in FIELDS), "_", "-", "x", "GDAP", "2026"])
PATTERNS = st.lists(PARTS, max_size=12).map("".join)
USUAL: dict[str, Any] = {
    "partner": "Adatum",
    "customer": "Contoso",
    "domain": "contoso.com",
    "level": "full",
    "day": DAY,
    "token": "1a2b3c4d",
}


def name(pattern: str = DEFAULT_PATTERN, **values: Any) -> str:
    return naming.name_for(pattern, **USUAL | values)


@pytest.mark.parametrize(
    ("pattern", "values", "wanted"),
    [
        (DEFAULT_PATTERN, {}, "Adatum_Contoso_full_1a2b3c4d"),
        ("{domain}-{date}", {}, "contoso-com-20261122_1a2b3c4d"),
        ("{customer}", {"customer": "Müller & Söhne GmbH"}, "Muller-Sohne-GmbH_1a2b3c4d"),
        ("{customer}", {"customer": "Straße"}, "Strasse_1a2b3c4d"),
        ("{customer}", {"customer": "Éclair d’été"}, "Eclair-d-ete_1a2b3c4d"),
        ("{customer}", {"customer": "北京公司", "domain": "beijing.example"}, "beijing_1a2b3c4d"),
        ("{customer}", {"customer": "北京公司", "domain": ""}, "1a2b3c4d"),
        ("{partner}_{customer}", {"customer": "", "domain": ""}, "Adatum_1a2b3c4d"),
        ("{customer}", {"customer": "[/red]\x1b]52;c;aGk=\x07"}, "red-52-c-aGk_1a2b3c4d"),
        ("", {}, "1a2b3c4d"),
        ("GDAP", {}, "GDAP_1a2b3c4d"),
        ("{level}", {"level": "roles"}, "roles_1a2b3c4d"),
    ],
)
def test_names(pattern: str, values: dict[str, str], wanted: str) -> None:
    assert name(pattern, **values) == wanted


def test_long_names_give_way_alike() -> None:
    made = name(partner="A" * 60, customer="B" * 60)
    assert len(made) <= LONGEST
    assert made.endswith("_1a2b3c4d")
    assert abs(made.count("A") - made.count("B")) <= 1
    assert "_full_" in made


@given(
    pattern=PATTERNS,
    partner=st.text(max_size=80),
    customer=st.text(max_size=80),
    domain=st.text(max_size=80),
)
@example(pattern="x" * 40 + "_y", partner="", customer="", domain="")
@example(pattern="x" * 500, partner="", customer="", domain="")
def test_every_name_is_safe_and_ends_in_its_token(
    pattern: str, partner: str, customer: str, domain: str
) -> None:
    made = name(naming.checked(pattern), partner=partner, customer=customer, domain=domain)
    assert SAFE.fullmatch(made), made
    assert made == "1a2b3c4d" or made.endswith("_1a2b3c4d")
    assert not re.search(r"[-_]{2}", made)


@given(st.text(max_size=30))
def test_a_pattern_is_taken_or_refused_and_never_breaks(pattern: str) -> None:
    try:
        kept = naming.checked(pattern)
    except BadInput as refused:
        assert refused.field == "pattern"
    else:
        assert SAFE.fullmatch(name(kept))


@pytest.mark.parametrize(
    "pattern", ["{nobody}", "{", "}", "{customer", "{{customer}}", "{customer.name}", "{}",
                "{Customer}", "a b", "é", "x/y", "{customer}\n{level}", "<b>"],
)  # fmt: skip
def test_patterns_that_cannot_be_filled_in_are_refused(pattern: str) -> None:
    with pytest.raises(BadInput) as refused:
        naming.checked(pattern)
    assert refused.value.field == "pattern"
    assert refused.value.todo


def test_a_pattern_loses_what_stands_around_it() -> None:
    assert naming.checked(" {customer} ") == "{customer}"


def test_tokens_are_eight_hexadecimal_digits_and_not_the_same() -> None:
    made = {naming.token() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("[0-9a-f]{8}", token) for token in made)
